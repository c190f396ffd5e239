//! Runs statements one after the other and writes their results.

use std::future::pending;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use arrow::array::AsArray;
use arrow::datatypes::{DataType, Schema, UInt64Type};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use futures::StreamExt;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep};
use trademl_engine::{Engine, Execution, Session, Statement, StatementClass};

use crate::failure::Failure;
use crate::format::{Format, ResultWriter, TableStyle, counted};
use crate::output::Output;
use crate::progress::Bar;
use crate::signals::Signals;

/// How often the progress bar moves.
const TICK: Duration = Duration::from_millis(100);

/// How results look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Of results.
    pub format: Format,
    /// Rows a table shows at most; `None` takes the destination's default.
    pub max_rows: Option<usize>,
    /// Escape sequences for results, where they go to a terminal.
    pub color: bool,
    /// Progress bars on standard error.
    pub progress: bool,
}

/// What a statement did.
#[derive(Clone, Debug)]
pub struct Done {
    /// What it says it did, unless it printed a result.
    pub message: Option<String>,
    /// Wall time from planning to the last row.
    pub elapsed: Duration,
    /// Bytes read from the lake.
    pub bytes: u64,
}

/// A session with what runs its statements.
pub struct Shell {
    /// The engine.
    pub engine: Engine,
    /// Settings, parameters and temporary views.
    pub session: Session,
    /// What ends a statement early.
    pub signals: Signals,
    /// Longest time for one statement; zero is no limit.
    pub timeout: Duration,
    /// How results look.
    pub look: Look,
}

/// Rows of a table that goes to a file or pipe, unless told otherwise: a table is held in memory.
const MAX_ROWS_OF_FILE: usize = 10_000;

/// Rows of a table on a terminal, unless told otherwise.
const MAX_ROWS_OF_TERMINAL: usize = 40;

impl Look {
    /// What a table may use of its destination.
    pub fn table_style(&self, out: &Output) -> TableStyle {
        let terminal = out.is_terminal();
        let default = if terminal { MAX_ROWS_OF_TERMINAL } else { MAX_ROWS_OF_FILE };
        TableStyle {
            max_rows: Some(self.max_rows.unwrap_or(default)).filter(|rows| *rows > 0),
            width: if terminal { terminal_width() } else { None },
            color: terminal && self.color,
        }
    }
}

/// Columns of the terminal; a pseudo-terminal may say zero, which means it does not know.
fn terminal_width() -> Option<usize> {
    comfy_table::Table::new().width().map(usize::from).filter(|columns| *columns > 0)
}

impl Shell {
    /// Parses all of `text` before anything runs, then runs its statements until one fails.
    /// `report` hears of each that is done.
    pub async fn run_text(
        &mut self,
        text: &str,
        file: Option<&str>,
        out: &mut Output,
        mut report: impl FnMut(&Done),
    ) -> Result<(), Failure> {
        let named = |e: trademl_engine::Error| match file {
            Some(file) => Failure::from(e.in_file(file)),
            None => Failure::from(e),
        };
        for statement in self.engine.parse(text).map_err(named)? {
            let done = self.run_statement(statement, file, out).await?;
            report(&done);
        }
        Ok(())
    }

    async fn run_statement(
        &mut self,
        statement: Statement,
        file: Option<&str>,
        out: &mut Output,
    ) -> Result<Done, Failure> {
        let limit = self.timeout;
        let Self { engine, session, signals, look, .. } = self;
        // Losing the race drops the work, and with it the stream, which cancels the query.
        tokio::select! {
            biased;
            failure = signals.next() => Err(failure),
            () = expiry(limit) => Err(Failure::timeout(limit)),
            done = perform(engine, session, statement, file, look, out) => done,
        }
    }
}

/// Ends when the time is over; never without a limit.
pub async fn expiry(limit: Duration) {
    if limit.is_zero() { pending().await } else { sleep(limit).await }
}

