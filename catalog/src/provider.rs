//! Reading a table's files: plain Parquet scans of the files that the log's statistics leave, in
//! the rows' order where the files allow it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::DateTime;
use datafusion::arrow::datatypes::{Field, FieldRef, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{ScalarValue, Statistics};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result as DfResult;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr::expressions::col as physical_col;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use object_store::ObjectMeta;
use object_store::path::Path;

use crate::arrange::{Piece, evenly, in_chains};
use crate::data_file::DataFile;
use crate::pruning::pruned;

/// A fixed set of Parquet files with a common schema.
pub(crate) struct FileTable {
    /// Logical schema, partition columns wherever the table declares them.
    pub schema: SchemaRef,
    /// Columns whose values are in the log and not in the files.
    pub partition_by: Vec<String>,
    /// The table's folder below the lake.
    pub folder: String,
    /// Where scans find the lake.
    pub scan_url: ObjectStoreUrl,
    /// The files.
    pub files: Arc<Vec<DataFile>>,
    /// Columns that sorted files are sorted by, `known_at` last; empty for a plain table.
    pub order: Vec<String>,
    /// Whether the reader looks at all revisions of a row together. Partitions are then chains to
    /// merge, and filters, which are on identity and `known_at` alone, are left to the scan, so that
    /// nothing stands between it and the reader.
    pub resolved: bool,
}

impl fmt::Debug for FileTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileTable {{ {}, {} files }}", self.folder, self.files.len())
    }
}

impl FileTable {
    fn is_partition(&self, field: &Field) -> bool {
        self.partition_by.contains(field.name())
    }

    /// File columns first, partition columns last: the order scans are built in.
    fn scan_schema(&self) -> TableSchema {
        let (partition, file): (Vec<FieldRef>, Vec<FieldRef>) =
            self.schema.fields().iter().cloned().partition(|f| self.is_partition(f));
        TableSchema::builder(Arc::new(Schema::new(file)))
            .with_table_partition_cols(partition)
            .build()
    }

    fn partitioned_file(
        &self,
        file: &DataFile,
        range: Option<(u64, u64)>,
        columns: &Schema,
    ) -> DfResult<PartitionedFile> {
        let partition_fields = self.schema.fields().iter().filter(|f| self.is_partition(f));
        let values: Vec<ScalarValue> = partition_fields
            .map(|field| file.partition_value(field))
            .collect::<crate::Result<_>>()?;
        let location = Path::parse(format!("{}/{}", self.folder, file.path))
            .map_err(|e| crate::Error::storage(format!("file '{}': {e}", file.path)))?;
        let meta = ObjectMeta {
            location,
            last_modified: DateTime::from_timestamp_millis(file.modified).unwrap_or_default(),
            size: file.size,
            e_tag: None,
            version: None,
        };
        let mut statistics = Statistics::new_unknown(&Schema::empty());
        statistics.column_statistics.resize_with(columns.fields().len(), Default::default);
        statistics.num_rows = row_count(file.rows);
        // A declared order is believed if each file's minimum is above the maximum before it, column
        // by column of the order, which are the ends of our files. Inexact, since they bound a file's
        // rows but not each column's values; nothing is pruned by inexact statistics.
        if let Some(extent) = &file.extent {
            let ends = extent.first.iter().zip(&extent.last);
            for (name, (first, last)) in extent.sorted_by.iter().zip(ends) {
                if let Ok(i) = columns.index_of(name) {
                    let column = &mut statistics.column_statistics[i];
                    column.min_value = Precision::Inexact(first.clone());
                    column.max_value = Precision::Inexact(last.clone());
                }
            }
        }
        let extent = file.extent.clone();
        let mut file = PartitionedFile::new_from_meta(meta)
            .with_partition_values(values)
            .with_statistics(Arc::new(statistics));
        if let Some(extent) = extent {
            file = file.with_extension(extent);
        }
        if let Some((start, end)) = range {
            file = file.with_range(start.cast_signed(), end.cast_signed());
        }
        Ok(file)
    }

