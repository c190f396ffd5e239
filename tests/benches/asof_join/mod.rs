//! Trades with the quote in force: our point-in-time tables, and DuckDB on the same Parquet files.

use std::path::{Path, PathBuf};

use trademl_engine::{Engine, EngineOptions};

use crate::Result;
use crate::options::Options;
use crate::peer::Peer;
use crate::table::Row;
use crate::turns;

/// Keys of both sides.
const KEYS: usize = 50;
/// Rows left and right for each million of `--rows`.
const SIZES: [(usize, usize); 2] = [(5_000_000, 5_000_000), (100_000, 1_000_000)];

/// One row a size.
pub async fn run(options: &Options) -> Result<Vec<Row>> {
    let Some(python) = &options.python else {
        eprintln!("asof_join: left out, its peer needs --python");
        return Ok(vec![]);
    };
    let mut rows = vec![];
    for (left, right) in SIZES {
        let (left, right) = (left / options.shrink, right / options.shrink);
        rows.extend(one(options, python, left, right).await?);
    }
    Ok(rows)
}

async fn one(options: &Options, python: &Path, left: usize, right: usize) -> Result<Vec<Row>> {
    let folder = options.data.join(format!("asof-{left}x{right}"));
    let engine = Engine::open(EngineOptions {
        lake: folder.display().to_string(),
        threads: Some(options.threads),
        ..EngineOptions::default()
    })
    .await?;
    let session = engine.session()?;
    for (name, rows, start) in [("trades", left, 500_000), ("quotes", right, 0)] {
        // Irregular times, unique within a key; written once.
        let step = 23_400_000_000_i64 * 20 / (rows / KEYS) as i64;
        let sql = format!(
            "CREATE PIT TABLE IF NOT EXISTS {name} (sym TEXT, ts TIMESTAMP, price DOUBLE) \
             PRIMARY KEY (sym) EVENT TIME (ts);
             INSERT INTO {name} (sym, ts, price, known_at)
             SELECT sym, ts, price, ts AS known_at FROM (SELECT
               'S' || lpad(CAST(i % {KEYS} AS VARCHAR), 2, '0') AS sym,
               arrow_cast(1577977200000000 + {start} + i / {KEYS} * {step} + (i * 7919) % ({step} / 2),
                 'Timestamp(Microsecond, Some(\"UTC\"))') AS ts,
               100 + (i * 31) % 1000 / 100.0 AS price
             FROM generate_series(0, {rows} - 1) AS s(i))"
        );
        let count = format!("SELECT count(*) AS n FROM {name}");
        let create = sql.split_once(';').map_or(sql.as_str(), |(create, _)| create);
        engine.run(&session, create).await?;
        let there = engine.run(&session, &count).await?;
        let there = datafusion::arrow::util::pretty::pretty_format_batches(&there)?.to_string();
        if !there.contains(&rows.to_string()) {
            eprintln!("generating {}/curated/{name}", folder.display());
            engine.run(&session, &sql).await?;
        }
    }
    let select = "SELECT 1 AS one, count(*) AS n, count(q.price) AS matched, sum(q.price - t.price) AS edge FROM";
    let ours = format!(
        "{select} trades t ASOF JOIN quotes q MATCH_CONDITION (t.ts >= q.ts) ON t.sym = q.sym"
    );
    let files = |name: &str| -> PathBuf { folder.join("curated").join(name).join("*.parquet") };
    let query = format!(
        "{select} read_parquet('{}') t ASOF LEFT JOIN read_parquet('{}') q ON t.sym = q.sym AND t.ts >= q.ts",
        files("trades").display(),
        files("quotes").display()
    );
    let threads = options.threads.to_string();
    let mut peers = [Peer::start(python, "duckdb_query.py", &[&query, &threads])?];
    let workload = format!("ASOF JOIN {} x {}, {KEYS} keys", short(left), short(right));
    let ours = async || Ok(engine.run(&session, &ours).await?);
    turns::rows(&workload, options.runs, &mut peers, &["one"], ours).await
}

fn short(rows: usize) -> String {
    match rows {
        n if n % 1_000_000 == 0 => format!("{} M", n / 1_000_000),
        n => format!("{} k", n / 1_000),
    }
}
