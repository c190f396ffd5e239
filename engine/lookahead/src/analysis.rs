//! The walk over a plan, from its tables up.

use std::collections::HashMap;

use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::{Distinct, Expr, Extension, LogicalPlan, TableScan};
use trademl_catalog::as_last_of_group;
use trademl_temporal::TemporalJoin;
use trademl_udfs::function::Lookahead;
use trademl_udfs::relation::RelationNode;

use crate::age::Ages;
use crate::calls::told;
use crate::instant::{Instant, Time};
use crate::relation::{Knows, Relation, Until, Value, Why};
use crate::span::Span;

/// What the columns of a table are for.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    /// When a row happened.
    pub event_time: Option<String>,
    /// When a row could be known.
    pub known_at: Option<String>,
    /// Columns that are labels, and [`ROWS`] if which rows there are is one.
    pub labels: Vec<String>,
    /// Whether rows are known before they happen, as those of a calendar are.
    pub always: bool,
}

/// Stands for the choice of rows among the names of labels.
pub const ROWS: &str = "*";

/// What the analysis asks of the engine.
pub trait Catalog {
    /// The roles of a table's columns.
    fn roles(&self, scan: &TableScan) -> Roles;

    /// What a window function of ours declares; `None` of another function.
    fn window(&self, name: &str) -> Option<Lookahead>;
}

pub(crate) struct Analysis<'a> {
    pub catalog: &'a dyn Catalog,
    instants: usize,
    /// What is around the subquery in work, the innermost last.
    pub scopes: Vec<(DFSchema, Relation)>,
    /// The rows so far of recursive queries.
    pub rounds: HashMap<String, Relation>,
}

impl<'a> Analysis<'a> {
    pub fn new(catalog: &'a dyn Catalog) -> Self {
        Self { catalog, instants: 0, scopes: vec![], rounds: HashMap::new() }
    }

    pub fn instant(&mut self) -> Instant {
        self.instants += 1;
        Instant(self.instants)
    }

    pub fn contract(&self, window: &str) -> Option<Lookahead> {
        self.catalog.window(window)
    }

    /// What is known of a plan's result.
    pub fn relation(&mut self, plan: &LogicalPlan) -> Result<Relation> {
        match plan {
            LogicalPlan::TableScan(scan) => Ok(self.scan(scan)),
            LogicalPlan::Projection(p) => {
                let input = self.relation(&p.input)?;
                let columns = p.expr.iter().map(|e| self.value(e, p.input.schema(), &input));
                let columns = columns.collect::<Result<_>>()?;
                Ok(Relation { columns, ..input })
            }
            LogicalPlan::Filter(f) => {
                let mut input = self.relation(&f.input)?;
                self.filter(&mut input, &f.predicate, f.input.schema())?;
                Ok(input)
            }
            LogicalPlan::Window(w) => {
                let mut input = self.relation(&w.input)?;
                let before = input.clone();
                for e in &w.window_expr {
                    let value = match unaliased(e) {
                        Expr::WindowFunction(f) => self.window(f, w.input.schema(), &before)?,
                        e => self.value(e, w.input.schema(), &before)?,
                    };
                    input.columns.push(value);
                }
                Ok(input)
            }
            LogicalPlan::Aggregate(a) => self.aggregate(a),
            LogicalPlan::Join(join) => self.join(join),
            LogicalPlan::SubqueryAlias(alias) => {
                let mut input = self.relation(&alias.input)?;
                input.call(alias.alias.table());
                Ok(input)
            }
            LogicalPlan::Subquery(subquery) => self.relation(&subquery.subquery),
            LogicalPlan::Sort(sort) => {
                let input = self.relation(&sort.input)?;
                match sort.fetch {
                    None => Ok(input),
                    Some(_) => Ok(self.limited(input, Some(&sort.expr), sort.input.schema())),
                }
            }
            LogicalPlan::Limit(limit) => self.limit(limit),
            LogicalPlan::Distinct(Distinct::All(input)) => self.relation(input),
            LogicalPlan::Distinct(Distinct::On(on)) => {
                let input = self.relation(&on.input)?;
                let schema = on.input.schema();
                let columns = on.select_expr.iter().map(|e| self.value(e, schema, &input));
                let columns = columns.collect::<Result<_>>()?;
                let by =
                    on.sort_expr.as_ref().map(|sort| &sort[on.on_expr.len().min(sort.len())..]);
                let mut kept = self.limited(input, by, schema);
                kept.columns = columns;
                Ok(kept)
            }
            LogicalPlan::Union(union) => {
                let inputs = union.inputs.iter().map(|input| self.relation(input));
                let inputs = inputs.collect::<Result<Vec<_>>>()?;
                Ok(self.union(inputs))
            }
            LogicalPlan::RecursiveQuery(query) => self.recursive(query),
            LogicalPlan::Unnest(unnest) => {
                let input = self.relation(&unnest.input)?;
                let columns = unnest.dependency_indices.iter();
                let columns = columns.map(|i| input.columns.get(*i).cloned().unwrap_or_default());
                let columns = columns.collect();
                // How long a list is says how many rows there are.
                let mut chosen = input.chosen.clone();
                for (i, _) in &unnest.list_type_columns {
                    if let Some(list) = input.columns.get(*i) {
                        chosen.add(&list.knows);
                    }
                }
                Ok(Relation { columns, chosen, ..input })
            }
            LogicalPlan::Explain(explain) => self.relation(&explain.plan),
            LogicalPlan::Analyze(analyze) => self.relation(&analyze.input),
            LogicalPlan::Repartition(r) => self.relation(&r.input),
            LogicalPlan::Extension(extension) => self.extension(extension, plan),
            _ => {
                let columns = vec![Value::default(); plan.schema().fields().len()];
                Ok(Relation { columns, ..Relation::default() })
            }
        }
    }

