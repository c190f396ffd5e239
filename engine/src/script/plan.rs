//! What a run would do, and why.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::Utc;

use super::header::Kind;
use super::identity::bind;
use super::load::load;
use super::observer::Silent;
use super::runner::{Bench, Run, RunOptions};
use super::state::{Due, State};
use super::steps::{Step, Work, steps};
use super::work::in_place;
use crate::engine::Engine;
use crate::error::{ErrorKind, Result};

/// A step, and what a run would do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStep {
    /// What it is called.
    pub name: String,
    /// Its script.
    pub script: String,
    /// What a run would do.
    pub action: Action,
    /// Why.
    pub reason: String,
}

/// What a run would do with a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It runs.
    Run,
    /// It runs unless what it reads turns out to be made as it was.
    Check,
    /// It is left out.
    Skip,
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Run => "run",
            Self::Check => "run if changed",
            Self::Skip => "up to date",
        })
    }
}

/// Says what [`run_script`](super::run_script) would do, and does nothing.
pub async fn plan_script(
    engine: &Engine,
    path: &Path,
    options: &RunOptions,
) -> Result<Vec<PlannedStep>> {
    let script = load(path)?;
    let steps = steps(&script)?;
    let lake = engine.lake();
    let parameters = bind(&script, &options.parameters)?;
    let published = State::load(lake, &script.header.name.replace('.', "-")).await?;
    let run = Run::new(engine, &script, &Silent, options, parameters, Utc::now(), published);
    let mut stage = lake.stage(&run.pipeline).await?;
    if stage.conflict().await?.is_some() {
        // A run would make anew what an unfinished one has left.
        stage = lake.new_stage(&run.pipeline)?;
    }
    let bench = run.bench_on(stage).await?;
    let mut remade = BTreeSet::new();
    let mut planned = vec![];
    for step in &steps {
        let (action, reason) = run.outlook(step, &bench, &remade).await.map_err(|e| {
            let place = e.place.is_none().then(|| step.statement.place()).flatten();
            e.at(place).in_file(&step.script.path.display().to_string())
        })?;
        if action != Action::Skip {
            remade.extend(step.makes.clone());
        }
        let (name, script) = (step.name.clone(), step.script.path.display().to_string());
        planned.push(PlannedStep { name, script, action, reason });
    }
    Ok(planned)
}

impl Run<'_> {
    /// What would become of a step, if those before make `remade` anew.
    async fn outlook(
        &self,
        step: &Step<'_>,
        bench: &Bench,
        remade: &BTreeSet<String>,
    ) -> Result<(Action, String)> {
        let inputs: Vec<&str> = match &step.script.header.inputs {
            Some(inputs) => {
                inputs.iter().filter(|i| remade.contains(*i)).map(String::as_str).collect()
            }
            None => vec![],
        };
        match step.work {
            Work::Effect => return Ok((Action::Run, "when all is published".to_owned())),
            Work::Relation(Kind::View) => {
                // Views of what is not there yet are made by the run itself.
                if inputs.is_empty() {
                    let view = format!("CREATE OR REPLACE VIEW {} AS", step.id);
                    let text = in_place(step.statement, &view);
                    self.statement(&bench.session, &text, step).await?;
                    return Ok((Action::Run, "a view is the session's".to_owned()));
                }
                return Ok((Action::Check, format!("{} made anew", inputs.join(", "))));
            }
            Work::Always => return Ok((Action::Run, "always".to_owned())),
            _ if !inputs.is_empty() => {
                return Ok((Action::Check, format!("{} made anew", inputs.join(", "))));
            }
            _ => {}
        }
        let ready = match self.ready(step, bench).await {
            Ok(ready) => ready,
            // Without declared inputs only the plan tells that a table is still to be made.
            Err(e)
                if e.kind == ErrorKind::Sql
                    && !remade.is_empty()
                    && !bench.state.0.contains_key(&step.id) =>
            {
                return Ok((Action::Run, format!("new; cannot be planned yet: {}", e.message)));
            }
            Err(e) => return Err(e),
        };
        Ok(match (ready.due, self.options.all) {
            (Due::Because(reason), _) => (Action::Run, reason),
            (Due::UpToDate, true) => (Action::Run, "asked for".to_owned()),
            (Due::UpToDate, false) => {
                let made = bench.state.0.get(&step.id);
                let at = made.map(|m| format!("since {}", m.at.format("%Y-%m-%dT%H:%M:%SZ")));
                (Action::Skip, at.unwrap_or_default())
            }
        })
    }
}
