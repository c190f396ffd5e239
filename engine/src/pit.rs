//! Reads of the lake's tables: at their newest version, and those of point-in-time tables cut at an
//! instant.
//!
//! Name resolution gives a [`LakeTable`], which cannot be scanned. Planning replaces each of them,
//! inside views, `WITH` queries and subqueries too, so that no path leads from a table's name to
//! rows that were not known yet, and a view shows what its tables hold when it is read.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::arrow::datatypes::{FieldRef, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::{Transformed, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result, ScalarValue, internal_err, plan_err};
use datafusion::datasource::{provider_as_source, source_as_provider};
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, TableScan, TableType, lit};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::sql::sqlparser::ast::{
    FunctionArg, FunctionArgExpr, SetExpr, TableFactor, TableVersion,
};
use trademl_catalog::{Lake, Table, instant, pit_history, pit_snapshot};

/// A table of the lake as a name in a query.
#[derive(Debug, Clone)]
pub(crate) struct LakeTable {
    pub table: Table,
    pub read: Read,
    /// Whether the query asks for this version of the table.
    pub pinned: bool,
}

/// What of a table a query asks for. Whatever it is, the session's cut holds too, and it holds when
/// the query runs: a view made under one cut is read under another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    /// A plain table's rows.
    Plain,
    /// The latest revision of each row.
    Latest,
    /// The latest revision known at the instant.
    LatestAt(DateTime<Utc>),
    /// Every revision.
    History,
}

impl LakeTable {
    pub fn new(table: Table, pinned: bool) -> Self {
        let read = if table.definition().is_some() { Read::Latest } else { Read::Plain };
        Self { table, read, pinned }
    }
}

#[async_trait]
impl TableProvider for LakeTable {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        _: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        internal_err!("table '{}' was not resolved before execution", self.table.name())
    }
}

/// Resolves every table in `plan`; point-in-time tables are cut at `session_cut` or, where asked for, earlier.
pub(crate) fn cut(plan: LogicalPlan, session_cut: DateTime<Utc>) -> Result<LogicalPlan> {
    let plan = each_scan(plan, |scan, pit| match pit.read {
        Read::Plain => {
            let source = provider_as_source(pit.table.provider());
            Ok(LogicalPlan::TableScan(TableScan { source, ..scan.clone() }))
        }
        Read::Latest | Read::History => cut_scan(scan, pit, session_cut),
        Read::LatestAt(at) if at <= session_cut => cut_scan(scan, pit, at),
        Read::LatestAt(at) => plan_err!(
            "{}: FOR SYSTEM_TIME AS OF {at:?} is after the session's cut {session_cut:?}, which \
             would be look-ahead; choose an earlier instant or SET trademl.as_of",
            scan.table_name
        ),
    })?;
    plan.recompute_schema()
}

/// Asks every table of `plan` that is read as it is now for something else; says which they were.
pub(crate) fn asking_for(plan: LogicalPlan, read: Read) -> Result<(LogicalPlan, Vec<Table>)> {
    let mut tables = vec![];
    let plan = each_scan(plan, |scan, pit| {
        if pit.read != Read::Latest {
            return Ok(LogicalPlan::TableScan(scan.clone()));
        }
        tables.push(pit.table.clone());
        let asked = Arc::new(LakeTable { read, ..pit.clone() });
        let source = provider_as_source(asked);
        Ok(LogicalPlan::TableScan(TableScan { source, ..scan.clone() }))
    })?;
    Ok((plan, tables))
}

/// Brings every table that a view may have named long ago to its newest version.
pub(crate) async fn newest(plan: LogicalPlan, lake: &Lake) -> crate::Result<LogicalPlan> {
    let mut names = BTreeSet::new();
    let plan = each_scan(plan, |scan, table| {
        if !table.pinned {
            names.insert(table.table.name().clone());
        }
        Ok(LogicalPlan::TableScan(scan.clone()))
    })?;
    let mut tables = HashMap::new();
    for name in names {
        if let Some(table) = lake.table(&name).await? {
            tables.insert(name, table);
        }
    }
    Ok(each_scan(plan, |scan, known| {
        let name = known.table.name();
        if known.pinned {
            return Ok(LogicalPlan::TableScan(scan.clone()));
        }
        let Some(newest) = tables.get(name) else {
            return plan_err!("table '{name}', which a view reads, was dropped");
        };
        let schema = newest.schema();
        // Columns may have been added since the view was made.
        let column = |field: &FieldRef| match schema.column_with_name(field.name()) {
            Some((i, found)) if found.data_type() == field.data_type() => Ok(i),
            _ => plan_err!(
                "table '{name}' has no column '{}' of type {} any more, which a view reads; create \
                 the view again",
                field.name(),
                field.data_type()
            ),
        };
        let columns = scan.projected_schema.fields().iter().map(column);
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let newest = LakeTable { table: newest.clone(), ..known.clone() };
        let source = provider_as_source(Arc::new(newest));
        LogicalPlanBuilder::scan(scan.table_name.clone(), source, Some(columns))?.build()
    })?)
}

