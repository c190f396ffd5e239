//! A rolling mean over more rows than fit into memory: 100 million minute bars of 1 000 symbols, in the order of
//! arrival, so that each engine has to sort them by symbol, under a limit of 512 MB.

use std::path::PathBuf;

use trademl_engine::{Engine, EngineOptions};

use crate::Result;
use crate::difference::{difference, table};
use crate::engine_overhead::plain;
use crate::options::Options;
use crate::peer::Peer;
use crate::table::Row;
use crate::times::{Times, timed};

const LIMIT: usize = 512 << 20;
const SYMBOLS: usize = 1_000;
/// Every rolling value is computed, and an average a symbol kept of them.
const QUERY: &str = "SELECT symbol, count(mean) AS means, avg(mean) AS average, max(mean) AS highest FROM (\
    SELECT symbol, avg(close) OVER (PARTITION BY symbol ORDER BY ts ROWS BETWEEN 19 PRECEDING AND CURRENT ROW) AS mean FROM \
    read_parquet('{bars}')) AS windows GROUP BY symbol";

/// One row; the resident memory goes to stderr.
pub async fn run(options: &Options) -> Result<Vec<Row>> {
    let bars = bars(options).await?;
    let query = QUERY.replace("{bars}", &bars.display().to_string().replace('\'', "''"));
    let lake = tempfile::tempdir()?;
    let engine = Engine::open(EngineOptions {
        lake: lake.path().display().to_string(),
        threads: Some(options.threads),
        memory_limit: Some(LIMIT),
        ..EngineOptions::default()
    })
    .await?;
    let session = engine.session()?;
    let mut row = Row {
        workload: format!("rolling mean of {} M rows in 512 MB", options.bars / 1_000_000),
        peer: String::new(),
        ours: Times::default(),
        theirs: Times::default(),
        difference: None,
    };
    let mut peer = match &options.python {
        Some(python) => {
            let threads = options.threads.to_string();
            Some(Peer::start(python, "duckdb_query.py", &[&query, &threads, "512MiB"])?)
        }
        None => None,
    };
    row.peer = peer.as_ref().map_or("none: it needs --python".to_string(), |p| p.name.clone());
    let mut result = vec![];
    // Minutes each: the first run is timed too.
    for _ in 0..options.runs.min(2) {
        forget_peak();
        let (answer, time) = timed(engine.run(&session, &query)).await;
        result = answer?;
        eprintln!("large_window: {} of resident memory at most", peak());
        row.ours.push(time);
        row.theirs.push(match &mut peer {
            Some(peer) => peer.run()?,
            None => time,
        });
    }
    if let Some(peer) = &mut peer {
        row.difference =
            Some(difference(table(&result)?, peer.result().await?, &["symbol"]).await?);
    }
    Ok(vec![row])
}

/// The bars by minute, kept in the data folder.
async fn bars(options: &Options) -> Result<PathBuf> {
    let rows = options.bars;
    let path = options.data.join(format!("minutes-{rows}.parquet"));
    if path.exists() {
        return Ok(path);
    }
    eprintln!("large_window: writing {rows} bars");
    let draft = options.data.join(format!("minutes-{rows}.draft.parquet"));
    // One thread keeps the order of arrival.
    let sql = format!(
        "COPY (SELECT concat('S', lpad(CAST(value % {SYMBOLS} AS VARCHAR), 3, '0')) AS symbol, \
         to_timestamp_micros(1577836800000000 + value / {SYMBOLS} * 60000000) AS ts, \
         round(100 + value % {SYMBOLS} + 10 * sin(value / {SYMBOLS} / 1000.0 + value % {SYMBOLS}), 2) AS close \
         FROM generate_series(0, {})) TO '{}' STORED AS PARQUET",
        rows - 1,
        draft.display().to_string().replace('\'', "''")
    );
    plain(1).sql(&sql).await?.collect().await?;
    std::fs::rename(draft, &path)?;
    Ok(path)
}

/// The most resident memory from here on, where the system tells it.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("an unknown amount".to_string(), |amount| amount.trim().to_string())
}
