//! The operator behind [`crate::pit_snapshot`]: rows arrive sorted by (key, event time,
//! `known_at`), and of each group the last one leaves. Memory: one row beside the current batch.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use datafusion::arrow::compute::{concat_batches, partition, take_record_batch};
use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::{
    Distribution, LexOrdering, OrderingRequirements, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::execution_plan::{
    ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions, apply_expression_roots,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, InputDistributionRequirements, PlanProperties,
};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use futures::StreamExt as _;

use crate::pit::LatestRevision;

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
        let exec = LatestRevisionExec::new(Arc::clone(physical), identity, known_at);
        Ok(Some(Arc::new(exec)))
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
            given.partitioning.clone(),
            EmissionType::Incremental,
            given.boundedness,
        ));
        Self { input, identity, known_at, properties, metrics: ExecutionPlanMetricsSet::new() }
    }
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
        InputDistributionRequirements::new(vec![Distribution::KeyPartitioned(
            self.identity.clone(),
        )])
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        let columns = self.identity.iter().chain([&self.known_at]);
        let order = LexOrdering::new(columns.map(|e| PhysicalSortExpr::new_default(Arc::clone(e))));
        vec![order.map(Into::into)]
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
        let last = Last {
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
    /// The last row seen, which leaves when a row of another group arrives.
    held: Option<RecordBatch>,
    metrics: BaselineMetrics,
}

impl Last {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        while let Some(batch) = self.input.next().await {
            let started = Instant::now();
            let out = self.finished(&batch?)?;
            self.metrics.elapsed_compute().add_elapsed(started);
            if out.num_rows() > 0 {
                self.metrics.record_output(out.num_rows());
                return Ok(Some(out));
            }
        }
        let held = self.held.take();
        self.metrics.record_output(held.as_ref().map_or(0, RecordBatch::num_rows));
        Ok(held)
    }

    /// The last rows of the groups that the batch completes.
    fn finished(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        if batch.num_rows() == 0 {
            return Ok(batch.clone());
        }
        let batch = match self.held.take() {
            Some(held) => concat_batches(&batch.schema(), [&held, batch])?,
            None => batch.clone(),
        };
        let identity = self
            .identity
            .iter()
            .map(|e| e.evaluate(&batch)?.into_array(batch.num_rows()))
            .collect::<Result<Vec<ArrayRef>>>()?;
        let mut groups = partition(&identity)?.ranges();
        if let Some(open) = groups.pop() {
            self.held = Some(batch.slice(open.end - 1, 1));
        }
        let last = UInt32Array::from_iter_values(groups.iter().map(|rows| rows.end as u32 - 1));
        if last.len() + 1 == batch.num_rows() {
            return Ok(batch.slice(0, last.len()));
        }
        Ok(take_record_batch(&batch, &last)?)
    }
}
