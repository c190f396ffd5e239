//! Predicates above a join on time move below it: those on left columns to the left, those on left
//! keys to both sides.
//!
//! A predicate on other right columns stays above: below, it would change which row is matched.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{Column, Result};
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    Expr, Extension, Filter, LogicalPlan, LogicalPlanBuilder, UserDefinedLogicalNodeCore as _,
};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

use crate::node::TemporalJoin;

/// The rule; the optimizer's own rules then carry the predicates on towards the scans.
#[derive(Debug)]
pub struct PushDownTemporalFilter;

impl OptimizerRule for PushDownTemporalFilter {
    fn name(&self) -> &'static str {
        "push_down_temporal_filter"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Filter(filter) = &plan else { return Ok(Transformed::no(plan)) };
        // The optimizer puts a choice of columns between a filter and the join.
        let (projection, input) = match filter.input.as_ref() {
            LogicalPlan::Projection(p) if p.expr.iter().all(|e| matches!(e, Expr::Column(_))) => {
                (Some(p), p.input.as_ref())
            }
            other => (None, other),
        };
        let LogicalPlan::Extension(extension) = input else { return Ok(Transformed::no(plan)) };
        let Some(join) = extension.node.as_any().downcast_ref::<TemporalJoin>() else {
            return Ok(Transformed::no(plan));
        };
        let keys: HashMap<&Column, &Expr> =
            join.spec.on.iter().filter_map(|(l, r)| Some((l.try_as_col()?, r))).collect();
        let (mut above, mut left, mut right) = (vec![], vec![], vec![]);
        for predicate in split_conjunction_owned(filter.predicate.clone()) {
            let columns = predicate.column_refs();
            let is_left = columns.iter().all(|c| join.left.schema().has_column(c));
            if predicate.is_volatile() || columns.is_empty() || !is_left {
                above.push(predicate);
                continue;
            }
            if columns.iter().all(|c| keys.contains_key(*c)) {
                right.push(on_right(predicate.clone(), &keys)?);
            }
            left.push(predicate);
        }
        if left.is_empty() {
            return Ok(Transformed::no(plan));
        }
        let filtered = |input: &LogicalPlan, predicates: Vec<Expr>| match conjunction(predicates) {
            Some(predicate) => LogicalPlanBuilder::from(input.clone()).filter(predicate)?.build(),
            None => Ok(input.clone()),
        };
        let inputs = vec![filtered(&join.left, left)?, filtered(&join.right, right)?];
        let join = join.with_exprs_and_inputs(join.expressions(), inputs)?;
        let join = LogicalPlan::Extension(Extension { node: Arc::new(join) });
        let join = match projection {
            Some(p) => LogicalPlanBuilder::from(join).project(p.expr.clone())?.build()?,
            None => join,
        };
        let plan = match conjunction(above) {
            Some(predicate) => LogicalPlan::Filter(Filter::try_new(predicate, Arc::new(join))?),
            None => join,
        };
        Ok(Transformed::yes(plan))
    }
}

/// A predicate on left keys, said of the right ones.
fn on_right(predicate: Expr, keys: &HashMap<&Column, &Expr>) -> Result<Expr> {
    let replaced = predicate.transform(|e| {
        Ok(match e.try_as_col().and_then(|column| keys.get(column)) {
            Some(right) => Transformed::yes((*right).clone()),
            None => Transformed::no(e),
        })
    })?;
    Ok(replaced.data)
}
