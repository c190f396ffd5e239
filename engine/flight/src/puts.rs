//! The rows clients send: parameters and rows to load.

use std::time::Duration;

use arrow_flight::decode::FlightRecordBatchStream;
use arrow_flight::error::FlightError;
use arrow_flight::sql::server::PeekableFlightDataStream;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use futures::{StreamExt, TryStreamExt};
use tokio::sync::Semaphore;
use tonic::Status;

use crate::wire;

/// How long a client may take to send its rows.
const PATIENCE: Duration = Duration::from_secs(300);

/// Rows of one call, with their schema if any Arrow data came.
pub(crate) struct Received {
    pub(crate) schema: Option<SchemaRef>,
    pub(crate) rows: Vec<RecordBatch>,
}

/// Bounds the memory that received rows take: how many bytes a call may send, and how many calls
/// may send at a time.
pub(crate) struct Puts {
    bytes: usize,
    calls: Semaphore,
}

impl Puts {
    pub(crate) fn new(bytes: usize, calls: usize) -> Self {
        Self { bytes, calls: Semaphore::new(calls.max(1)) }
    }

    /// All rows of a call, none when it carries the command alone.
    pub(crate) async fn receive(
        &self,
        stream: PeekableFlightDataStream,
    ) -> Result<Received, Status> {
        let receiving = async {
            let _turn = self.calls.acquire().await.map_err(|_| Status::cancelled("closing"))?;
            let (limit, mut total) = (self.bytes, 0);
            let messages = stream.map(move |message| {
                let message = message.map_err(FlightError::from)?;
                total += wire::received(&message);
                if total <= limit {
                    return Ok(message);
                }
                Err(FlightError::from(Status::resource_exhausted(format!(
                    "rows: over {} MiB in one call, send them in several",
                    limit >> 20
                ))))
            });
            // The command may come in a message of its own, without any Arrow data.
            let data = messages.try_filter(|message| {
                let data = !message.data_header.is_empty();
                async move { data }
            });
            let mut stream = FlightRecordBatchStream::new_from_flight_data(data);
            let mut rows = Vec::new();
            while let Some(batch) = stream.next().await {
                rows.push(batch.map_err(refused)?);
            }
            Ok(Received { schema: stream.schema().cloned(), rows })
        };
        match tokio::time::timeout(PATIENCE, receiving).await {
            Ok(rows) => rows,
            Err(_) => Err(Status::deadline_exceeded("rows: not all sent in time")),
        }
    }
}

/// The client's own status errors pass; what cannot be read is the client's fault too.
fn refused(error: FlightError) -> Status {
    match error {
        FlightError::Tonic(status) => *status,
        other => Status::invalid_argument(format!("rows: {other}")),
    }
}
