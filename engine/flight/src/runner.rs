//! Runs statements through the engine's one path, for all the commands that carry SQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::{SchemaRef, UInt64Type};
use futures::{StreamExt, TryStreamExt};
use tokio::sync::{OwnedSemaphorePermit, RwLock, Semaphore};
use tonic::Status;
use trademl_engine::{Engine, Execution, Planned, StatementClass};
use uuid::Uuid;

use crate::rows::Rows;
use crate::session::ClientSession;
use crate::status::{internal, status};
use crate::{bind, wire};

/// The most a statement that is no query may return, in bytes.
const OUTCOME_BYTES: usize = 16 << 20;

/// What a ticket stands for.
pub(crate) enum Pending {
    /// A query that runs when it is fetched.
    Query(Box<Planned>, SchemaRef),
    /// What a statement that is done has returned.
    Outcome(Outcome),
}

/// The result of a statement that was run to its end.
#[derive(Clone)]
pub(crate) struct Outcome {
    pub(crate) schema: SchemaRef,
    pub(crate) rows: Vec<RecordBatch>,
}

impl Outcome {
    /// Rows the statement wrote, where it says so; -1 where it does not (`FlightSql.proto`).
    pub(crate) fn changed(&self) -> i64 {
        let Some((at, _)) = self.schema.column_with_name("rows") else { return -1 };
        let sum = |batch: &RecordBatch| {
            let counts = batch.column(at).as_primitive_opt::<UInt64Type>()?;
            Some(counts.iter().flatten().sum::<u64>())
        };
        let total = self.rows.iter().map(sum).sum::<Option<u64>>();
        total.and_then(|total| i64::try_from(total).ok()).unwrap_or(-1)
    }
}

/// The engine with the limits of the server.
pub(crate) struct Runner {
    engine: Engine,
    queries: Arc<Semaphore>,
    limit: usize,
    /// How long a statement waits for its turn.
    patience: Duration,
    /// How long a query may take; none for ever.
    timeout: Option<Duration>,
    /// Held for reading by each statement that changes something, so that a stop can wait for it.
    changing: Arc<RwLock<()>>,
    changes: AtomicU64,
}

impl Runner {
    pub(crate) fn new(
        engine: Engine,
        limit: usize,
        patience: Duration,
        timeout: Option<Duration>,
    ) -> Self {
        let limit = limit.clamp(1, Semaphore::MAX_PERMITS);
        let queries = Arc::new(Semaphore::new(limit));
        let (changing, changes) = (Arc::default(), AtomicU64::new(0));
        Self { engine, queries, limit, patience, timeout, changing, changes }
    }

    /// A number that grows with each statement that may change data, names or settings.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// Waits until the statements that change something are done.
    pub(crate) async fn settled(&self) {
        let _none_left = self.changing.write().await;
    }

    /// Plans the one statement of a text.
    pub(crate) async fn plan(&self, session: &ClientSession, sql: &str) -> Result<Planned, Status> {
        let mut statements = self.engine.parse(sql).map_err(|error| status(&error))?;
        let (Some(statement), true) = (statements.pop(), statements.is_empty()) else {
            let count = statements.len() + usize::from(!statements.is_empty());
            return Err(Status::invalid_argument(format!(
                "sql: {count} statements in one call, expected one; send them one by one"
            )));
        };
        self.engine.plan(&session.engine, statement).await.map_err(|error| status(&error))
    }

    /// One statement over all rows of parameters.
    pub(crate) fn many(
        &self,
        planned: Planned,
        schema: SchemaRef,
        rows: Vec<RecordBatch>,
    ) -> Result<Planned, Status> {
        let count: usize = rows.iter().map(RecordBatch::num_rows).sum();
        if !matches!(planned.class, StatementClass::Read) {
            // One row of parameters may also stand elsewhere than in VALUES.
            let whole = (count == 1).then(|| planned.clone());
            match (bind::all_rows(planned, schema, &rows)?, whole) {
                (Some(planned), _) => return Ok(planned),
                (None, Some(planned)) => return bind::one_row(planned, &rows),
                (None, None) => {}
            }
        } else if count == 1 {
            return bind::one_row(planned, &rows);
        }
        Err(Status::invalid_argument(format!(
            "parameters: {count} rows given, expected one; many rows go into INSERT … VALUES with \
             all the parameters in its one row"
        )))
    }

