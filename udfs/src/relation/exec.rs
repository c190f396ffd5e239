//! The physical plan of a relation function call.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, UInt32Array};
use datafusion::arrow::compute::{concat, partition, take};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, exec_err, plan_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::{
    Distribution, EquivalenceProperties, LexOrdering, OrderingRequirements, Partitioning,
    PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::execution_plan::{
    Boundedness, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
    apply_expression_roots,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, InputDistributionRequirements, PlanProperties,
};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use futures::StreamExt;
use tokio::sync::mpsc::Sender;

use super::node::{RelationNode, is_grouped};
use super::{Call, Group, RelationFunction};
use crate::function::Role;

/// Turns relation nodes into their operator.
#[derive(Debug)]
pub struct RelationExtensionPlanner;

#[async_trait]
impl ExtensionPlanner for RelationExtensionPlanner {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        logical: &[&LogicalPlan],
        physical: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(node) = node.as_any().downcast_ref::<RelationNode>() else {
            return Ok(None);
        };
        if let Some(name) = node.unbound_parameter() {
            return plan_err!(
                "{}: the parameter of argument '{name}' has no value; pass --param or bind it",
                node.function.contract().name
            );
        }
        let mut columns = vec![];
        for column in &node.columns {
            let schema = logical[column.input].schema();
            let expr = planner.create_physical_expr(&column.expr, schema, session, context)?;
            columns.push(Column { input: column.input, argument: column.argument, expr });
        }
        let schema =
            Arc::clone(datafusion::logical_expr::UserDefinedLogicalNodeCore::schema(node).inner());
        Ok(Some(Arc::new(RelationExec::new(
            Arc::clone(&node.function),
            node.call.clone(),
            physical.to_vec(),
            columns,
            schema,
        ))))
    }
}

#[derive(Debug, Clone)]
struct Column {
    input: usize,
    argument: usize,
    expr: Arc<dyn PhysicalExpr>,
}

/// Reads sorted input group by group and evaluates each group on a blocking thread.
///
/// Memory: the rows of one group per partition, accounted with the pool.
#[derive(Debug, Clone)]
struct RelationExec {
    function: Arc<dyn RelationFunction>,
    call: Call,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    columns: Vec<Column>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl RelationExec {
    fn new(
        function: Arc<dyn RelationFunction>,
        call: Call,
        inputs: Vec<Arc<dyn ExecutionPlan>>,
        columns: Vec<Column>,
        schema: SchemaRef,
    ) -> Self {
        let partitions = match inputs.first() {
            Some(input) if is_grouped(function.as_ref()) => {
                input.properties().partitioning.partition_count()
            }
            _ => 1,
        };
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        let metrics = ExecutionPlanMetricsSet::new();
        Self { function, call, inputs, columns, schema, properties, metrics }
    }

    fn role(&self, column: &Column) -> Role {
        self.function.contract().arguments[column.argument].role
    }

    fn keys(&self, input: usize) -> Vec<Arc<dyn PhysicalExpr>> {
        let keys = self.columns.iter().filter(|c| c.input == input && self.role(c) == Role::Key);
        keys.map(|c| Arc::clone(&c.expr)).collect()
    }

    /// Grouped: keys, then time. Otherwise time, then every other column, so that the order of
    /// rows, and with it every floating-point sum, is the same for any partitioning.
    fn ordering(&self, input: usize) -> Option<LexOrdering> {
        let of = |role: fn(Role) -> bool| {
            self.columns.iter().filter(move |c| c.input == input && role(self.role(c)))
        };
        let time = of(|r| r == Role::Order);
        let keys = of(|r| r == Role::Key);
        let rest = of(|r| matches!(r, Role::Column(_)));
        let sorted: Vec<_> = match is_grouped(self.function.as_ref()) {
            true => keys.chain(time).collect(),
            false => time.chain(keys).chain(rest).collect(),
        };
        LexOrdering::new(
            sorted.into_iter().map(|c| PhysicalSortExpr::new_default(Arc::clone(&c.expr))),
        )
    }
}

impl DisplayAs for RelationExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments = self.function.contract().arguments;
        let columns: Vec<_> = self
            .columns
            .iter()
            .map(|c| format!("{}={}", arguments[c.argument].name, c.expr))
            .collect();
        write!(f, "RelationExec: {}({})", self.function.contract().name, columns.join(", "))
    }
}

