//! The small session in which the lake sorts and re-reads its own rows.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::task::{Poll, ready};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::BatchCoalescer;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::common::Column;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, SortExpr};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::StreamExt as _;

use crate::provider::FileTable;
use crate::{Error, Result};

/// Sorting spills to disk under the runtime's memory limit.
#[derive(Clone)]
pub(crate) struct Workbench(SessionContext);

impl fmt::Debug for Workbench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Workbench")
    }
}

impl Workbench {
    /// One partition: the order of rows must not depend on the number of threads.
    pub fn new(runtime: Arc<RuntimeEnv>) -> Self {
        let config = SessionConfig::new().with_target_partitions(1);
        Self(SessionContext::new_with_config_rt(config, runtime))
    }

    /// The rows of a stream, ascending by the given columns.
    pub async fn sorted(
        &self,
        rows: SendableRecordBatchStream,
        by: &[String],
    ) -> Result<SendableRecordBatchStream> {
        let rows = coalesced(rows, self.0.copied_config().batch_size());
        let once = Once { schema: rows.schema(), rows: Mutex::new(Some(rows)) };
        let table = StreamingTable::try_new(Arc::clone(&once.schema), vec![Arc::new(once)])?;
        let frame = self.0.read_table(Arc::new(table))?.sort(ascending(by))?;
        Ok(frame.execute_stream().await?)
    }

    /// The rows of files that may satisfy `filter`, ascending by the given columns.
    pub async fn read_sorted(
        &self,
        table: FileTable,
        filter: Option<Expr>,
        by: &[String],
    ) -> Result<SendableRecordBatchStream> {
        let mut frame = self.0.read_table(Arc::new(table))?;
        if let Some(filter) = filter {
            frame = frame.filter(filter)?;
        }
        Ok(frame.sort(ascending(by))?.execute_stream().await?)
    }

    /// The rows of a small table for which `filter` is true.
    pub async fn read(
        &self,
        table: Arc<dyn TableProvider>,
        filter: Expr,
    ) -> Result<Vec<RecordBatch>> {
        Ok(self.0.read_table(table)?.filter(filter)?.collect().await?)
    }
}

/// The rows in full batches. The sort merges as many streams as it gets batches, and the time to
/// start them is quadratic: a cross join's batches of fifty rows would take it hours.
fn coalesced(mut rows: SendableRecordBatchStream, batch_size: usize) -> SendableRecordBatchStream {
    let schema = rows.schema();
    let mut full = BatchCoalescer::new(Arc::clone(&schema), batch_size);
    let mut ended = false;
    let batches = futures::stream::poll_fn(move |context| {
        loop {
            if let Some(batch) = full.next_completed_batch() {
                return Poll::Ready(Some(Ok(batch)));
            }
            if ended {
                return Poll::Ready(None);
            }
            let added = match ready!(rows.poll_next_unpin(context)) {
                Some(batch) => batch.and_then(|batch| Ok(full.push_batch(batch)?)),
                None => {
                    ended = true;
                    full.finish_buffered_batch().map_err(Into::into)
                }
            };
            if let Err(error) = added {
                ended = true;
                return Poll::Ready(Some(Err(error)));
            }
        }
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, batches))
}

fn ascending(by: &[String]) -> Vec<SortExpr> {
    let column = |name: &String| Expr::Column(Column::new_unqualified(name));
    by.iter().map(|name| column(name).sort(true, true)).collect()
}

/// A stream as a table that can be read once.
struct Once {
    schema: SchemaRef,
    rows: Mutex<Option<SendableRecordBatchStream>>,
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Once")
    }
}

impl PartitionStream for Once {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = self.rows.lock().ok().and_then(|mut rows| rows.take());
        rows.unwrap_or_else(|| {
            let again = Error::usage("input: read twice, expected once").into();
            let failed = futures::stream::once(async { Err(again) });
            Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), failed))
        })
    }
}
