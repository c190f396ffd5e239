//! The operator: what it asks of its inputs, and what it promises.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{
    Distribution, EquivalenceProperties, LexOrdering, OrderingRequirements, PhysicalExpr,
    PhysicalSortExpr,
};
use datafusion::physical_plan::common::spawn_buffered;
use datafusion::physical_plan::execution_plan::{
    Boundedness, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
    apply_expression_roots,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties as _,
    InputDistributionRequirements, Partitioning, PlanProperties,
};

use crate::merge::{Merge, State};
use crate::output::Output;
use crate::pick::{Comparison, Pick};
use crate::side::Side;

/// Batches read ahead of the pass on each side, so that decoding runs beside it.
const READ_AHEAD: usize = 2;

/// Batches of right rows for which there is room from the start: those in work and those on their way out.
const LEAST_BATCHES: usize = 4;
/// Into how many parts memory is divided, of which that room is one at most.
const LEAST_SHARE: usize = 32;

/// What a row takes, about so where values are of no fixed length, and what is said of which rows it goes with.
fn row_bytes(schema: &Schema) -> usize {
    let bytes = |field: &Arc<Field>| field.data_type().primitive_width().unwrap_or(32);
    16 + schema.fields().iter().map(bytes).sum::<usize>()
}

/// A join as the operator runs it.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub on: Vec<(Arc<dyn PhysicalExpr>, Arc<dyn PhysicalExpr>)>,
    pub times: (Arc<dyn PhysicalExpr>, Arc<dyn PhysicalExpr>),
    /// What the right side is sorted by within one time.
    pub ties: Vec<Arc<dyn PhysicalExpr>>,
    pub pick: Arc<Pick>,
    pub keep_unmatched: bool,
    pub horizon: bool,
    /// One pass over everything, or one for each partition of the keys.
    pub single: bool,
    pub schema: SchemaRef,
}

type Exprs = Vec<Arc<dyn PhysicalExpr>>;

#[derive(Debug, Clone)]
pub(crate) struct TemporalJoinExec {
    left: Arc<dyn ExecutionPlan>,
    right: Arc<dyn ExecutionPlan>,
    shape: Shape,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl TemporalJoinExec {
    pub fn try_new(
        left: Arc<dyn ExecutionPlan>,
        right: Arc<dyn ExecutionPlan>,
        shape: Shape,
    ) -> Result<Self> {
        let of =
            |e: &Arc<dyn PhysicalExpr>, side: &Arc<dyn ExecutionPlan>| e.data_type(&side.schema());
        for (l, r) in shape.on.iter().chain([&shape.times]) {
            let types = (of(l, &left)?, of(r, &right)?);
            if types.0 != types.1 {
                // Ticks of different lengths must not be compared.
                return internal_err!(
                    "a join on time compares {l}, {}, with {r}, {}; CAST both to one type",
                    types.0,
                    types.1
                );
            }
        }
        // Left columns keep their places, and left rows their values and their order: an order
        // may rest on what a filter made constant.
        let known = left.equivalence_properties();
        let mut equivalences = EquivalenceProperties::new(Arc::clone(&shape.schema));
        equivalences.add_equivalence_group(known.eq_group().clone())?;
        equivalences.add_orderings(known.oeq_class().iter().cloned());
        let partitioning = match shape.single {
            true => Partitioning::UnknownPartitioning(1),
            false => left.output_partitioning().clone(),
        };
        let properties = Arc::new(PlanProperties::new(
            equivalences,
            partitioning,
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Ok(Self { left, right, shape, properties, metrics: ExecutionPlanMetricsSet::new() })
    }

    fn keys(&self) -> (Exprs, Exprs) {
        self.shape.on.iter().cloned().unzip()
    }

    fn orders(&self) -> (Exprs, Exprs) {
        let (mut left, mut right) = self.keys();
        left.push(Arc::clone(&self.shape.times.0));
        right.push(Arc::clone(&self.shape.times.1));
        right.extend(self.shape.ties.iter().cloned());
        (left, right)
    }
}

fn ascending(by: Exprs) -> Option<OrderingRequirements> {
    LexOrdering::new(by.into_iter().map(PhysicalSortExpr::new_default)).map(Into::into)
}

impl DisplayAs for TemporalJoinExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left, right) = &self.shape.times;
        let kind = if self.shape.keep_unmatched { "Left" } else { "Inner" };
        write!(f, "TemporalJoinExec: {kind}, ")?;
        match self.shape.pick.as_ref() {
            Pick::AsOf { comparison: Comparison::Nearest, .. } => {
                write!(f, "nearest({left}, {right})")?;
            }
            Pick::AsOf { comparison, .. } => write!(f, "{left} {comparison} {right}")?,
            Pick::Window { .. } => write!(f, "{right} around {left}")?,
        }
        write!(f, "{}", self.shape.pick)?;
        let on: Vec<_> = self.shape.on.iter().map(|(l, r)| format!("{l} = {r}")).collect();
        if on.is_empty() { Ok(()) } else { write!(f, ", on {}", on.join(" AND ")) }
    }
}

