//! Ranges of identities as the partitions of one plan. It is a union that says where its partitions
//! are cut, so that what groups by the key goes on in each without moving a row.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{Partitioning, PhysicalExpr, RangePartitioning, calculate_union};
use datafusion::physical_plan::execution_plan::{
    Boundedness, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
    apply_expression_roots,
};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties as _, PlanProperties,
};

/// Plans of one partition each, which hold rows of the ranges of a partitioning.
#[derive(Debug, Clone)]
pub(crate) struct SideBySideExec {
    ranges: Vec<Arc<dyn ExecutionPlan>>,
    partitioning: RangePartitioning,
    properties: Arc<PlanProperties>,
}

impl SideBySideExec {
    pub fn try_new(
        ranges: Vec<Arc<dyn ExecutionPlan>>,
        partitioning: RangePartitioning,
    ) -> Result<Self> {
        let single = |plan: &Arc<dyn ExecutionPlan>| plan.output_partitioning().partition_count();
        if ranges.len() != partitioning.partition_count() || ranges.iter().any(|r| single(r) != 1) {
            return internal_err!("{} plans for {partitioning}", ranges.len());
        }
        let equivalences = ranges.iter().map(|r| r.equivalence_properties().clone()).collect();
        let properties = PlanProperties::new(
            calculate_union(equivalences, ranges[0].schema())?,
            Partitioning::Range(partitioning.clone()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Ok(Self { ranges, partitioning, properties: Arc::new(properties) })
    }
}

impl DisplayAs for SideBySideExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SideBySideExec: {}", self.partitioning)
    }
}

impl ExecutionPlan for SideBySideExec {
    fn name(&self) -> &'static str {
        "SideBySideExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.ranges.iter().collect()
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; self.ranges.len()]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true; self.ranges.len()]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        apply_expression_roots(self.partitioning.ordering().iter().map(|e| &e.expr), f)
    }

    fn replace_children(
        self: Arc<Self>,
        ranges: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self::try_new(ranges, self.partitioning.clone())?))
    }

    fn with_new_children(
        self: Arc<Self>,
        ranges: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mode = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        self.replace_children(ranges, mode)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        self.ranges[partition].execute(0, context)
    }
}
