//! Writing rows as Parquet files that no commit names yet.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::{concat_batches, partition};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::parquet::basic::{Compression, Encoding, ZstdLevel};
use datafusion::parquet::file::metadata::SortingColumn;
use datafusion::parquet::file::properties::WriterProperties;
use datafusion::parquet::schema::types::ColumnPath;
use deltalake_core::datafile::writer::{PartitionWriter, PartitionWriterConfig};
use deltalake_core::kernel::Add;
use futures::StreamExt as _;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};

use crate::extent::Extents;
use crate::{Error, Result};

/// Rows a row group: small enough to skip by statistics, large enough to compress.
const ROW_GROUP_ROWS: usize = 131_072;
/// Bytes after which a new file begins: reads that merge revisions run side by side between the
/// beginnings of files.
pub(crate) const FILE_BYTES: u64 = 100 << 20;

/// How files are laid out.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Logical schema of the rows.
    pub schema: SchemaRef,
    /// Columns that become folders instead of file columns.
    pub partition_by: Vec<String>,
    /// Columns by which the rows arrive sorted within a partition; may be empty. All but the last,
    /// which is `known_at`, are a row's identity, and no identity is written to two files.
    pub sorted_by: Vec<String>,
}

/// Writes a stream into new files below `store`. Rows of one partition must arrive together.
/// On error the files are deleted again.
pub(crate) async fn write_files(
    store: Arc<dyn ObjectStore>,
    layout: &Layout,
    mut rows: SendableRecordBatchStream,
) -> Result<Vec<Add>> {
    let mut files = Files { store, layout, open: None, done: vec![] };
    let outcome = async {
        while let Some(batch) = rows.next().await {
            files.write(&batch?).await?;
        }
        files.close().await
    }
    .await;
    if let Err(error) = outcome {
        if let Some(open) = files.open.take() {
            let _ = open.writer.abort().await;
        }
        delete_files(&files.store, &files.done).await;
        return Err(error);
    }
    Ok(files.done)
}

/// Deletes files that no commit names. Best effort: what stays is unreferenced.
pub(crate) async fn delete_files(store: &Arc<dyn ObjectStore>, files: &[Add]) {
    for file in files {
        if let Err(error) = store.delete(&Path::from(file.path.as_str())).await {
            tracing::warn!(path = file.path, %error, "could not delete an unused file");
        }
    }
}

type PartitionValues = Vec<Option<String>>;

struct Files<'a> {
    store: Arc<dyn ObjectStore>,
    layout: &'a Layout,
    open: Option<Open>,
    done: Vec<Add>,
}

/// The files of one partition in progress.
struct Open {
    values: PartitionValues,
    schema: SchemaRef,
    writer: PartitionWriter,
    extents: Extents,
    /// Rows of the last identity seen, of which more may come.
    held: Option<RecordBatch>,
}

impl Open {
    /// Writes rows, but for those whose identity may go on: the writer begins a new file only
    /// between two calls.
    async fn write_sorted(&mut self, batch: &RecordBatch, identity: &[String]) -> Result<()> {
        let batch = match self.held.take() {
            Some(held) => concat_batches(&batch.schema(), [&held, batch]).map_err(arrow)?,
            None => batch.clone(),
        };
        let identity: Vec<ArrayRef> = columns(&batch, identity)?;
        let last = partition(&identity).map_err(arrow)?.ranges().pop().unwrap_or(0..0).start;
        self.held = Some(batch.slice(last, batch.num_rows() - last));
        self.append(&batch.slice(0, last)).await
    }

    async fn append(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let names: Vec<String> = self.schema.fields().iter().map(|f| f.name().clone()).collect();
        let columns = columns(batch, &names)?;
        self.writer
            .write(&RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(arrow)?)
            .await?;
        self.extents.note(batch)
    }
}

fn columns(batch: &RecordBatch, names: &[String]) -> Result<Vec<ArrayRef>> {
    let column = |name: &String| Ok(Arc::clone(batch.column(batch.schema().index_of(name)?)));
    names.iter().map(column).collect::<Result<_, ArrowError>>().map_err(arrow)
}

fn arrow(error: ArrowError) -> Error {
    datafusion::error::DataFusionError::from(error).into()
}

