//! `EXPLAIN LINEAGE query`: from which columns of which tables each column of the result comes, and
//! which of them chose its rows.

use std::collections::{BTreeSet, HashMap};

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result as PlanResult};
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::{Distinct, Expr, JoinType, LogicalPlan, LogicalPlanBuilder, lit};
use trademl_temporal::TemporalJoin;
use trademl_udfs::relation::RelationNode;

use crate::error::Result;
use crate::pit::LakeTable;
use crate::rewrite::FILES;

/// Columns of tables, as `schema.table.column`.
pub(crate) type Sources = BTreeSet<(String, String)>;

/// Where a result comes from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lineage {
    /// For each column.
    pub columns: Vec<Sources>,
    /// What chose the rows.
    pub rows: Sources,
}

/// The lineage of a plan's result.
pub(crate) fn lineage(plan: &LogicalPlan) -> PlanResult<Lineage> {
    Walk::default().plan(plan)
}

/// The lineage of a query as rows.
pub(crate) fn explained(plan: &LogicalPlan) -> Result<LogicalPlan> {
    let found = lineage(plan)?;
    let mut rows = vec![vec![lit("(rows)"), lit(shown(&found.rows))]];
    for (field, sources) in plan.schema().fields().iter().zip(&found.columns) {
        rows.push(vec![lit(field.name().as_str()), lit(shown(sources))]);
    }
    let rows = LogicalPlanBuilder::values(rows)?;
    let names = ["column", "comes_from"];
    let columns = rows.schema().columns().into_iter().zip(names);
    let columns = columns.map(|(c, name)| Expr::Column(c).alias(name));
    Ok(rows.project(columns)?.build()?)
}

