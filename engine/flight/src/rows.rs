//! The rows of a running query, as they go to the client.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use arrow_flight::FlightData;
use arrow_flight::encode::FlightDataEncoderBuilder;
use arrow_flight::error::FlightError;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use futures::{FutureExt, Stream, StreamExt, TryStreamExt};
use tokio::sync::oneshot;
use tokio::time::Sleep;
use tonic::Status;

use crate::status::{internal, status};
use crate::wire;

/// The stream of a `DoGet` reply.
pub(crate) type Reply = Pin<Box<dyn Stream<Item = Result<FlightData, Status>> + Send>>;

/// A query's batches in the wire schema, cut to size. It ends early, with an error, when the query
/// fails, panics, is cancelled or takes too long; dropping it stops the query.
pub(crate) struct Rows {
    source: Option<SendableRecordBatchStream>,
    schema: SchemaRef,
    ready: VecDeque<RecordBatch>,
    stopped: oneshot::Receiver<()>,
    timeout: Option<(Duration, Pin<Box<Sleep>>)>,
    /// What the query holds while it runs: its place in the queue and in the session.
    _holds: Box<dyn Any + Send>,
}

impl Rows {
    pub(crate) fn new(
        source: SendableRecordBatchStream,
        schema: SchemaRef,
        stopped: oneshot::Receiver<()>,
        timeout: Option<Duration>,
        holds: impl Any + Send,
    ) -> Self {
        let timeout = timeout.map(|limit| (limit, Box::pin(tokio::time::sleep(limit))));
        let (source, ready) = (Some(source), VecDeque::new());
        Self { source, schema, ready, stopped, timeout, _holds: Box::new(holds) }
    }

    /// The messages of the reply.
    pub(crate) fn reply(self) -> Reply {
        let schema = self.schema.clone();
        encode(schema, self.map_err(FlightError::from))
    }

    fn poll_source(&mut self, context: &mut Context<'_>) -> Poll<Result<bool, Status>> {
        if self.stopped.poll_unpin(context).is_ready() {
            return Poll::Ready(Err(Status::cancelled("query: cancelled")));
        }
        if let Some((limit, over)) = &mut self.timeout
            && over.poll_unpin(context).is_ready()
        {
            return Poll::Ready(Err(Status::deadline_exceeded(format!(
                "query: not done within {} s, the limit of this server",
                limit.as_secs()
            ))));
        }
        let Some(source) = &mut self.source else { return Poll::Ready(Ok(false)) };
        let polled = catch_unwind(AssertUnwindSafe(|| source.poll_next_unpin(context)));
        let batch = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(None)) => return Poll::Ready(Ok(false)),
            Ok(Poll::Ready(Some(batch))) => batch.map_err(|error| status(&error.into())),
            Err(panic) => Err(internal("query", &said(panic.as_ref()))),
        };
        let batch = batch.and_then(|batch| {
            wire::batch(&batch, &self.schema).map_err(|error| internal("result", &error))
        });
        Poll::Ready(batch.map(|batch| {
            self.ready.extend(wire::split(batch, wire::MESSAGE_BYTES));
            true
        }))
    }
}

impl Stream for Rows {
    type Item = Result<RecordBatch, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(batch)));
            }
            if self.source.is_none() {
                return Poll::Ready(None);
            }
            match self.poll_source(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(true)) => {}
                Poll::Ready(Ok(false)) => self.source = None,
                Poll::Ready(Err(error)) => {
                    self.source = None;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

/// Rows that are all there, as the messages of a reply.
pub(crate) fn reply(schema: SchemaRef, rows: Vec<RecordBatch>) -> Reply {
    let pieces = rows.into_iter().flat_map(|batch| wire::split(batch, wire::MESSAGE_BYTES));
    encode(schema, futures::stream::iter(pieces.map(Ok).collect::<Vec<_>>()))
}

fn encode(
    schema: SchemaRef,
    rows: impl Stream<Item = Result<RecordBatch, FlightError>> + Send + 'static,
) -> Reply {
    // The batches are cut already; the encoder would count the whole buffers of each piece again.
    let encoder = FlightDataEncoderBuilder::new().with_schema(schema);
    encoder.with_max_flight_data_size(usize::MAX).build(rows).map_err(Status::from).boxed()
}

/// The text of a panic.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::Int64Array;
    use datafusion::arrow::datatypes::{DataType, Field, Schema};
    use datafusion::error::DataFusionError;
    use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
    use tonic::Code;

    use super::*;

    fn one() -> RecordBatch {
        let schema = Schema::new(vec![Field::new("n", DataType::Int64, false)]);
        RecordBatch::try_new(Arc::new(schema), vec![Arc::new(Int64Array::from(vec![1]))]).unwrap()
    }

    fn rows<S>(source: S, timeout: Option<Duration>) -> (Rows, oneshot::Sender<()>)
    where
        S: Stream<Item = Result<RecordBatch, DataFusionError>> + Send + 'static,
    {
        let (stop, stopped) = oneshot::channel();
        let schema = one().schema();
        let source = Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&schema), source));
        (Rows::new(source, schema, stopped, timeout, ()), stop)
    }

    async fn last_error(mut rows: Rows) -> Status {
        let mut error = None;
        while let Some(item) = rows.next().await {
            error = item.err();
        }
        error.expect("an error at the end")
    }

    #[tokio::test]
    async fn a_panic_ends_the_stream_with_a_clean_error() {
        let source = futures::stream::iter(0..2).map(|n| match n {
            0 => Ok(one()),
            _ => panic!("offset overflow in /home/me"),
        });
        let (rows, _stop) = rows(source, None);
        let error = last_error(rows).await;
        assert_eq!(error.code(), Code::Internal);
        assert!(!error.message().contains("/home"), "{error}");
    }

    #[tokio::test]
    async fn a_query_that_hangs_is_cancelled_and_times_out() {
        let (hanging, stop) = rows(futures::stream::pending(), None);
        stop.send(()).unwrap();
        assert_eq!(last_error(hanging).await.code(), Code::Cancelled);
        let (hanging, _stop) = rows(futures::stream::pending(), Some(Duration::from_millis(5)));
        assert_eq!(last_error(hanging).await.code(), Code::DeadlineExceeded);
    }
}
