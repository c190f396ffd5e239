//! The operator: sorted rows stream through, and each function adds a column.
//!
//! Memory: the kernels of the partition in work and one batch. Where a function wants a whole
//! partition at once, the rows of the partition in work, too. All of it is accounted.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, RecordBatch, UInt64Array};
use datafusion::arrow::compute::{concat, take};
use datafusion::arrow::datatypes::{FieldRef, Schema, SchemaRef};
use datafusion::common::Result;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::WindowUDFImpl as _;
use datafusion::physical_expr::equivalence::ProjectionMapping;
use datafusion::physical_expr::expressions;
use datafusion::physical_expr::{
    Distribution, LexRequirement, OrderingRequirements, PhysicalExpr, PhysicalSortExpr,
    PhysicalSortRequirement,
};
use datafusion::physical_plan::execution_plan::{
    ChildrenPropertiesMode, ReplaceChildrenOptions, apply_expression_roots,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::windows::get_ordered_partition_by_indices;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties as _,
    InputDistributionRequirements, PlanProperties,
};
use futures::TryStreamExt as _;

use super::column::{Column, Segments, WindowColumn};
use super::lag::Lag;
use super::ranges::ranges;
use super::standard::FrameAggregate;
use super::{Call, Evaluation, Few, WindowFunction};

/// Into how many parts memory is divided, of which the room that is set aside for kernels is one at most.
const LEAST_SHARE: usize = 32;

/// One call of a function in a window.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub work: Work,
    /// The column arguments.
    pub arguments: Vec<Arc<dyn PhysicalExpr>>,
    pub field: FieldRef,
}

/// What a call does.
#[derive(Debug, Clone)]
pub(super) enum Work {
    /// A function of ours.
    Own(WindowFunction, Call),
    /// An aggregate of SQL's.
    Standard(FrameAggregate),
    /// SQL's `lag`.
    Lag(Lag),
}

impl Work {
    fn name(&self) -> &str {
        match self {
            Self::Own(function, _) => function.contract.name,
            Self::Standard(aggregate) => aggregate.name(),
            Self::Lag(lag) => lag.name(),
        }
    }

    pub fn column(&self) -> Box<dyn WindowColumn> {
        match self {
            Self::Own(function, call) => Box::new(Column::new(*function, call.clone())),
            Self::Standard(aggregate) => aggregate.column(),
            Self::Lag(lag) => lag.column(),
        }
    }

    /// Whether it takes whole partitions only.
    pub fn is_section(&self) -> bool {
        matches!(self, Self::Own(WindowFunction { evaluation: Evaluation::Section(_), .. }, _))
    }
}

