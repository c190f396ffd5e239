//! `trademl-sql run`, `plan`, `verify`: scripts from start to record, watched on standard error.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::record_batch::RecordBatch;
use trademl_engine::script::{PlannedStep, RunOptions, plan_script, run_script, verify_run};
use trademl_engine::{CancellationToken, Engine, EngineOptions};

use crate::args::{RunArgs, VerifyArgs};
use crate::config::Config;
use crate::execute::{Look, expiry};
use crate::failure::Failure;
use crate::format::{ResultWriter, counted};
use crate::observer::Steps;
use crate::output::Output;
use crate::signals::Signals;

/// Runs the script and prints the rows of its last step.
pub async fn run(
    config: &Config,
    options: EngineOptions,
    arguments: &RunArgs,
    look: Look,
) -> Result<(), Failure> {
    let mut signals = Signals::new().map_err(|e| Failure::new(6, format!("signals: {e}")))?;
    let engine = Engine::open(options).await?;
    let cancel = CancellationToken::new();
    let options = run_options(arguments, &cancel);
    let steps = Steps::new(config.progress && io::stderr().is_terminal());
    let work = run_script(&engine, &arguments.script, options, &steps);
    tokio::pin!(work);
    let limit = expiry(config.timeout);
    tokio::pin!(limit);
    let mut stopped: Option<Failure> = None;
    let outcome = loop {
        let stop = tokio::select! {
            outcome = &mut work => break outcome,
            signal = signals.next() => signal,
            () = &mut limit, if stopped.is_none() => Failure::timeout(config.timeout),
        };
        if stopped.is_some() {
            // The second signal does not wait for the record of the run.
            return Err(stop);
        }
        cancel.cancel();
        stopped = Some(stop);
    };
    match (outcome, stopped) {
        (Ok(report), _) => print(&report.result, look),
        (Err(_), Some(stopped)) => Err(stopped),
        (Err(e), None) => Err(e.into()),
    }
}

/// Prints what a run would do, a row a step.
pub async fn plan(
    config: &Config,
    options: EngineOptions,
    arguments: &RunArgs,
    look: Look,
) -> Result<(), Failure> {
    let engine = Engine::open(options).await?;
    let run = run_options(arguments, &CancellationToken::new());
    let work = async { Ok(plan_script(&engine, &arguments.script, &run).await?) };
    let steps = interruptible(config, work).await?;
    let text = |value: fn(&PlannedStep) -> String| -> ArrayRef {
        Arc::new(steps.iter().map(|step| Some(value(step))).collect::<StringArray>())
    };
    let columns = [
        ("step", text(|step| step.name.clone())),
        ("action", text(|step| step.action.to_string())),
        ("reason", text(|step| step.reason.clone())),
        ("script", text(|step| step.script.clone())),
    ];
    let rows = RecordBatch::try_from_iter(columns)
        .map_err(|e| Failure::new(1, format!("the plan cannot be shown: {e}")))?;
    print(&[rows], look)
}

/// Derives a run again and says of each step whether it gave the same bits.
pub async fn verify(
    config: &Config,
    options: EngineOptions,
    arguments: &VerifyArgs,
) -> Result<(), Failure> {
    let engine = Engine::open(options).await?;
    let steps = Steps::new(config.progress && io::stderr().is_terminal());
    let partitions = usize::from(arguments.partitions);
    let work = async { Ok(verify_run(&engine, &arguments.run_id, partitions, &steps).await?) };
    let report = interruptible(config, work).await?;
    let made = counted(report.same.len() as u64, "step");
    if report.different.is_empty() {
        let _ = writeln!(io::stderr(), "run {}: {made} gave the same bits", arguments.run_id);
        return Ok(());
    }
    Err(Failure::new(
        3,
        format!(
            "run {}: {} gave other bits than recorded ({made} the same); compare the inputs in \
             ops.steps, the engine and its libraries",
            arguments.run_id,
            report.different.join(", ")
        ),
    ))
}

/// Work that a signal or the time limit ends.
async fn interruptible<T>(
    config: &Config,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut signals = Signals::new().map_err(|e| Failure::new(6, format!("signals: {e}")))?;
    tokio::select! {
        done = work => done,
        signal = signals.next() => Err(signal),
        () = expiry(config.timeout) => Err(Failure::timeout(config.timeout)),
    }
}

fn run_options(arguments: &RunArgs, cancel: &CancellationToken) -> RunOptions {
    RunOptions {
        as_of: arguments.as_of,
        parameters: arguments.parameters.iter().cloned().collect(),
        all: arguments.all,
        look_ahead: arguments.look_ahead,
        cancel: cancel.clone(),
    }
}

fn print(rows: &[RecordBatch], look: Look) -> Result<(), Failure> {
    let Some(first) = rows.first() else { return Ok(()) };
    let mut out = Output::stdout();
    out.begin(look.format)?;
    let style = look.table_style(&out);
    let written = look.format.writer(&mut out, &first.schema(), style).and_then(|mut writer| {
        let writer: &mut dyn ResultWriter = writer.as_mut();
        rows.iter().try_for_each(|batch| writer.write(batch))?;
        writer.finish()
    });
    written.map_err(|e| out.failure(&e))?;
    out.close()
}