impl ExecutionPlan for RelationExec {
    fn name(&self) -> &'static str {
        "RelationExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        let grouped = is_grouped(self.function.as_ref());
        let each = (0..self.inputs.len()).map(|i| match grouped {
            true => Distribution::KeyPartitioned(self.keys(i)),
            false => Distribution::SinglePartition,
        });
        InputDistributionRequirements::new(each.collect())
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        (0..self.inputs.len()).map(|i| self.ordering(i).map(Into::into)).collect()
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        apply_expression_roots(self.columns.iter().map(|c| &c.expr), f)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Self { function, call, columns, schema, .. } = Arc::unwrap_or_clone(self);
        Ok(Arc::new(Self::new(function, call, children, columns, schema)))
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
        let inputs = self
            .inputs
            .iter()
            .map(|i| i.execute(partition, Arc::clone(&context)))
            .collect::<Result<Vec<_>>>()?;
        let memory = MemoryConsumer::new(format!("{}[{partition}]", self.function.contract().name))
            .register(context.memory_pool());
        let baseline = BaselineMetrics::new(&self.metrics, partition);
        let mut output = RecordBatchReceiverStream::builder(Arc::clone(&self.schema), 2);
        let worker = Worker {
            exec: self.clone(),
            batch_size: context.session_config().batch_size(),
            output: output.tx(),
            memory,
            baseline,
        };
        output.spawn(async move {
            match is_grouped(worker.exec.function.as_ref()) {
                true => worker.by_group(inputs).await,
                false => worker.at_once(inputs).await,
            }
        });
        Ok(output.build())
    }
}

/// Columns of one input, in the pieces they arrived in.
type Pieces = Vec<Vec<ArrayRef>>;

struct Worker {
    exec: RelationExec,
    batch_size: usize,
    output: Sender<Result<RecordBatch>>,
    memory: MemoryReservation,
    baseline: BaselineMetrics,
}

impl Worker {
    /// The columns of `input`, evaluated on `batch`.
    fn arrays(&self, input: usize, batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
        let columns = self.exec.columns.iter().filter(|c| c.input == input);
        columns.map(|c| c.expr.evaluate(batch)?.into_array(batch.num_rows())).collect()
    }

    async fn by_group(mut self, mut inputs: Vec<SendableRecordBatchStream>) -> Result<()> {
        let keys = self.exec.keys(0).len();
        let mut group: Pieces = vec![];
        while let Some(batch) = inputs[0].next().await {
            let batch = batch?;
            self.memory.try_grow(batch.get_array_memory_size())?;
            let arrays = self.arrays(0, &batch)?;
            let key_columns: Vec<_> =
                self.key_positions().map(|i| Arc::clone(&arrays[i])).collect();
            debug_assert_eq!(key_columns.len(), keys);
            for rows in partition(&key_columns)?.ranges() {
                let piece: Vec<_> =
                    arrays.iter().map(|a| a.slice(rows.start, rows.len())).collect();
                if group.last().is_some_and(|last| !self.same_key(last, &piece)) {
                    self = self.evaluate(vec![std::mem::take(&mut group)]).await?;
                    self.memory.try_resize(batch.get_array_memory_size())?;
                }
                group.push(piece);
            }
        }
        if !group.is_empty() {
            self.evaluate(vec![group]).await?;
        }
        Ok(())
    }

