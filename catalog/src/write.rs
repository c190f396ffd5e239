//! Writing rows as Parquet files that no commit names yet.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::partition;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::metadata::SortingColumn;
use datafusion::parquet::file::properties::WriterProperties;
use deltalake_core::datafile::writer::{PartitionWriter, PartitionWriterConfig};
use deltalake_core::kernel::Add;
use futures::StreamExt as _;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};

use crate::{Error, Result};

/// Rows a row group: small enough to skip by statistics, large enough to compress.
const ROW_GROUP_ROWS: usize = 131_072;
/// Bytes after which a new file begins.
const FILE_BYTES: u64 = 256 << 20;

/// How files are laid out.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Logical schema of the rows.
    pub schema: SchemaRef,
    /// Columns that become folders instead of file columns.
    pub partition_by: Vec<String>,
    /// Columns by which the rows arrive sorted within a partition; may be empty.
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
        if let Some((_, _, writer)) = files.open.take() {
            let _ = writer.abort().await;
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
    open: Option<(PartitionValues, SchemaRef, PartitionWriter)>,
    done: Vec<Add>,
}

impl Files<'_> {
    async fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let keys: Vec<ArrayRef> = self
            .layout
            .partition_by
            .iter()
            .map(|name| Ok(Arc::clone(batch.column(batch.schema().index_of(name)?))))
            .collect::<Result<_, datafusion::arrow::error::ArrowError>>()
            .map_err(datafusion::error::DataFusionError::from)?;
        if keys.is_empty() {
            return self.write_partition(vec![], batch).await;
        }
        let ranges = partition(&keys).map_err(datafusion::error::DataFusionError::from)?.ranges();
        for range in ranges {
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
        if self.open.as_ref().is_none_or(|(open, ..)| *open != values) {
            self.close().await?;
            self.open = Some(self.begin(values)?);
        }
        let Some((_, schema, writer)) = &mut self.open else { return Ok(()) };
        let columns = schema
            .fields()
            .iter()
            .map(|f| Ok(Arc::clone(batch.column(batch.schema().index_of(f.name())?))))
            .collect::<Result<_, datafusion::arrow::error::ArrowError>>()
            .map_err(datafusion::error::DataFusionError::from)?;
        let batch = RecordBatch::try_new(Arc::clone(schema), columns)
            .map_err(datafusion::error::DataFusionError::from)?;
        Ok(writer.write(&batch).await?)
    }

    fn begin(
        &self,
        values: PartitionValues,
    ) -> Result<(PartitionValues, SchemaRef, PartitionWriter)> {
        let layout = self.layout;
        let kept: Vec<usize> = (0..layout.schema.fields().len())
            .filter(|i| !layout.partition_by.contains(layout.schema.field(*i).name()))
            .collect();
        let schema = Arc::new(
            layout.schema.project(&kept).map_err(datafusion::error::DataFusionError::from)?,
        );
        let sorting = layout
            .sorted_by
            .iter()
            .filter_map(|name| schema.index_of(name).ok())
            .map(|i| SortingColumn { column_idx: i as i32, descending: false, nulls_first: true })
            .collect::<Vec<_>>();
        let properties = WriterProperties::builder()
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
            Some(ROW_GROUP_ROWS),
            None,
            Some(folders.collect()),
        )?;
        // "-1": statistics for all columns.
        let indexed = "-1".try_into().map_err(|_| Error::storage("statistics: bad setting"))?;
        let writer =
            PartitionWriter::try_with_config(Arc::clone(&self.store), config, indexed, None)?;
        Ok((values, schema, writer))
    }

    async fn close(&mut self) -> Result<()> {
        let Some((values, _, writer)) = self.open.take() else { return Ok(()) };
        let partition: HashMap<String, Option<String>> =
            self.layout.partition_by.iter().cloned().zip(values).collect();
        for mut add in writer.close().await? {
            add.partition_values.clone_from(&partition);
            self.done.push(add);
        }
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