impl Files<'_> {
    async fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let keys = columns(batch, &self.layout.partition_by)?;
        if keys.is_empty() {
            return self.write_partition(vec![], batch).await;
        }
        for range in partition(&keys).map_err(arrow)?.ranges() {
            let values = keys
                .iter()
                .map(|key| partition_text(key, range.start))
                .collect::<Result<PartitionValues>>()?;
            self.write_partition(values, &batch.slice(range.start, range.len())).await?;
        }
        Ok(())
    }

    async fn write_partition(
        &mut self,
        values: PartitionValues,
        batch: &RecordBatch,
    ) -> Result<()> {
        if self.open.as_ref().is_none_or(|open| open.values != values) {
            self.close().await?;
            self.open = Some(self.begin(values)?);
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        match self.layout.sorted_by.as_slice() {
            [identity @ .., _] => open.write_sorted(batch, identity).await,
            [] => open.append(batch).await,
        }
    }

    fn begin(&self, values: PartitionValues) -> Result<Open> {
        let layout = self.layout;
        let kept: Vec<usize> = (0..layout.schema.fields().len())
            .filter(|i| !layout.partition_by.contains(layout.schema.field(*i).name()))
            .collect();
        let schema = Arc::new(layout.schema.project(&kept).map_err(arrow)?);
        let sorting = layout
            .sorted_by
            .iter()
            .filter_map(|name| schema.index_of(name).ok())
            .map(|i| SortingColumn { column_idx: i as i32, descending: false, nulls_first: true })
            .collect::<Vec<_>>();
        // Sorted times grow by steady steps, which deltas hold in a few bits: a table of minute bars
        // is a third of its size in plain encoding.
        let is_time = |t: &DataType| matches!(t, DataType::Date32 | DataType::Timestamp(..));
        let times = schema
            .fields()
            .iter()
            .filter(|field| is_time(field.data_type()) && layout.sorted_by.contains(field.name()));
        let deltas = times.fold(WriterProperties::builder(), |properties, field| {
            let column = ColumnPath::from(field.name().as_str());
            properties
                .set_column_dictionary_enabled(column.clone(), false)
                .set_column_encoding(column, Encoding::DELTA_BINARY_PACKED)
        });
        let properties = deltas
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .set_sorting_columns((!sorting.is_empty()).then_some(sorting))
            .set_created_by(concat!("trademl-sql ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let names = layout.partition_by.iter();
        let folders = names.zip(&values).map(|(name, value)| {
            format!("{name}={}", value.as_deref().unwrap_or("__HIVE_DEFAULT_PARTITION__"))
        });
        let config = PartitionWriterConfig::try_new(
            Arc::clone(&schema),
            std::iter::empty().collect(),
            Some(properties),
            NonZeroU64::new(FILE_BYTES),
            // Rows between two looks at the file's size: those of a call, if it must not be split.
            Some(if layout.sorted_by.is_empty() { ROW_GROUP_ROWS } else { usize::MAX }),
            None,
            Some(folders.collect()),
        )?;
        // "-1": statistics for all columns.
        let indexed = "-1".try_into().map_err(|_| Error::storage("statistics: bad setting"))?;
        let writer =
            PartitionWriter::try_with_config(Arc::clone(&self.store), config, indexed, None)?;
        let extents = Extents::new(&layout.sorted_by);
        Ok(Open { values, schema, writer, extents, held: None })
    }

    async fn close(&mut self) -> Result<()> {
        // It stays in place until its last rows are in, so that an error aborts its uploads.
        let Some(open) = &mut self.open else { return Ok(()) };
        if let Some(held) = open.held.take() {
            open.append(&held).await?;
        }
        let Some(open) = self.open.take() else { return Ok(()) };
        let partition: HashMap<String, Option<String>> =
            self.layout.partition_by.iter().cloned().zip(open.values).collect();
        // In the order they were written.
        let mut adds = open.writer.close().await?;
        for add in &mut adds {
            add.partition_values.clone_from(&partition);
        }
        if !self.layout.sorted_by.is_empty() {
            open.extents.tag(&mut adds);
        }
        self.done.extend(adds);
        Ok(())
    }
}

/// A partition value as the Delta log spells it.
fn partition_text(values: &ArrayRef, row: usize) -> Result<Option<String>> {
    if values.is_null(row) {
        return Ok(None);
    }
    if values.data_type() == &DataType::Utf8 && values.as_string::<i32>().value(row).is_empty() {
        return Err(Error::data(
            "partition column: was an empty string, which Delta cannot tell from NULL; write NULL or a value",
        ));
    }
    Ok(Some(array_value_to_string(values, row).map_err(datafusion::error::DataFusionError::from)?))
}
