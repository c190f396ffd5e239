//! The bars: `once` as loaded, `revised` with every twentieth minute corrected later, in two inserts,
//! then optimized. Kept in the data folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Bars;
use crate::Result;

const SYMBOLS: usize = 50;
/// Inserts of the load, each a stretch of time.
const LOADS: usize = 5;
/// Minutes from one revised minute to the next but one, and the two that are revised.
const REVISED: [(usize, usize); 2] = [(40, 0), (40, 20)];

/// Loads what is not there yet; the version of `revised` that its `OPTIMIZE` made.
pub async fn load(bars: &Bars, rows: usize) -> Result<u64> {
    let minutes = (rows / SYMBOLS).max(LOADS);
    for table in ["once", "revised"] {
        if !bars.table(table).join("done").exists() {
            eprintln!("loading {} bars into '{table}'", minutes * SYMBOLS);
            bars.run(&format!(
                "DROP TABLE IF EXISTS {table}; CREATE PIT TABLE {table} (symbol TEXT, ts TIMESTAMP, \
                 close DOUBLE, volume BIGINT) PRIMARY KEY (symbol) EVENT TIME (ts)"
            ))
            .await?;
            for load in 0..LOADS {
                let (from, to) = (minutes * load / LOADS, minutes * (load + 1) / LOADS - 1);
                bars.run(&insert(table, from, to, "TRUE", 0)).await?;
            }
            if table == "revised" {
                for (day, (every, which)) in REVISED.into_iter().enumerate() {
                    let which = format!("m.value % {every} = {which}");
                    bars.run(&insert(table, 0, minutes - 1, &which, day + 1)).await?;
                }
                eprintln!("optimizing it");
                bars.run("OPTIMIZE revised").await?;
            }
            std::fs::write(bars.table(table).join("done"), "")?;
        }
    }
    // Its creation is version 0.
    Ok((LOADS + REVISED.len() + 1) as u64)
}

/// The bars of some minutes, revised if `days` later.
fn insert(table: &str, from: usize, to: usize, which: &str, days: usize) -> String {
    format!(
        "INSERT INTO {table} (symbol, ts, close, volume, known_at) \
         SELECT symbol, ts, close, volume, ts + INTERVAL '1 minute' + INTERVAL '{days} days' FROM (\
           SELECT concat('S', lpad(CAST(s.value AS VARCHAR), 2, '0')) AS symbol, \
             to_timestamp_micros(1577836800000000 + m.value * 60000000) AS ts, \
             round(100 + s.value + 10 * sin(m.value / 1000.0 + s.value) + {days}, 2) AS close, \
             (m.value * 7919 + s.value * 104729) % 100000 AS volume \
           FROM generate_series({from}, {to}) AS m CROSS JOIN generate_series(0, {}) AS s \
           WHERE {which}) AS bars",
        SYMBOLS - 1
    )
}

/// The files of a table's version, by its log.
pub fn files(table: &Path, version: u64) -> Result<Vec<PathBuf>> {
    let mut files = BTreeSet::new();
    for version in 0..=version {
        let commit = std::fs::read_to_string(table.join(format!("_delta_log/{version:020}.json")))?;
        for line in commit.lines() {
            let action: Value = serde_json::from_str(line)?;
            if let Some(path) = action["add"]["path"].as_str() {
                files.insert(table.join(path));
            }
            if let Some(path) = action["remove"]["path"].as_str() {
                files.remove(&table.join(path));
            }
        }
    }
    Ok(files.into_iter().collect())
}
