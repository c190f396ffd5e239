//! Aggregates over windows in descending order are turned round: `ORDER BY t DESC ROWS BETWEEN CURRENT
//! ROW AND 9 FOLLOWING` is `ORDER BY t ROWS BETWEEN 9 PRECEDING AND CURRENT ROW`.
//!
//! DataFusion slides a sum from the first row in order on, taking off what leaves the frame. Time
//! descending, later rows would leave their rounding in the results of earlier ones.

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::expr::{Sort, WindowFunction};
use datafusion::logical_expr::{LogicalPlan, ReversedUDAF, WindowFunctionDefinition};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};
use trademl_udfs::window::{call, replace_calls};

/// The rule.
#[derive(Debug)]
pub(crate) struct ForwardWindows;

impl OptimizerRule for ForwardWindows {
    fn name(&self) -> &'static str {
        "forward_windows"
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
        // The windows of one node share their order, so that one of another kind keeps them all.
        let turn = |e| call(e).is_some_and(|call| forward(call).is_some());
        match window.window_expr.iter().all(turn) {
            true => replace_calls(plan, |call, _| Ok(forward(call))),
            false => Ok(Transformed::no(plan)),
        }
    }
}

/// The same window in ascending order, if it is a descending one of an aggregate to which the order
/// within its frame is nothing.
fn forward(function: &WindowFunction) -> Option<WindowFunction> {
    let WindowFunctionDefinition::AggregateUDF(aggregate) = &function.fun else { return None };
    let descending = function.params.order_by.first().is_some_and(|sort| !sort.asc);
    if !descending || !matches!(aggregate.reverse_udf(), ReversedUDAF::Identical) {
        return None;
    }
    let mut function = function.clone();
    let params = &mut function.params;
    params.window_frame = params.window_frame.reverse();
    for Sort { asc, nulls_first, .. } in &mut params.order_by {
        (*asc, *nulls_first) = (!*asc, !*nulls_first);
    }
    Some(function)
}