/// Replaces every scan of a table of the lake, those in subqueries too.
fn each_scan(
    plan: LogicalPlan,
    mut replace: impl FnMut(&TableScan, &LakeTable) -> Result<LogicalPlan>,
) -> Result<LogicalPlan> {
    let plan = plan.transform_up_with_subqueries(|node| {
        let LogicalPlan::TableScan(scan) = &node else { return Ok(Transformed::no(node)) };
        let provider = source_as_provider(&scan.source)?;
        let Some(pit) = provider.downcast_ref::<LakeTable>() else {
            return Ok(Transformed::no(node));
        };
        Ok(Transformed::new(replace(scan, pit)?, true, TreeNodeRecursion::Continue))
    })?;
    Ok(plan.data)
}

fn cut_scan(scan: &TableScan, pit: &LakeTable, at: DateTime<Utc>) -> Result<LogicalPlan> {
    let at = ScalarValue::TimestampMicrosecond(Some(at.timestamp_micros()), Some("UTC".into()));
    debug_assert_eq!(at.data_type(), instant());
    let name = scan.table_name.clone();
    let plan = match pit.read {
        Read::History => pit_history(&pit.table, name.clone(), Some(lit(at)))?,
        _ => pit_snapshot(&pit.table, name.clone(), Some(lit(at)))?,
    };
    let Some(indices) = &scan.projection else { return Ok(plan) };
    let schema = pit.table.schema();
    let columns = indices
        .iter()
        .map(|i| Expr::Column(Column::new(Some(name.clone()), schema.field(*i).name())));
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}

/// Plans `t FOR SYSTEM_TIME AS OF x` and `pit_history(TABLE t)`.
#[derive(Debug)]
pub(crate) struct TimeTravel {
    /// The session's own cut, which nothing may pass.
    pub session_cut: DateTime<Utc>,
}

impl RelationPlanner for TimeTravel {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let TableFactor::Table { name, alias, args, version, .. } = &relation else {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        };
        let (inner, read) = match (version, args) {
            (Some(TableVersion::ForSystemTimeAsOf(at)), _) => {
                let at = context.sql_to_expr(at.clone(), &DFSchema::empty()).map_err(|e| {
                    e.context(format!(
                        "{name}: FOR SYSTEM_TIME AS OF takes a constant or a parameter, and a \
                         column only of the left side of a JOIN"
                    ))
                })?;
                let at = constant_instant(&name.to_string(), at)?;
                if at > self.session_cut {
                    return plan_err!(
                        "{name}: FOR SYSTEM_TIME AS OF {at:?} is after the session's cut {:?}, which \
                         would be look-ahead; choose an earlier instant or SET trademl.as_of",
                        self.session_cut
                    );
                }
                let mut inner = relation.clone();
                if let TableFactor::Table { version, alias, .. } = &mut inner {
                    *version = None;
                    *alias = None;
                }
                (inner, Read::LatestAt(at))
            }
            (None, Some(call)) if name.to_string().eq_ignore_ascii_case("pit_history") => {
                let query = match call.args.as_slice() {
                    [
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(
                            datafusion::sql::sqlparser::ast::Expr::Subquery(query),
                        )),
                    ] => query,
                    _ => return plan_err!("pit_history: write pit_history(TABLE t)"),
                };
                let table = match query.body.as_ref() {
                    SetExpr::Select(select) => select.from.first().map(|t| t.relation.clone()),
                    _ => None,
                };
                let Some(table) = table else {
                    return plan_err!("pit_history: write pit_history(TABLE t)");
                };
                (table, Read::History)
            }
            _ => return Ok(RelationPlanning::Original(Box::new(relation))),
        };
        let (plan, tables) = asking_for(context.plan(inner)?, read)?;
        if tables.is_empty() {
            return plan_err!(
                "{name}: is not a point-in-time table, so it has no past; leave the clause out or \
                 create it with CREATE PIT TABLE"
            );
        }
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias.clone()))))
    }
}

/// The value of a constant expression as an instant.
pub(crate) fn constant_instant(subject: &str, expr: Expr) -> Result<DateTime<Utc>> {
    let shown = expr.to_string();
    let context = SimplifyContext::builder().with_schema(Arc::new(DFSchema::empty())).build();
    let simplifier = ExprSimplifier::new(context);
    let cast = datafusion::logical_expr::cast(expr, instant());
    let value = match simplifier.simplify(cast)? {
        Expr::Literal(ScalarValue::TimestampMicrosecond(Some(v), _), _) => v,
        _ => {
            return plan_err!(
                "{subject}: '{shown}' is not a constant timestamp, expected for example \
                 TIMESTAMP '2020-01-31T21:15:00Z'"
            );
        }
    };
    match DateTime::from_timestamp_micros(value) {
        Some(at) => Ok(at),
        None => plan_err!("{subject}: '{shown}' is out of range"),
    }
}
