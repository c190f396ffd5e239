//! A session as an engine would build it.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::QueryPlanner;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};
use datafusion::prelude::{SessionConfig, SessionContext};

use super::Bars;

#[derive(Debug)]
struct Planner;

#[async_trait]
impl QueryPlanner for Planner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let planners = trademl_catalog::extension_planners();
        let planner = DefaultPhysicalPlanner::with_extension_planners(planners);
        planner.create_physical_plan(plan, session).await
    }
}

/// Small batches, so that groups of revisions cross their borders, and files as small are split.
pub fn session(bars: &Bars, partitions: usize) -> SessionContext {
    session_of(bars, partitions, 3)
}

/// A session with batches of the given size.
pub fn session_of(bars: &Bars, partitions: usize, batch: usize) -> SessionContext {
    let context = session_within(usize::MAX, partitions, batch);
    bars.lake.register_stores(&context.runtime_env());
    context
}

/// A session of no lake whose operators may hold so many bytes.
pub fn session_within(memory: usize, partitions: usize, batch: usize) -> SessionContext {
    let mut config = SessionConfig::new().with_target_partitions(partitions).with_batch_size(batch);
    config.options_mut().optimizer.repartition_file_min_size = 1;
    let runtime = RuntimeEnvBuilder::new().with_memory_limit(memory, 1.0);
    let state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(config)
        .with_runtime_env(runtime.build_arc().unwrap())
        .with_query_planner(Arc::new(Planner))
        .build();
    SessionContext::new_with_state(state)
}
