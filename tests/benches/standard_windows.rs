//! SQL's own rolling aggregates: our operator against DataFusion's, on rows in memory and in order, on one
//! thread. What is timed is the window: no file is read, nothing is sorted or exchanged.

use std::sync::Arc;

use datafusion::arrow::compute::concat_batches;
use datafusion::datasource::MemTable;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext, col};
use trademl_udfs::window::{KernelWindows, StandardWindows};

use crate::Result;
use crate::difference::{difference, table};
use crate::engine_overhead::collected;
use crate::options::Options;
use crate::table::Row;
use crate::times::{Times, timed};
use crate::universe::Universe;

/// Name, function and rows of the frame.
const WINDOWS: [(&str, &str, usize); 4] = [
    ("avg of 20 rows", "avg", 20),
    ("sum of 252 rows", "sum", 252),
    ("stddev of 60 rows", "stddev", 60),
    ("max of 252 rows", "max", 252),
];
const BATCH: usize = 8192;

/// One row a window.
pub async fn run(options: &Options, universe: &Universe) -> Result<Vec<Row>> {
    let rows = sorted(universe).await?;
    let (ours, theirs) = (context(true, &rows)?, context(false, &rows)?);
    let mut lines = vec![];
    for (name, function, length) in WINDOWS {
        // Only a sum leaves, so that the window is what takes time.
        let sql = format!(
            "SELECT 1 AS one, sum(a) AS a FROM (SELECT {function}(close) OVER (PARTITION BY symbol \
             ORDER BY date ROWS BETWEEN {} PRECEDING AND CURRENT ROW) AS a FROM sorted)",
            length - 1
        );
        let mut line = Row {
            workload: name.to_string(),
            peer: format!("DataFusion {}", datafusion::DATAFUSION_VERSION),
            ours: Times::default(),
            theirs: Times::default(),
            difference: None,
        };
        for round in 0..=options.runs {
            let (mine, our_time) = timed(collected(&ours, &sql)).await;
            let (its, its_time) = timed(collected(&theirs, &sql)).await;
            if round > 0 {
                line.ours.push(our_time);
                line.theirs.push(its_time);
            }
            line.difference = Some(difference(table(&mine?)?, table(&its?)?, &["one"]).await?);
        }
        lines.push(line);
    }
    Ok(lines)
}

/// The prices by symbol and date.
async fn sorted(universe: &Universe) -> Result<Arc<MemTable>> {
    let prices = universe.prices.display().to_string();
    let frame = SessionContext::new().read_parquet(prices, ParquetReadOptions::default()).await?;
    let order = vec![col("symbol").sort(true, false), col("date").sort(true, false)];
    let batches = frame.sort(order.clone())?.collect().await?;
    let whole = concat_batches(&batches[0].schema(), &batches)?;
    let starts = (0..whole.num_rows()).step_by(BATCH);
    let pieces = starts.map(|from| whole.slice(from, BATCH.min(whole.num_rows() - from)));
    let rows = MemTable::try_new(whole.schema(), vec![pieces.collect()])?;
    Ok(Arc::new(rows.with_sort_order(vec![order])))
}

/// DataFusion, with our rules or without.
fn context(ours: bool, rows: &Arc<MemTable>) -> Result<SessionContext> {
    let mut physical: Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> = vec![];
    if ours {
        physical.push(Arc::new(KernelWindows));
    }
    physical.extend(PhysicalOptimizer::new().rules);
    let mut state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(SessionConfig::new().with_target_partitions(1))
        .with_physical_optimizer_rules(physical);
    if ours {
        state = state.with_optimizer_rule(Arc::new(StandardWindows));
    }
    let context = SessionContext::new_with_state(state.build());
    context.register_table("sorted", Arc::clone(rows) as _)?;
    Ok(context)
}
