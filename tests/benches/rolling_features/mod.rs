//! Fourteen factors of a stock universe from one Parquet file: ours, Polars, DuckDB.
//!
//! All sides read the same file, compute the same columns with as many threads, and end with the
//! whole result in memory, columns and all.

use trademl_tests::lake::TestLake;

use crate::Result;
use crate::options::Options;
use crate::peer::Peer;
use crate::table::Row;
use crate::turns::rows;
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
    let prices = universe.prices.display().to_string();
    let threads = options.threads.to_string();
    let mut peers = PEERS
        .iter()
        .map(|peer| Peer::start(python, "rolling_features/peer.py", &[peer, &prices, &threads]))
        .collect::<Result<Vec<_>>>()?;
    let lake = TestLake::open(options.threads).await?;
    let query = OURS.replace("{prices}", &prices.replace('\'', "''"));

    let keys = ["symbol", "date"];
    rows("14 rolling features", options.runs, &mut peers, &keys, async || {
        Ok(lake.engine.run(&lake.session, &query).await?)
    })
    .await
}
