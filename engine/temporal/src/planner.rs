//! From the logical join to the operator: in which order both sides are read, and how many passes
//! run side by side.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::DataType;
use datafusion::catalog::Session;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties as _};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};

use crate::exec::{Shape, TemporalJoinExec};
use crate::node::TemporalJoin;
use crate::unsplit::unsplit;

/// More keys than this are taken in the order they are written.
const MOST_PERMUTED_KEYS: usize = 4;

/// Plans [`TemporalJoin`] nodes.
#[derive(Debug)]
pub struct TemporalJoinPlanner;

#[async_trait]
impl ExtensionPlanner for TemporalJoinPlanner {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        logical: &[&LogicalPlan],
        physical: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<TemporalJoin>() else { return Ok(None) };
        let ([l, r], [left, right]) = (logical, physical) else {
            return internal_err!("a join on time takes two inputs");
        };
        let bind =
            |e, on: &LogicalPlan| planner.create_physical_expr(e, on.schema(), session, context);
        let on = node.spec.on.iter().map(|(a, b)| Ok((bind(a, l)?, bind(b, r)?)));
        let on = on.collect::<Result<Vec<_>>>()?;
        let times = (bind(&node.spec.times.0, l)?, bind(&node.spec.times.1, r)?);
        let tie = node.spec.tie.as_ref().map(|e| bind(e, r)).transpose()?;
        let (on, sorted) = in_given_order(on, &times, tie.as_ref(), left, right)?;
        let single = node.spec.on.is_empty() || sorted.0 || sorted.1;
        let given = |plan: &Arc<dyn ExecutionPlan>, sorted| match sorted {
            true => unsplit(plan),
            false => Ok(Arc::clone(plan)),
        };
        let (left, right) = (&given(left, sorted.0)?, &given(right, sorted.1)?);
        let mut ties: Vec<_> = tie.into_iter().collect();
        if !sorted.1 {
            // A sort is due anyway: let it decide all ties, whatever order the rows come in.
            ties.extend(others(right, &ties));
        }
        let shape = Shape {
            on,
            times,
            ties,
            pick: Arc::new(node.spec.pick.clone()),
            keep_unmatched: node.spec.keep_unmatched,
            horizon: node.spec.horizon.is_some(),
            // Sides that are in order already stay so only in one piece.
            single,
            schema: Arc::clone(node.schema.inner()),
        };
        let exec = TemporalJoinExec::try_new(Arc::clone(left), Arc::clone(right), shape)?;
        Ok(Some(Arc::new(exec)))
    }
}

type Pairs = Vec<(Arc<dyn PhysicalExpr>, Arc<dyn PhysicalExpr>)>;

/// The keys in an order in which as many sides as possible are sorted already, and which are.
fn in_given_order(
    on: Pairs,
    times: &(Arc<dyn PhysicalExpr>, Arc<dyn PhysicalExpr>),
    tie: Option<&Arc<dyn PhysicalExpr>>,
    left: &Arc<dyn ExecutionPlan>,
    right: &Arc<dyn ExecutionPlan>,
) -> Result<(Pairs, (bool, bool))> {
    let sorted = |plan: &Arc<dyn ExecutionPlan>, by: Vec<&Arc<dyn PhysicalExpr>>| {
        let by = by.into_iter().map(|e| PhysicalSortExpr::new_default(Arc::clone(e)));
        plan.equivalence_properties().ordering_satisfy(by)
    };
    let mut best: Option<(Pairs, (bool, bool))> = None;
    for order in permutations(on.len()) {
        let keys: Pairs = order.iter().map(|i| on[*i].clone()).collect();
        let by_left = keys.iter().map(|(l, _)| l).chain([&times.0]);
        let by_right = keys.iter().map(|(_, r)| r).chain([&times.1]).chain(tie);
        let found = (sorted(left, by_left.collect())?, sorted(right, by_right.collect())?);
        let count = |s: (bool, bool)| usize::from(s.0) + usize::from(s.1);
        if best.as_ref().is_none_or(|(_, known)| count(found) > count(*known)) {
            best = Some((keys, found));
        }
    }
    Ok(best.unwrap_or((on, (false, false))))
}

fn permutations(n: usize) -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    if n > MOST_PERMUTED_KEYS {
        return vec![(0..n).collect()];
    }
    for _ in 0..n {
        let longer = all.into_iter().flat_map(|p: Vec<usize>| {
            let free = (0..n).filter(|i| !p.contains(i)).collect::<Vec<_>>();
            free.into_iter().map(move |i| [p.clone(), vec![i]].concat())
        });
        all = longer.collect();
    }
    all
}

/// The columns of a plan that can be sorted by, but for those given.
fn others(
    plan: &Arc<dyn ExecutionPlan>,
    given: &[Arc<dyn PhysicalExpr>],
) -> Vec<Arc<dyn PhysicalExpr>> {
    let schema = plan.schema();
    let sortable = |t: &DataType| !t.is_nested() && !matches!(t, DataType::Null);
    let columns = schema.fields().iter().enumerate().filter(|(_, f)| sortable(f.data_type()));
    let columns = columns.map(|(i, f)| Arc::new(Column::new(f.name(), i)) as Arc<dyn PhysicalExpr>);
    columns.filter(|column| !given.contains(column)).collect()
}

#[cfg(test)]
mod tests {
    use super::permutations;

    #[test]
    fn all_orders_of_few_keys() {
        assert_eq!(permutations(0), vec![Vec::<usize>::new()]);
        assert_eq!(permutations(2), vec![vec![0, 1], vec![1, 0]]);
        assert_eq!(permutations(4).len(), 24);
        assert_eq!(permutations(5), vec![vec![0, 1, 2, 3, 4]]);
    }
}