    async fn at_once(self, inputs: Vec<SendableRecordBatchStream>) -> Result<()> {
        let mut all = vec![];
        for (i, mut input) in inputs.into_iter().enumerate() {
            let mut pieces: Pieces = vec![];
            while let Some(batch) = input.next().await {
                let batch = batch?;
                self.memory.try_grow(batch.get_array_memory_size())?;
                pieces.push(self.arrays(i, &batch)?);
            }
            if pieces.is_empty() {
                pieces.push(self.arrays(i, &RecordBatch::new_empty(input.schema()))?);
            }
            all.push(pieces);
        }
        self.evaluate(all).await?;
        Ok(())
    }

    fn key_positions(&self) -> impl Iterator<Item = usize> {
        let columns = self.exec.columns.iter().enumerate();
        columns.filter(|(_, c)| self.exec.role(c) == Role::Key).map(|(i, _)| i)
    }

    fn same_key(&self, one: &[ArrayRef], other: &[ArrayRef]) -> bool {
        self.key_positions().all(|i| {
            let (one, other) = (&one[i], &other[i]);
            one.slice(one.len() - 1, 1).to_data() == other.slice(0, 1).to_data()
        })
    }

    /// Runs the kernel off the I/O threads, and gives the worker back.
    async fn evaluate(self, inputs: Vec<Pieces>) -> Result<Self> {
        let run = move || {
            let timer = self.baseline.elapsed_compute().timer();
            self.evaluate_blocking(inputs)?;
            drop(timer);
            Ok(self)
        };
        match tokio::task::spawn_blocking(run).await {
            Ok(result) => result,
            Err(e) => Err(DataFusionError::External(Box::new(e))),
        }
    }

    fn evaluate_blocking(&self, inputs: Vec<Pieces>) -> Result<()> {
        let function = &self.exec.function;
        let contract = function.contract();
        let grouped = is_grouped(function.as_ref());
        let mut columns = HashMap::new();
        let mut keys: Vec<ArrayRef> = vec![];
        let mut key = vec![];
        for (input, pieces) in inputs.iter().enumerate() {
            let mine = self.exec.columns.iter().filter(|c| c.input == input).enumerate();
            for (i, column) in mine {
                let parts: Vec<_> = pieces.iter().map(|p| p[i].as_ref()).collect();
                let whole = concat(&parts)?;
                let argument = &contract.arguments[column.argument];
                if argument.role == Role::Key && grouped {
                    key.push(format!("{}={}", argument.name, array_value_to_string(&whole, 0)?));
                    keys.push(Arc::clone(&whole));
                }
                if matches!(argument.role, Role::Key | Role::Order) && whole.null_count() > 0 {
                    return exec_err!(
                        "{}: argument '{}' is NULL in {} of {} rows{}; filter them out or give \
                         them a value",
                        contract.name,
                        argument.name,
                        whole.null_count(),
                        whole.len(),
                        key.first().map(|k| format!(" of {k}")).unwrap_or_default()
                    );
                }
                columns.entry(argument.name).or_insert(whole);
            }
        }
        drop(inputs);
        let group = Group { key: key.join(", "), columns };
        let mut emit = |piece: Vec<ArrayRef>| self.send(&keys, piece);
        match function.evaluate(&self.exec.call, &group, &mut emit) {
            // The receiver is gone: the query was cancelled or has its limit, nobody listens.
            Err(_) if self.output.is_closed() => Ok(()),
            result => result,
        }
    }

    fn send(&self, keys: &[ArrayRef], piece: Vec<ArrayRef>) -> Result<()> {
        let height = piece.first().map_or(0, |c| c.len());
        let first = UInt32Array::from(vec![0; height]);
        let mut row =
            keys.iter().map(|k| Ok(take(k, &first, None)?)).collect::<Result<Vec<_>>>()?;
        row.extend(piece);
        let batch = RecordBatch::try_new(Arc::clone(&self.exec.schema), row)?;
        for start in (0..height).step_by(self.batch_size) {
            let slice = batch.slice(start, self.batch_size.min(height - start));
            self.baseline.record_output(slice.num_rows());
            if self.output.blocking_send(Ok(slice)).is_err() {
                return exec_err!("cancelled");
            }
        }
        Ok(())
    }
}