    /// Accepts a planned statement: a query waits for its fetch, all else runs now. Returns the
    /// ticket, the schema of the result and the number of rows where it is known.
    pub(crate) async fn submit(
        &self,
        session: &Arc<ClientSession>,
        planned: Planned,
    ) -> Result<(Uuid, SchemaRef, i64), Status> {
        if matches!(planned.class, StatementClass::Read) {
            if !planned.parameters.is_empty() {
                return Err(unbound(&planned));
            }
            let schema = wire::schema(&planned.schema);
            let pending = Pending::Query(Box::new(planned), Arc::clone(&schema));
            return Ok((session.tickets.issue(pending), schema, -1));
        }
        let outcome = self.run(session, planned).await?;
        let count = outcome.rows.iter().map(RecordBatch::num_rows).sum::<usize>() as i64;
        let schema = Arc::clone(&outcome.schema);
        Ok((session.tickets.issue(Pending::Outcome(outcome)), schema, count))
    }

    /// Runs a statement that is no query and returns the number of rows it changed.
    pub(crate) async fn update(
        &self,
        session: &Arc<ClientSession>,
        planned: Planned,
    ) -> Result<i64, Status> {
        match planned.class {
            StatementClass::Read => Err(Status::invalid_argument(
                "sql: a query returns rows and changes none, fetch it instead of executing an \
                 update",
            )),
            StatementClass::Write => Ok(self.run(session, planned).await?.changed()),
            StatementClass::Ddl | StatementClass::Session => {
                Ok(self.run(session, planned).await?.changed().max(0))
            }
        }
    }

    /// Runs a statement to its end in a task of its own: a client that goes away in the middle does
    /// not leave a change half made.
    async fn run(&self, session: &Arc<ClientSession>, planned: Planned) -> Result<Outcome, Status> {
        if !planned.parameters.is_empty() {
            return Err(unbound(&planned));
        }
        let turn = self.turn().await?;
        let changing = Arc::clone(&self.changing).read_owned().await;
        let (running, _) = session.start(Uuid::new_v4());
        let (engine, session) = (self.engine.clone(), Arc::clone(session));
        let task = tokio::spawn(async move {
            let _until_done = (turn, changing, running);
            let schema = wire::schema(&planned.schema);
            let execution = engine.execute(&session.engine, planned).await;
            let Execution { stream, .. } = execution.map_err(|error| status(&error))?;
            collect(stream.map_err(|error| status(&error.into())), schema).await
        });
        let outcome = task.await.map_err(|error| internal("statement", &error))?;
        self.changes.fetch_add(1, Ordering::SeqCst);
        outcome
    }

    /// Starts a query whose ticket was redeemed.
    pub(crate) async fn start(
        &self,
        session: &Arc<ClientSession>,
        ticket: Uuid,
        planned: Planned,
        schema: SchemaRef,
    ) -> Result<Rows, Status> {
        let (running, mut stopped) = session.start(ticket);
        let starting = async {
            let turn = self.turn().await?;
            let execution = self.engine.execute(&session.engine, planned).await;
            Ok::<_, Status>((turn, execution.map_err(|error| status(&error))?))
        };
        let (turn, execution) = tokio::select! {
            started = starting => started?,
            _ = &mut stopped => return Err(Status::cancelled("query: cancelled")),
        };
        Ok(Rows::new(execution.stream, schema, stopped, self.timeout, (turn, running)))
    }

    /// Waits for a place among the running statements.
    async fn turn(&self) -> Result<OwnedSemaphorePermit, Status> {
        let turn = Arc::clone(&self.queries).acquire_owned();
        match tokio::time::timeout(self.patience, turn).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(Status::resource_exhausted(format!(
                "queries: {} run already and none ended within {} s, try again later",
                self.limit,
                self.patience.as_secs()
            ))),
        }
    }
}

/// All rows of a small result.
async fn collect(
    stream: impl futures::Stream<Item = Result<RecordBatch, Status>>,
    schema: SchemaRef,
) -> Result<Outcome, Status> {
    let mut stream = std::pin::pin!(stream);
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while let Some(batch) = stream.next().await {
        let batch = wire::batch(&batch?, &schema).map_err(|error| internal("result", &error))?;
        bytes += wire::size(&batch);
        if bytes > OUTCOME_BYTES {
            return Err(Status::resource_exhausted(format!(
                "result: over {} MiB from a statement that is no query",
                OUTCOME_BYTES >> 20
            )));
        }
        rows.push(batch);
    }
    Ok(Outcome { schema, rows })
}

fn unbound(planned: &Planned) -> Status {
    let names: Vec<_> = planned.parameters.iter().map(|(name, _)| name.as_str()).collect();
    Status::invalid_argument(format!(
        "parameters: no value for {}, prepare the statement and bind one",
        names.join(", ")
    ))
}
