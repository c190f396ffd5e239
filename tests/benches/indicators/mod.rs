//! One indicator column of one long series: our function in its operator, on batches in memory and in order,
//! against TA-Lib's C library on an array, both on one thread.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StructArray};
use datafusion::arrow::compute::concat_batches;
use datafusion::datasource::MemTable;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::{ExecutionPlan, collect};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext, col};
use trademl_udfs::function::register;
use trademl_udfs::window::KernelWindows;
use trademl_udfs::{Role, functions};

use crate::Result;
use crate::difference::{difference, table};
use crate::options::Options;
use crate::peer::Peer;
use crate::table::Row;
use crate::turns::in_turns;
use crate::universe::Universe;

const NAMES: [&str; 8] = ["sma", "ema", "wma", "rsi", "bbands", "macd", "roc", "linearreg"];
/// Rows a batch, as in our engine.
const BATCH: usize = 8192;

/// One row an indicator.
pub async fn run(options: &Options, universe: &Universe) -> Result<Vec<Row>> {
    let Some(python) = &options.python else {
        eprintln!("indicators: left out, its peer needs --python");
        return Ok(vec![]);
    };
    let prices = universe.prices.display().to_string();
    let context = context(&prices).await?;
    let mut rows = vec![];
    for name in NAMES {
        let mut peers = [Peer::start(python, "indicators/peer.py", &[name, &prices])?];
        let plan = plan(&context, name).await?;
        let outcome = in_turns(options.runs, &mut peers, async || {
            Ok(collect(Arc::clone(&plan), context.task_ctx()).await?)
        });
        let mut outcome = outcome.await?;
        let [peer] = &mut peers;
        let mine = concat_batches(&plan.schema(), &outcome.result)?;
        let mine = RecordBatch::try_from_iter([
            ("row", Arc::clone(mine.column(0))),
            ("value", first(mine.column(1))),
        ])?;
        let difference = difference(table(&[mine])?, peer.result().await?, &["row"]).await?;
        rows.push(Row {
            workload: format!("indicator {name}"),
            peer: peer.name.clone(),
            ours: outcome.ours,
            theirs: outcome.theirs.remove(0),
            difference: Some(difference),
        });
    }
    Ok(rows)
}

/// The closes with the numbers of their rows, in order, and our functions.
async fn context(prices: &str) -> Result<SessionContext> {
    let mut physical: Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> =
        vec![Arc::new(KernelWindows)];
    physical.extend(PhysicalOptimizer::new().rules);
    // One partition, so that the rows come as in the file.
    let mut state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(SessionConfig::new().with_target_partitions(1))
        .with_physical_optimizer_rules(physical)
        .build();
    register(&mut state, &functions())?;
    let context = SessionContext::new_with_state(state);
    let batches = context.read_parquet(prices, ParquetReadOptions::default()).await?;
    let batches = batches.select_columns(&["close"])?.collect().await?;
    let close = Arc::clone(concat_batches(&batches[0].schema(), &batches)?.column(0));
    let row: ArrayRef = Arc::new(Int64Array::from_iter_values(0..close.len() as i64));
    let whole = RecordBatch::try_from_iter([("row", row), ("close", close)])?;
    let starts = (0..whole.num_rows()).step_by(BATCH);
    let pieces = starts.map(|from| whole.slice(from, BATCH.min(whole.num_rows() - from)));
    let table = MemTable::try_new(whole.schema(), vec![pieces.collect()])?;
    let table = table.with_sort_order(vec![vec![col("row").sort(true, false)]]);
    context.register_table("closes", Arc::new(table))?;
    Ok(context)
}

/// A call with the defaults.
async fn plan(context: &SessionContext, name: &str) -> Result<Arc<dyn ExecutionPlan>> {
    let function = functions().into_iter().find(|f| f.contract.name == name);
    let Some(function) = function else { return Err(format!("no function {name}").into()) };
    let arguments = function.contract.arguments.iter().map(|argument| match argument.role {
        Role::Column(_) => "close",
        _ => argument.default.unwrap_or("NULL"),
    });
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    let sql = format!("SELECT row, {name}({arguments}) OVER (ORDER BY row) AS value FROM closes");
    Ok(context.sql(&sql).await?.create_physical_plan().await?)
}

/// The only output, or the first of several.
fn first(result: &ArrayRef) -> ArrayRef {
    match result.as_any().downcast_ref::<StructArray>() {
        Some(fields) => Arc::clone(fields.column(0)),
        None => Arc::clone(result),
    }
}