/// Adds the columns of window functions that share partitions and order.
#[derive(Debug, Clone)]
pub(super) struct KernelWindowExec {
    input: Arc<dyn ExecutionPlan>,
    calls: Vec<Planned>,
    partition_by: Vec<Arc<dyn PhysicalExpr>>,
    order_by: Vec<PhysicalSortExpr>,
    /// What is told of the columns of the input and those of the calls; `None`: all of them.
    told: Option<Vec<ProjectionExpr>>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl KernelWindowExec {
    pub fn try_new(
        input: Arc<dyn ExecutionPlan>,
        calls: Vec<Planned>,
        partition_by: Vec<Arc<dyn PhysicalExpr>>,
        order_by: Vec<PhysicalSortExpr>,
    ) -> Result<Self> {
        let (schema, properties) = appended(&input, &calls)?;
        let properties = Arc::new(properties);
        let metrics = ExecutionPlanMetricsSet::new();
        Ok(Self { input, calls, partition_by, order_by, told: None, schema, properties, metrics })
    }

    /// The operator that tells the columns of a projection of it, if that does no more than choose columns.
    fn telling(&self, projection: &ProjectionExec) -> Option<Self> {
        let told = projection.expr();
        let chosen = told.iter().all(|e| e.expr.is::<expressions::Column>());
        (chosen && !told.is_empty() && self.told.is_none()).then(|| Self {
            told: Some(told.to_vec()),
            schema: projection.schema(),
            properties: Arc::clone(projection.properties()),
            ..self.clone()
        })
    }

    /// The places of the columns that are told among those of the input and of the calls.
    fn places(&self) -> Vec<usize> {
        let place =
            |e: &ProjectionExpr| Some(e.expr.downcast_ref::<expressions::Column>()?.index());
        match &self.told {
            Some(told) => told.iter().filter_map(place).collect(),
            None => (0..self.schema.fields().len()).collect(),
        }
    }

    pub fn partition_by(&self) -> &[Arc<dyn PhysicalExpr>] {
        &self.partition_by
    }

    /// The partition's expressions, those first by which the input is in order already.
    fn partition_order(&self) -> Result<Vec<Arc<dyn PhysicalExpr>>> {
        let mut first = get_ordered_partition_by_indices(&self.partition_by, &self.input)?;
        first.extend(
            (0..self.partition_by.len()).filter(|i| !first.contains(i)).collect::<Vec<_>>(),
        );
        Ok(first.into_iter().map(|i| Arc::clone(&self.partition_by[i])).collect())
    }
}

/// The schema and the properties of the input with the columns of calls: other columns keep their
/// places, and rows their order.
pub(super) fn appended(
    input: &Arc<dyn ExecutionPlan>,
    calls: &[Planned],
) -> Result<(SchemaRef, PlanProperties)> {
    let given = input.schema();
    let fields = given.fields().iter().cloned().chain(calls.iter().map(|c| Arc::clone(&c.field)));
    let fields = fields.collect::<Vec<_>>();
    let schema = Arc::new(Schema::new_with_metadata(fields, given.metadata().clone()));
    let indices: Vec<usize> = (0..given.fields().len()).collect();
    let mapping = ProjectionMapping::from_indices(&indices, &given)?;
    let equivalences = input.equivalence_properties().project(&mapping, Arc::clone(&schema));
    let properties = PlanProperties::new(
        equivalences,
        input.output_partitioning().clone(),
        input.pipeline_behavior(),
        input.boundedness(),
    );
    Ok((schema, properties))
}

/// The calls and the partitions, for people.
pub(super) fn described(calls: &[Planned], partition_by: &[Arc<dyn PhysicalExpr>]) -> String {
    let list = |all: &[Arc<dyn PhysicalExpr>]| {
        all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let calls = calls.iter().map(|c| format!("{}({})", c.work.name(), list(&c.arguments)));
    let calls = calls.collect::<Vec<_>>().join(", ");
    format!("[{calls}], partition=[{}]", list(partition_by))
}

impl DisplayAs for KernelWindowExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = self.order_by.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let described = described(&self.calls, &self.partition_by);
        write!(f, "KernelWindowExec: {described}, order=[{order}]")?;
        let Some(told) = &self.told else { return Ok(()) };
        let told = told.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        write!(f, ", projection=[{told}]")
    }
}

