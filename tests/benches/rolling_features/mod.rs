//! Fourteen factors of a stock universe from one Parquet file: ours, Polars, DuckDB.
//!
//! All sides read the same file, compute the same columns with as many threads, and end with the
//! whole result in memory, columns and all.

use std::path::Path;

use trademl_tests::lake::TestLake;

use crate::Result;
use crate::difference::{difference, table};
use crate::options::Options;
use crate::peer::Peer;
use crate::table::Row;
use crate::times::{Times, timed};
use crate::universe::Universe;

/// Our query.
const OURS: &str = include_str!("ours.sql");
const PEERS: [&str; 2] = ["polars", "duckdb"];

/// One row a peer.
pub async fn run(options: &Options, universe: &Universe) -> Result<Vec<Row>> {
    let Some(python) = &options.python else {
        eprintln!("rolling_features: left out, its peers need --python");
        return Ok(vec![]);
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/rolling_features/peer.py");
    let prices = universe.prices.display().to_string();
    let threads = options.threads.to_string();
    let mut peers = PEERS
        .iter()
        .map(|peer| Peer::start(python, &script, &[peer, &prices, &threads]))
        .collect::<Result<Vec<_>>>()?;
    let lake = TestLake::open(options.threads).await?;
    let query = OURS.replace("{prices}", &prices.replace('\'', "''"));

    let mut ours = Times::default();
    let mut theirs = vec![Times::default(); peers.len()];
    let mut result = vec![];
    for round in 0..=options.runs {
        // Every side frees its last result before it starts.
        drop(std::mem::take(&mut result));
        let (answer, time) = timed(lake.engine.run(&lake.session, &query)).await;
        result = answer?;
        if round > 0 {
            ours.push(time);
        }
        for (peer, times) in peers.iter_mut().zip(&mut theirs) {
            let time = peer.run()?;
            if round > 0 {
                times.push(time);
            }
        }
    }

    let result = table(&result)?;
    let mut rows = vec![];
    for (peer, theirs) in peers.iter_mut().zip(theirs) {
        let path = lake.folder.path().join("peer.parquet");
        peer.save(&path)?;
        let file = path.display().to_string();
        let saved = datafusion::prelude::SessionContext::new()
            .read_parquet(file, datafusion::prelude::ParquetReadOptions::default())
            .await?
            .into_view();
        let keys = ["symbol", "date"];
        rows.push(Row {
            workload: "14 rolling features".to_string(),
            peer: peer.name.clone(),
            ours: ours.clone(),
            theirs,
            difference: Some(difference(result.clone(), saved, &keys).await?),
        });
    }
    Ok(rows)
}
