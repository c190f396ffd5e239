//! A sort below a window: rows are put together by partition, which takes no comparison of rows, and
//! only partitions that are out of order are sorted, each by itself.
//!
//! DataFusion's sort compares all rows with each other. Rows mostly come in the order of time, all
//! names of a day after another, and there are far fewer names than rows. Where memory does not
//! suffice, DataFusion's sort goes on with the rows, on disk.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, RecordBatch, UInt32Array, make_comparator,
};
use datafusion::arrow::compute::{SortColumn, cast, concat, lexsort_to_indices, take};
use datafusion::arrow::datatypes::{DataType, Date32Type, Int64Type, SchemaRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _, TreeNodeRecursion};
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::execution_plan::{
    ChildrenPropertiesMode, ReplaceChildrenOptions, apply_expression_roots,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::windows::{BoundedWindowAggExec, WindowAggExec};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, InputDistributionRequirements, PlanProperties,
};
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};

use super::exec::KernelWindowExec;
use super::groups::Groups;

/// Puts [`GroupedSortExec`] in the place of sorts below windows. It comes last, when sorts are placed.
#[derive(Debug)]
pub struct GroupedSorts;

impl PhysicalOptimizerRule for GroupedSorts {
    fn name(&self) -> &'static str {
        "grouped_sorts"
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
    let partition_by = if let Some(window) = plan.downcast_ref::<KernelWindowExec>() {
        window.partition_by()
    } else if let Some(window) = plan.downcast_ref::<WindowAggExec>() {
        window.window_expr().first().map_or(&[][..], |e| e.partition_by())
    } else if let Some(window) = plan.downcast_ref::<BoundedWindowAggExec>() {
        window.window_expr().first().map_or(&[][..], |e| e.partition_by())
    } else {
        return Ok(Transformed::no(plan));
    };
    let Some(sort) = plan.children().first().and_then(|input| input.downcast_ref::<SortExec>())
    else {
        return Ok(Transformed::no(plan));
    };
    let keys = sort.expr().iter().take_while(|sort| partition_by.contains(&sort.expr)).count();
    if keys == 0 || keys < partition_by.len() || sort.fetch().is_some() {
        return Ok(Transformed::no(plan));
    }
    let grouped =
        GroupedSortExec { sort: sort.clone(), keys, metrics: ExecutionPlanMetricsSet::new() };
    let plan = plan.replace_children(
        vec![Arc::new(grouped)],
        ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute),
    )?;
    Ok(Transformed::yes(plan))
}

/// A sort of which the first keys are a window's partitions.
#[derive(Debug, Clone)]
struct GroupedSortExec {
    sort: SortExec,
    keys: usize,
    metrics: ExecutionPlanMetricsSet,
}

impl DisplayAs for GroupedSortExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (keys, order) = self.sort.expr().split_at(self.keys);
        let list = |of: &[PhysicalSortExpr]| {
            of.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        write!(f, "GroupedSortExec: groups=[{}], order=[{}]", list(keys), list(order))
    }
}

impl ExecutionPlan for GroupedSortExec {
    fn name(&self) -> &'static str {
        "GroupedSortExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.sort.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.sort.children()
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        self.sort.input_distribution_requirements()
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        self.sort.benefits_from_input_partitioning()
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        apply_expression_roots(self.sort.expr().iter().map(|sort| &sort.expr), f)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(input) = children.pop() else { return internal_err!("a sort has an input") };
        let sort = SortExec::new(self.sort.expr().clone(), input)
            .with_preserve_partitioning(self.sort.preserve_partitioning());
        Ok(Arc::new(Self { sort, keys: self.keys, metrics: ExecutionPlanMetricsSet::new() }))
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
        let input = self.sort.input().execute(partition, Arc::clone(&context))?;
        let schema = input.schema();
        let (keys, order) = self.sort.expr().split_at(self.keys);
        // No more than a fair share: it can go on on disk, and others may need the rest for that.
        let memory = MemoryConsumer::new(format!("GroupedSortExec[{partition}]"))
            .with_can_spill(true)
            .register(context.memory_pool());
        let sorter = Sorter {
            groups: Groups::new(
                &keys.iter().map(|k| Arc::clone(&k.expr)).collect::<Vec<_>>(),
                &schema,
            )?,
            keys: keys.to_vec(),
            order: order.to_vec(),
            batches: vec![],
            held: 0,
            memory,
            batch_size: context.session_config().batch_size().max(1),
            baseline: BaselineMetrics::new(&self.metrics, partition),
        };
        let sort = self.sort.clone();
        let rows = async move { sorter.sorted(input, sort, context).await };
        let rows = futures::stream::once(rows).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }
}

/// The operator at work on one partition.
struct Sorter {
    keys: Vec<PhysicalSortExpr>,
    order: Vec<PhysicalSortExpr>,
    groups: Groups,
    batches: Vec<RecordBatch>,
    /// Bytes of the batches.
    held: usize,
    memory: MemoryReservation,
    batch_size: usize,
    baseline: BaselineMetrics,
}

type Batches = BoxStream<'static, Result<RecordBatch>>;

