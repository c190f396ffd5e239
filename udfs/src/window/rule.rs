//! Puts our operator where DataFusion planned one of its own for our functions.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::window::{StandardWindowExpr, WindowExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::windows::{
    BoundedWindowAggExec, WindowAggExec, WindowUDFExpr, get_ordered_partition_by_indices,
};

use super::WindowFunction;
use super::exec::{KernelWindowExec, Planned, Work};
use super::lag::Lag;
use super::section::SectionExec;
use super::standard::FrameAggregate;
use crate::host::Host;

/// The rule. It comes first, so that what places sorts and exchanges sees our operator and never
/// turns a window of ours round.
#[derive(Debug)]
pub struct KernelWindows;

impl PhysicalOptimizerRule for KernelWindows {
    fn name(&self) -> &'static str {
        "kernel_windows"
    }

    fn schema_check(&self) -> bool {
        true
    }

    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(plan.transform_up(replaced)?.data)
    }
}

fn replaced(plan: Arc<dyn ExecutionPlan>) -> Result<Transformed<Arc<dyn ExecutionPlan>>> {
    let (expressions, input) = if let Some(window) = plan.downcast_ref::<WindowAggExec>() {
        (window.window_expr(), window.input())
    } else if let Some(window) = plan.downcast_ref::<BoundedWindowAggExec>() {
        (window.window_expr(), window.input())
    } else {
        return Ok(Transformed::no(plan));
    };
    let schema = input.schema();
    let calls = expressions.iter().map(|e| planned(e.as_ref(), &schema));
    let calls = calls.collect::<Result<Vec<_>>>()?;
    if calls.iter().all(Option::is_none) {
        return Ok(Transformed::no(plan));
    }
    let (partition_by, order_by) =
        (expressions[0].partition_by().to_vec(), expressions[0].order_by().to_vec());
    // DataFusion's own functions below ours, then all columns in the order that was asked for.
    let pairs = || expressions.iter().zip(&calls);
    let foreign: Vec<Arc<dyn WindowExpr>> =
        pairs().filter(|(_, c)| c.is_none()).map(|(e, _)| Arc::clone(e)).collect();
    let width = schema.fields().len();
    let (mut theirs, mut ours) = (width, width + foreign.len());
    let places: Vec<usize> = pairs()
        .map(|(_, call)| {
            let next = if call.is_some() { &mut ours } else { &mut theirs };
            *next += 1;
            *next - 1
        })
        .collect();
    let below: Arc<dyn ExecutionPlan> = match foreign.is_empty() {
        true => Arc::clone(input),
        false => {
            let bounded = foreign.iter().all(|e| e.uses_bounded_memory());
            let repartition = !partition_by.is_empty();
            match bounded {
                true => Arc::new(BoundedWindowAggExec::try_new(
                    foreign,
                    Arc::clone(input),
                    datafusion::physical_plan::InputOrderMode::Sorted,
                    repartition,
                )?),
                false => Arc::new(WindowAggExec::try_new(foreign, Arc::clone(input), repartition)?),
            }
        }
    };
    let calls: Vec<Planned> = calls.into_iter().flatten().collect();
    let sorted = get_ordered_partition_by_indices(&partition_by, &below)?.len();
    let kernels: Arc<dyn ExecutionPlan> =
        match calls.iter().all(|c| c.work.is_section()) && sorted < partition_by.len().max(1) {
            true => Arc::new(SectionExec::try_new(below, calls, partition_by)?),
            false => Arc::new(KernelWindowExec::try_new(below, calls, partition_by, order_by)?),
        };
    if places.windows(2).all(|pair| pair[0] < pair[1]) {
        return Ok(Transformed::yes(kernels));
    }
    let schema = kernels.schema();
    let columns = (0..width).chain(places).map(|i| {
        let name = schema.field(i).name();
        (Arc::new(Column::new(name, i)) as Arc<dyn PhysicalExpr>, name.clone())
    });
    let columns = columns.collect::<Vec<_>>();
    Ok(Transformed::yes(Arc::new(ProjectionExec::try_new(columns, kernels)?)))
}

/// The call, if it is one of a function of ours.
fn planned(
    e: &dyn WindowExpr,
    schema: &datafusion::arrow::datatypes::SchemaRef,
) -> Result<Option<Planned>> {
    let Some(standard) = e.as_any().downcast_ref::<StandardWindowExpr>() else { return Ok(None) };
    let call = standard.get_standard_func_expr();
    let Some(call) = call.as_any().downcast_ref::<WindowUDFExpr>() else { return Ok(None) };
    let arguments = call.args();
    let function = call.fun().inner();
    let aggregate = function.downcast_ref::<FrameAggregate>().cloned().map(Work::Standard);
    if let Some(work) = aggregate.or_else(|| function.downcast_ref::<Lag>().cloned().map(Work::Lag))
    {
        let (arguments, field) = (arguments.to_vec(), e.field()?);
        return Ok(Some(Planned { work, arguments, field }));
    }
    let Some(host) = call.fun().inner().downcast_ref::<Host<WindowFunction>>() else {
        return Ok(None);
    };
    let fields = arguments.iter().map(|e| e.return_field(schema)).collect::<Result<Vec<_>>>()?;
    let constants = host.contract.call(arguments, &fields)?;
    host.function.check(&constants)?;
    let columns = host.contract.column_positions().into_iter();
    Ok(Some(Planned {
        work: Work::Own(host.function, constants),
        arguments: columns.filter_map(|i| arguments.get(i).cloned()).collect(),
        field: e.field()?,
    }))
}