impl ExecutionPlan for KernelWindowExec {
    fn name(&self) -> &'static str {
        "KernelWindowExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![match self.partition_by.is_empty() {
            true => Distribution::SinglePartition,
            false => Distribution::KeyPartitioned(self.partition_by.clone()),
        }])
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        // Within a partition rows are in order; in which order partitions come is nothing to us.
        let partitions = self.partition_order().unwrap_or_else(|_| self.partition_by.clone());
        let partitions = partitions.into_iter().map(|e| PhysicalSortRequirement::new(e, None));
        let order = self.order_by.iter().cloned().map(PhysicalSortRequirement::from);
        vec![LexRequirement::new(partitions.chain(order)).map(OrderingRequirements::new)]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let order = self.order_by.iter().map(|sort| &sort.expr);
        let arguments = self.calls.iter().flat_map(|call| &call.arguments);
        apply_expression_roots(arguments.chain(&self.partition_by).chain(order), f)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Self { input, calls, partition_by, order_by, told, .. } = Arc::unwrap_or_clone(self);
        let input = children.pop().unwrap_or(input);
        let all = Arc::new(Self::try_new(input, calls, partition_by, order_by)?);
        let Some(told) = told else { return Ok(all) };
        let projection = ProjectionExec::try_new(told, Arc::clone(&all) as _)?;
        Ok(all.telling(&projection).map_or(Arc::new(projection), |window| Arc::new(window)))
    }

    // Only this rule may do so: those that push orders through operators take their columns to keep their
    // places, and come before.
    fn try_swapping_with_projection(
        &self,
        projection: &ProjectionExec,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        Ok(self.telling(projection).map(|window| Arc::new(window) as _))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(
            children,
            ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute),
        )
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, Arc::clone(&context))?;
        let whole = self.calls.iter().any(|c| c.work.is_section());
        let work = Worker {
            columns: self.calls.iter().map(|c| c.work.column()).collect(),
            calls: self.calls.clone(),
            partition_by: self.partition_by.clone(),
            places: self.places(),
            schema: Arc::clone(&self.schema),
            last: None,
            memory: MemoryConsumer::new(format!("KernelWindowExec[{partition}]"))
                .register(context.memory_pool()),
            baseline: BaselineMetrics::new(&self.metrics, partition),
        };
        if !whole {
            // Sorts below take what memory there is; what is asked for after them may find none.
            // Without this room the first rows ask for theirs.
            let share = match context.memory_pool().memory_limit() {
                MemoryLimit::Finite(bytes) => bytes / LEAST_SHARE,
                _ => usize::MAX,
            };
            let column = context.session_config().batch_size() * size_of::<f64>();
            work.memory.try_grow(share.min(column * self.calls.len())).unwrap_or_default();
        }
        let schema = Arc::clone(&self.schema);
        let rows = match whole {
            false => work.streamed(input),
            true => work.by_partition(input),
        };
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }
}

/// The operator at work on one stream.
struct Worker {
    calls: Vec<Planned>,
    columns: Vec<Box<dyn WindowColumn>>,
    partition_by: Vec<Arc<dyn PhysicalExpr>>,
    /// Those of the columns that are told.
    places: Vec<usize>,
    schema: SchemaRef,
    /// The partition of the last row seen.
    last: Option<Few<ArrayRef>>,
    memory: MemoryReservation,
    baseline: BaselineMetrics,
}

type Batches = std::pin::Pin<Box<dyn futures::Stream<Item = Result<RecordBatch>> + Send>>;

impl Worker {
    /// A batch out for each batch in.
    fn streamed(self, input: SendableRecordBatchStream) -> Batches {
        // In a box, since it is handed on with each batch.
        let state = Box::new((self, input));
        let next = |mut state: Box<(Self, SendableRecordBatchStream)>| async move {
            let (work, input) = &mut *state;
            loop {
                let Some(batch) = input.try_next().await? else { return Ok(None) };
                if batch.num_rows() > 0 {
                    let out = work.followed_by(&batch)?;
                    return Ok(Some((out, state)));
                }
            }
        };
        Box::pin(futures::stream::try_unfold(state, next))
    }

    /// The next batch, with its results.
    fn followed_by(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        let segments = self.segments(batch)?;
        let results = self.results(std::slice::from_ref(batch), &segments)?;
        self.with_results(batch, &results)
    }

