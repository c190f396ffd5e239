//! `AUDIT (name) AS query`: every row the query returns is a failure.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use futures::TryStreamExt;

use crate::action::Action;
use crate::error::{Error, ErrorKind, Result};

/// Bad rows shown in the message.
const SHOWN: usize = 5;

#[derive(Debug)]
pub(crate) struct AuditAction {
    pub name: String,
}

#[async_trait]
impl Action for AuditAction {
    fn describe(&self) -> String {
        format!("Audit: {}", self.name)
    }

    fn schema(&self) -> SchemaRef {
        super::done_schema()
    }

    async fn run(
        &self,
        mut inputs: Vec<SendableRecordBatchStream>,
        _: Arc<TaskContext>,
    ) -> Result<RecordBatch> {
        let (mut bad, mut first) = (0, vec![]);
        if let Some(rows) = inputs.first_mut() {
            while let Some(batch) = rows.try_next().await? {
                if bad < SHOWN && batch.num_rows() > 0 {
                    first.push(batch.slice(0, batch.num_rows().min(SHOWN - bad)));
                }
                bad += batch.num_rows();
            }
        }
        if bad == 0 {
            return super::done(format!("audit {} passed", self.name));
        }
        let shown =
            pretty_format_batches(&first).map_err(datafusion::common::DataFusionError::from)?;
        Err(Error::new(
            ErrorKind::Audit,
            format!("audit '{}' found {bad} bad rows, expected none; first:\n{shown}", self.name),
        ))
    }
}
