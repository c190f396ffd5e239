//! The operator of cross-sections: rows stay where they are, and each section's values are brought
//! together for its functions only.
//!
//! Functions of a section do not ask for the order of its rows, so that nothing needs to be sorted,
//! and nothing but their arguments to be moved: not between threads, nor within a batch. All input is
//! held meanwhile, and accounted. Where memory does not suffice, the sections are sorted instead, which
//! spills: the input is read a second time.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, UInt32Array};
use datafusion::arrow::compute::{concat, take};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::runtime::JoinSet;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, SharedResult, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
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

use super::column::Segments;
use super::exec::{KernelWindowExec, Planned, appended, described};
use super::groups::{Groups, Places};

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
    batches: Vec<RecordBatch>,
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
                schema: Arc::clone(&self.schema),
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
        let rows = async move {
            let outcome = work.await.map_err(|e| DataFusionError::from(&e))?;
            let rows = match outcome.as_ref() {
                Outcome::Held(parts) => parts.get(partition).and_then(taken).map(Held::stream),
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
    fn stream(self) -> futures::stream::BoxStream<'static, Result<RecordBatch>> {
        let memory = self.memory;
        let share = memory.size() / self.batches.len().max(1);
        let batches = self.batches.into_iter().map(move |batch| {
            memory.shrink(share);
            Ok(batch)
        });
        futures::stream::iter(batches).boxed()
    }
}

/// The operator at work.
struct Sections {
    input: Arc<dyn ExecutionPlan>,
    calls: Vec<Planned>,
    partition_by: Vec<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
    context: Arc<TaskContext>,
    baseline: BaselineMetrics,
}

/// A batch, with what the functions are about.
struct Piece {
    batch: RecordBatch,
    keys: Vec<ArrayRef>,
    /// Of each call.
    arguments: Vec<Vec<ArrayRef>>,
}

