//! The steps of a run: the statements of its scripts, each script after those that make its inputs.

use std::collections::BTreeMap;

use super::header::Kind;
use super::load::{Item, Script};
use crate::error::{Error, Result};
use crate::statement::{Kind as Sql, Statement};

/// One statement of a run.
#[derive(Debug)]
pub(super) struct Step<'a> {
    /// What it goes by from run to run.
    pub id: String,
    /// What it is called in messages.
    pub name: String,
    pub script: &'a Script,
    pub statement: &'a Statement,
    pub work: Work,
    /// The table or model it writes.
    pub makes: Option<String>,
}

/// What a step is for, which decides when it is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// Makes a relation of the script's name.
    Relation(Kind),
    /// Makes a table or model: left out while what it is made from is the same.
    Make,
    /// Looks at tables: left out while they are the same.
    Check,
    /// Belongs to the session or shows rows.
    Always,
    /// Acts outside of what is staged: runs when everything is published.
    Effect,
}

/// The steps in an order in which what one reads is made before.
///
/// # Errors
///
/// If scripts need each other, with their names.
pub(super) fn steps(script: &Script) -> Result<Vec<Step<'_>>> {
    let mut all = vec![];
    collect(script, &mut all);
    let (work, effects): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|step| step.work != Work::Effect);
    let mut ordered = in_order(work)?;
    ordered.extend(effects);
    Ok(ordered)
}

fn collect<'a>(script: &'a Script, steps: &mut Vec<Step<'a>>) {
    let mut number = 0;
    for item in &script.items {
        match item {
            Item::Script(script) => collect(script, steps),
            Item::Statement(statement) => {
                number += 1;
                steps.push(step(script, statement, number));
            }
        }
    }
    for statement in &script.audits {
        let Sql::Check(check) = &statement.kind else { continue };
        let name = format!("audit {check}");
        let (id, work) = (format!("{} {name}", script.header.name), Work::Check);
        steps.push(Step { id, name, script, statement, work, makes: None });
    }
}

fn step<'a>(script: &'a Script, statement: &'a Statement, number: usize) -> Step<'a> {
    let header = &script.header;
    if header.kind.is_relation() {
        let (id, work) = (header.name.clone(), Work::Relation(header.kind));
        let makes = Some(id.clone());
        return Step { name: id.clone(), id, script, statement, work, makes };
    }
    let table = |name| crate::names::table_name(name).ok().map(|name| name.to_string());
    let (work, makes) = match &statement.kind {
        Sql::CreateTable(create) => (Work::Make, table(&create.name)),
        Sql::Insert(insert) => (Work::Make, table(&insert.table)),
        Sql::CreateModel(model) => {
            (Work::Make, Some(format!("models.{}", crate::names::normal(&model.name))))
        }
        Sql::Audit(_) | Sql::Check(_) | Sql::AssertPitStable(_) => (Work::Check, None),
        Sql::EmitDaily(_) | Sql::Vacuum(_) | Sql::Optimize(_) => (Work::Effect, None),
        Sql::Stock(stock) => match stock.as_ref() {
            datafusion::sql::parser::Statement::CopyTo(_) => (Work::Effect, None),
            _ => (Work::Always, None),
        },
        _ => (Work::Always, None),
    };
    let name = match &statement.kind {
        Sql::Audit(audit) => format!("audit {}", audit.name),
        Sql::Check(check) => format!("audit {check}"),
        Sql::CreateModel(model) => format!("model {}", model.name),
        Sql::EmitDaily(_) => "emit daily".to_string(),
        _ => {
            let first = statement.text.lines().next().unwrap_or_default();
            first.chars().take(40).collect()
        }
    };
    let id = match &statement.kind {
        Sql::Audit(audit) => format!("{} audit {}", header.name, audit.name),
        _ => format!("{} #{number}", header.name),
    };
    Step { id, name, script, statement, work, makes }
}

/// What the statements of a script make.
pub(super) fn makes(script: &Script) -> Vec<String> {
    let mut steps = vec![];
    for item in &script.items {
        if let Item::Statement(statement) = item {
            steps.push(step(script, statement, 0));
        }
    }
    steps.into_iter().filter_map(|step| step.makes).collect()
}

/// As they stand, but for steps that wait for what a later script makes.
fn in_order(mut waiting: Vec<Step<'_>>) -> Result<Vec<Step<'_>>> {
    let mut ordered: Vec<Step<'_>> = vec![];
    while !waiting.is_empty() {
        let next = (0..waiting.len()).find(|i| waits_for(&waiting, *i).is_none());
        let Some(next) = next else { return Err(cycle(&waiting)) };
        ordered.push(waiting.remove(next));
    }
    Ok(ordered)
}

/// The step that has to run before the one at `i`.
fn waits_for(waiting: &[Step<'_>], i: usize) -> Option<usize> {
    let step = &waiting[i];
    // The statements of a pipeline itself stay where they stand.
    if step.script.header.kind == Kind::Pipeline {
        return (i > 0).then_some(0);
    }
    let inputs = step.script.header.inputs.iter().flatten();
    let needed = inputs.filter_map(|input| {
        let makes = |other: &Step<'_>| other.makes.as_deref() == Some(input.as_str());
        // What the script itself makes, it makes in its own order.
        let other = |other: &Step<'_>| !std::ptr::eq(other.script, step.script);
        waiting.iter().position(|waiting| makes(waiting) && other(waiting))
    });
    let own = (0..i).find(|before| std::ptr::eq(waiting[*before].script, step.script));
    needed.min().or(own)
}

/// Each waits for another: follows them until one comes again.
fn cycle(waiting: &[Step<'_>]) -> Error {
    let (mut seen, mut at): (BTreeMap<usize, usize>, usize) = (BTreeMap::new(), 0);
    let mut path = vec![];
    while !seen.contains_key(&at) {
        seen.insert(at, path.len());
        path.push(waiting[at].script.header.name.as_str());
        at = waits_for(waiting, at).unwrap_or(at);
    }
    let mut round: Vec<&str> = path[seen[&at]..].to_vec();
    round.push(waiting[at].script.header.name.as_str());
    round.dedup();
    Error::usage(format!(
        "scripts need each other: {}; take one out of the other's inputs",
        round.join(" needs ")
    ))
}
