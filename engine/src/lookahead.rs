//! The look-ahead rule: what a statement's query may see of the future, and what becomes of one that
//! sees more.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder, TableScan, lit};
use trademl_catalog::Knowledge;
use trademl_lookahead::{Catalog, Fate, Kind, ROWS, Roles, check};
use trademl_udfs::function::{Body, Lookahead as Declared};
use trademl_udfs::models::ModelSpec;
use trademl_udfs::relation::RelationNode;

use crate::error::{Error, Result};
use crate::lineage;
use crate::pit::LakeTable;
use crate::script::Lookahead;

struct Engine;

static WINDOWS: LazyLock<HashMap<&'static str, Declared>> = LazyLock::new(|| {
    let windows = trademl_udfs::functions().into_iter();
    let windows = windows.filter(|f| matches!(f.body, Body::Window(_)));
    windows.map(|f| (f.contract.name, f.contract.lookahead)).collect()
});

impl Catalog for Engine {
    fn roles(&self, scan: &TableScan) -> Roles {
        let provider = source_as_provider(&scan.source).ok();
        let table = provider.as_ref().and_then(|p| p.downcast_ref::<LakeTable>());
        let known = table.map(|table| table.table.knowledge()).unwrap_or_default();
        let labels = known.labels;
        if let Some(definition) = table.and_then(|table| table.table.definition()) {
            return Roles {
                event_time: Some(definition.event_time.clone()),
                known_at: Some("known_at".to_owned()),
                labels,
                always: false,
            };
        }
        let event_time = first_time(&scan.source.schema()).map(ToOwned::to_owned);
        Roles { event_time, known_at: None, labels, always: known.always }
    }

    fn window(&self, name: &str) -> Option<Declared> {
        WINDOWS.get(name).copied()
    }
}

/// The column that tells when rows of a table happened.
pub(crate) fn event_time(scan: &TableScan) -> Option<String> {
    Engine.roles(scan).event_time
}

/// The event time of a plain table or a file, which does not say: its first time counts.
pub(crate) fn first_time(schema: &Schema) -> Option<&str> {
    let is_time =
        |t: &DataType| matches!(t, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..));
    let time = schema.fields().iter().find(|field| is_time(field.data_type()));
    time.map(|field| field.name().as_str())
}

/// What becomes of a statement that sees the future where it must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LookAhead {
    /// It is refused.
    Deny,
    /// It runs, with a warning: the default of a session.
    #[default]
    Warn,
    /// It runs.
    Off,
}

impl LookAhead {
    const NAMES: [(&'static str, Self); 3] =
        [("deny", Self::Deny), ("warn", Self::Warn), ("off", Self::Off)];

    /// Reads a setting's value.
    pub fn parse(text: &str) -> Result<Self> {
        let word = text.to_lowercase();
        let found = Self::NAMES.iter().find(|(name, _)| *name == word);
        found.map(|(_, mode)| *mode).ok_or_else(|| {
            Error::usage(format!("look-ahead: was '{text}', expected deny, warn or off"))
        })
    }
}

impl fmt::Display for LookAhead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = Self::NAMES.iter().find(|(_, mode)| mode == self);
        f.write_str(found.map_or("", |(name, _)| name))
    }
}