/// Where the rows of sections are.
struct Placed {
    /// The rows by section: their numbers in the order of the input.
    rows: UInt32Array,
    /// The places of the input's rows therein.
    places: UInt32Array,
    sections: Vec<Range<usize>>,
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
        let mut tasks = JoinSet::new();
        let partitions = self.input.output_partitioning().partition_count();
        for partition in 0..partitions {
            let rows = self.input.execute(partition, Arc::clone(&self.context))?;
            // No more than a fair share: it can go on on disk, and others may need the rest for that.
            let memory = MemoryConsumer::new(format!("SectionExec[{partition}]"))
                .with_can_spill(true)
                .register(self.context.memory_pool());
            let (calls, partition_by) = (self.calls.clone(), self.partition_by.clone());
            tasks.spawn(async move {
                Ok::<_, DataFusionError>((
                    partition,
                    pieces(rows, &calls, &partition_by, &memory).await?,
                    memory,
                ))
            });
        }
        let mut parts = vec![];
        while let Some(part) = tasks.join_next().await {
            parts.push(part.map_err(|e| DataFusionError::External(Box::new(e)))??);
        }
        parts.sort_by_key(|(partition, ..)| *partition);
        let timer = self.baseline.elapsed_compute().timer();
        let pieces = || parts.iter().flat_map(|(_, pieces, _)| pieces);
        let places = Arc::new(self.placed(pieces())?);
        // The columns of the results, and what it takes to get at them.
        let rows = places.rows.len();
        let work = MemoryConsumer::new("SectionExec").with_can_spill(true);
        let work = work.register(self.context.memory_pool());
        work.try_grow(rows * size_of::<f64>() * (3 + self.calls.len()))?;
        let results = self.results(pieces(), &places, partitions).await?;
        drop(timer);
        let mut from = 0;
        let mut held = vec![];
        work.free();
        for (_, pieces, memory) in parts {
            let rows: usize = pieces.iter().map(|piece| piece.batch.num_rows()).sum();
            memory.try_grow(rows * size_of::<f64>() * self.calls.len())?;
            let mut batches = vec![];
            for Piece { batch, .. } in pieces {
                let rows = batch.num_rows();
                let mut columns = batch.columns().to_vec();
                columns.extend(results.iter().map(|result| result.slice(from, rows)));
                from += rows;
                self.baseline.record_output(rows);
                batches.push(RecordBatch::try_new(Arc::clone(&self.schema), columns)?);
            }
            held.push(Mutex::new(Some(Held { batches, memory })));
        }
        Ok(held)
    }

    /// The sections of the rows.
    fn placed<'a>(&self, pieces: impl Iterator<Item = &'a Piece>) -> Result<Placed> {
        let mut groups = Groups::new(&self.partition_by, &self.input.schema())?;
        for piece in pieces {
            groups.push(&piece.keys, piece.batch.num_rows())?;
        }
        let Places { rows, groups: sections } = groups.places(None);
        let mut places = vec![0; rows.len()];
        (0_u32..).zip(&rows).for_each(|(place, row)| places[*row as usize] = place);
        Ok(Placed { rows: rows.into(), places: places.into(), sections })
    }

    /// The columns of the calls, in the order of the input.
    async fn results<'a>(
        &self,
        pieces: impl Iterator<Item = &'a Piece> + Clone,
        places: &Arc<Placed>,
        threads: usize,
    ) -> Result<Vec<ArrayRef>> {
        let mut tasks = JoinSet::new();
        // As many tasks as threads, at least: each one a call and a share of the sections.
        let shares = threads.div_ceil(self.calls.len().max(1)).max(1);
        let share = places.sections.len().div_ceil(shares).max(1);
        for (number, call) in self.calls.iter().enumerate() {
            let arguments = (0..call.arguments.len()).map(|i| {
                let arrays: Vec<&dyn Array> =
                    pieces.clone().map(|piece| piece.arguments[number][i].as_ref()).collect();
                match arrays.is_empty() {
                    true => Ok(datafusion::arrow::array::new_empty_array(
                        &call.arguments[i].data_type(&self.input.schema())?,
                    )),
                    false => Ok(concat(&arrays)?),
                }
            });
            let arguments = Arc::new(arguments.collect::<Result<Vec<_>>>()?);
            for (turn, sections) in places.sections.chunks(share).enumerate() {
                let (call, arguments, places) =
                    (call.clone(), Arc::clone(&arguments), Arc::clone(places));
                let sections = sections.to_vec();
                tasks.spawn_blocking(move || {
                    Ok::<_, DataFusionError>((
                        (number, turn),
                        of_sections(&call, &arguments, &places, &sections)?,
                    ))
                });
            }
        }
        let mut done = vec![];
        while let Some(part) = tasks.join_next().await {
            done.push(part.map_err(|e| DataFusionError::External(Box::new(e)))??);
        }
        done.sort_by_key(|(number, _)| *number);
        let columns = self.calls.iter().enumerate().map(|(number, call)| {
            let parts = done.iter().filter(|((of, _), _)| *of == number);
            let parts: Vec<&dyn Array> = parts.map(|(_, part)| part.as_ref()).collect();
            match parts.is_empty() {
                true => Ok(datafusion::arrow::array::new_empty_array(call.field.data_type())),
                false => Ok(take(&concat(&parts)?, &places.places, None)?),
            }
        });
        columns.collect()
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
    calls: &[Planned],
    partition_by: &[Arc<dyn PhysicalExpr>],
    memory: &MemoryReservation,
) -> Result<Vec<Piece>> {
    let mut pieces = vec![];
    while let Some(batch) = rows.try_next().await? {
        if batch.num_rows() == 0 {
            continue;
        }
        let evaluated = |expressions: &[Arc<dyn PhysicalExpr>]| {
            let arrays = expressions.iter();
            arrays
                .map(|e| e.evaluate(&batch)?.into_array(batch.num_rows()))
                .collect::<Result<Vec<_>>>()
        };
        let keys = evaluated(partition_by)?;
        let arguments = calls.iter().map(|call| evaluated(&call.arguments));
        let arguments = arguments.collect::<Result<Vec<_>>>()?;
        memory.try_grow(batch.get_array_memory_size())?;
        pieces.push(Piece { batch, keys, arguments });
    }
    Ok(pieces)
}

/// A call over sections that follow on each other.
fn of_sections(
    call: &Planned,
    arguments: &[ArrayRef],
    places: &Placed,
    sections: &[Range<usize>],
) -> Result<ArrayRef> {
    let start = sections.first().map_or(0, |range| range.start);
    let end = sections.last().map_or(0, |range| range.end);
    let rows = places.rows.slice(start, end - start);
    let arguments = arguments.iter().map(|column| Ok(take(column, &rows, None)?));
    let arguments = arguments.collect::<Result<Vec<_>>>()?;
    let ranges = sections.iter().map(|range| range.start - start..range.end - start).collect();
    call.work.column().push(&arguments, &Segments { ranges, continues: false })
}
