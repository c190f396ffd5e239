//! A running statement: its rows as a stream, its progress, its cancellation.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::stats::Precision;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::RecordBatchStream;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use futures::{FutureExt, Stream, StreamExt};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, channel};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::action::ActionExec;
use crate::error::{Error, ErrorKind};

/// A running statement. Dropping the stream cancels it.
pub struct Execution {
    /// The columns of the answer.
    pub schema: SchemaRef,
    /// The rows.
    pub stream: SendableRecordBatchStream,
    /// How far it is; may be asked from any thread.
    pub progress: Progress,
    /// Cancels it; the stream then ends with an error of kind `Interrupted`.
    pub cancel: CancellationToken,
}

impl fmt::Debug for Execution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Execution").field("schema", &self.schema).finish_non_exhaustive()
    }
}

/// How far a statement is.
#[derive(Debug, Clone)]
pub struct Progress {
    plan: Option<Arc<dyn ExecutionPlan>>,
    rows: Arc<AtomicU64>,
    started: Instant,
}

/// One reading of [`Progress`].
#[derive(Debug, Clone, PartialEq)]
pub struct ProgressSnapshot {
    /// Rows read by the scans so far; fits done while a model trains.
    pub rows: u64,
    /// Rows handed out so far.
    pub rows_out: u64,
    /// Bytes read by the scans so far.
    pub bytes: u64,
    /// The share of the scans that is done, if their size is known; the rest may still take time.
    pub fraction: Option<f64>,
    /// Seconds since the start.
    pub seconds: f64,
}

impl Progress {
    /// A digest of what the statement made, once its rows have been read.
    pub(crate) fn digest(&self) -> Option<String> {
        self.plan.as_ref()?.downcast_ref::<ActionExec>()?.digest()
    }

    /// Reads the counters of the running plan.
    pub fn snapshot(&self) -> ProgressSnapshot {
        let (mut rows, mut total, mut bytes) = (0, Some(0), 0);
        let mut open: Vec<_> = self.plan.iter().cloned().collect();
        while let Some(plan) = open.pop() {
            let children = plan.children();
            if children.is_empty() {
                let metrics = plan.metrics();
                rows += metrics.as_ref().and_then(|m| m.output_rows()).unwrap_or(0) as u64;
                let scanned = metrics.as_ref().and_then(|m| m.sum_by_name("bytes_scanned"));
                bytes += scanned.map_or(0, |v| v.as_usize()) as u64;
                let statistics =
                    StatisticsContext::new().compute(plan.as_ref(), &StatisticsArgs::new());
                let size = statistics.map(|s| s.num_rows);
                total = match size {
                    Ok(Precision::Exact(n) | Precision::Inexact(n)) => total.map(|t| t + n as u64),
                    _ => None,
                };
            }
            open.extend(children.into_iter().cloned());
        }
        let counted = self.plan.as_ref().and_then(|p| p.downcast_ref::<ActionExec>()?.progress());
        if let Some((done, all)) = counted.filter(|(_, all)| *all > 0) {
            (rows, total) = (done as u64, Some(all as u64));
        }
        let fraction = total.filter(|t| *t > 0).map(|t| (rows as f64 / t as f64).min(1.0));
        ProgressSnapshot {
            rows,
            rows_out: self.rows.load(Ordering::Relaxed),
            bytes,
            fraction,
            seconds: self.started.elapsed().as_secs_f64(),
        }
    }
}

impl Execution {
    /// Drives `stream` on the engine's own threads and hands its batches over.
    pub(crate) fn start(
        stream: SendableRecordBatchStream,
        plan: Option<Arc<dyn ExecutionPlan>>,
        runtime: &Handle,
    ) -> Self {
        let schema = stream.schema();
        let cancel = CancellationToken::new();
        let rows = Arc::new(AtomicU64::new(0));
        let (sender, receiver) = channel(2);
        let dropped = CancellationToken::new();
        let (stop, gone, counter) = (cancel.clone(), dropped.clone(), Arc::clone(&rows));
        runtime.spawn(async move {
            let mut stream = stream;
            loop {
                let next = std::panic::AssertUnwindSafe(stream.next()).catch_unwind();
                let batch = tokio::select! {
                    biased;
                    () = gone.cancelled() => return,
                    () = stop.cancelled() => Some(Err(interrupted())),
                    next = next => next.unwrap_or_else(|panic| Some(Err(crashed(panic.as_ref())))),
                };
                let Some(batch) = batch else { return };
                let last = batch.is_err();
                if let Ok(batch) = &batch {
                    counter.fetch_add(batch.num_rows() as u64, Ordering::Relaxed);
                }
                if sender.send(batch).await.is_err() || last {
                    return;
                }
            }
        });
        let progress = Progress { plan, rows, started: Instant::now() };
        let stream =
            Forwarded { schema: Arc::clone(&schema), receiver, _guard: dropped.drop_guard() };
        Self { schema, stream: Box::pin(stream), progress, cancel }
    }
}

fn interrupted() -> DataFusionError {
    Error::new(ErrorKind::Interrupted, "cancelled").into()
}

fn crashed(panic: &(dyn std::any::Any + Send)) -> DataFusionError {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Error::sql(format!("the statement crashed: {text}; please report it with the statement")).into()
}

struct Forwarded {
    schema: SchemaRef,
    receiver: Receiver<Result<RecordBatch>>,
    _guard: DropGuard,
}

impl Stream for Forwarded {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.receiver.poll_recv(cx)
    }
}

impl RecordBatchStream for Forwarded {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}
