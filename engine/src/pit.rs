//! Reads of point-in-time tables: cut at an instant, latest revision per key.
//!
//! Name resolution gives a [`PitTable`], which cannot be scanned. Planning replaces each of them by
//! a cut of the table's history, inside views, `WITH` queries and subqueries too, so that no path
//! leads from a table's name to rows that were not known yet.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::{Transformed, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result, ScalarValue, internal_err, plan_err};
use datafusion::datasource::source_as_provider;
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
use trademl_catalog::{Table, instant, pit_history, pit_snapshot};

/// A point-in-time table as a name in a query, not yet cut.
#[derive(Debug)]
pub(crate) struct PitTable(pub Table);

#[async_trait]
impl TableProvider for PitTable {
    fn schema(&self) -> SchemaRef {
        self.0.schema()
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
        internal_err!("point-in-time table '{}' was not cut before execution", self.0.name())
    }
}

/// What of a table's history a query sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The latest revision of each row known at the instant.
    Latest(DateTime<Utc>),
    /// Every revision known at the instant.
    History(DateTime<Utc>),
}

impl Cut {
    fn instant(self) -> DateTime<Utc> {
        match self {
            Self::Latest(at) | Self::History(at) => at,
        }
    }

    /// Replaces every uncut table in `plan`; says how many there were.
    pub fn apply(self, plan: LogicalPlan) -> Result<(LogicalPlan, usize)> {
        let mut tables = 0;
        let plan = plan.transform_up_with_subqueries(|node| {
            let LogicalPlan::TableScan(scan) = &node else { return Ok(Transformed::no(node)) };
            let provider = source_as_provider(&scan.source)?;
            let Some(PitTable(table)) = provider.downcast_ref::<PitTable>() else {
                return Ok(Transformed::no(node));
            };
            tables += 1;
            Ok(Transformed::new(self.scan(scan, table)?, true, TreeNodeRecursion::Continue))
        })?;
        Ok((plan.data.recompute_schema()?, tables))
    }

    fn scan(self, scan: &TableScan, table: &Table) -> Result<LogicalPlan> {
        let at = ScalarValue::TimestampMicrosecond(
            Some(self.instant().timestamp_micros()),
            Some("UTC".into()),
        );
        debug_assert_eq!(at.data_type(), instant());
        let name = scan.table_name.clone();
        let plan = match self {
            Self::Latest(_) => pit_snapshot(table, name.clone(), Some(lit(at)))?,
            Self::History(_) => pit_history(table, name.clone(), Some(lit(at)))?,
        };
        let Some(indices) = &scan.projection else { return Ok(plan) };
        let schema = table.schema();
        let columns = indices
            .iter()
            .map(|i| Expr::Column(Column::new(Some(name.clone()), schema.field(*i).name())));
        LogicalPlanBuilder::from(plan).project(columns)?.build()
    }
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
        let (inner, cut) = match (version, args) {
            (Some(TableVersion::ForSystemTimeAsOf(at)), _) => {
                let at = context.sql_to_expr(at.clone(), &DFSchema::empty()).map_err(|e| {
                    e.context(format!(
                        "{name}: FOR SYSTEM_TIME AS OF takes a constant or a parameter"
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
                (inner, Cut::Latest(at))
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
                (table, Cut::History(self.session_cut))
            }
            _ => return Ok(RelationPlanning::Original(Box::new(relation))),
        };
        let (plan, tables) = cut.apply(context.plan(inner)?)?;
        if tables == 0 {
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
