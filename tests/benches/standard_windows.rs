//! SQL's own rolling aggregates: our operator against DataFusion's on the same sorted file.
//!
//! Both sides are told the order of the file and run on one thread, so that neither sorts nor
//! exchanges rows: what is left is reading the file and the window.

use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::prelude::{ParquetReadOptions, SessionContext, col};
use trademl_tests::lake::TestLake;

use crate::Result;
use crate::difference::{difference, table};
use crate::engine_overhead::{collected, plain};
use crate::options::Options;
use crate::table::Row;
use crate::times::{Times, timed};
use crate::universe::Universe;

/// Name and text. All but the last bit of the sums is compared; only sums leave, so that the
/// window is what is timed.
const QUERIES: [(&str, &str); 3] = [
    (
        "avg of 20 rows",
        "SELECT 1 AS one, sum(a) AS a FROM (SELECT avg(close) OVER (PARTITION BY symbol ORDER BY date \
         ROWS BETWEEN 19 PRECEDING AND CURRENT ROW) AS a FROM sorted)",
    ),
    (
        "stddev of 60 rows",
        "SELECT 1 AS one, sum(a) AS a FROM (SELECT stddev(close) OVER (PARTITION BY symbol ORDER BY date \
         ROWS BETWEEN 59 PRECEDING AND CURRENT ROW) AS a FROM sorted)",
    ),
    (
        "max of 252 rows",
        "SELECT 1 AS one, sum(a) AS a FROM (SELECT max(close) OVER (PARTITION BY symbol ORDER BY date \
         ROWS BETWEEN 251 PRECEDING AND CURRENT ROW) AS a FROM sorted)",
    ),
];

/// One row a query.
pub async fn run(options: &Options, universe: &Universe) -> Result<Vec<Row>> {
    let lake = TestLake::open(1).await?;
    let plain = plain(1);
    let path = universe.prices.with_extension("sorted.parquet").display().to_string();
    if !std::path::Path::new(&path).exists() {
        let prices = universe.prices.display().to_string();
        let frame =
            SessionContext::new().read_parquet(prices, ParquetReadOptions::default()).await?;
        let frame =
            frame.sort(vec![col("symbol").sort(true, true), col("date").sort(true, true)])?;
        frame.write_parquet(&path, DataFrameWriteOptions::default(), None).await?;
    }
    let create = format!(
        "CREATE EXTERNAL TABLE sorted (symbol TEXT, date DATE, close DOUBLE) STORED AS PARQUET \
         WITH ORDER (symbol, date) LOCATION '{}'",
        path.replace('\'', "''")
    );
    lake.engine.run(&lake.session, &create).await?;
    plain.sql(&create).await?.collect().await?;
    let mut rows = vec![];
    for (name, sql) in QUERIES {
        let mut row = Row {
            workload: name.to_string(),
            peer: format!("DataFusion {}", datafusion::DATAFUSION_VERSION),
            ours: Times::default(),
            theirs: Times::default(),
            difference: None,
        };
        for round in 0..=options.runs {
            let (ours, our_time) = timed(lake.engine.run(&lake.session, sql)).await;
            let (theirs, their_time) = timed(collected(&plain, sql)).await;
            let (ours, theirs) = (ours?, theirs?);
            if round > 0 {
                row.ours.push(our_time);
                row.theirs.push(their_time);
            }
            row.difference = Some(difference(table(&ours)?, table(&theirs)?, &["one"]).await?);
        }
        rows.push(row);
    }
    Ok(rows)
}
