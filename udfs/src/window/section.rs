//! The operator of cross-sections: rows stay where they are, and each section's values are brought
//! together for its functions only.
//!
//! Functions of a section do not ask for the order of its rows, so that nothing needs to be sorted,
//! and nothing but their arguments to be moved: not between threads, nor within a batch. All input is
//! held meanwhile, and accounted. Where memory does not suffice, the sections are sorted instead, which
//! spills: the input is read a second time.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{Array as _, ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::runtime::JoinSet;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, SharedResult, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{
    EquivalenceProperties, LexOrdering, Partitioning, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::{
    ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions, apply_expression_roots,
    reset_plan_states,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties as _, PlanProperties,
};
use futures::future::{BoxFuture, FutureExt as _, Shared};
use futures::{StreamExt as _, TryStreamExt as _};

use super::Few;
use super::by_section::{Arguments, Placed, Results, results};
use super::exec::{KernelWindowExec, Planned, appended, described, evaluated};
use super::groups::Groups;

/// Adds the columns of functions over sections.
#[derive(Debug)]
pub(super) struct SectionExec {
    input: Arc<dyn ExecutionPlan>,
    calls: Vec<Planned>,
    partition_by: Vec<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
    /// The work that all partitions of the output wait for.
    work: Mutex<Option<Work>>,
}

type Work = Shared<BoxFuture<'static, SharedResult<Arc<Outcome>>>>;

/// What the partitions of the output are taken from.
enum Outcome {
    Held(Vec<Mutex<Option<Held>>>),
    /// All rows, sorted by section; the first partition's.
    Sorted(Mutex<Option<SendableRecordBatchStream>>),
}

/// The rows of one partition.
struct Held {
    /// With the number of the first row of each.
    batches: Vec<(usize, RecordBatch)>,
    results: Arc<Results>,
    memory: MemoryReservation,
}

impl SectionExec {
    pub fn try_new(
        input: Arc<dyn ExecutionPlan>,
        calls: Vec<Planned>,
        partition_by: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Self> {
        let (schema, given) = appended(&input, &calls)?;
        // Rows keep their places, but not where memory is short: nothing is promised of them.
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(given.output_partitioning().partition_count()),
            EmissionType::Final,
            given.boundedness,
        ));
        let (metrics, work) = (ExecutionPlanMetricsSet::new(), Mutex::new(None));
        Ok(Self { input, calls, partition_by, schema, properties, metrics, work })
    }

    /// Starts the work, if nobody has yet.
    fn work(&self, context: &Arc<TaskContext>) -> Work {
        let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        let started = work.get_or_insert_with(|| {
            let sections = Sections {
                input: Arc::clone(&self.input),
                calls: self.calls.clone(),
                partition_by: self.partition_by.clone(),
                context: Arc::clone(context),
                baseline: BaselineMetrics::new(&self.metrics, 0),
            };
            async move { Ok(Arc::new(sections.outcome().await.map_err(Arc::new)?)) }
                .boxed()
                .shared()
        });
        started.clone()
    }
}

impl DisplayAs for SectionExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SectionExec: {}", described(&self.calls, &self.partition_by))
    }
}

impl ExecutionPlan for SectionExec {
    fn name(&self) -> &'static str {
        "SectionExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let arguments = self.calls.iter().flat_map(|call| &call.arguments);
        apply_expression_roots(arguments.chain(&self.partition_by), f)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(input) = children.pop() else { return internal_err!("SectionExec has an input") };
        Ok(Arc::new(Self::try_new(input, self.calls.clone(), self.partition_by.clone())?))
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
        let work = self.work(&context);
        let (schema, baseline) =
            (Arc::clone(&self.schema), BaselineMetrics::new(&self.metrics, partition));
        let rows = async move {
            let outcome = work.await.map_err(|e| DataFusionError::from(&e))?;
            let rows = match outcome.as_ref() {
                Outcome::Held(parts) => {
                    let held = parts.get(partition).and_then(taken);
                    held.map(|held| held.stream(schema, baseline))
                }
                Outcome::Sorted(rows) if partition == 0 => taken(rows).map(|rows| rows.boxed()),
                Outcome::Sorted(_) => Some(futures::stream::empty().boxed()),
            };
            // Rows are handed out once; none in their place would be a wrong answer.
            match rows {
                Some(rows) => Ok(rows),
                None => internal_err!("SectionExec: partition {partition} was executed twice"),
            }
        };
        let rows = futures::stream::once(rows).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), rows)))
    }
}

fn taken<T>(slot: &Mutex<Option<T>>) -> Option<T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}

impl Held {
    /// The rows with the columns of the calls, which are brought back to them here: by each partition of
    /// the output for itself.
    fn stream(
        self,
        schema: SchemaRef,
        baseline: BaselineMetrics,
    ) -> futures::stream::BoxStream<'static, Result<RecordBatch>> {
        let Self { batches, results, memory } = self;
        let share = memory.size() / batches.len().max(1);
        let batches = batches.into_iter().map(move |(from, batch)| {
            let timer = baseline.elapsed_compute().timer();
            let mut columns = Vec::with_capacity(schema.fields().len());
            columns.extend_from_slice(batch.columns());
            results.extend(&mut columns, from..from + batch.num_rows())?;
            timer.done();
            baseline.record_output(batch.num_rows());
            memory.shrink(share);
            Ok(RecordBatch::try_new(Arc::clone(&schema), columns)?)
        });
        futures::stream::iter(batches).boxed()
    }
}