/// What a query is for, which decides what of it may look ahead.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose<'a> {
    /// Its rows are shown. That is no harm by itself; what a backtest earns on it, is.
    Show,
    /// An audit or a report, which judges what has been.
    Evaluate,
    /// Its rows are stored, in a table whose event time is known or is the first time stored.
    Store { event_time: Option<&'a str> },
    /// A model is trained on it.
    Train(&'a ModelSpec),
}

/// What the rule says of a query.
#[derive(Debug, Default)]
pub(crate) struct Judgement {
    /// What to tell, where it may run all the same.
    pub warnings: Vec<String>,
    /// What is to be remembered of rows that are stored.
    pub knowledge: Knowledge,
}

/// Judges a query by what it is for. `declared` is what its script says it may look at.
pub(crate) fn judge(
    plan: &LogicalPlan,
    purpose: Purpose<'_>,
    mode: LookAhead,
    declared: Option<Lookahead>,
) -> Result<Judgement> {
    let mut judgement = Judgement::default();
    let backtests = matches!(purpose, Purpose::Show | Purpose::Store { .. }) && backtests(plan)?;
    let shown = matches!(purpose, Purpose::Show) && mode == LookAhead::Off;
    if matches!(purpose, Purpose::Evaluate) || shown {
        return Ok(judgement);
    }
    let first = first_time(plan.schema().as_arrow());
    let fate = match purpose {
        Purpose::Show | Purpose::Evaluate => Fate::Shown,
        Purpose::Train(_) => Fate::Used,
        Purpose::Store { event_time } => match event_time.or(first) {
            Some(event_time) => Fate::Stored { event_time },
            None => Fate::Used,
        },
    };
    let verdict = check(plan, &Engine, fate)?;
    let stored = matches!(purpose, Purpose::Store { .. });
    judgement.knowledge.always = stored && verdict.always;
    let mut refused = vec![];
    for finding in verdict.findings {
        if stored {
            let label = finding.column.clone().unwrap_or_else(|| ROWS.to_owned());
            if !judgement.knowledge.labels.contains(&label) {
                judgement.knowledge.labels.push(label);
            }
        }
        let allowed = match purpose {
            // Whoever looks at labels knows that they are.
            Purpose::Show => finding.kind == Kind::Label && !backtests,
            Purpose::Evaluate => true,
            Purpose::Store { .. } => {
                matches!(declared, Some(Lookahead::Label | Lookahead::Full))
            }
            Purpose::Train(spec) => match &finding.column {
                Some(column) => !is_feature(spec, column),
                None => finding.kind == Kind::Label,
            },
        };
        if !allowed {
            refused.push(finding);
        }
    }
    // What trains or trades on the future is refused also where others are only warned.
    let strict = matches!(purpose, Purpose::Train(_)) || backtests;
    match (mode, refused.first()) {
        (_, None) | (LookAhead::Off, _) => {}
        (LookAhead::Warn, Some(_)) if !strict => {
            judgement.warnings.extend(
                refused.iter().map(|finding| {
                    format!("{finding}; SET trademl.look_ahead = 'off' silences this")
                }),
            );
        }
        (LookAhead::Deny, Some(_)) if matches!(purpose, Purpose::Show) && !backtests => {}
        (_, Some(first)) => {
            let more = match refused.len() {
                1 => String::new(),
                n => format!(" (and {} more; EXPLAIN PIT shows all)", n - 1),
            };
            let remedy = match (purpose, declared) {
                (Purpose::Store { .. }, Some(_)) => {
                    "; if it is a label, let the script's header say so: -- lookahead: label: …"
                }
                (Purpose::Train(_), _) => "; a model's features must not, its target may",
                _ => "",
            };
            return Err(Error::sql(format!("{first}{remedy}{more}")));
        }
    }
    Ok(judgement)
}

fn is_feature(spec: &ModelSpec, column: &str) -> bool {
    let is = |name: &Option<String>| name.as_deref() == Some(column);
    let other = spec.target == column || spec.performance == column || is(&spec.label_end);
    match &spec.features {
        Some(features) => features.iter().any(|feature| feature == column),
        None => !other && !is(&spec.time) && !spec.key.iter().any(|key| key == column),
    }
}

/// Whether a query trades on what it reads.
fn backtests(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::Extension(extension) = node
            && let Some(call) = extension.node.as_any().downcast_ref::<RelationNode>()
        {
            found |= call.function().contract().family == "backtest";
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(found)
}

/// For each column how late it is known, how old it can be, what makes it look ahead and where it comes from, as rows.
pub(crate) fn explained(plan: &LogicalPlan) -> Result<LogicalPlan> {
    let sources = lineage::lineage(plan)?;
    let verdict = check(plan, &Engine, Fate::Shown)?;
    let mut rows = vec![];
    let finding = |column: Option<&str>| {
        let of = verdict.findings.iter().filter(|f| f.column.as_deref() == column);
        let shown = of.map(|f| match f.kind {
            Kind::Leak => format!("{} sees {}; {}", f.expression, f.sees, f.instead),
            Kind::Label => format!("a label: {}", f.sees),
        });
        let shown: Vec<String> = shown.collect();
        (!shown.is_empty()).then(|| shown.join("\n"))
    };
    let time = verdict.time.as_deref().unwrap_or("none");
    rows.push(vec![
        lit("(rows)"),
        lit(format!("of {time}")),
        lit(ScalarValue::Utf8(None)),
        lit(ScalarValue::Utf8(finding(None))),
        lit(lineage::shown(&sources.rows)),
    ]);
    let times = verdict.known.iter().zip(verdict.stale);
    let fields = plan.schema().fields().iter().zip(times).zip(&sources.columns);
    for ((field, (known, stale)), sources) in fields {
        let name = field.name().as_str();
        rows.push(vec![
            lit(name),
            lit(known.as_str()),
            lit(ScalarValue::Utf8(stale)),
            lit(ScalarValue::Utf8(finding(Some(name)))),
            lit(lineage::shown(sources)),
        ]);
    }
    let rows = LogicalPlanBuilder::values(rows)?;
    let names = ["column", "known", "staleness", "looks_ahead", "comes_from"];
    let columns = rows.schema().columns().into_iter().zip(names);
    let columns = columns.map(|(c, name)| datafusion::logical_expr::Expr::Column(c).alias(name));
    Ok(rows.project(columns)?.build()?)
}
