//! A whole chain to its surface, from the text of the query to slices without arbitrage, against the 50 ms
//! within which a surface is wanted.

use std::time::Duration;

use trademl_tests::lake::TestLake;
use trademl_tests::program::repository;

use crate::Result;
use crate::options::Options;
use crate::table::Row;
use crate::times::{Times, timed};

const WANTED: Duration = Duration::from_millis(50);

/// As many quotes out of the money as SPX has that a fit can use, with noise: forty expiries from a day to
/// three years.
const LIKE_SPX: &str = "
SELECT 'SPX' AS symbol, TIMESTAMP '2024-01-02T20:45:00' AS asof, DATE '2024-01-02' + days AS expiry, days / 365.0 AS years, forward,
  forward * exp(k) AS strike, sqrt(svi_variance(k, 0.012 * y, 0.1 * sqrt(y), -0.6, 0.0, 0.1 * sqrt(y)) / y) * (1 + 0.005 * sin(days + i * i)) AS iv
FROM (
  SELECT days, days / 365.0 AS y, 4700 * exp(0.035 * days / 365.0) AS forward, q.value AS i, 2 * sqrt(days / 365.0) * (q.value / 149.0 - 0.75) AS k
  FROM (SELECT CAST(1 + 0.68 * value * value AS INTEGER) + value AS days FROM generate_series(0, 39)) CROSS JOIN generate_series(0, 149) AS q
)";

/// The largest chain of the files that may lie beside the repository: AAPL before its split, American,
/// at rates of nearly nothing.
const AAPL: &str = "
SELECT q.symbol, q.asof, q.expiry, q.years, f.forward, q.strike, black76_iv(q.kind, (q.bid + q.ask) / 2, f.forward, q.strike, q.years, 0.0) AS iv
FROM quotes AS q JOIN (
  SELECT c.expiry, parity_forward(c.strike, c.bid, c.ask, p.bid, p.ask, discount => 1.0)['forward'] AS forward
  FROM quotes AS c JOIN quotes AS p ON c.expiry = p.expiry AND c.strike = p.strike WHERE c.kind = 'call' AND p.kind = 'put' GROUP BY c.expiry
) AS f ON q.expiry = f.expiry
WHERE (q.kind = 'call') = (q.strike >= f.forward)";

/// One row a chain.
pub async fn run(options: &Options) -> Result<Vec<Row>> {
    let lake = TestLake::open(options.threads).await?;
    let mut chains = vec![("like SPX", LIKE_SPX)];
    let file = repository().join("../shared/data/lean/option_eod_quotes.parquet");
    if file.is_file() {
        let quotes = format!(
            "CREATE TABLE raw.aapl AS SELECT underlying AS symbol, date AS asof, expiry, CASE \"right\" WHEN 'C' THEN 'call' \
             ELSE 'put' END AS kind, strike, bid_close AS bid, ask_close AS ask, bid_size, ask_size, \
             years_to_expiry(TIMESTAMP '2014-06-06T20:00:00', expiry) AS years FROM read_parquet('{}') \
             WHERE underlying = 'aapl' AND date = DATE '2014-06-06'; CREATE VIEW quotes AS SELECT * FROM raw.aapl WHERE \
             quote_usable(kind, strike, bid, ask, bid_size, ask_size, years)",
            file.display()
        );
        lake.rows(&quotes).await?;
        chains.push(("AAPL, 2 352 contracts", AAPL));
    }
    let mut rows = vec![];
    for (name, quotes) in chains {
        lake.rows(&format!("CREATE OR REPLACE TABLE signals.chain AS {quotes}")).await?;
        let size = "SELECT count(*), count(DISTINCT expiry) FROM signals.chain WHERE iv > 0";
        let size = lake.rows(size).await?.concat().join(" quotes, ");
        let mut row = Row {
            workload: format!("surface of a chain {name}: {size} expiries"),
            peer: "what is wanted".to_string(),
            ours: Times::default(),
            theirs: Times::default(),
            difference: None,
        };
        let sql = "SELECT * FROM svi_surface(TABLE signals.chain)";
        for round in 0..=options.runs {
            let (slices, time) = timed(lake.rows(sql)).await;
            slices?;
            if round > 0 {
                row.ours.push(time);
                row.theirs.push(WANTED);
            }
        }
        rows.push(row);
    }
    Ok(rows)
}