/// The operator at work.
struct Sections {
    input: Arc<dyn ExecutionPlan>,
    calls: Vec<Planned>,
    partition_by: Vec<Arc<dyn PhysicalExpr>>,
    context: Arc<TaskContext>,
    baseline: BaselineMetrics,
}

/// A batch, with what the functions are about.
struct Piece {
    batch: RecordBatch,
    keys: Few<ArrayRef>,
    columns: Few<ArrayRef>,
}

impl Sections {
    async fn outcome(self) -> Result<Outcome> {
        match self.held().await {
            Err(e) if matches!(e.find_root(), DataFusionError::ResourcesExhausted(_)) => {
                Ok(Outcome::Sorted(Mutex::new(Some(self.sorted()?))))
            }
            held => held.map(Outcome::Held),
        }
    }

    /// All rows in memory.
    async fn held(&self) -> Result<Vec<Mutex<Option<Held>>>> {
        let arguments = Arc::new(Arguments::new(&self.calls));
        let mut tasks = JoinSet::new();
        let partitions = self.input.output_partitioning().partition_count();
        for partition in 0..partitions {
            let rows = self.input.execute(partition, Arc::clone(&self.context))?;
            // No more than a fair share: it can go on on disk, and others may need the rest for that.
            let memory = MemoryConsumer::new(format!("SectionExec[{partition}]"))
                .with_can_spill(true)
                .register(self.context.memory_pool());
            let (arguments, partition_by) = (Arc::clone(&arguments), self.partition_by.clone());
            tasks.spawn(async move {
                let pieces = pieces(rows, &arguments.columns, &partition_by, &memory).await?;
                Ok::<_, DataFusionError>((partition, pieces, memory))
            });
        }
        let mut parts = vec![];
        while let Some(part) = tasks.join_next().await {
            parts.push(part.map_err(|e| DataFusionError::External(Box::new(e)))??);
        }
        parts.sort_by_key(|(partition, ..)| *partition);
        let timer = self.baseline.elapsed_compute().timer();
        // The groups of rows and their places, the columns of the results, and what it takes to get at them.
        let pieces = || parts.iter().flat_map(|(_, pieces, _)| pieces);
        let rows: usize = pieces().map(|piece| piece.batch.num_rows()).sum();
        let work = MemoryConsumer::new("SectionExec").with_can_spill(true);
        let work = work.register(self.context.memory_pool());
        work.try_grow(rows * size_of::<f64>() * (3 + self.calls.len()))?;
        let mut groups = Groups::new(&self.partition_by, &self.input.schema())?;
        for piece in pieces() {
            groups.push(&piece.keys, piece.batch.num_rows())?;
        }
        let placed = Placed::new(groups.places(None));
        drop(groups);
        let threads = self.context.session_config().target_partitions().max(partitions);
        let (mut batches, mut pieces, mut from) = (vec![], vec![], 0);
        for (_, part, memory) in parts {
            let mut of_part = vec![];
            for piece in part {
                of_part.push((from, piece.batch));
                pieces.push((from, piece.columns));
                from +=
                    of_part.last().map_or(0, |(_, batch): &(usize, RecordBatch)| batch.num_rows());
            }
            batches.push((of_part, memory));
        }
        let results = results(arguments, pieces, placed, threads, work).await?;
        drop(timer);
        let results = Arc::new(results);
        let held = batches.into_iter().map(|(batches, memory)| {
            let results = Arc::clone(&results);
            Mutex::new(Some(Held { batches, results, memory }))
        });
        Ok(held.collect())
    }

    /// All rows by section, by way of a sort that spills.
    fn sorted(&self) -> Result<SendableRecordBatchStream> {
        let input = reset_plan_states(Arc::clone(&self.input))?;
        let mut rows: Arc<dyn ExecutionPlan> = Arc::new(CoalescePartitionsExec::new(input));
        let keys = self.partition_by.iter().cloned().map(PhysicalSortExpr::new_default);
        if let Some(order) = LexOrdering::new(keys) {
            rows = Arc::new(SortExec::new(order, rows));
        }
        let (calls, partition_by) = (self.calls.clone(), self.partition_by.clone());
        let sections = KernelWindowExec::try_new(rows, calls, partition_by, vec![])?;
        sections.execute(0, Arc::clone(&self.context))
    }
}

async fn pieces(
    mut rows: SendableRecordBatchStream,
    expressions: &[Arc<dyn PhysicalExpr>],
    partition_by: &[Arc<dyn PhysicalExpr>],
    memory: &MemoryReservation,
) -> Result<Vec<Piece>> {
    let mut pieces = vec![];
    while let Some(batch) = rows.try_next().await? {
        if batch.num_rows() == 0 {
            continue;
        }
        let one = std::slice::from_ref(&batch);
        let (keys, columns) = (evaluated(partition_by, one)?, evaluated(expressions, one)?);
        // What is a column of the input takes no room of its own.
        let computed = partition_by.iter().zip(&keys).chain(expressions.iter().zip(&columns));
        let computed = computed.filter(|(expression, _)| !expression.is::<Column>());
        let computed: usize = computed.map(|(_, column)| column.get_array_memory_size()).sum();
        memory.try_grow(batch.get_array_memory_size() + computed)?;
        pieces.push(Piece { batch, keys, columns });
    }
    Ok(pieces)
}
