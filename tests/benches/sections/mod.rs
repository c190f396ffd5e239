//! Functions across sections of many names: ours and Polars, from two Parquet files to the whole result in
//! memory.

use trademl_tests::lake::TestLake;

use crate::Result;
use crate::options::Options;
use crate::peer::Peer;
use crate::table::Row;
use crate::turns::rows;
use crate::universe::Universe;

/// Our query.
const OURS: &str = include_str!("ours.sql");
/// Names in a section for each name of the other workloads: 8 000 by default.
const WIDER: usize = 10;
/// Years at most, so that the result takes no more memory than those of the others.
const YEARS: usize = 3;

/// One row.
pub async fn run(options: &Options) -> Result<Vec<Row>> {
    let Some(python) = &options.python else {
        eprintln!("sections: left out, its peer needs --python");
        return Ok(vec![]);
    };
    let (names, years) = (options.names * WIDER, options.years.min(YEARS));
    let universe = Universe::at(&options.data, names, years)?;
    let files = [&universe.prices, &universe.names].map(|path| path.display().to_string());
    let [prices, sectors] = &files;
    let threads = options.threads.to_string();
    let mut peers = [Peer::start(python, "sections/peer.py", &[prices, sectors, &threads])?];
    let lake = TestLake::open(options.threads).await?;
    let quoted = files.each_ref().map(|path| path.replace('\'', "''"));
    let query = OURS.replace("{prices}", &quoted[0]).replace("{names}", &quoted[1]);
    let workload = format!("7 sections, {names} names, {} rows", universe.rows);
    rows(&workload, options.runs, &mut peers, &["symbol", "date"], async || {
        Ok(lake.engine.run(&lake.session, &query).await?)
    })
    .await
}