    fn scan(&mut self, scan: &TableScan) -> Relation {
        if let Some(rows) = self.rounds.get(scan.table_name.table()).cloned() {
            return self.renamed(rows);
        }
        let roles = self.catalog.roles(scan);
        let fields = scan.projected_schema.fields();
        let Some(event_time) = &roles.event_time else {
            let columns = vec![Value::default(); fields.len()];
            return Relation { columns, ..Relation::default() };
        };
        // A row is complete once its event is over, which is at the end of a date, and it is
        // complete, too, when it is known.
        let (complete, over, known) = (self.instant(), self.instant(), self.instant());
        let mut relation = Relation { rows: vec![over], ..Relation::default() };
        relation.order.note(complete, over, Span::ZERO);
        relation.order.note(complete, known, Span::ZERO);
        let row = Why::Row { relation: scan.table_name.to_string() };
        let knows = match roles.always {
            true => Knows::default(),
            false => Knows::of(Until::After(complete, Span::ZERO), row),
        };
        let ages = if roles.always { Ages::default() } else { Ages::of(over) };
        relation.chosen = knows.clone();
        let label = |name: &str| {
            let (expression, horizon) = match name {
                ROWS => ("its input", format!("the choice of rows of {}", scan.table_name)),
                name => (name, format!("{}.{name}", scan.table_name)),
            };
            let expression = expression.to_owned();
            Knows::of(Until::End, Why::Label { expression, horizon })
        };
        let is_label = |name: &str| roles.labels.iter().any(|label| label == name);
        if is_label(ROWS) {
            relation.chosen.add(&label(ROWS));
        }
        for field in fields {
            let mut value = Value { knows: knows.clone(), ages: ages.clone(), time: None };
            if is_label(field.name()) {
                value.knows.add(&label(field.name()));
            }
            if field.name() == event_time {
                let time = told(over, field.data_type());
                relation.order.note(over, known, -time.low);
                value.time = Some(time);
            } else if roles.known_at.as_ref() == Some(field.name()) {
                value.time = Some(Time::exact(known, Span::ZERO, None));
            }
            relation.columns.push(value);
        }
        relation
    }

    /// The same relation once more: its rows are others.
    fn renamed(&mut self, mut relation: Relation) -> Relation {
        let mut names: HashMap<Instant, Instant> = HashMap::new();
        relation.rename(&mut |old| {
            let next = &mut self.instants;
            *names.entry(old).or_insert_with(|| {
                *next += 1;
                Instant(*next)
            })
        });
        relation
    }

    /// Keeps rows for which a predicate holds.
    pub fn filter(
        &mut self,
        relation: &mut Relation,
        predicate: &Expr,
        schema: &DFSchema,
    ) -> Result<()> {
        let knows = self.knows(predicate, schema, relation)?;
        relation.chosen.add(&knows);
        let order = self.note(predicate, schema, relation);
        relation.order.extend(&order);
        Ok(())
    }

    fn extension(&mut self, extension: &Extension, plan: &LogicalPlan) -> Result<Relation> {
        let node = extension.node.as_any();
        if let Some(join) = node.downcast_ref::<TemporalJoin>() {
            return self.temporal_join(join);
        }
        if let Some(call) = node.downcast_ref::<RelationNode>() {
            return self.call(call);
        }
        if let Some((input, groups, time)) = as_last_of_group(extension.node.as_ref()) {
            let mut relation = self.relation(input)?;
            let at = |e: &Expr, relation: &Relation| self.time(e, input.schema(), relation);
            let timed = groups.iter().any(|e| at(e, &relation).is_some_and(|t| t.is_exact()));
            if !timed {
                let end = Knows::of(
                    Until::End,
                    peek(
                        &format!("LATEST ON {time}"),
                        "all rows, since a later one takes the place of the latest",
                        "join with ASOF JOIN … MATCH_CONDITION (l.ts >= r.ts) to have the latest as of each row",
                    ),
                );
                relation.chosen.add(&end);
            }
            return Ok(relation);
        }
        let inputs = extension.node.inputs().into_iter().map(|input| self.relation(input));
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        let mut relation = Relation {
            columns: vec![Value::default(); plan.schema().fields().len()],
            ..Relation::default()
        };
        let end = Knows::of(
            Until::End,
            peek(
                extension.node.name(),
                "what it does not declare",
                "use what it gives as an evaluation only",
            ),
        );
        if inputs.iter().any(|input| !input.rows.is_empty()) {
            relation.all_know(&end);
            relation.chosen.add(&end);
        }
        Ok(relation)
    }
}

pub(crate) fn peek(expression: &str, sees: &str, instead: &str) -> Why {
    Why::Peek {
        expression: expression.to_owned(),
        sees: sees.to_owned(),
        instead: instead.to_owned(),
    }
}

fn unaliased(e: &Expr) -> &Expr {
    match e {
        Expr::Alias(alias) => unaliased(&alias.expr),
        e => e,
    }
}
