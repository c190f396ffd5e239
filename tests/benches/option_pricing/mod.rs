//! Options in SQL: implied volatilities, Greeks, SVI slices and questions to a surface, on rows in memory
//! and on one thread; and a whole chain from a table.

mod chain;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::array::{AsArray, Float64Array, RecordBatch};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::Float64Type;
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::datasource::MemTable;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::physical_plan::collect;
use datafusion::prelude::{SessionConfig, SessionContext, col};
use implied_vol::{DefaultSpecialFn, ImpliedBlackVolatility};
use trademl_udfs::function::register;
use trademl_udfs::functions;

use crate::Result;
use crate::difference::{Difference, difference, table};
use crate::options::Options;
use crate::peer::Peer;
use crate::table::Row;
use crate::times::Times;
use crate::turns::in_turns;

const BATCH: usize = 8192;

/// A million options out of the money, from deep to near, from a week to two years.
const OPTIONS: &str = "
SELECT row, CASE WHEN strike >= 100 THEN 'call' ELSE 'put' END AS kind, 100.0 AS spot, strike, years, volatility,
  bs_price(CASE WHEN strike >= 100 THEN 'call' ELSE 'put' END, 100.0, strike, years, 0.02, volatility, 0.0) AS price
FROM (
  SELECT value AS row, 0.02 + 1.96 * (value * 0.7548776662 - floor(value * 0.7548776662)) AS years,
    0.1 + 0.5 * (value * 0.5698402910 - floor(value * 0.5698402910)) AS volatility,
    100 * exp(0.8 * (value * 0.6180339887 - floor(value * 0.6180339887)) - 0.4) AS strike
  FROM generate_series(0, 999999)
)";
/// A thousand slices of forty quotes with noise.
const SLICES: &str = "
SELECT slice, k, svi_variance(k, 0.01 + 0.00001 * slice, 0.1, -0.4, 0.0, 0.1) * (1 + 0.02 * sin(slice * 40 + i * i)) AS w
FROM (SELECT a.value AS slice, b.value AS i, (b.value - 25) * 0.02 AS k FROM generate_series(0, 999) AS a CROSS JOIN
generate_series(0, 39) AS b) ORDER BY slice, i";
const SURFACE: &str = "
SELECT row, surface_iv((SELECT vol_surface(DATE '2024-01-01' + CAST(73 * value AS INTEGER), value / 5.0, 100 * exp(0.02 * value / 5.0), 0.01 * value / 5.0,
0.1 * value / 5.0, -0.4, 0.0, 0.1) FROM generate_series(1, 10)), expiry, strike) AS value FROM days";

/// One row a workload and peer.
pub async fn run(options: &Options) -> Result<Vec<Row>> {
    let context = context()?;
    let chain = kept(&context, "chain", OPTIONS, &options.data).await?;
    let days = "SELECT row, strike, round(365 * years) / 365 AS years, DATE '2024-01-01' + CAST(round(365 * years) AS INTEGER) AS expiry FROM chain WHERE years >= 0.21";
    let days = kept(&context, "days", days, &options.data).await?;
    let slices = kept(&context, "slices", SLICES, &options.data).await?;
    let mut rows = chain::run(options).await?;
    rows.push(bare_crate(options, &context).await?);
    let Some(python) = &options.python else {
        eprintln!("option_pricing: its other peers need --python");
        return Ok(rows);
    };
    let works = [
        (
            "implied volatility, 1 M",
            "implied_volatility",
            &chain,
            "SELECT row, bs_iv(kind, price, spot, strike, years, 0.02, 0.0) AS value FROM chain",
        ),
        (
            "17 Greeks, 1 M (peer: 5)",
            "greeks",
            &chain,
            "SELECT row, bs_greeks(kind, spot, strike, years, 0.02, volatility, 0.0) AS value FROM chain",
        ),
        (
            "SVI slices, 1 000",
            "svi",
            &slices,
            "SELECT slice AS row, svi_fit(k, w, 1.0, false, 'squares')['rmse'] AS value FROM slices GROUP BY slice",
        ),
        ("surface, a million points", "surface", &days, SURFACE),
    ];
    for (workload, work, path, sql) in works {
        let mut peers =
            [Peer::start(python, "option_pricing/peer.py", &[work, &path.display().to_string()])?];
        let plan = context.sql(sql).await?.create_physical_plan().await?;
        // The slow peer's minutes would tell no more.
        let runs = if work == "svi" { options.runs.min(2) } else { options.runs };
        let outcome = in_turns(runs, &mut peers, async || {
            Ok(collect(Arc::clone(&plan), context.task_ctx()).await?)
        });
        let mut outcome = outcome.await?;
        let [peer] = &mut peers;
        let difference = differing(work, &outcome.result, peer).await?;
        let (workload, peer) = (workload.to_string(), peer.name.clone());
        let (ours, theirs) = (outcome.ours, outcome.theirs.remove(0));
        rows.push(Row { workload, peer, ours, theirs, difference });
    }
    Ok(rows)
}