async fn perform(
    engine: &Engine,
    session: &Session,
    statement: Statement,
    file: Option<&str>,
    look: &Look,
    out: &mut Output,
) -> Result<Done, Failure> {
    let started = Instant::now();
    let named = |e: trademl_engine::Error| match file {
        Some(file) => Failure::from(e.in_file(file)),
        None => Failure::from(e),
    };
    let planned = engine.plan(session, statement).await.map_err(named)?;
    for warning in &planned.warnings {
        let _ = writeln!(io::stderr(), "warning: {warning}");
    }
    let class = planned.class;
    let mut execution = engine.execute(session, planned).await.map_err(named)?;
    let schema = execution.schema.clone();
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut bar = Bar::new(look.progress);

    let message = if class != StatementClass::Read && is_message(&schema) {
        let mut told = None;
        while let Some(batch) = next(&mut execution, &mut bar, &mut ticks).await {
            told = message(&batch.map_err(named)?).or(told);
        }
        Some(told.unwrap_or_else(|| "done".to_owned()))
    } else {
        out.begin(look.format)?;
        let style = look.table_style(out);
        let bar_in_the_way = out.is_terminal() && look.format != Format::Table;
        let written = match look.format.writer(out, &schema, style) {
            Ok(writer) => pour(&mut execution, writer, &mut bar, bar_in_the_way, &mut ticks).await,
            Err(e) => Err(Broken::Output(e)),
        };
        written.map_err(|broken| match broken {
            Broken::Query(e) => named(e),
            Broken::Output(e) => out.failure(&e),
        })?;
        out.flush_all()?;
        None
    };
    bar.clear();
    let bytes = execution.progress.snapshot().bytes;
    Ok(Done { message, elapsed: started.elapsed(), bytes })
}

/// What can break while rows flow.
enum Broken {
    Query(trademl_engine::Error),
    Output(ArrowError),
}

async fn pour(
    execution: &mut Execution,
    mut writer: Box<dyn ResultWriter + '_>,
    bar: &mut Bar,
    bar_in_the_way: bool,
    ticks: &mut Interval,
) -> Result<(), Broken> {
    while let Some(batch) = next(execution, bar, ticks).await {
        let batch = batch.map_err(Broken::Query)?;
        if bar_in_the_way {
            bar.clear();
        }
        writer.write(&batch).map_err(Broken::Output)?;
    }
    bar.clear();
    writer.finish().map_err(Broken::Output)
}

async fn next(
    execution: &mut Execution,
    bar: &mut Bar,
    ticks: &mut Interval,
) -> Option<trademl_engine::Result<RecordBatch>> {
    loop {
        tokio::select! {
            batch = execution.stream.next() => return batch.map(|b| b.map_err(Into::into)),
            _ = ticks.tick() => bar.show(&execution.progress.snapshot()),
        }
    }
}

/// Whether a statement answers with what it did, which is for people and not a result: nothing, a
/// sentence `done`, or counts of rows written.
fn is_message(schema: &Schema) -> bool {
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let counts = schema.fields().iter().all(|field| field.data_type() == &DataType::UInt64);
    match names.as_slice() {
        [] => true,
        ["done"] => schema.field(0).data_type() == &DataType::Utf8,
        ["count"] | ["rows", "skipped", "version"] => counts,
        _ => false,
    }
}

fn message(batch: &RecordBatch) -> Option<String> {
    if batch.num_rows() == 0 || batch.num_columns() == 0 {
        return None;
    }
    if let Some(done) = batch.column(0).as_string_opt::<i32>() {
        return Some(done.value(0).to_owned());
    }
    let count =
        |column: usize| Some(batch.column(column).as_primitive_opt::<UInt64Type>()?.value(0));
    let mut text = format!("{} written", counted(count(0)?, "row"));
    if batch.num_columns() == 3 {
        let skipped = count(1)?;
        if skipped > 0 {
            text = format!("{text}, {skipped} there already");
        }
        text = format!("{text}, version {}", count(2)?);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, StringArray, UInt64Array};
    use std::sync::Arc;

    fn counts(pairs: &[(&str, u64)]) -> RecordBatch {
        let column = |count: u64| Arc::new(UInt64Array::from(vec![count])) as ArrayRef;
        RecordBatch::try_from_iter(pairs.iter().map(|(name, count)| (*name, column(*count))))
            .unwrap()
    }

    #[test]
    fn statements_say_what_they_did() {
        let told = |batch: &RecordBatch| {
            assert!(is_message(&batch.schema()));
            message(batch).unwrap()
        };
        assert_eq!(told(&counts(&[("count", 1)])), "1 row written");
        assert_eq!(
            told(&counts(&[("rows", 1200), ("skipped", 0), ("version", 3)])),
            "1,200 rows written, version 3"
        );
        assert_eq!(
            told(&counts(&[("rows", 0), ("skipped", 7), ("version", 3)])),
            "0 rows written, 7 there already, version 3"
        );
        let done: ArrayRef = Arc::new(StringArray::from(vec!["audit x passed"]));
        assert_eq!(told(&RecordBatch::try_from_iter([("done", done)]).unwrap()), "audit x passed");
        assert!(!is_message(&counts(&[("rows", 1)]).schema()));
    }
}
