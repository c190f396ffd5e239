//! Reading a table's files: plain Parquet scans, files pruned by the log's
//! statistics before any is opened.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::DateTime;
use datafusion::arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use datafusion::arrow::datatypes::{Field, FieldRef, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::stats::Precision;
use datafusion::common::{Column, DFSchema, ScalarValue, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result as DfResult;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use object_store::ObjectMeta;
use object_store::path::Path;

use crate::data_file::{Bounds, DataFile};

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

    /// The files that may hold rows for which all `filters` are true.
    fn pruned(&self, state: &dyn Session, filters: &[Expr]) -> DfResult<Vec<&DataFile>> {
        let all = || self.files.iter().collect();
        let Some(filter) = conjunction(filters.iter().cloned()) else { return Ok(all()) };
        let schema = DFSchema::try_from(Arc::clone(&self.schema))?;
        let Ok(physical) = state.create_physical_expr(filter, &schema) else { return Ok(all()) };
        let Ok(predicate) = PruningPredicateBuilder::new()
            .with_file_schema(Arc::clone(&self.schema))
            .try_build(physical)
        else {
            return Ok(all());
        };
        let keep = predicate.prune(&FileBounds(self))?;
        Ok(self.files.iter().zip(keep).filter(|(_, keep)| *keep).map(|(file, _)| file).collect())
    }

    fn partitioned_file(&self, file: &DataFile, columns: usize) -> DfResult<PartitionedFile> {
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
        statistics.column_statistics.resize_with(columns, Default::default);
        statistics.num_rows = row_count(file.rows);
        Ok(PartitionedFile::new_from_meta(meta)
            .with_partition_values(values)
            .with_statistics(Arc::new(statistics)))
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
        let files = self.pruned(state, filters)?;
        if files.is_empty() {
            let schema = match projection {
                Some(columns) => Arc::new(self.schema.project(columns)?),
                None => Arc::clone(&self.schema),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let scan_schema = self.scan_schema();
        let file_columns = scan_schema.file_schema().fields().len();
        let mut statistics = Statistics::new_unknown(scan_schema.table_schema());
        statistics.num_rows = row_count(files.iter().map(|f| f.rows).sum());
        let bytes: u64 = files.iter().map(|f| f.size).sum();
        statistics.total_byte_size =
            Precision::Inexact(usize::try_from(bytes).unwrap_or(usize::MAX));

        let options = state.config().options().execution.parquet.clone();
        let mut source = ParquetSource::new(scan_schema.clone()).with_table_parquet_options(
            datafusion::config::TableParquetOptions { global: options, ..Default::default() },
        );
        if let Some(filter) = conjunction(filters.iter().cloned()) {
            let schema = DFSchema::try_from(Arc::clone(scan_schema.table_schema()))?;
            source = source.with_predicate(state.create_physical_expr(filter, &schema)?);
        }
        let partitioned = files
            .iter()
            .map(|file| self.partitioned_file(file, file_columns))
            .collect::<DfResult<Vec<_>>>()?;
        let groups = FileGroup::new(partitioned).split_files(state.config().target_partitions());

        let columns: Vec<usize> = match projection {
            Some(columns) => columns.clone(),
            None => (0..self.schema.fields().len()).collect(),
        };
        let columns = columns
            .into_iter()
            .map(|i| scan_schema.table_schema().index_of(self.schema.field(i).name()))
            .collect::<Result<Vec<_>, _>>()?;
        let config = FileScanConfigBuilder::new(self.scan_url.clone(), Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(statistics)
            .with_projection_indices(Some(columns))?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// The files' bounds as pruning reads them.
struct FileBounds<'a>(&'a FileTable);

impl FileBounds<'_> {
    fn array(
        &self,
        column: &Column,
        value: impl Fn(&Bounds) -> Option<&ScalarValue>,
    ) -> Option<ArrayRef> {
        let i = self.0.schema.index_of(&column.name).ok()?;
        let null = ScalarValue::try_new_null(self.0.schema.field(i).data_type()).ok()?;
        let values = self.0.files.iter().map(|f| value(&f.bounds[i]).unwrap_or(&null).clone());
        ScalarValue::iter_to_array(values).ok()
    }
}

impl PruningStatistics for FileBounds<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.array(column, |b| b.min.as_ref())
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.array(column, |b| b.max.as_ref())
    }

    fn num_containers(&self) -> usize {
        self.0.files.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let i = self.0.schema.index_of(&column.name).ok()?;
        let counts: UInt64Array = self.0.files.iter().map(|f| f.bounds[i].nulls).collect();
        Some(Arc::new(counts))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        let counts: UInt64Array = self.0.files.iter().map(|f| f.rows).collect();
        Some(Arc::new(counts))
    }

    fn contained(
        &self,
        _: &Column,
        _: &std::collections::HashSet<ScalarValue>,
    ) -> Option<BooleanArray> {
        None
    }
}