    /// The partitions of a scan, and the order of the rows in each, if they have one.
    fn partitions(
        &self,
        files: &[&DataFile],
        order: &[String],
        session: &dyn Session,
    ) -> DfResult<(Vec<FileGroup>, Option<LexOrdering>)> {
        let schema = self.scan_schema();
        let columns = schema.file_schema();
        let options = session.config().options();
        let target = session.config().target_partitions();
        let arranged = match order {
            [] => None,
            order if self.resolved => in_chains(files, order),
            order => {
                let splits = options.optimizer.repartition_file_scans;
                let smallest = options.optimizer.repartition_file_min_size as u64;
                evenly(files, order, target, if splits { smallest } else { u64::MAX })
            }
        };
        let Some(partitions) = arranged else {
            let files = files.iter().map(|file| self.partitioned_file(file, None, columns));
            let files = FileGroup::new(files.collect::<DfResult<_>>()?);
            return Ok((files.split_files(target), None));
        };
        let group = |pieces: &Vec<Piece<'_>>| -> DfResult<FileGroup> {
            let files = pieces.iter().map(|p| self.partitioned_file(p.file, p.range, columns));
            Ok(FileGroup::new(files.collect::<DfResult<_>>()?))
        };
        let groups = partitions.iter().map(group).collect::<DfResult<_>>()?;
        let column = |n: &String| physical_col(n, schema.table_schema());
        let columns = order.iter().map(column).collect::<DfResult<Vec<_>>>()?;
        let columns = columns.into_iter().map(PhysicalSortExpr::new_default);
        Ok((groups, LexOrdering::new(columns)))
    }
}

fn row_count(rows: Option<u64>) -> Precision<usize> {
    rows.and_then(|n| usize::try_from(n).ok()).map_or(Precision::Absent, Precision::Exact)
}

#[async_trait]
impl TableProvider for FileTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> DfResult<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> DfResult<Arc<dyn ExecutionPlan>> {
        let files = pruned(&self.files, &self.schema, filters, state)?;
        if files.is_empty() {
            let schema = match projection {
                Some(columns) => Arc::new(self.schema.project(columns)?),
                None => Arc::clone(&self.schema),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let scan_schema = self.scan_schema();
        let mut statistics = Statistics::new_unknown(scan_schema.table_schema());
        statistics.num_rows = row_count(files.iter().map(|f| f.rows).sum());
        let bytes: u64 = files.iter().map(|f| f.size).sum();
        statistics.total_byte_size =
            Precision::Inexact(usize::try_from(bytes).unwrap_or(usize::MAX));

        let mut global = state.config().options().execution.parquet.clone();
        global.pushdown_filters |= self.resolved;
        // Filters reach the source by the optimizer, for pruning or as a whole.
        let source = ParquetSource::new(scan_schema.clone())
            .with_table_parquet_options(TableParquetOptions { global, ..Default::default() });
        let columns: Vec<usize> = match projection {
            Some(columns) => columns.clone(),
            None => (0..self.schema.fields().len()).collect(),
        };
        // An order that nobody sees would only keep one partition from helping another.
        let seen = self.order.first().is_some_and(|first| {
            columns.iter().any(|column| self.schema.field(*column).name() == first)
        });
        let order = if seen { self.order.as_slice() } else { &[] };
        let (groups, order) = self.partitions(&files, order, state)?;

        let columns = columns
            .into_iter()
            .map(|i| scan_schema.table_schema().index_of(self.schema.field(i).name()))
            .collect::<Result<Vec<_>, _>>()?;
        let config = FileScanConfigBuilder::new(self.scan_url.clone(), Arc::new(source))
            .with_file_groups(groups)
            .with_output_ordering(order.into_iter().collect())
            .with_statistics(statistics)
            .with_projection_indices(Some(columns))?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}
