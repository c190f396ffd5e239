//! `trademl-sql run` and what goes with it: `plan audit test lint dag diff verify`.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, StringArray};
use arrow::record_batch::RecordBatch;
use trademl_engine::script::{
    self, DagNode, PlannedStep, RunOptions, RunReport, Side, audit_script, plan_script, run_script,
    test_scripts, verify_run,
};
use trademl_engine::{CancellationToken, Engine, EngineOptions};

use crate::args::{DagArgs, DiffArgs, RunArgs, VerifyArgs};
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
    let started = Instant::now();
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
    notify(config, arguments, &outcome, started.elapsed());
    match (outcome, stopped) {
        (Ok(report), _) => print(&report.result, look),
        (Err(_), Some(stopped)) => Err(stopped),
        (Err(e), None) => Err(e.into()),
    }
}

/// Tells the command of the configuration how a run ended. That it cannot be told is no failure of the run.
fn notify(
    config: &Config,
    arguments: &RunArgs,
    outcome: &Result<RunReport, trademl_engine::Error>,
    took: Duration,
) {
    if config.run.notify.is_empty() {
        return;
    }
    let script = arguments.script.display().to_string();
    let pipeline = script::load(&arguments.script).map_or(script, |script| script.header.name);
    let (word, run_id, error) = match outcome {
        Ok(report) => ("succeeded", report.run_id.as_str(), String::new()),
        Err(e) => ("failed", "", e.to_string()),
    };
    let told = serde_json::json!({
        "pipeline": pipeline, "run_id": run_id, "outcome": word, "seconds": took.as_secs_f64(), "error": error,
    });
    let tell = || -> io::Result<std::process::ExitStatus> {
        let mut command = std::process::Command::new("sh")
            .args(["-c", &config.run.notify])
            .env("TRADEML_PIPELINE", &pipeline)
            .env("TRADEML_RUN_ID", run_id)
            .env("TRADEML_OUTCOME", word)
            .env("TRADEML_ERROR", &error)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        if let Some(mut input) = command.stdin.take() {
            // A command that does not read its input is told by its variables.
            let _ = input.write_all(told.to_string().as_bytes());
        }
        command.wait()
    };
    let problem = match tell() {
        Ok(status) if status.success() => return,
        Ok(status) => status.to_string(),
        Err(e) => e.to_string(),
    };
    let _ = writeln!(io::stderr(), "warning: notify: '{}': {problem}", config.run.notify);
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
    print(&[table_of(columns)?], look)
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

/// Runs the audits of a pipeline; all of them, also after one that found something.
pub async fn audit(
    config: &Config,
    options: EngineOptions,
    arguments: &RunArgs,
) -> Result<(), Failure> {
    let engine = Engine::open(options).await?;
    let steps = Steps::new(config.progress && io::stderr().is_terminal());
    let run = run_options(arguments, &CancellationToken::new());
    let work = async { Ok(audit_script(&engine, &arguments.script, &run, &steps).await?) };
    interruptible(config, work).await
}

/// Runs the tests beside scripts.
pub async fn test(config: &Config, path: &Path) -> Result<(), Failure> {
    let reports = interruptible(config, async { Ok(test_scripts(path).await?) }).await?;
    for report in &reports {
        let outcome = if report.failure.is_some() { "failed" } else { "ok" };
        let _ = writeln!(io::stderr(), "{outcome:<9} {}", report.file.display());
    }
    let failed = reports.iter().filter_map(|report| {
        Some(format!("{}: {}", report.file.display(), report.failure.as_ref()?))
    });
    let failed: Vec<String> = failed.collect();
    if reports.is_empty() {
        let path = path.display();
        return Err(Failure::usage(format!("no test below '{path}': put x.test.sql beside x.sql")));
    }
    match failed.is_empty() {
        true => Ok(()),
        false => {
            let (n, all) = (failed.len(), reports.len());
            Err(Failure::new(3, format!("{n} of {all} tests failed\n{}", failed.join("\n"))))
        }
    }
}

/// Prints what could be better in scripts, a line each, as compilers do.
pub fn lint(script: &Path) -> Result<(), Failure> {
    let findings = script::lint(script)?;
    let mut out = io::stdout().lock();
    for finding in &findings {
        let line = format!("{}:{}: {}", finding.script, finding.line, finding.message);
        writeln!(out, "{line}").map_err(|e| Failure::output("standard output", &e))?;
    }
    match findings.len() {
        0 => Ok(()),
        n => Err(Failure::new(1, format!("{} to mend", counted(n as u64, "thing")))),
    }
}

/// Prints which script needs which.
pub fn dag(arguments: &DagArgs, look: Look) -> Result<(), Failure> {
    let nodes = script::dag(&arguments.script)?;
    if arguments.dot {
        let graph = script::dot(&nodes);
        let written = io::stdout().write_all(graph.as_bytes());
        return written.map_err(|e| Failure::output("standard output", &e));
    }
    let text = |value: fn(&DagNode) -> String| -> ArrayRef {
        Arc::new(nodes.iter().map(|node| Some(value(node))).collect::<StringArray>())
    };
    let columns = [
        ("script", text(|node| node.name.clone())),
        ("needs", text(|node| node.needs.join(", "))),
        ("sources", text(|node| node.sources.join(", "))),
        ("makes", text(|node| node.makes.join(", "))),
        ("file", text(|node| node.script.clone())),
    ];
    print(&[table_of(columns)?], look)
}

/// Prints the rows in which two sides of a table differ.
pub async fn diff(
    config: &Config,
    options: EngineOptions,
    arguments: &DiffArgs,
    look: Look,
) -> Result<(), Failure> {
    let engine = Engine::open(options).await?;
    let side = |text: &Option<String>| match text.as_deref() {
        None => Side::Now,
        Some(text) => match text.parse() {
            Ok(version) => Side::Version(version),
            Err(_) => Side::Environment(text.to_owned()),
        },
    };
    let (from, to) = (side(&arguments.from), side(&arguments.to));
    if from == to {
        return Err(Failure::usage(format!(
            "diff: both sides are {from}; name a version or an environment with --from or --to"
        )));
    }
    let work =
        async { Ok(script::diff(&engine, &arguments.table, &from, &to, arguments.limit).await?) };
    let report = interruptible(config, work).await?;
    print(&report.rows, look)?;
    if !report.columns.is_empty() {
        let _ = writeln!(io::stderr(), "columns: {}", report.columns.join(", "));
    }
    let (gone, new) = (counted(report.removed as u64, "row"), counted(report.added as u64, "row"));
    let _ = writeln!(io::stderr(), "- {gone} only in {from}, + {new} only in {to}");
    Ok(())
}

fn table_of<const N: usize>(columns: [(&str, ArrayRef); N]) -> Result<RecordBatch, Failure> {
    RecordBatch::try_from_iter(columns)
        .map_err(|e| Failure::new(1, format!("the rows cannot be shown: {e}")))
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
        start: arguments.start,
        end: arguments.end,
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
