//! The operator behind [`crate::pit_snapshot`]: rows arrive sorted by (key, event time,
//! `known_at`), and of each group the last one leaves. Memory: the batch before the current one.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, BooleanBufferBuilder, RecordBatch};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::compute::kernels::cmp::distinct;
use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::{
    Distribution, LexOrdering, OrderingRequirements, Partitioning, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::{
    ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions, apply_expression_roots,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties as _,
    InputDistributionRequirements, PlanProperties,
};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use futures::StreamExt as _;

use crate::pit::LatestRevision;
use crate::ranges::by_ranges;

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
        let parts = by_ranges(Arc::clone(physical), &identity, session.config().options())?;
        let latest = parts.into_iter().map(|part| {
            let exec = LatestRevisionExec::new(part, identity.clone(), Arc::clone(&known_at));
            Arc::new(exec) as Arc<dyn ExecutionPlan>
        });
        Ok(Some(UnionExec::try_new(latest.collect())?))
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
        let given = input.properties();
        let properties = Arc::new(PlanProperties::new(
            given.eq_properties.clone(),
            // Ranges are for this operator alone: above it, two sides of a join cut at different
            // identities must not pass for partitioned alike.
            match &given.partitioning {
                Partitioning::Range(range) => {
                    Partitioning::UnknownPartitioning(range.partition_count())
                }
                other => other.clone(),
            },
            EmissionType::Incremental,
            given.boundedness,
        ));
        Self { input, identity, known_at, properties, metrics: ExecutionPlanMetricsSet::new() }
    }

    fn order(&self) -> Option<LexOrdering> {
        let columns = self.identity.iter().chain([&self.known_at]);
        LexOrdering::new(columns.map(|e| PhysicalSortExpr::new_default(Arc::clone(e))))
    }

    /// What the input needs before a group's rows meet in one partition.
    fn distribution(&self) -> Result<Distribution> {
        let keys = Distribution::KeyPartitioned(self.identity.clone());
        let source = undistributed(&self.input);
        let given = source.equivalence_properties();
        let Some(order) = self.order() else { return Ok(keys) };
        if !given.ordering_satisfy(order)? {
            return Ok(keys);
        }
        // Asking for keys here would make the optimizer hash a scan of few partitions into many.
        let partitioning = source.output_partitioning();
        let disjoint = matches!(partitioning, Partitioning::Range(_))
            && partitioning.satisfaction(&keys, given, true).is_satisfied();
        if disjoint {
            return Ok(Distribution::UnspecifiedDistribution);
        }
        // Sorted after it was partitioned for us.
        if matches!(partitioning, Partitioning::Hash(..)) {
            return Ok(keys);
        }
        Ok(Distribution::SinglePartition)
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
        write!(f, "LatestRevisionExec: of ({}) by {}", identity.join(", "), self.known_at)
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
        let keys = || Distribution::KeyPartitioned(self.identity.clone());
        InputDistributionRequirements::new(vec![self.distribution().unwrap_or_else(|_| keys())])
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
        apply_expression_roots(self.identity.iter().chain([&self.known_at]), f)
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
        let schema = self.schema();
        let memory = MemoryConsumer::new(format!("LatestRevisionExec[{partition}]"));
        let last = Last {
            memory: memory.register(context.memory_pool()),
            input: self.input.execute(partition, context)?,
            identity: self.identity.clone(),
            held: None,
            metrics: BaselineMetrics::new(&self.metrics, partition),
        };
        let batches = futures::stream::try_unfold(last, |mut last| async move {
            Ok(last.next().await?.map(|batch| (batch, last)))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

/// One partition in progress.
struct Last {
    input: SendableRecordBatchStream,
    identity: Vec<Arc<dyn PhysicalExpr>>,
    /// The last batch seen: whether its last row leaves depends on the next one's first.
    held: Option<Held>,
    memory: MemoryReservation,
    metrics: BaselineMetrics,
}

struct Held {
    batch: RecordBatch,
    identity: Vec<ArrayRef>,
}

impl Last {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            let batch = self.input.next().await.transpose()?;
            let started = Instant::now();
            if batch.as_ref().is_some_and(|batch| batch.num_rows() == 0) {
                continue;
            }
            let ended = batch.is_none();
            let next = batch.map(|batch| self.hold(batch)).transpose()?;
            self.memory.try_resize(next.as_ref().map_or(0, |n| n.batch.get_array_memory_size()))?;
            let done = std::mem::replace(&mut self.held, next);
            let out = match done {
                Some(done) => done.latest(self.held.as_ref())?,
                None => None,
            };
            self.metrics.elapsed_compute().add_elapsed(started);
            if let Some(out) = out {
                self.metrics.record_output(out.num_rows());
                return Ok(Some(out));
            }
            if ended {
                return Ok(None);
            }
        }
    }

    fn hold(&self, batch: RecordBatch) -> Result<Held> {
        let column = |e: &Arc<dyn PhysicalExpr>| e.evaluate(&batch)?.into_array(batch.num_rows());
        let identity = self.identity.iter().map(column).collect::<Result<_>>()?;
        Ok(Held { batch, identity })
    }
}

impl Held {
    /// Of each group the last row; of the open one too, unless the next batch goes on with it.
    fn latest(self, next: Option<&Self>) -> Result<Option<RecordBatch>> {
        let rows = self.batch.num_rows();
        let mut last = BooleanBufferBuilder::new(rows);
        last.append_buffer(&self.ends()?);
        last.append(match next {
            Some(next) => self.ends_before(next)?,
            None => true,
        });
        let last = BooleanArray::from(last.finish());
        Ok(match last.true_count() {
            0 => None,
            kept if kept == rows => Some(self.batch),
            _ => Some(filter_record_batch(&self.batch, &last)?),
        })
    }

    /// For each row but the last, whether the next one is of another group.
    fn ends(&self) -> Result<BooleanBuffer> {
        let pairs = self.batch.num_rows() - 1;
        let mut ends = BooleanBuffer::new_unset(pairs);
        let mut constant = true;
        for column in &self.identity {
            // In sorted rows a leading column with equal ends is equal throughout: the symbols of
            // most batches are compared once.
            constant = constant && !differ(column, 0, column, pairs)?;
            if !constant {
                let changes = distinct(&column.slice(0, pairs), &column.slice(1, pairs))?;
                ends = &ends | changes.values();
            }
        }
        Ok(ends)
    }

    fn ends_before(&self, next: &Self) -> Result<bool> {
        for (column, other) in self.identity.iter().zip(&next.identity) {
            if differ(column, column.len() - 1, other, 0)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn differ(left: &ArrayRef, i: usize, right: &ArrayRef, j: usize) -> Result<bool> {
    Ok(distinct(&left.slice(i, 1), &right.slice(j, 1))?.value(0))
}
