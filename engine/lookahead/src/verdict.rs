//! From what columns know to what is said about it.

use std::fmt;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::LogicalPlan;

use crate::analysis::{Analysis, Catalog};
use crate::instant::{Instant, Time};
use crate::relation::{Knows, Relation, Until, Why};
use crate::span::Span;

/// A query's times, and what of it looks ahead.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The column that tells when a row happened, if the result has one.
    pub time: Option<String>,
    /// What knows more than its row's time allows.
    pub findings: Vec<Finding>,
    /// For each column how late it is known, in words.
    pub known: Vec<String>,
    /// For each column how old the newest data in it can be, in words; `None` of constants.
    pub stale: Vec<Option<String>>,
    /// Whether nothing of it depends on what happened.
    pub always: bool,
}

/// A column that looks ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The column; `None`: the choice of rows.
    pub column: Option<String>,
    /// What makes it look ahead.
    pub expression: String,
    /// What it would see.
    pub sees: String,
    /// How to write it instead.
    pub instead: String,
    /// Whether it is meant to.
    pub kind: Kind,
}

/// Whether look-ahead is what a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is a slip.
    Leak,
    /// It is a label.
    Label,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "column '{column}'")?,
            None => f.write_str("the choice of rows")?,
        }
        write!(f, " looks ahead: {} sees {}; {}", self.expression, self.sees, self.instead)
    }
}

/// What becomes of a query's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate<'a> {
    /// It is only shown, so that a last ORDER BY … LIMIT does not count.
    Shown,
    /// It is used by what follows.
    Used,
    /// It is stored in a table whose rows belong to the column named.
    Stored {
        /// The column that says when a row happened.
        event_time: &'a str,
    },
}

/// Looks for what a query sees of the future.
pub fn check(plan: &LogicalPlan, catalog: &dyn Catalog, fate: Fate<'_>) -> Result<Verdict> {
    let shown = if fate == Fate::Shown { unlimited(plan) } else { plan };
    let relation = Analysis::new(catalog).relation(shown)?;
    let mut verdict = verdict(shown, &relation);
    if let Fate::Stored { event_time } = fate {
        verdict.findings.extend(stored_early(shown, &relation, event_time));
    }
    Ok(verdict)
}

/// Whether rows would be stored under an event time at which they are not over, as under the
/// beginning of their month: nothing could tell it from the event itself any more.
fn stored_early(plan: &LogicalPlan, relation: &Relation, event_time: &str) -> Option<Finding> {
    let i = plan.schema().fields().iter().position(|field| field.name() == event_time)?;
    let time = relation.columns.get(i)?.time?;
    if !relation.rows.contains(&time.of) {
        return None;
    }
    // A date is taken to be over at the end of its day.
    let over = match plan.schema().field(i).data_type() {
        DataType::Date32 | DataType::Date64 => Span::days(1),
        _ => Span::ZERO,
    };
    let early = -(time.low + over);
    early.is_positive().then(|| Finding {
        column: Some(event_time.to_owned()),
        expression: "the event time stored".to_owned(),
        sees: format!("its row up to {early} before it is over"),
        instead: format!(
            "store the end of what the row is of, as {event_time} + the length of its bucket"
        ),
        kind: Kind::Leak,
    })
}

/// The plan below a last LIMIT.
fn unlimited(plan: &LogicalPlan) -> &LogicalPlan {
    match plan {
        LogicalPlan::Limit(limit) => unlimited(&limit.input),
        LogicalPlan::Explain(explain) => unlimited(&explain.plan),
        LogicalPlan::Analyze(analyze) => unlimited(&analyze.input),
        plan => plan,
    }
}