impl Sorter {
    async fn sorted(
        mut self,
        mut input: SendableRecordBatchStream,
        sort: SortExec,
        context: Arc<TaskContext>,
    ) -> Result<Batches> {
        while let Some(batch) = input.try_next().await? {
            if batch.num_rows() == 0 {
                continue;
            }
            let taken = self.take(&batch);
            self.batches.push(batch);
            if taken.is_err() {
                return self.on_disk(input, &sort, context);
            }
        }
        // All of it once more, sorted.
        if self.memory.try_grow(self.memory.size()).is_err() {
            return self.on_disk(input, &sort, context);
        }
        let timer = self.baseline.elapsed_compute().clone();
        let _timer = timer.timer();
        let Some(first) = self.batches.first() else { return Ok(futures::stream::empty().boxed()) };
        let schema = first.schema();
        let rows = self.rows()?;
        let mut columns = Vec::with_capacity(schema.fields().len());
        for i in 0..schema.fields().len() {
            let parts: Vec<_> = self.batches.iter().map(|batch| batch.column(i).as_ref()).collect();
            columns.push(take(&concat(&parts)?, &rows, None)?);
        }
        let options =
            datafusion::arrow::array::RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let sorted = RecordBatch::try_new_with_options(schema, columns, &options)?;
        self.batches.clear();
        let held = sorted.get_array_memory_size();
        self.memory.try_resize(held)?;
        let Self { memory, batch_size, baseline, .. } = self;
        let rows = sorted.num_rows();
        let batches = (0..rows).step_by(batch_size).map(move |from| {
            let _held = &memory;
            let batch = sorted.slice(from, batch_size.min(rows - from));
            baseline.record_output(batch.num_rows());
            Ok(batch)
        });
        Ok(futures::stream::iter(batches).boxed())
    }

    /// Takes the keys of a batch, and the room for it.
    fn take(&mut self, batch: &RecordBatch) -> Result<()> {
        let keys = self.keys.iter();
        let keys = keys.map(|key| key.expr.evaluate(batch)?.into_array(batch.num_rows()));
        self.groups.push(&keys.collect::<Result<Vec<_>>>()?, batch.num_rows())?;
        self.held += batch.get_array_memory_size();
        self.memory.try_resize(self.held + self.groups.size())
    }

    /// The numbers of the rows, in order.
    fn rows(&mut self) -> Result<UInt32Array> {
        let keys = self.groups.keys()?.into_iter().zip(&self.keys);
        let keys: Vec<_> =
            keys.map(|(values, sort)| SortColumn { values, options: Some(sort.options) }).collect();
        let mut places = self.groups.places(Some(&lexsort_to_indices(&keys, None)?));
        let mut columns = vec![];
        for order in &self.order {
            let parts = self.batches.iter();
            let parts = parts.map(|batch| order.expr.evaluate(batch)?.into_array(batch.num_rows()));
            let parts = parts.collect::<Result<Vec<_>>>()?;
            columns.push(concat(&parts.iter().map(AsRef::as_ref).collect::<Vec<_>>())?);
        }
        let groups = std::mem::take(&mut places.groups).into_iter();
        if let (Some(ticks), [order]) = (columns.first().and_then(ticks), self.order.as_slice()) {
            let descending = order.options.descending;
            let key =
                |row: &u32| if descending { !ticks[*row as usize] } else { ticks[*row as usize] };
            for group in groups {
                let rows = &mut places.rows[group];
                if !rows.is_sorted_by_key(key) {
                    rows.sort_by_key(key);
                }
            }
            return Ok(places.rows.into());
        }
        let compare = columns.iter().zip(&self.order);
        let compare = compare.map(|(column, order)| make_comparator(column, column, order.options));
        let compare = compare.collect::<std::result::Result<Vec<_>, _>>()?;
        let compare = |a: &u32, b: &u32| {
            let mut orders = compare.iter().map(|compare| compare(*a as usize, *b as usize));
            orders.find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        };
        for group in groups {
            let rows = &mut places.rows[group];
            if !rows.is_sorted_by(|a, b| compare(a, b).is_le()) {
                rows.sort_by(compare);
            }
        }
        Ok(places.rows.into())
    }

    /// DataFusion's sort of the rows so far and those that come.
    fn on_disk(
        self,
        input: SendableRecordBatchStream,
        sort: &SortExec,
        context: Arc<TaskContext>,
    ) -> Result<Batches> {
        let schema = input.schema();
        let rows = futures::stream::iter(self.batches.into_iter().map(Ok)).chain(input).boxed();
        drop(self.memory);
        let rows = Rest { schema: Arc::clone(&schema), rows: Mutex::new(Some(rows)) };
        let rows =
            StreamingTableExec::try_new(schema, vec![Arc::new(rows)], None, [], false, None)?;
        let sort = SortExec::new(sort.expr().clone(), Arc::new(rows));
        Ok(sort.execute(0, context)?.boxed())
    }
}

/// The numbers behind a column of times or integers, if all rows have one.
fn ticks(column: &ArrayRef) -> Option<Vec<i64>> {
    if column.null_count() > 0 {
        return None;
    }
    match column.data_type() {
        DataType::Date32 => {
            let days = column.as_primitive_opt::<Date32Type>()?;
            Some(days.values().iter().map(|day| i64::from(*day)).collect())
        }
        DataType::Timestamp(..) | DataType::Int64 => {
            let ticks = cast(column, &DataType::Int64).ok()?;
            Some(ticks.as_primitive_opt::<Int64Type>()?.values().to_vec())
        }
        _ => None,
    }
}

/// Rows on their way, to be read once.
struct Rest {
    schema: SchemaRef,
    rows: Mutex<Option<Batches>>,
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rest").finish_non_exhaustive()
    }
}

impl PartitionStream for Rest {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner).take();
        let rows = rows.unwrap_or_else(|| futures::stream::empty().boxed());
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), rows))
    }
}
