//! `SET`: the session's settings. A setting that we do not know, or that would undo a promise of
//! the engine, is refused.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use trademl_udfs::relation::did_you_mean;

use crate::action::Action;
use crate::error::{Error, Result};
use crate::lake_catalog::parse_instant;
use crate::lookahead::LookAhead;
use crate::session::Session;

/// Settings of DataFusion that change speed or display, not results.
const PASSED_ON: [&str; 6] = [
    "datafusion.execution.batch_size",
    "datafusion.execution.target_partitions",
    "datafusion.execution.time_zone",
    "datafusion.explain.format",
    "datafusion.explain.show_statistics",
    "datafusion.execution.parquet.pushdown_filters",
];

const OWN: [&str; 3] = ["trademl.as_of", "trademl.look_ahead", "trademl.source_uri"];

#[derive(Debug)]
pub(crate) struct SetAction {
    pub session: Session,
    pub name: String,
    /// The value as text; `None` resets.
    pub value: Option<String>,
}

#[async_trait]
impl Action for SetAction {
    fn describe(&self) -> String {
        format!("Set: {} = {}", self.name, self.value.as_deref().unwrap_or("NULL"))
    }

    fn schema(&self) -> SchemaRef {
        super::done_schema()
    }

    async fn run(
        &self,
        _: Vec<SendableRecordBatchStream>,
        _: Arc<TaskContext>,
    ) -> Result<RecordBatch> {
        match (self.name.as_str(), &self.value) {
            ("trademl.as_of", value) => {
                self.session.set_as_of(value.as_deref().map(parse_instant).transpose()?)?;
            }
            ("trademl.look_ahead", value) => {
                let mode = value.as_deref().map(LookAhead::parse).transpose()?;
                self.session.settings_mut().look_ahead = mode.unwrap_or_default();
            }
            ("trademl.source_uri", value) => self.session.set_source_uri(value.clone()),
            (name, Some(value)) if PASSED_ON.contains(&name) => {
                self.session.set_option(name, value)?;
            }
            (name, _) => {
                let known = || OWN.into_iter().chain(PASSED_ON);
                return Err(Error::sql(format!(
                    "no setting '{name}'{}, known: {}",
                    did_you_mean(name, known()),
                    known().collect::<Vec<_>>().join(", ")
                )));
            }
        }
        super::done(format!("SET {}", self.name))
    }
}