impl ExecutionPlan for TemporalJoinExec {
    fn name(&self) -> &'static str {
        "TemporalJoinExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.left, &self.right]
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        if self.shape.single {
            let one = Distribution::SinglePartition;
            return InputDistributionRequirements::new(vec![one.clone(), one]);
        }
        let (left, right) = self.keys();
        InputDistributionRequirements::co_partitioned(vec![
            Distribution::KeyPartitioned(left),
            Distribution::KeyPartitioned(right),
        ])
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        let (left, right) = self.orders();
        vec![ascending(left), ascending(right)]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true, false]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let (left, right) = self.orders();
        apply_expression_roots(left.iter().chain(&right), f)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(right), Some(left)) = (children.pop(), children.pop()) else {
            return internal_err!("a join on time takes two inputs");
        };
        Ok(Arc::new(Self::try_new(left, right, self.shape.clone())?))
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
        let shape = &self.shape;
        let (left_keys, right_keys) = self.keys();
        let left_schema = self.left.schema();
        let types = left_keys.iter().map(|key| key.data_type(&left_schema));
        let types = types.collect::<Result<Vec<_>>>()?;
        let horizon = match shape.horizon {
            true => Some(shape.times.0.data_type(&left_schema)?),
            false => None,
        };
        let right_schema = self.right.schema();
        let nullable = right_schema.fields().iter().map(|f| f.as_ref().clone().with_nullable(true));
        let right_schema = Arc::new(Schema::new(nullable.collect::<Vec<Field>>()));
        let input = |plan: &Arc<dyn ExecutionPlan>| -> Result<SendableRecordBatchStream> {
            let stream = plan.execute(partition, Arc::clone(&context))?;
            Ok(if shape.single { spawn_buffered(stream, READ_AHEAD) } else { stream })
        };
        let batch_size = context.session_config().batch_size();
        let reservation = MemoryConsumer::new(format!("TemporalJoin[{partition}]"))
            .register(context.memory_pool());
        // Sorts below take what memory there is; what is asked for after them may find none.
        let share = match context.memory_pool().memory_limit() {
            MemoryLimit::Finite(bytes) => bytes / LEAST_SHARE,
            _ => usize::MAX,
        };
        let floor = share.min(LEAST_BATCHES * batch_size * row_bytes(&right_schema));
        let floor = reservation.try_grow(floor).map_or(0, |()| floor);
        let merge = Merge {
            left: input(&self.left)?,
            right: input(&self.right)?,
            left_side: Side::new(&left_keys, &types, &shape.times.0)?,
            right_side: Side::new(&right_keys, &types, &shape.times.1)?,
            pick: Arc::clone(&shape.pick),
            keep_unmatched: shape.keep_unmatched,
            horizon,
            batch_size,
            output: Output::new(Arc::clone(&shape.schema), right_schema)?,
            reservation,
            floor,
            metrics: BaselineMetrics::new(&self.metrics, partition),
            state: State::default(),
        };
        let batches = futures::stream::try_unfold(merge, |mut merge| async move {
            Ok(merge.next().await?.map(|batch| (batch, merge)))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
