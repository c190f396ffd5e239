//! What a point-in-time read costs: minute bars of 50 symbols, as loaded, with 5 % of them revised,
//! and after `OPTIMIZE`.
//!
//! Unrevised, the peer is a plain scan of the same files by DataFusion; revised, DuckDB resolves
//! the revisions of the same files by `QUALIFY row_number()`.

mod data;

use std::path::{Path, PathBuf};
use std::time::Duration;

use datafusion::arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use trademl_engine::{Engine, EngineOptions, Session};
use trademl_tests::lake::text_rows;

use crate::Result;
use crate::difference::{difference, table};
use crate::engine_overhead::{collected, plain};
use crate::options::Options;
use crate::peer::Peer;
use crate::table::Row;
use crate::times::{Times, timed};
use crate::turns;

/// Name, text with `{t}` for the table, and the key of the result.
const SCANS: [(&str, &str, &str); 2] = [
    (
        "as-of scan, unrevised",
        "SELECT 'all' AS part, count(*) AS bars, avg(close) AS mean, sum(volume) AS volume FROM {t}",
        "part",
    ),
    (
        "as-of scan by symbol, unrevised",
        "SELECT symbol, count(*) AS bars, avg(close) AS mean, sum(volume) AS volume FROM {t} \
         GROUP BY symbol",
        "symbol",
    ),
];
/// One symbol, one month.
const MONTH: &str = "SELECT symbol, count(*) AS bars, avg(close) AS mean FROM {t} \
    WHERE symbol = 'S17' AND ts >= TIMESTAMP '2020-01-02T00:00:00Z' AND ts < TIMESTAMP '2020-02-02T00:00:00Z' \
    GROUP BY symbol";

/// The engine on the cached lake.
pub struct Bars {
    engine: Engine,
    session: Session,
    folder: PathBuf,
}

impl Bars {
    async fn run(&self, sql: &str) -> Result<Vec<RecordBatch>> {
        Ok(self.engine.run(&self.session, sql).await?)
    }

    fn table(&self, name: &str) -> PathBuf {
        self.folder.join("curated").join(name)
    }
}

/// Two rows unrevised, two revised, one for the month.
pub async fn run(options: &Options) -> Result<Vec<Row>> {
    let folder = options.data.join(format!("as-of-{}", options.bars));
    let engine = Engine::open(EngineOptions {
        lake: folder.display().to_string(),
        threads: Some(options.threads),
        ..EngineOptions::default()
    })
    .await?;
    let session = engine.session()?;
    let bars = Bars { engine, session, folder };
    let merged = data::load(&bars, options.bars).await?;

    let plain = plain(options.threads);
    let once = external(&plain, &bars.table("once")).await?;
    let mut rows = vec![];
    for (name, sql, key) in SCANS {
        let ours = sql.replace("{t}", "once");
        let theirs = sql.replace("{t}", &once);
        rows.push(against_plain(options, &bars, &plain, name, (&ours, &theirs), key).await?);
    }
    let (ours, theirs) = (MONTH.replace("{t}", "once"), MONTH.replace("{t}", &once));
    let name = "one symbol, one month, unrevised";
    rows.push(against_plain(options, &bars, &plain, name, (&ours, &theirs), "symbol").await?);
    for table in ["once", "revised"] {
        println!("\none symbol, one month of '{table}' reads:");
        let analysed =
            bars.run(&format!("EXPLAIN ANALYZE {}", MONTH.replace("{t}", table))).await?;
        pruning(&text_rows(&analysed)?);
    }
    let Some(python) = &options.python else {
        eprintln!("as_of_scan: no revised reads, their peer needs --python");
        return Ok(rows);
    };
    for (name, version) in
        [("5 % revised, as inserted", merged - 1), ("5 % revised, OPTIMIZEd", merged)]
    {
        let files = data::files(&bars.table("revised"), version)?;
        rows.extend(against_duckdb(options, &bars, python, name, version, &files).await?);
    }
    Ok(rows)
}

/// Registers a folder of Parquet files; the name it has.
async fn external(plain: &SessionContext, folder: &Path) -> Result<String> {
    let path = folder.display().to_string().replace('\'', "''");
    let create = format!("CREATE EXTERNAL TABLE once STORED AS PARQUET LOCATION '{path}/'");
    plain.sql(&create).await?.collect().await?;
    Ok("once".to_string())
}

async fn against_plain(
    options: &Options,
    bars: &Bars,
    plain: &SessionContext,
    name: &str,
    (our_sql, their_sql): (&str, &str),
    key: &str,
) -> Result<Row> {
    let mut row = row(name, format!("DataFusion {}", datafusion::DATAFUSION_VERSION));
    let (mut our_result, mut their_result) = (vec![], vec![]);
    for round in 0..=options.runs {
        let (result, ours) = timed(bars.run(our_sql)).await;
        our_result = result?;
        let (result, theirs) = timed(collected(plain, their_sql)).await;
        their_result = result?;
        push(&mut row, round, ours, theirs);
    }
    row.difference = Some(difference(table(&our_result)?, table(&their_result)?, &[key]).await?);
    Ok(row)
}

async fn against_duckdb(
    options: &Options,
    bars: &Bars,
    python: &Path,
    name: &str,
    version: u64,
    files: &[PathBuf],
) -> Result<Vec<Row>> {
    let (_, sql, key) = SCANS[1];
    let ours = sql.replace("{t}", &format!("revised VERSION AS OF {version}"));
    let quoted = files.iter().map(|f| format!("'{}'", f.display().to_string().replace('\'', "''")));
    let resolved = format!(
        "(SELECT * FROM read_parquet([{}]) QUALIFY row_number() OVER (PARTITION BY symbol, ts \
         ORDER BY known_at DESC) = 1)",
        quoted.collect::<Vec<_>>().join(", ")
    );
    let threads = options.threads.to_string();
    let mut peers =
        [Peer::start(python, "duckdb_query.py", &[&sql.replace("{t}", &resolved), &threads])?];
    turns::rows(name, options.runs, &mut peers, &[key], async || bars.run(&ours).await).await
}

/// Prints what the scans of an analysed plan left out.
fn pruning(rows: &[Vec<String>]) {
    let wanted =
        ["files_ranges_pruned", "row_groups_pruned", "page_index_rows_pruned", "bytes_scanned="];
    for line in rows.iter().flatten().flat_map(|cell| cell.lines()) {
        let metrics = line.split(", ").filter(|part| wanted.iter().any(|w| part.contains(w)));
        metrics.for_each(|metric| println!("  {}", metric.trim_start_matches("metrics=[")));
    }
}

fn row(workload: &str, peer: String) -> Row {
    Row {
        workload: workload.to_string(),
        peer,
        ours: Times::default(),
        theirs: Times::default(),
        difference: None,
    }
}

/// The first round warms up.
fn push(row: &mut Row, round: usize, ours: Duration, theirs: Duration) {
    if round > 0 {
        row.ours.push(ours);
        row.theirs.push(theirs);
    }
}
