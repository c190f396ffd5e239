//! Partitions by a number: 0.0 and −0.0 are one value, as in `GROUP BY` and by `=`.
//!
//! DataFusion sorts and compares the keys of windows by their bits' order, which tells the two apart.

use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable as _, LogicalPlan, Operator, lit};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

use super::calls::replace_calls;

/// Adds 0 to the keys of windows that are floats: −0.0 + 0.0 is 0.0.
#[derive(Debug)]
pub struct OneZero;

impl OptimizerRule for OneZero {
    fn name(&self) -> &'static str {
        "one_zero"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        replace_calls(plan, with_one_zero)
    }
}

/// The call with its keys changed, if any is a float.
fn with_one_zero(call: &WindowFunction, schema: &DFSchema) -> Result<Option<WindowFunction>> {
    let mut changed = None;
    for (i, key) in call.params.partition_by.iter().enumerate() {
        let kind = key.get_type(schema)?;
        if !kind.is_floating() {
            continue;
        }
        let zero = lit(ScalarValue::new_zero(&kind)?);
        let done = matches!(key, Expr::BinaryExpr(BinaryExpr { op: Operator::Plus, right, .. })
            if **right == zero);
        if !done {
            let keys = &mut changed.get_or_insert_with(|| call.clone()).params.partition_by;
            keys[i] = key.clone() + zero;
        }
    }
    Ok(changed)
}