fn verdict(plan: &LogicalPlan, relation: &Relation) -> Verdict {
    let name = |i: usize| plan.schema().field(i).name().clone();
    let tells = |instant: &Instant| {
        // Of columns that tell it the one that the query moved least into the past.
        let columns = relation.columns.iter().enumerate();
        let told = columns.filter_map(|(i, column)| Some((i, column.time?)));
        let told = told.filter(|(_, time)| time.of == *instant);
        let later =
            |a: (usize, Time), b: (usize, Time)| match b.1.moved.longest() > a.1.moved.longest() {
                true => b,
                false => a,
            };
        Some((*instant, name(told.reduce(later)?.0)))
    };
    // Rows belong to the first time that the result shows, else to the leftmost relation's.
    let shown = relation.rows.iter().find_map(tells);
    let hidden = || Some((*relation.rows.first()?, "the event time".to_owned()));
    let Some((clock, time)) = shown.or_else(hidden) else {
        // Rows without a time are of the whole sample, which no row of it is compared with.
        let known = vec!["with the sample".to_owned(); relation.columns.len()];
        let stale = vec![None; known.len()];
        return Verdict { time: None, findings: vec![], known, stale, always: false };
    };
    let mut findings: Vec<Finding> = vec![];
    let mut look = |column: Option<String>, knows: &Knows| {
        for finding in late(column, knows, clock, &time, relation) {
            let told =
                |f: &Finding| f.column == finding.column && f.expression == finding.expression;
            if !findings.iter().any(told) {
                findings.push(finding);
            }
        }
    };
    look(None, &relation.chosen);
    for (i, column) in relation.columns.iter().enumerate() {
        look(Some(name(i)), &column.knows);
    }
    if let Some(moved) = backdated(clock, relation) {
        findings.push(Finding {
            column: Some(time.clone()),
            expression: "the time shown".to_owned(),
            sees: format!("its row {} before it is over", -moved),
            instead: "show the event time itself, or a later one".to_owned(),
            kind: Kind::Leak,
        });
    }
    let known = relation.columns.iter().map(|c| how_late(&c.knows, clock, relation)).collect();
    let always = relation.columns.iter().map(|c| &c.knows).chain([&relation.chosen]);
    let always = always.into_iter().all(|knows| knows.0.is_empty());
    let stale = relation.columns.iter().map(|c| c.ages.worst(clock, &relation.order));
    let stale = stale.map(|age| age.map(|age| age.to_string())).collect();
    Verdict { time: Some(time), findings, known, stale, always }
}

/// How far before its event a row is shown, if no column tells the event's own time.
fn backdated(clock: Instant, relation: &Relation) -> Option<Span> {
    let times = relation.columns.iter().filter_map(|column| column.time);
    let moved = times.filter(|time| time.of == clock).map(|time| time.moved);
    moved.reduce(Span::max).filter(|moved| (-*moved).is_positive())
}

/// What is later than the row.
fn late(
    column: Option<String>,
    knows: &Knows,
    clock: Instant,
    time: &str,
    relation: &Relation,
) -> Vec<Finding> {
    let each = knows.0.iter().filter_map(|known| {
        let after = match known.until {
            Until::End => None,
            Until::After(of, span) => relation.order.after(of, clock).map(|by| by + span),
        };
        if after.is_some_and(|after| !after.is_positive()) {
            return None;
        }
        let (expression, sees, instead, kind) = match known.why.as_ref() {
            Why::Peek { expression, sees, instead } => {
                (expression.clone(), sees.clone(), instead.clone(), Kind::Leak)
            }
            Why::Label { expression, horizon } => (
                expression.clone(),
                format!("what {horizon} will be"),
                "a label is for a model's target or an evaluation, not beside features".to_owned(),
                Kind::Label,
            ),
            Why::Row { relation } => {
                let sees = match after {
                    Some(after) => format!("rows of {relation} that end up to {after} after {time}"),
                    None => format!("rows of {relation} at any time after {time}"),
                };
                let instead = format!(
                    "join with ASOF JOIN {relation} MATCH_CONDITION (… >= …), or add a condition that \
                     keeps the time of {relation} at or before {time}"
                );
                (format!("the join with {relation}"), sees, instead, Kind::Leak)
            }
        };
        Some(Finding { column: column.clone(), expression, sees, instead, kind })
    });
    each.collect()
}

fn how_late(knows: &Knows, clock: Instant, relation: &Relation) -> String {
    let mut latest = None;
    for known in &knows.0 {
        let after = match known.until {
            Until::End => return "with the sample".to_owned(),
            Until::After(of, span) => match relation.order.after(of, clock) {
                None => return "with the sample".to_owned(),
                Some(by) => by + span,
            },
        };
        latest = Some(latest.map_or(after, |old: Span| old.max(after)));
    }
    match latest {
        None => "always".to_owned(),
        Some(after) if after.is_positive() => format!("{after} after the row"),
        Some(_) => "with the row".to_owned(),
    }
}
