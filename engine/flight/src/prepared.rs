//! Prepared statements: their text, what clients learn about them, and the values bound to them.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use tonic::Status;
use trademl_engine::{Planned, StatementClass};

use crate::bind;
use crate::runner::Runner;
use crate::session::{ClientSession, lock};
use crate::wire;

/// How long the plan made at prepare time serves the first execution. Clients execute at once; later
/// executions plan again, so that they see the tables as they are then.
const FRESH: Duration = Duration::from_secs(1);

/// One prepared statement of a session.
pub(crate) struct Prepared {
    sql: String,
    /// Schema of the result; `None` for statements that return a count.
    pub(crate) dataset: Option<SchemaRef>,
    /// Schema of the parameters, in the order they are bound.
    pub(crate) parameters: Schema,
    bound: Mutex<Vec<RecordBatch>>,
    fresh: Mutex<Option<Fresh>>,
}

/// A plan, with when it was made and how many changes the server had seen by then.
struct Fresh {
    planned: Planned,
    made: Instant,
    changes: u64,
}

impl Prepared {
    /// Plans the text and keeps what clients ask about it.
    pub(crate) async fn new(
        runner: &Runner,
        session: &ClientSession,
        sql: String,
    ) -> Result<Self, Status> {
        let changes = runner.changes();
        let made = Instant::now();
        let planned = runner.plan(session, &sql).await?;
        let reads = matches!(planned.class, StatementClass::Read);
        Ok(Self {
            sql,
            dataset: reads.then(|| wire::schema(&planned.schema)),
            parameters: bind::schema(&planned),
            bound: Mutex::default(),
            fresh: Mutex::new(Some(Fresh { planned, made, changes })),
        })
    }

    /// Binds values for the executions that follow, in the place of earlier ones.
    pub(crate) fn bind(&self, rows: Vec<RecordBatch>) {
        *lock(&self.bound) = rows;
    }

    /// The values bound last.
    pub(crate) fn bound(&self) -> Vec<RecordBatch> {
        lock(&self.bound).clone()
    }

    /// A plan of the statement as of now, its parameters still open.
    pub(crate) async fn plan(
        &self,
        runner: &Runner,
        session: &ClientSession,
    ) -> Result<Planned, Status> {
        let fresh = lock(&self.fresh).take();
        match fresh {
            Some(plan) if plan.made.elapsed() < FRESH && plan.changes == runner.changes() => {
                Ok(plan.planned)
            }
            _ => runner.plan(session, &self.sql).await,
        }
    }

    /// A plan with the bound values in place.
    pub(crate) async fn ready(
        &self,
        runner: &Runner,
        session: &ClientSession,
    ) -> Result<Planned, Status> {
        let planned = self.plan(runner, session).await?;
        if planned.parameters.is_empty() {
            return Ok(planned);
        }
        let rows = self.bound();
        let Some(schema) = rows.first().map(RecordBatch::schema) else {
            return Err(Status::invalid_argument(format!(
                "parameters: none given, the statement has {}",
                planned.parameters.len()
            )));
        };
        runner.many(planned, schema, rows)
    }
}
