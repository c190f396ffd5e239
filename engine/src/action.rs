//! Statements that do something, as plans: one node and one operator host all of them, so that
//! they share planning, EXPLAIN, progress and cancellation with queries.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DFSchema, DFSchemaRef, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{
    Expr, Extension, LogicalPlan, UserDefinedLogicalNode, UserDefinedLogicalNodeCore,
};
use datafusion::physical_expr::{Distribution, EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    Boundedness, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, InputDistributionRequirements, PlanProperties,
};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use futures::stream;

/// What a statement does once its input queries run.
#[async_trait]
pub(crate) trait Action: fmt::Debug + Send + Sync + 'static {
    /// One line for EXPLAIN: `Insert: curated.bars`.
    fn describe(&self) -> String;

    /// The columns of the statement's answer.
    fn schema(&self) -> SchemaRef;

    /// Steps done and in all, for actions that count them.
    fn progress(&self) -> Option<(usize, usize)> {
        None
    }

    /// A digest of what it made, once it is done, for actions that make something.
    fn digest(&self) -> Option<String> {
        None
    }

    /// Does it, once.
    async fn run(
        &self,
        inputs: Vec<SendableRecordBatchStream>,
        context: Arc<TaskContext>,
    ) -> crate::Result<RecordBatch>;
}

/// The plan of an action over its input queries.
pub(crate) fn plan(action: Arc<dyn Action>, inputs: Vec<LogicalPlan>) -> Result<LogicalPlan> {
    let schema = Arc::new(DFSchema::try_from(action.schema().as_ref().clone())?);
    let node = Arc::new(ActionNode { action, inputs, schema });
    Ok(LogicalPlan::Extension(Extension { node }))
}

#[derive(Debug, Clone)]
struct ActionNode {
    action: Arc<dyn Action>,
    inputs: Vec<LogicalPlan>,
    schema: DFSchemaRef,
}

impl PartialEq for ActionNode {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.action, &other.action) && self.inputs == other.inputs
    }
}

impl Eq for ActionNode {}

impl Hash for ActionNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.action.describe(), &self.inputs).hash(state);
    }
}

impl PartialOrd for ActionNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.inputs.partial_cmp(&other.inputs)
    }
}

impl UserDefinedLogicalNodeCore for ActionNode {
    fn name(&self) -> &'static str {
        "Action"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        vec![]
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.action.describe())
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        Ok(Self { inputs, ..self.clone() })
    }
}

/// Plans actions.
#[derive(Debug)]
pub(crate) struct ActionPlanner;

#[async_trait]
impl ExtensionPlanner for ActionPlanner {
    async fn plan_extension(
        &self,
        _: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _: &[&LogicalPlan],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &dyn Session,
        _: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let node = node.as_any().downcast_ref::<ActionNode>();
        Ok(node.map(|n| ActionExec::new(Arc::clone(&n.action), inputs.to_vec()) as _))
    }
}

/// The operator of an action.
#[derive(Debug)]
pub(crate) struct ActionExec {
    action: Arc<dyn Action>,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    properties: Arc<PlanProperties>,
}

impl ActionExec {
    /// Steps done and in all, for actions that count them.
    pub fn progress(&self) -> Option<(usize, usize)> {
        self.action.progress()
    }

    /// A digest of what it made, once it is done.
    pub fn digest(&self) -> Option<String> {
        self.action.digest()
    }

    fn new(action: Arc<dyn Action>, inputs: Vec<Arc<dyn ExecutionPlan>>) -> Arc<Self> {
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(action.schema()),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        ));
        Arc::new(Self { action, inputs, properties })
    }
}

impl DisplayAs for ActionExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ActionExec: {}", self.action.describe())
    }
}

impl ExecutionPlan for ActionExec {
    fn name(&self) -> &'static str {
        "ActionExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        let single = self.inputs.iter().map(|_| Distribution::SinglePartition);
        InputDistributionRequirements::new(single.collect())
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Self::new(Arc::clone(&self.action), children))
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

    fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let inputs = self
            .inputs
            .iter()
            .map(|input| input.execute(0, Arc::clone(&context)))
            .collect::<Result<Vec<_>>>()?;
        let action = Arc::clone(&self.action);
        let answer = async move { Ok(action.run(inputs, context).await?) };
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.action.schema(), stream::once(answer))))
    }
}