/// Sources as text.
pub(crate) fn shown(sources: &Sources) -> String {
    let names: Vec<String> =
        sources.iter().map(|(table, column)| format!("{table}.{column}")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[derive(Default)]
struct Walk {
    /// What is around the subquery in work, the innermost last.
    scopes: Vec<(DFSchema, Lineage)>,
    /// The rows so far of recursive queries, by name.
    rounds: HashMap<String, Lineage>,
    /// The file that scans read, while below its name.
    file: Option<String>,
}

impl Walk {
    fn plan(&mut self, plan: &LogicalPlan) -> PlanResult<Lineage> {
        match plan {
            LogicalPlan::TableScan(scan) => {
                if let Some(rows) = self.rounds.get(scan.table_name.table()) {
                    return Ok(rows.clone());
                }
                let provider = source_as_provider(&scan.source).ok();
                let of_lake = provider.as_ref().and_then(|p| p.downcast_ref::<LakeTable>());
                let table = match (of_lake, &self.file) {
                    (Some(of_lake), _) => of_lake.table.name().to_string(),
                    (None, Some(file)) => file.clone(),
                    (None, None) => scan.table_name.to_string(),
                };
                let fields = scan.projected_schema.fields().iter();
                let columns = fields.map(|f| Sources::from([(table.clone(), f.name().clone())]));
                Ok(Lineage { columns: columns.collect(), rows: Sources::new() })
            }
            LogicalPlan::SubqueryAlias(alias) => {
                let outer = self.file.clone();
                if alias.alias.schema() == Some(FILES) {
                    let name = alias.alias.table();
                    self.file =
                        Some(name.split_once(':').map_or(name, |(_, path)| path).to_owned());
                }
                let inner = self.plan(&alias.input);
                self.file = outer;
                inner
            }
            LogicalPlan::Projection(p) => {
                let input = self.plan(&p.input)?;
                self.expressions(&p.expr, p.input.schema(), input)
            }
            LogicalPlan::Filter(f) => {
                let mut input = self.plan(&f.input)?;
                let chosen = self.sources(&f.predicate, f.input.schema(), &input)?;
                input.rows.extend(chosen);
                Ok(input)
            }
            LogicalPlan::Aggregate(a) => {
                let input = self.plan(&a.input)?;
                let all: Vec<Expr> = a.group_expr.iter().chain(&a.aggr_expr).cloned().collect();
                let mut found = self.expressions(&all, a.input.schema(), input.clone())?;
                for e in &a.group_expr {
                    let group = self.sources(e, a.input.schema(), &input)?;
                    found.rows.extend(group);
                }
                // Grouping sets have a column more than expressions.
                found.columns.resize(a.schema.fields().len(), Sources::new());
                Ok(found)
            }
            LogicalPlan::Window(w) => {
                let mut input = self.plan(&w.input)?;
                let before = input.clone();
                for e in &w.window_expr {
                    input.columns.push(self.sources(e, w.input.schema(), &before)?);
                }
                Ok(input)
            }
            LogicalPlan::Join(join) => {
                let (left, right) = (self.plan(&join.left)?, self.plan(&join.right)?);
                let both = join.left.schema().join(join.right.schema())?;
                let mut all = side_by_side(left.clone(), right.clone());
                let mut chosen = Sources::new();
                for (l, r) in &join.on {
                    chosen.extend(self.sources(l, &both, &all)?);
                    chosen.extend(self.sources(r, &both, &all)?);
                }
                if let Some(filter) = &join.filter {
                    chosen.extend(self.sources(filter, &both, &all)?);
                }
                all.rows.extend(chosen);
                all.columns = match join.join_type {
                    JoinType::LeftSemi | JoinType::LeftAnti => left.columns,
                    JoinType::RightSemi | JoinType::RightAnti => right.columns,
                    _ => all.columns,
                };
                all.columns.resize(join.schema.fields().len(), all.rows.clone());
                Ok(all)
            }
            LogicalPlan::Union(union) => {
                let mut found = Lineage::default();
                for input in &union.inputs {
                    let input = self.plan(input)?;
                    found.rows.extend(input.rows);
                    found.columns.resize(input.columns.len(), Sources::new());
                    for (mine, theirs) in found.columns.iter_mut().zip(input.columns) {
                        mine.extend(theirs);
                    }
                }
                Ok(found)
            }
            LogicalPlan::RecursiveQuery(query) => {
                let mut found = self.plan(&query.static_term)?;
                // What a round adds may come from what the one before has added.
                for _ in 0..=found.columns.len() {
                    self.rounds.insert(query.name.clone(), found.clone());
                    let round = self.plan(&query.recursive_term)?;
                    found.rows.extend(round.rows);
                    for (mine, theirs) in found.columns.iter_mut().zip(round.columns) {
                        mine.extend(theirs);
                    }
                }
                self.rounds.remove(&query.name);
                Ok(found)
            }
            LogicalPlan::Sort(sort) => {
                let mut input = self.plan(&sort.input)?;
                if sort.fetch.is_some() {
                    for e in &sort.expr {
                        let by = self.sources(&e.expr, sort.input.schema(), &input)?;
                        input.rows.extend(by);
                    }
                }
                Ok(input)
            }
            LogicalPlan::Limit(limit) => {
                let mut input = self.plan(&limit.input)?;
                // The columns that it is sorted by may be projected away above the sort.
                let mut below = limit.input.as_ref();
                while let LogicalPlan::Projection(p) = below {
                    below = p.input.as_ref();
                }
                if let LogicalPlan::Sort(sort) = below {
                    let sorted = self.plan(&sort.input)?;
                    for e in &sort.expr {
                        let by = self.sources(&e.expr, sort.input.schema(), &sorted)?;
                        input.rows.extend(by);
                    }
                }
                Ok(input)
            }
            LogicalPlan::Distinct(Distinct::On(on)) => {
                let input = self.plan(&on.input)?;
                let mut found =
                    self.expressions(&on.select_expr, on.input.schema(), input.clone())?;
                let by = on.sort_expr.iter().flatten().map(|sort| &sort.expr);
                for e in on.on_expr.iter().chain(by) {
                    let chosen = self.sources(e, on.input.schema(), &input)?;
                    found.rows.extend(chosen);
                }
                Ok(found)
            }
            LogicalPlan::Extension(extension) => {
                let node = extension.node.as_any();
                if let Some(join) = node.downcast_ref::<TemporalJoin>() {
                    return self.temporal_join(join, plan);
                }
                if let Some(call) = node.downcast_ref::<RelationNode>() {
                    return self.call(call, plan);
                }
                self.whatever(plan)
            }
            _ => self.whatever(plan),
        }
    }

    /// A node that hands its one input's columns on, or of which nothing more is known than that each
    /// column may come from all of them.
    fn whatever(&mut self, plan: &LogicalPlan) -> PlanResult<Lineage> {
        let inputs = plan.inputs();
        let mut found = Lineage::default();
        for input in &inputs {
            found = side_by_side(found, self.plan(input)?);
        }
        let width = plan.schema().fields().len();
        if found.columns.len() != width {
            let all: Sources = found.columns.iter().flatten().cloned().collect();
            found.columns = vec![all; width];
        }
        Ok(found)
    }

    fn temporal_join(&mut self, join: &TemporalJoin, plan: &LogicalPlan) -> PlanResult<Lineage> {
        let (left, right) = join.sides();
        let both = left.schema().join(right.schema())?;
        let mut found = side_by_side(self.plan(left)?, self.plan(right)?);
        let spec = join.spec();
        let mut chosen = self.sources(&spec.times.0, left.schema(), &found)?;
        let time = chosen.clone();
        let on = spec.on.iter().flat_map(|(l, r)| [l, r]);
        for e in on.chain([&spec.times.1]) {
            chosen.extend(self.sources(e, &both, &found)?);
        }
        found.rows.extend(chosen);
        // The offset and the instant looked up.
        found.columns.resize(plan.schema().fields().len(), time);
        Ok(found)
    }

    fn call(&mut self, call: &RelationNode, plan: &LogicalPlan) -> PlanResult<Lineage> {
        let mut found = Lineage::default();
        let (mut keys, mut all) = (vec![], Sources::new());
        let inputs = call.relations().iter().map(|input| self.plan(input));
        let inputs = inputs.collect::<PlanResult<Vec<_>>>()?;
        for input in &inputs {
            found.rows.extend(input.rows.iter().cloned());
        }
        for (of, _, e) in call.arguments() {
            let sources = self.sources(e, call.relations()[of].schema(), &inputs[of])?;
            all.extend(sources.iter().cloned());
            keys.push(sources);
        }
        keys.truncate(call.keys());
        found.columns = keys;
        found.columns.resize(plan.schema().fields().len(), all);
        Ok(found)
    }

    fn expressions(
        &mut self,
        expressions: &[Expr],
        schema: &DFSchema,
        input: Lineage,
    ) -> PlanResult<Lineage> {
        let columns = expressions.iter().map(|e| self.sources(e, schema, &input));
        let columns = columns.collect::<PlanResult<_>>()?;
        Ok(Lineage { columns, rows: input.rows })
    }

    /// What an expression over a relation's rows comes from.
    fn sources(&mut self, e: &Expr, schema: &DFSchema, input: &Lineage) -> PlanResult<Sources> {
        let mut found = Sources::new();
        let mut subqueries = vec![];
        e.apply(|e| {
            match e {
                Expr::Column(column) => {
                    let i = schema.maybe_index_of_column(column);
                    found.extend(
                        i.and_then(|i| input.columns.get(i)).into_iter().flatten().cloned(),
                    );
                }
                Expr::OuterReferenceColumn(_, column) => {
                    let outer = self.scopes.iter().rev().find_map(|(schema, outer)| {
                        outer.columns.get(schema.maybe_index_of_column(column)?)
                    });
                    found.extend(outer.into_iter().flatten().cloned());
                }
                Expr::ScalarSubquery(q) => subqueries.push(q.subquery.clone()),
                Expr::Exists(exists) => subqueries.push(exists.subquery.subquery.clone()),
                Expr::InSubquery(q) => subqueries.push(q.subquery.subquery.clone()),
                Expr::SetComparison(q) => subqueries.push(q.subquery.subquery.clone()),
                _ => {}
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        for plan in subqueries {
            self.scopes.push((schema.clone(), input.clone()));
            let inner = self.plan(&plan);
            self.scopes.pop();
            let inner = inner?;
            found.extend(inner.columns.into_iter().flatten());
            found.extend(inner.rows);
        }
        Ok(found)
    }
}

fn side_by_side(mut left: Lineage, right: Lineage) -> Lineage {
    left.columns.extend(right.columns);
    left.rows.extend(right.rows);
    left
}
