//! `trademl-sql run`: a script from start to record, watched on standard error.

use std::io::{self, IsTerminal};

use trademl_engine::script::{RunOptions, RunReport, run_script};
use trademl_engine::{CancellationToken, Engine, EngineOptions};

use crate::args::RunArgs;
use crate::config::Config;
use crate::execute::{Look, expiry};
use crate::failure::Failure;
use crate::format::ResultWriter;
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
    let options = RunOptions {
        as_of: arguments.as_of,
        parameters: arguments.parameters.iter().cloned().collect(),
        all: arguments.all,
        look_ahead: arguments.look_ahead,
        cancel: cancel.clone(),
    };
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
        (Ok(report), _) => print(&report, look),
        (Err(_), Some(stopped)) => Err(stopped),
        (Err(e), None) => Err(e.into()),
    }
}

fn print(report: &RunReport, look: Look) -> Result<(), Failure> {
    let Some(first) = report.result.first() else { return Ok(()) };
    let mut out = Output::stdout();
    out.begin(look.format)?;
    let style = look.table_style(&out);
    let written = look.format.writer(&mut out, &first.schema(), style).and_then(|mut writer| {
        let writer: &mut dyn ResultWriter = writer.as_mut();
        report.result.iter().try_for_each(|batch| writer.write(batch))?;
        writer.finish()
    });
    written.map_err(|e| out.failure(&e))?;
    out.close()
}