    /// Whole partitions out, as soon as the next one begins.
    fn by_partition(self, input: SendableRecordBatchStream) -> Batches {
        struct State {
            work: Worker,
            input: Option<SendableRecordBatchStream>,
            /// Rows of the partition in work.
            rows: Vec<RecordBatch>,
            out: VecDeque<RecordBatch>,
        }
        let state = State { work: self, input: Some(input), rows: vec![], out: VecDeque::new() };
        let next = move |mut state: State| async move {
            loop {
                if let Some(out) = state.out.pop_front() {
                    return Ok(Some((out, state)));
                }
                let Some(input) = &mut state.input else { return Ok(None) };
                let complete = match input.try_next().await? {
                    None => {
                        state.input = None;
                        std::mem::take(&mut state.rows)
                    }
                    Some(batch) if batch.num_rows() == 0 => continue,
                    Some(batch) => {
                        let segments = state.work.segments(&batch)?;
                        let only = segments.ranges.len() == 1 && segments.continues;
                        // The first row of the partition that may go on in the next batch.
                        let open = segments.ranges.last().map_or(0, |range| range.start);
                        let mut complete = vec![];
                        if !only {
                            complete = std::mem::take(&mut state.rows);
                            complete.extend((open > 0).then(|| batch.slice(0, open)));
                        }
                        state.rows.push(batch.slice(open, batch.num_rows() - open));
                        complete
                    }
                };
                let held =
                    state.rows.iter().chain(&complete).map(RecordBatch::get_array_memory_size);
                state.work.memory.try_resize(held.sum())?;
                if !complete.is_empty() {
                    let keys = evaluated(&state.work.partition_by, &complete)?;
                    let rows = complete.iter().map(RecordBatch::num_rows).sum();
                    let segments = Segments { ranges: ranges(&keys, rows)?, continues: false };
                    let results = state.work.results(&complete, &segments)?;
                    let mut from = 0;
                    for batch in complete {
                        let rows = batch.num_rows();
                        let results: Few<_> = results.iter().map(|r| r.slice(from, rows)).collect();
                        state.out.push_back(state.work.with_results(&batch, &results)?);
                        from += rows;
                    }
                }
            }
        };
        Box::pin(futures::stream::try_unfold(state, next))
    }

    /// The partitions of a batch that follows on those before it.
    fn segments(&mut self, batch: &RecordBatch) -> Result<Segments> {
        let rows = batch.num_rows();
        if self.partition_by.is_empty() {
            let continues = self.last.replace(Few::new()).is_some();
            return Ok(Segments { ranges: ranges(&[], rows)?, continues });
        }
        let keys = evaluated(&self.partition_by, std::slice::from_ref(batch))?;
        let continues = self.last.as_ref().is_some_and(|last| {
            last.iter().zip(&keys).all(|(a, b)| a.to_data() == b.slice(0, 1).to_data())
        });
        // Copied, so that one row does not keep its batch.
        let last = UInt64Array::from(vec![rows as u64 - 1]);
        let last = keys.iter().map(|k| take(k, &last, None));
        self.last = Some(last.collect::<std::result::Result<_, _>>()?);
        Ok(Segments { ranges: ranges(&keys, rows)?, continues })
    }

    /// The columns of the calls for batches that follow on each other. Only what the calls are about is
    /// put together; other columns stay where they are.
    fn results(&mut self, batches: &[RecordBatch], segments: &Segments) -> Result<Few<ArrayRef>> {
        let timer = self.baseline.elapsed_compute().timer();
        let results = self.calls.iter().zip(&mut self.columns);
        let results = results
            .map(|(call, column)| column.push(&evaluated(&call.arguments, batches)?, segments))
            .collect::<Result<_>>()?;
        timer.done();
        let kernels: usize = self.columns.iter().map(|c| c.size()).sum();
        let held = self.memory.size().max(kernels);
        self.memory.try_resize(held)?;
        Ok(results)
    }

    fn with_results(&self, batch: &RecordBatch, results: &[ArrayRef]) -> Result<RecordBatch> {
        let given = batch.columns();
        let column =
            |&place: &usize| given.get(place).unwrap_or_else(|| &results[place - given.len()]);
        let columns = self.places.iter().map(column).cloned().collect();
        self.baseline.record_output(batch.num_rows());
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

/// The values of expressions in batches that follow on each other, a column each.
pub(super) fn evaluated(
    expressions: &[Arc<dyn PhysicalExpr>],
    batches: &[RecordBatch],
) -> Result<Few<ArrayRef>> {
    let column = |expression: &Arc<dyn PhysicalExpr>| {
        let of = |batch: &RecordBatch| expression.evaluate(batch)?.into_array(batch.num_rows());
        if let [batch] = batches {
            return of(batch);
        }
        let pieces = batches.iter().map(of).collect::<Result<Vec<_>>>()?;
        Ok(concat(&pieces.iter().map(AsRef::as_ref).collect::<Vec<_>>())?)
    };
    expressions.iter().map(column).collect()
}
