//! The operator behind [`crate::pit_snapshot`]: rows arrive sorted by (key, event time,
//! `known_at`), and of each group the last one leaves. Partitions of a sorted input are chains that
//! it merges into one; else groups were brought together by hash, and partitions stay as they are.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::{
    Distribution, LexOrdering, OrderingRequirements, Partitioning, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::common::spawn_buffered;
use datafusion::physical_plan::execution_plan::{
    ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions, apply_expression_roots,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties as _,
    InputDistributionRequirements, PlanProperties,
};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use futures::{TryFutureExt as _, TryStreamExt as _};

use crate::latest::Latest;
use crate::pit::LatestRevision;
use crate::ranges::by_ranges;
use crate::side_by_side::SideBySideExec;

/// Plans the nodes of this crate.
#[derive(Debug)]
pub struct RevisionPlanner;

/// What a session's query planner must be given so that plans of this crate run.
pub fn extension_planners() -> Vec<Arc<dyn ExtensionPlanner + Send + Sync>> {
    vec![Arc::new(RevisionPlanner)]
}

#[async_trait]
impl ExtensionPlanner for RevisionPlanner {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        logical: &[&LogicalPlan],
        physical: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<LatestRevision>() else {
            return Ok(None);
        };
        let ([logical], [physical]) = (logical, physical) else {
            return internal_err!("LatestRevision takes one input");
        };
        let bind = |e| planner.create_physical_expr(e, logical.schema(), session, context);
        let identity = node.identity.iter().map(bind).collect::<Result<Vec<_>>>()?;
        let known_at = bind(&node.known_at)?;
        let latest = |input: Arc<dyn ExecutionPlan>| {
            LatestRevisionExec::new(input, identity.clone(), Arc::clone(&known_at))
        };
        let options = session.config().options();
        let Some(ranges) = by_ranges(physical, &identity, options)? else {
            return Ok(Some(Arc::new(latest(Arc::clone(physical)))));
        };
        let parts = ranges.parts.into_iter().map(|part| Arc::new(latest(part)) as _).collect();
        Ok(Some(Arc::new(SideBySideExec::try_new(parts, ranges.partitioning)?)))
    }
}

#[derive(Debug, Clone)]
struct LatestRevisionExec {
    input: Arc<dyn ExecutionPlan>,
    identity: Vec<Arc<dyn PhysicalExpr>>,
    known_at: Arc<dyn PhysicalExpr>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl LatestRevisionExec {
    fn new(
        input: Arc<dyn ExecutionPlan>,
        identity: Vec<Arc<dyn PhysicalExpr>>,
        known_at: Arc<dyn PhysicalExpr>,
    ) -> Self {
        let mut exec = Self {
            properties: Arc::clone(input.properties()),
            input,
            identity,
            known_at,
            metrics: ExecutionPlanMetricsSet::new(),
        };
        let given = exec.input.properties();
        let mut equivalences = given.eq_properties.clone();
        let mut partitioning = given.partitioning.clone();
        if exec.merges() && partitioning.partition_count() > 1 {
            partitioning = Partitioning::UnknownPartitioning(1);
            equivalences.clear_per_partition_constants();
            equivalences.clear_orderings();
            equivalences.add_orderings(exec.order());
        }
        exec.properties = Arc::new(PlanProperties::new(
            equivalences,
            partitioning,
            EmissionType::Incremental,
            given.boundedness,
        ));
        exec
    }

    /// What the input is sorted by.
    fn columns(&self) -> impl Iterator<Item = &Arc<dyn PhysicalExpr>> {
        self.identity.iter().chain([&self.known_at])
    }

    fn order(&self) -> Option<LexOrdering> {
        LexOrdering::new(self.columns().map(|e| PhysicalSortExpr::new_default(Arc::clone(e))))
    }

    /// Whether the input comes in order of its own, not sorted after it was hashed for us.
    fn merges(&self) -> bool {
        let source = undistributed(&self.input);
        let sorted = |order| source.equivalence_properties().ordering_satisfy(order);
        !matches!(source.output_partitioning(), Partitioning::Hash(..))
            && self.order().is_some_and(|order| sorted(order).unwrap_or(false))
    }
}

/// The plan below what the optimizer put in to distribute its rows, and takes out again before it
/// enforces a distribution: what is asked for must not depend on what was done about it.
fn undistributed(mut plan: &Arc<dyn ExecutionPlan>) -> &Arc<dyn ExecutionPlan> {
    while plan.fetch().is_none()
        && (plan.is::<RepartitionExec>()
            || plan.is::<CoalescePartitionsExec>()
            || plan.is::<SortPreservingMergeExec>())
        && let [child] = plan.children().as_slice()
    {
        plan = child;
    }
    plan
}

impl DisplayAs for LatestRevisionExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let identity: Vec<String> = self.identity.iter().map(ToString::to_string).collect();
        write!(f, "LatestRevisionExec: of ({}) by {}", identity.join(", "), self.known_at)?;
        match self.input.output_partitioning().partition_count() {
            chains if chains > 1 && self.merges() => write!(f, ", merging {chains} chains"),
            _ => Ok(()),
        }
    }
}

impl ExecutionPlan for LatestRevisionExec {
    fn name(&self) -> &'static str {
        "LatestRevisionExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![match self.merges() {
            true => Distribution::UnspecifiedDistribution,
            false => Distribution::KeyPartitioned(self.identity.clone()),
        }])
    }

    /// Round-robin would tear groups apart.
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![self.order().map(Into::into)]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        apply_expression_roots(self.columns(), f)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(input) = children.pop() else {
            return internal_err!("LatestRevisionExec takes one input");
        };
        Ok(Arc::new(Self::new(input, self.identity.clone(), Arc::clone(&self.known_at))))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mode = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        self.replace_children(children, mode)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let memory = MemoryConsumer::new(format!("LatestRevisionExec[{partition}]"));
        let memory = memory.register(context.memory_pool());
        let chains = self.input.output_partitioning().partition_count();
        let streams = match self.merges() && chains > 1 {
            // Each is decoded beside the others.
            true => (0..chains)
                .map(|chain| Ok(spawn_buffered(self.input.execute(chain, context.clone())?, 1)))
                .collect::<Result<_>>()?,
            false => vec![self.input.execute(partition, Arc::clone(&context))?],
        };
        let columns = self.columns().cloned().collect();
        let batch_size = context.session_config().batch_size();
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let batches = Latest::start(streams, columns, batch_size, memory, metrics).map_ok(|pass| {
            futures::stream::try_unfold(pass, |mut pass| async move {
                Ok(pass.next().await?.map(|batch| (batch, pass)))
            })
        });
        let batches = futures::stream::once(batches).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