/// How far results are apart; of slices it is only told that none of ours is worse.
async fn differing(
    work: &str,
    result: &[RecordBatch],
    peer: &mut Peer,
) -> Result<Option<Difference>> {
    if work == "greeks" {
        // The peer's are differences of prices, a millionth off; ours are tested by themselves.
        return Ok(None);
    }
    let theirs = peer.result().await?;
    let mine = concat_batches(&result[0].schema(), result)?;
    let value = Arc::clone(mine.column(1));
    let row = datafusion::arrow::compute::cast(
        mine.column(0),
        &datafusion::arrow::datatypes::DataType::Int64,
    )?;
    let mine = RecordBatch::try_from_iter([("row", row), ("value", value)])?;
    if work != "svi" {
        return Ok(Some(difference(table(&[mine])?, theirs, &["row"]).await?));
    }
    let context = SessionContext::new();
    context.register_batch("ours", mine)?;
    context.register_table("theirs", theirs)?;
    let worse = "SELECT count(*) FROM ours JOIN theirs ON ours.row = theirs.row WHERE ours.value > 1.0005 * theirs.value";
    let worse = context.sql(worse).await?.collect().await?;
    let worse =
        worse[0].column(0).as_primitive::<datafusion::arrow::datatypes::Int64Type>().value(0);
    eprintln!("svi: {worse} of 1000 slices fit worse than the peer's");
    Ok(None)
}

/// Our SQL function against the crate that it rests on, called option by option.
async fn bare_crate(options: &Options, context: &SessionContext) -> Result<Row> {
    let sql = "SELECT row, bs_iv(kind, price, spot, strike, years, 0.02, 0.0) AS value FROM chain";
    let plan = context.sql(sql).await?.create_physical_plan().await?;
    let rows = context.sql("SELECT strike, years, price FROM chain").await?.collect().await?;
    let rows = concat_batches(&rows[0].schema(), &rows)?;
    let [strike, years, price] = [0, 1, 2].map(|i| rows.column(i).as_primitive::<Float64Type>());
    let mut row = Row {
        workload: "implied volatility, 1 M".to_string(),
        peer: "crate implied-vol, a loop".to_string(),
        ours: Times::default(),
        theirs: Times::default(),
        difference: None,
    };
    for round in 0..=options.runs {
        let start = Instant::now();
        let ours = collect(Arc::clone(&plan), context.task_ctx()).await?;
        let our_time = start.elapsed();
        drop(black_box(ours));
        let start = Instant::now();
        let theirs: Float64Array = (0..rows.num_rows())
            .map(|i| {
                let growth = (0.02 * years.value(i)).exp();
                ImpliedBlackVolatility::builder()
                    .option_price(price.value(i) * growth)
                    .forward(100.0 * growth)
                    .strike(strike.value(i))
                    .expiry(years.value(i))
                    .is_call(strike.value(i) >= 100.0)
                    .build_unchecked()
                    .calculate::<DefaultSpecialFn>()
            })
            .collect();
        let their_time = start.elapsed();
        drop(black_box(theirs));
        if round > 0 {
            row.ours.push(our_time);
            row.theirs.push(their_time);
        }
    }
    Ok(row)
}

fn context() -> Result<SessionContext> {
    let mut state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(SessionConfig::new().with_target_partitions(1))
        .build();
    register(&mut state, &functions())?;
    Ok(SessionContext::new_with_state(state))
}

/// Registers a query's rows in batches as our engine has them, and leaves them in a file for the peers.
async fn kept(context: &SessionContext, name: &str, sql: &str, folder: &Path) -> Result<PathBuf> {
    let batches = context.sql(sql).await?.collect().await?;
    let whole = concat_batches(&batches[0].schema(), &batches)?;
    let starts = (0..whole.num_rows()).step_by(BATCH);
    let pieces = starts.map(|from| whole.slice(from, BATCH.min(whole.num_rows() - from)));
    let order = col(whole.schema().field(0).name()).sort(true, false);
    let rows = MemTable::try_new(whole.schema(), vec![pieces.collect()])?;
    context.register_table(name, Arc::new(rows.with_sort_order(vec![vec![order]])))?;
    let path = folder.join(format!("options-{name}.parquet"));
    let frame = context.table(name).await?;
    frame
        .write_parquet(
            &path.display().to_string(),
            DataFrameWriteOptions::new().with_single_file_output(true),
            None,
        )
        .await?;
    Ok(path)
}
