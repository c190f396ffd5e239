//! Tables that other tools wrote with features our own scan does not follow: deletion vectors,
//! column mapping. The library's scan reads them, slower and in no order; nothing writes them.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::Result as DfResult;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use deltalake_core::DeltaTable;
use deltalake_core::delta_datafusion::{DeltaScanConfig, DeltaScanNext as DeltaScan};

use crate::data_file::DataFile;
use crate::{Error, Result, TableName};

/// What readers must follow and our own scan does, of the table as a whole. A file with a deletion
/// vector is noticed for itself.
const FOLLOWED: [&str; 4] =
    ["deletionVectors", "timestampNtz", "v2Checkpoint", "vacuumProtocolCheck"];

/// The library's scan, with the types of our schema.
#[derive(Debug)]
pub(crate) struct ForeignTable {
    delta: DeltaTable,
    scan: DeltaScan,
    /// What keeps our own scan from it, for messages.
    pub feature: String,
}

impl ForeignTable {
    /// `None` if our own scan will do.
    pub fn of(
        name: &TableName,
        delta: &DeltaTable,
        schema: &SchemaRef,
        files: &[DataFile],
    ) -> Result<Option<Self>> {
        let snapshot = delta.snapshot()?.snapshot();
        let mapping = snapshot.metadata().configuration().get("delta.columnMapping.mode");
        let required = snapshot.protocol().reader_features().unwrap_or_default();
        let mut required = required.iter().map(AsRef::<str>::as_ref);
        let unknown = required.find(|f| *f != "columnMapping" && !FOLLOWED.contains(f));
        let feature = match (mapping, unknown) {
            (_, Some(feature)) => format!("the table feature '{feature}'"),
            (Some(mode), _) if mode != "none" => "column mapping".to_owned(),
            _ if files.iter().any(|f| f.has_deletions) => "deletion vectors".to_owned(),
            _ => return Ok(None),
        };
        let config = DeltaScanConfig::new()
            .with_wrap_partition_values(false)
            .with_schema(Arc::clone(schema));
        let scan = DeltaScan::new(Arc::new(snapshot.clone()), config).map_err(|e| {
            Error::storage(format!(
                "table '{name}': uses {feature}, which cannot be read here ({e}); rewrite it \
                 without, with the tool that wrote it"
            ))
        })?;
        Ok(Some(Self { delta: delta.clone(), scan, feature }))
    }
}

#[async_trait]
impl TableProvider for ForeignTable {
    fn schema(&self) -> SchemaRef {
        self.scan.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> DfResult<Vec<TableProviderFilterPushDown>> {
        self.scan.supports_filters_pushdown(filters)
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> DfResult<Arc<dyn ExecutionPlan>> {
        self.delta.update_datafusion_session(state)?;
        self.scan.scan(state, projection, filters, limit).await
    }
}
