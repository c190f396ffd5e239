//! Each indicator and candlestick pattern of one long series of bars: our function in its operator, on batches in
//! memory and in order, against TA-Lib's C library on arrays, both on one thread.

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
use trademl_udfs::{Contract, Role, functions};

use crate::Result;
use crate::alpha158::data;
use crate::difference::{difference, table};
use crate::options::Options;
use crate::peer::Peer;
use crate::table::Row;
use crate::turns::in_turns;

const FAMILIES: [&str; 2] = ["indicators", "candlesticks"];
const COLUMNS: [&str; 5] = ["open", "high", "low", "close", "volume"];
/// Rows a batch, as in our engine.
const BATCH: usize = 8192;

/// One row an indicator.
pub async fn run(options: &Options) -> Result<Vec<Row>> {
    let Some(python) = &options.python else {
        eprintln!("indicators: left out, its peer needs --python");
        return Ok(vec![]);
    };
    let bars = data::bars(&options.data, options.names, options.years)?.display().to_string();
    let context = context(&bars).await?;
    let mut rows = vec![];
    let contracts = functions().into_iter().map(|function| function.contract);
    let wanted = |name| options.indicator.as_ref().is_none_or(|wanted| wanted == name);
    let ours = contracts.filter(|contract| FAMILIES.contains(&contract.family));
    for contract in ours.filter(|contract| wanted(contract.name)) {
        // Ours are named `ta_stddev` where SQL has a `stddev` of its own.
        let theirs = contract.name.trim_start_matches("ta_");
        let arguments = [&[theirs, &bars][..], &columns(contract)].concat();
        let mut peers = [Peer::start(python, "indicators/peer.py", &arguments)?];
        let plan = plan(&context, contract).await?;
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
            workload: contract.name.to_string(),
            peer: peer.name.clone(),
            ours: outcome.ours,
            theirs: outcome.theirs.remove(0),
            difference: Some(difference),
        });
    }
    let slower = rows.iter().filter(|row| row.ours.min() > row.theirs.min()).count();
    eprintln!("indicators: {slower} of {} take longer than TA-Lib", rows.len());
    Ok(rows)
}

/// The bars of one name after those of another, with the numbers of their rows, and our functions.
async fn context(bars: &str) -> Result<SessionContext> {
    let mut physical: Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> =
        vec![Arc::new(KernelWindows)];
    physical.extend(PhysicalOptimizer::new().rules);
    // One partition, so that the rows come in order.
    let mut state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(SessionConfig::new().with_target_partitions(1))
        .with_physical_optimizer_rules(physical)
        .build();
    register(&mut state, &functions())?;
    let context = SessionContext::new_with_state(state);
    let order = ["symbol", "date"].map(|name| col(name).sort(true, false)).to_vec();
    let batches = context.read_parquet(bars, ParquetReadOptions::default()).await?.sort(order)?;
    let batches = batches.select_columns(&COLUMNS)?.collect().await?;
    let whole = concat_batches(&batches[0].schema(), &batches)?;
    let row: ArrayRef = Arc::new(Int64Array::from_iter_values(0..whole.num_rows() as i64));
    let columns = COLUMNS.into_iter().zip(whole.columns().iter().cloned());
    let whole = RecordBatch::try_from_iter(std::iter::once(("row", row)).chain(columns))?;
    let starts = (0..whole.num_rows()).step_by(BATCH);
    let pieces = starts.map(|from| whole.slice(from, BATCH.min(whole.num_rows() - from)));
    let table = MemTable::try_new(whole.schema(), vec![pieces.collect()])?;
    let table = table.with_sort_order(vec![vec![col("row").sort(true, false)]]);
    context.register_table("bars", Arc::new(table))?;
    Ok(context)
}

/// What the columns of a call are, in TA-Lib's order, which is ours: those of bars by their names, of other
/// series the first is closes, the second opens.
fn columns(contract: &Contract) -> Vec<&'static str> {
    let mut others = ["close", "open"].into_iter();
    let columns = contract.arguments.iter().filter(|a| matches!(a.role, Role::Column(_)));
    let column = |name| COLUMNS.into_iter().find(|column| *column == name);
    columns.filter_map(|argument| column(argument.name).or_else(|| others.next())).collect()
}

/// A call with the defaults.
async fn plan(context: &SessionContext, contract: &Contract) -> Result<Arc<dyn ExecutionPlan>> {
    let mut columns = columns(contract).into_iter();
    let arguments = contract.arguments.iter().filter_map(|argument| match argument.role {
        Role::Column(_) => columns.next(),
        _ => argument.default.or(Some("NULL")),
    });
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    let name = contract.name;
    let sql = format!("SELECT row, {name}({arguments}) OVER (ORDER BY row) AS value FROM bars");
    Ok(context.sql(&sql).await?.create_physical_plan().await?)
}

/// The only output, or the first of several.
fn first(result: &ArrayRef) -> ArrayRef {
    match result.as_any().downcast_ref::<StructArray>() {
        Some(fields) => Arc::clone(fields.column(0)),
        None => Arc::clone(result),
    }
}
