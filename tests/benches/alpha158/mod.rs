//! Alpha158 of a stock universe from one Parquet file: sql/features/alpha158.sql, and Polars.
//!
//! All values of a few names show that both compute the same. Of the whole universe they would be
//! 9.6 GB, and most of the time that of memory, so there both sides reduce each feature to its mean in the
//! same query: every value is computed and read once, none is kept, and the sum costs both little.

pub mod data;

use std::path::{Path, PathBuf};

use trademl_tests::lake::TestLake;

use crate::Result;
use crate::difference::table;
use crate::options::Options;
use crate::peer::Peer;
use crate::table::Row;
use crate::turns::rows;

/// Our query.
const OURS: &str = include_str!("../../../sql/features/alpha158.sql");
const KEYS: [&str; 2] = ["symbol", "date"];
/// Names and years whose values are compared.
const COMPARED: (usize, usize) = (20, 2);

/// A row for the values of a few names, and one for the means of the universe.
pub async fn run(options: &Options) -> Result<Vec<Row>> {
    let Some(python) = &options.python else {
        eprintln!("alpha158: left out, its peer needs --python");
        return Ok(vec![]);
    };
    let few = data::bars(&options.data, COMPARED.0, COMPARED.1)?;
    let all = data::bars(&options.data, options.bar_names, options.bar_years)?;
    let lake = TestLake::open(options.threads).await?;
    let features = features(&lake, &few).await?;
    let means: Vec<_> = features.iter().map(|f| format!("avg({f}) AS {f}")).collect();
    let means = format!("SELECT 1 AS one, {} FROM (\n{}\n)", means.join(", "), script(&all));
    let values = format!("Alpha158: all values, {} names, {} years", COMPARED.0, COMPARED.1);
    let all_means =
        format!("Alpha158: means, {} names, {} years", options.bar_names, options.bar_years);
    let mut rows =
        one(options, python, &lake, values, ("values", &few), &script(&few), &KEYS).await?;
    rows.extend(one(options, python, &lake, all_means, ("means", &all), &means, &["one"]).await?);
    Ok(rows)
}

/// The script's query of a file.
fn script(bars: &Path) -> String {
    let file = bars.display().to_string().replace('\'', "''");
    OURS.replace("FROM curated.ohlcv", &format!("FROM read_parquet('{file}')"))
}

/// The names of the features.
async fn features(lake: &TestLake, bars: &Path) -> Result<Vec<String>> {
    let result = table(&lake.engine.run(&lake.session, &script(bars)).await?)?;
    let names = result.schema().fields().iter().map(|f| f.name().clone()).collect::<Vec<_>>();
    Ok(names.into_iter().filter(|name| !KEYS.contains(&name.as_str())).collect())
}

async fn one(
    options: &Options,
    python: &Path,
    lake: &TestLake,
    workload: String,
    (kind, bars): (&str, &PathBuf),
    query: &str,
    keys: &[&str],
) -> Result<Vec<Row>> {
    let (bars, threads) = (bars.display().to_string(), options.threads.to_string());
    let mut peers = [Peer::start(python, "alpha158/peer.py", &[kind, &bars, &threads])?];
    let ours = async || Ok(lake.engine.run(&lake.session, query).await?);
    rows(&workload, options.runs, &mut peers, keys, ours).await
}
