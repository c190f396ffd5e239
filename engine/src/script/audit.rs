//! The audits of a pipeline over what is published.

use std::path::Path;

use chrono::Utc;

use super::header::Kind;
use super::identity::bind;
use super::load::load;
use super::observer::{Outcome, RunObserver, StepReport};
use super::runner::{Run, RunOptions};
use super::state::State;
use super::steps::{Work, steps};
use super::work::in_place;
use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};

/// Runs every audit of a script and all it includes, those after a failure, too. Nothing is written.
///
/// # Errors
///
/// If any found bad rows, with the words of all.
pub async fn audit_script(
    engine: &Engine,
    path: &Path,
    options: &RunOptions,
    observer: &dyn RunObserver,
) -> Result<()> {
    let script = load(path)?;
    let steps = steps(&script)?;
    let lake = engine.lake();
    let parameters = bind(&script, &options.parameters)?;
    let run =
        Run::new(engine, &script, observer, options, parameters, Utc::now(), State::default());
    let bench = run.bench_on(lake.new_stage(&run.pipeline)?).await?;
    let total = steps.iter().filter(|step| step.work == Work::Check).count();
    let (mut failed, mut number) = (vec![], 0);
    for step in &steps {
        let text = match step.work {
            Work::Relation(Kind::View) => {
                in_place(step.statement, &format!("CREATE OR REPLACE VIEW {} AS", step.id))
            }
            Work::Check => in_place(step.statement, ""),
            _ => continue,
        };
        if step.work != Work::Check {
            run.statement(&bench.session, &text, step).await?;
            continue;
        }
        number += 1;
        observer.step_started(&step.name, number, total);
        let clock = std::time::Instant::now();
        let done = run.statement(&bench.session, &text, step).await;
        let outcome = if done.is_ok() { Outcome::Succeeded } else { Outcome::Failed };
        let seconds = clock.elapsed().as_secs_f64();
        observer.step_finished(&step.name, &StepReport { rows: 0, skipped: 0, seconds, outcome });
        match done {
            Ok(_) => {}
            Err(e) if e.kind == ErrorKind::Audit => failed.push(e.message),
            Err(e) => {
                let place = e.place.is_none().then(|| step.statement.place()).flatten();
                return Err(e.at(place).in_file(&step.script.path.display().to_string()));
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    let text = format!("{} of {total} audits failed\n{}", failed.len(), failed.join("\n"));
    Err(Error::new(ErrorKind::Audit, text))
}
