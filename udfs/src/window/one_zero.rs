//! Partitions by a number: 0.0 and −0.0 are one value, as in `GROUP BY` and by `=`.
//!
//! DataFusion sorts and compares the keys of windows by their bits' order, which tells the two apart.

use std::sync::Arc;

use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    BinaryExpr, Expr, ExprSchemable as _, LogicalPlan, Operator, Window, lit,
};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

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
        let LogicalPlan::Window(window) = &plan else { return Ok(Transformed::no(plan)) };
        let names = NamePreserver::new(&plan);
        let (mut changed, mut calls) = (false, window.window_expr.clone());
        for call in &mut calls {
            let name = names.save(call);
            if with_one_zero(call, window.input.schema())? {
                changed = true;
                *call = name.restore(call.clone());
            }
        }
        if !changed {
            return Ok(Transformed::no(plan));
        }
        let window = Window::try_new(calls, Arc::clone(&window.input))?;
        Ok(Transformed::yes(LogicalPlan::Window(window)))
    }
}

/// Whether a key was changed.
fn with_one_zero(call: &mut Expr, schema: &DFSchema) -> Result<bool> {
    let function = match call {
        Expr::Alias(alias) => return with_one_zero(&mut alias.expr, schema),
        Expr::WindowFunction(function) => function,
        _ => return Ok(false),
    };
    let mut changed = false;
    for key in &mut function.params.partition_by {
        let kind = key.get_type(schema)?;
        if !kind.is_floating() {
            continue;
        }
        let zero = lit(ScalarValue::new_zero(&kind)?);
        let done = matches!(key, Expr::BinaryExpr(BinaryExpr { op: Operator::Plus, right, .. })
            if **right == zero);
        if !done {
            *key = key.clone() + zero;
            changed = true;
        }
    }
    Ok(changed)
}
