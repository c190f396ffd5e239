//! The walk over a plan, from its tables up.

use std::collections::{BTreeMap, HashMap};

use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::{
    Aggregate, Distinct, Expr, Extension, FetchType, Join, JoinType, Limit, LogicalPlan, SkipType,
    SortExpr, TableScan,
};
use trademl_catalog::as_last_of_group;
use trademl_temporal::TemporalJoin;
use trademl_udfs::function::Lookahead;
use trademl_udfs::relation::RelationNode;

use crate::calls::told;
use crate::instant::{Instant, Time};
use crate::relation::{Known, Knows, Relation, Until, Value, Why};
use crate::span::Span;

/// What the columns of a table are for.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    /// When a row happened.
    pub event_time: Option<String>,
    /// When a row could be known.
    pub known_at: Option<String>,
    /// Columns that look forward, by the name of what made them.
    pub labels: Vec<(String, String)>,
}

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
    recursive: HashMap<String, Relation>,
}

impl<'a> Analysis<'a> {
    pub fn new(catalog: &'a dyn Catalog) -> Self {
        Self { catalog, instants: 0, scopes: vec![], recursive: HashMap::new() }
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
            LogicalPlan::RecursiveQuery(query) => {
                let first = self.relation(&query.static_term)?;
                let outer = self.recursive.insert(query.name.clone(), first.clone());
                let next = self.relation(&query.recursive_term);
                match outer {
                    Some(outer) => self.recursive.insert(query.name.clone(), outer),
                    None => self.recursive.remove(&query.name),
                };
                // The first round must not know more than the rows it started from: then none does.
                let mut both = self.union(vec![first, next?]);
                let late = |knows: &Knows| {
                    knows.0.iter().any(|known| match known.until {
                        Until::End => true,
                        Until::After(_, span) => span.is_positive(),
                    })
                };
                if late(&both.chosen) || both.columns.iter().any(|column| late(&column.knows)) {
                    let end = Knows::of(
                        Until::End,
                        peek(
                            &format!("the recursive query {}", query.name),
                            "what it reaches over all its rounds",
                            "keep each round at or before the rows it starts from",
                        ),
                    );
                    both.all_know(&end);
                    both.chosen.add(&end);
                }
                Ok(both)
            }
            LogicalPlan::Unnest(unnest) => {
                let input = self.relation(&unnest.input)?;
                let columns = unnest.dependency_indices.iter();
                let columns = columns.map(|i| input.columns.get(*i).cloned().unwrap_or_default());
                Ok(Relation { columns: columns.collect(), ..input })
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
        if let Some(rows) = self.recursive.get(scan.table_name.table()).cloned() {
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
        let knows = Knows::of(Until::After(complete, Span::ZERO), row);
        relation.chosen = knows.clone();
        for field in fields {
            let mut value = Value { knows: knows.clone(), time: None };
            if field.name() == event_time {
                let time = told(over, field.data_type());
                relation.order.note(over, known, -time.low);
                value.time = Some(time);
            } else if roles.known_at.as_ref() == Some(field.name()) {
                value.time = Some(Time::exact(known, Span::ZERO, None));
            }
            if let Some((_, made_by)) = roles.labels.iter().find(|(name, _)| name == field.name()) {
                let label =
                    Why::Label { expression: field.name().clone(), horizon: made_by.clone() };
                value.knows.add(&Knows::of(Until::End, label));
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
    fn filter(
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

    fn join(&mut self, join: &Join) -> Result<Relation> {
        let left = self.relation(&join.left)?;
        // A lateral side sees the row of the other one.
        self.scopes.push((join.left.schema().as_ref().clone(), left.clone()));
        let right = self.relation(&join.right);
        self.scopes.pop();
        let anchors = left.rows.len();
        let mut joined = side_by_side(left, right?);
        if matches!(
            join.join_type,
            JoinType::Right | JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark
        ) {
            joined.rows.rotate_left(anchors);
        }
        let schema = join.left.schema().join(join.right.schema())?;
        let on = join.on.iter().map(|(l, r)| l.clone().eq(r.clone()));
        for predicate in on.chain(join.filter.clone()) {
            self.filter(&mut joined, &predicate, &schema)?;
        }
        let l = join.left.schema().fields().len();
        // NULL for what has no match tells whether there was one.
        let chosen = joined.chosen.clone();
        match join.join_type {
            JoinType::Inner => {}
            JoinType::Left | JoinType::Right | JoinType::Full => joined.all_know(&chosen),
            JoinType::LeftSemi | JoinType::LeftAnti => joined.columns.truncate(l),
            JoinType::RightSemi | JoinType::RightAnti => {
                joined.columns.drain(..l);
            }
            JoinType::LeftMark => {
                joined.columns.truncate(l);
                joined.columns.push(Value { knows: chosen, time: None });
            }
            JoinType::RightMark => {
                joined.columns.drain(..l);
                joined.columns.push(Value { knows: chosen, time: None });
            }
        }
        Ok(joined)
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> Result<Relation> {
        let schema = aggregate.input.schema();
        let input = self.relation(&aggregate.input)?;
        let sets = aggregate.group_expr.iter().any(|e| matches!(e, Expr::GroupingSet(_)));
        let groups = grouped(&aggregate.group_expr);
        let mut order = input.order.clone();
        let mut buckets: Vec<(Span, Instant, Time)> = vec![];
        let mut columns = vec![];
        for e in &groups {
            let mut value = self.value(e, schema, &input)?;
            let time = if sets { None } else { value.time };
            value.time = None;
            if let Some(time) = time {
                // The end of the bucket is an instant of the group, none of its rows is after it.
                let (end, width) = (self.instant(), time.high - time.low);
                order.note(time.of, end, Span::ZERO);
                order.note(end, time.of, width);
                let told = Time::exact(end, time.low, time.grid);
                value.time = Some(Time { moved: time.moved, ..told });
                buckets.push((width, end, time));
            }
            columns.push(value);
        }
        let instants: Vec<_> = buckets.iter().map(|(_, end, time)| (*end, time.of)).collect();
        for (a, of) in &instants {
            for (b, other) in &instants {
                if of == other
                    && a != b
                    && let Some(width) = order.after(*a, *of)
                {
                    order.note(*a, *b, width);
                }
            }
        }
        buckets.sort_by_key(|(width, ..)| width.longest());
        let rows: Vec<Instant> = buckets.iter().map(|(_, end, _)| *end).collect();
        let outer = self.scopes.iter().flat_map(|(_, relation)| &relation.rows);
        let survivors: Vec<_> = rows.iter().chain(outer).map(|i| (*i, Span::ZERO)).collect();
        for (_, relation) in &self.scopes {
            order.extend(&relation.order);
        }
        let names: Vec<String> =
            aggregate.aggr_expr.iter().map(|e| e.schema_name().to_string()).collect();
        let lost = |expression: &str| {
            peek(
                expression,
                "all rows of the group, later ones too",
                "group by the event time, or use a window whose frame ends at CURRENT ROW",
            )
        };
        let group_lost = match groups.is_empty() {
            true => lost(&names.join(", ")),
            false => lost("GROUP BY without the event time"),
        };
        let chosen = input.chosen.in_terms_of(&survivors, &order, &group_lost);
        for column in &mut columns {
            column.knows = column.knows.in_terms_of(&survivors, &order, &group_lost);
        }
        if sets {
            columns.push(Value::default());
        }
        for (e, name) in aggregate.aggr_expr.iter().zip(&names) {
            let knows = self.knows(e, schema, &input)?.with(&input.chosen);
            columns.push(Value {
                knows: knows.in_terms_of(&survivors, &order, &lost(name)),
                time: None,
            });
        }
        Ok(Relation { columns, order, chosen, rows })
    }

    fn limit(&mut self, limit: &Limit) -> Result<Relation> {
        let skips = !matches!(limit.get_skip_type(), Ok(SkipType::Literal(0)));
        let keeps_all = matches!(limit.get_fetch_type(), Ok(FetchType::Literal(None)));
        let relation = self.relation(&limit.input)?;
        if keeps_all && !skips {
            return Ok(relation);
        }
        let Some(sort) = sorted(&limit.input) else {
            return Ok(self.limited(relation, None, limit.input.schema()));
        };
        // The sort may be by a column that is not in the result.
        let by = self.relation(&sort.input)?;
        let kept = self.limited(by, Some(&sort.expr), sort.input.schema());
        let at_end = |known: &Known| known.until == Until::End;
        let mut relation = relation;
        relation.chosen.add(&Knows(kept.chosen.0.into_iter().filter(at_end).collect()));
        Ok(relation)
    }

    /// Keeps the first rows by some order.
    fn limited(
        &self,
        mut relation: Relation,
        by: Option<&[SortExpr]>,
        schema: &DFSchema,
    ) -> Relation {
        let first = by.and_then(|sort| sort.first());
        let ascending = first.filter(|sort| sort.asc);
        let time = ascending.and_then(|sort| self.time(&sort.expr, schema, &relation));
        let kept = match (first, time.filter(Time::is_exact)) {
            // Whether a row is among the first depends on those before it.
            (Some(sort), Some(time)) => {
                let why = peek(
                    &format!("the first rows by {sort}"),
                    "rows that are complete later than they are ordered by",
                    "order by the time of the first relation of the join",
                );
                let survivors = [(time.of, Span::ZERO)];
                relation.chosen.in_terms_of(&survivors, &relation.order, &why)
            }
            (first, _) => {
                let order = first.map_or("LIMIT without ORDER BY".to_owned(), |sort| {
                    format!("the first rows by {sort}")
                });
                let sees = "all rows, since later ones decide which are kept";
                let instead = "rank within PARTITION BY the event time and filter on the rank";
                Knows::of(Until::End, peek(&order, sees, instead))
            }
        };
        relation.chosen.add(&kept);
        relation
    }

    /// Rows of several relations with the same columns.
    fn union(&mut self, inputs: Vec<Relation>) -> Relation {
        let Some(width) = inputs.iter().map(|input| input.columns.len()).min() else {
            return Relation::default();
        };
        let mut all = Relation { columns: vec![Value::default(); width], ..Relation::default() };
        // A column that tells an instant in all of them tells the instant of the union's rows.
        let mut ends = vec![];
        for i in 0..width {
            let times: Option<Vec<Time>> =
                inputs.iter().map(|input| input.columns[i].time.filter(Time::is_exact)).collect();
            let Some(times) = times.filter(|times| !times.is_empty()) else { continue };
            let low = times.iter().map(|time| time.low).fold(times[0].low, Span::min);
            let grid = times[0].grid.filter(|_| times.iter().all(|t| t.grid == times[0].grid));
            let of = self.instant();
            let moved = times.iter().map(|time| time.moved).fold(times[0].moved, Span::min);
            all.columns[i].time = Some(Time { moved, ..Time::exact(of, low, grid) });
            all.rows.push(of);
            ends.push((of, low, times));
        }
        if all.rows.is_empty() && inputs.iter().any(|input| !input.rows.is_empty()) {
            all.rows.push(self.instant());
        }
        let lost = peek(
            "UNION",
            "rows whose times are in different columns",
            "give each side its event time in the same column",
        );
        for (n, input) in inputs.iter().enumerate() {
            let mut order = input.order.clone();
            for (of, low, times) in &ends {
                let time = times[n];
                // The column is `time.of + time.low` here, and `of + low` above.
                order.note(time.of, *of, *low - time.low);
                order.note(*of, time.of, time.low - *low);
            }
            let outer = self.scopes.iter().flat_map(|(_, relation)| &relation.rows);
            let survivors: Vec<_> =
                all.rows.iter().chain(outer).map(|i| (*i, Span::ZERO)).collect();
            let map = |knows: &Knows| knows.in_terms_of(&survivors, &order, &lost);
            all.chosen.add(&map(&input.chosen));
            for (column, from) in all.columns.iter_mut().zip(&input.columns) {
                column.knows.add(&map(&from.knows));
            }
        }
        all
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
                "set trademl.lookahead = 'off' if this is an evaluation",
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

/// The columns and instants of two relations, in rows of both.
pub(crate) fn side_by_side(mut left: Relation, right: Relation) -> Relation {
    left.columns.extend(right.columns);
    left.order.extend(&right.order);
    left.chosen.add(&right.chosen);
    left.rows.extend(right.rows);
    left
}

fn unaliased(e: &Expr) -> &Expr {
    match e {
        Expr::Alias(alias) => unaliased(&alias.expr),
        e => e,
    }
}

/// The expressions that make the group columns.
fn grouped(groups: &[Expr]) -> Vec<&Expr> {
    let mut all: BTreeMap<usize, &Expr> = BTreeMap::new();
    let mut seen: Vec<&Expr> = vec![];
    for e in groups {
        let each: Vec<&Expr> = match e {
            Expr::GroupingSet(set) => set.distinct_expr(),
            e => vec![e],
        };
        for e in each {
            if !seen.contains(&e) {
                all.insert(seen.len(), e);
                seen.push(e);
            }
        }
    }
    all.into_values().collect()
}

/// The sort below columns that are only chosen.
fn sorted(plan: &LogicalPlan) -> Option<&datafusion::logical_expr::Sort> {
    match plan {
        LogicalPlan::Sort(sort) => Some(sort),
        LogicalPlan::Projection(p) => sorted(&p.input),
        LogicalPlan::SubqueryAlias(alias) => sorted(&alias.input),
        _ => None,
    }
}
