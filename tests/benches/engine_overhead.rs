//! What our path (gate, dialect, rewrites, cut, own threads) costs over plain DataFusion.
//!
//! Both sides are in this process, with the same settings and as many threads, and run in turn.

use std::time::{Duration, Instant};

use datafusion::arrow::array::RecordBatch;
use datafusion::prelude::{SessionConfig, SessionContext};
use tokio::task;
use trademl_tests::lake::TestLake;

use crate::Result;
use crate::difference::{difference, table};
use crate::options::Options;
use crate::table::Row;
use crate::times::{Times, timed};
use crate::universe::Universe;

/// Name, text, and the key columns of the result.
const QUERIES: [(&str, &str, &[&str]); 3] = [
    (
        "scan, filter, aggregate",
        "SELECT symbol, count(*) AS days, avg(close) AS mean, max(close) AS high FROM prices \
         WHERE date >= DATE '2008-01-01' AND close > 20 GROUP BY symbol",
        &["symbol"],
    ),
    (
        "join, aggregate",
        "SELECT n.sector, date_trunc('month', p.date) AS month, count(*) AS days, \
         avg(p.close) AS mean FROM prices p JOIN names n ON n.symbol = p.symbol \
         GROUP BY n.sector, month",
        &["sector", "month"],
    ),
    (
        "window",
        "SELECT symbol, date, close / lag(close, 21) OVER w - 1 AS ret_21, avg(close) OVER \
         (PARTITION BY symbol ORDER BY date ROWS 62 PRECEDING) AS mean_63 FROM prices \
         WINDOW w AS (PARTITION BY symbol ORDER BY date)",
        &["symbol", "date"],
    ),
];
/// The query of the planning times.
const TRIVIAL: &str = "SELECT 1 AS one";
/// Trivial queries take so little that one run measures nothing: runs of each side.
const TRIVIAL_RUNS: usize = 100;

/// One row a query, then the trivial query: planned only, and from text to rows.
pub async fn run(options: &Options, universe: &Universe) -> Result<Vec<Row>> {
    let lake = TestLake::open(options.threads).await?;
    let plain = plain(options.threads);
    for (name, path) in [("prices", &universe.prices), ("names", &universe.names)] {
        let path = path.display().to_string().replace('\'', "''");
        let create = format!("CREATE EXTERNAL TABLE {name} STORED AS PARQUET LOCATION '{path}'");
        lake.engine.run(&lake.session, &create).await?;
        plain.sql(&create).await?.collect().await?;
    }
    let mut rows = vec![];
    for (name, sql, keys) in QUERIES {
        let mut row = row(name);
        let (mut our_result, mut plain_result) = (vec![], vec![]);
        for round in 0..=options.runs {
            drop(std::mem::take(&mut our_result));
            let (result, ours) = timed(lake.engine.run(&lake.session, sql)).await;
            our_result = result?;
            drop(std::mem::take(&mut plain_result));
            let (result, theirs) = timed(collected(&plain, sql)).await;
            plain_result = result?;
            push(&mut row, round, ours, theirs);
        }
        let both = (table(&our_result)?, table(&plain_result)?);
        row.difference = Some(difference(both.0, both.1, keys).await?);
        rows.push(row);
    }
    rows.push(planning(&lake, &plain).await?);
    rows.push(trivial(&lake, &plain).await?);
    Ok(rows)
}

/// Plain DataFusion with the settings of our sessions (`engine/src/session.rs`).
pub fn plain(threads: usize) -> SessionContext {
    let mut config =
        SessionConfig::new().with_target_partitions(threads).with_information_schema(true);
    let options = config.options_mut();
    options.sql_parser.map_string_types_to_utf8view = false;
    options.execution.parquet.schema_force_view_types = false;
    options.sql_parser.collect_spans = true;
    options.execution.time_zone = Some("UTC".to_string());
    SessionContext::new_with_config(config)
}

/// Runs on a worker, as our engine does: the caller's thread is no worker.
pub async fn collected(plain: &SessionContext, sql: &str) -> Result<Vec<RecordBatch>> {
    let (plain, sql) = (plain.clone(), sql.to_string());
    let work = async move { plain.sql(&sql).await?.collect().await };
    Ok(task::spawn(work).await??)
}

async fn planning(lake: &TestLake, plain: &SessionContext) -> Result<Row> {
    let mut row = row("SELECT 1, planned only");
    for round in 0..=TRIVIAL_RUNS {
        let start = Instant::now();
        for statement in lake.engine.parse(TRIVIAL)? {
            lake.engine.plan(&lake.session, statement).await?;
        }
        let ours = start.elapsed();
        let plain = plain.clone();
        let start = Instant::now();
        task::spawn(async move { plain.state().create_logical_plan(TRIVIAL).await }).await??;
        push(&mut row, round, ours, start.elapsed());
    }
    Ok(row)
}

async fn trivial(lake: &TestLake, plain: &SessionContext) -> Result<Row> {
    let mut row = row("SELECT 1, text to rows");
    for round in 0..=TRIVIAL_RUNS {
        let (result, ours) = timed(lake.engine.run(&lake.session, TRIVIAL)).await;
        result?;
        let (result, theirs) = timed(collected(plain, TRIVIAL)).await;
        result?;
        push(&mut row, round, ours, theirs);
    }
    Ok(row)
}

/// The first round warms up.
fn push(row: &mut Row, round: usize, ours: Duration, theirs: Duration) {
    if round > 0 {
        row.ours.push(ours);
        row.theirs.push(theirs);
    }
}

fn row(workload: &str) -> Row {
    Row {
        workload: workload.to_string(),
        peer: format!("DataFusion {}", datafusion::DATAFUSION_VERSION),
        ours: Times::default(),
        theirs: Times::default(),
        difference: None,
    }
}
