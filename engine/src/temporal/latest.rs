//! `FROM t WHERE … LATEST ON ts PARTITION BY key`: of each group the row with the latest time.

use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::Expr as SqlExpr;
use trademl_catalog::last_of_group;

/// Rows without a time are never the latest. Of rows at one time the last known one counts.
pub(super) fn plan(
    input: LogicalPlan,
    args: &[SqlExpr],
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let [time, condition, keys @ ..] = args else {
        return plan_err!("write LATEST ON ts PARTITION BY key");
    };
    let schema = input.schema().as_ref().clone();
    let mut expr = |e: &SqlExpr| context.sql_to_expr(e.clone(), &schema);
    let (time, condition) = (expr(time)?, expr(condition)?);
    let keys = keys.iter().map(expr).collect::<Result<Vec<_>>>()?;
    for column in keys.iter().chain([&time]) {
        if column.try_as_col().is_none() {
            return plan_err!("LATEST ON … PARTITION BY takes columns, was {column}");
        }
    }
    let passing =
        LogicalPlanBuilder::from(input).filter(condition.and(time.clone().is_not_null()))?;
    last_of_group(passing.build()?, keys, time)
}
