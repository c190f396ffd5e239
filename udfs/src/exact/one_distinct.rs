//! DataFusion splits `sum(x), count(DISTINCT y) … GROUP BY g` into sums by g and y, and sums of these:
//! what is summed twice is rounded twice. Such queries keep their one aggregate.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan};
use datafusion::optimizer::optimizer::Optimizer;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// DataFusion's rules, of which none sums floats in two steps.
pub fn optimizer_rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let rules = Optimizer::new().rules.into_iter();
    let rules = rules.map(|rule| match rule.name() {
        "single_distinct_aggregation_to_group_by" => Arc::new(OneDistinct(rule)),
        _ => rule,
    });
    rules.collect()
}

#[derive(Debug)]
struct OneDistinct(Arc<dyn OptimizerRule + Send + Sync>);

impl OptimizerRule for OneDistinct {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.0.apply_order()
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        match &plan {
            LogicalPlan::Aggregate(aggregate) if sums_floats(aggregate) => {
                Ok(Transformed::no(plan))
            }
            _ => self.0.rewrite(plan, config),
        }
    }
}

/// Whether there is a sum of floats that are not distinct.
fn sums_floats(aggregate: &Aggregate) -> bool {
    let fields = aggregate.schema.fields().iter().skip(aggregate.group_expr.len());
    aggregate.aggr_expr.iter().zip(fields).any(|(e, field)| {
        let e = e.clone().unalias_nested().data;
        matches!(e, Expr::AggregateFunction(f) if f.func.name() == "sum" && !f.params.distinct)
            && *field.data_type() == DataType::Float64
    })
}
