//! What the look-ahead rule costs of planning: text to physical plan with the rule and without, on
//! TPC-H and on the queries of the research night.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use trademl_engine::script::{RunOptions, Silent, load, run_script};
use trademl_tests::lake::TestLake;

use crate::Result;
use crate::options::Options;
use crate::table::Row;
use crate::times::Times;

const TPCH: &str = include_str!("tpch.sql");
/// The tables of TPC-H, empty: planning asks for names and types only.
const TABLES: &str = include_str!("tables.sql");
/// Rounds over all queries.
const ROUNDS: usize = 30;

/// One row a set of queries: with the rule against without it.
pub async fn run(options: &Options) -> Result<Vec<Row>> {
    let tpch = TestLake::open(options.threads).await?;
    tpch.engine.run(&tpch.session, TABLES).await?;
    let mut rows = vec![compared("TPC-H, planned with the rule", &tpch, &queries(TPCH)).await?];
    let night = TestLake::open(options.threads).await?;
    let script = Path::new("sql/nightly.sql");
    match run_script(&night.engine, script, RunOptions::default(), &Silent).await {
        Ok(_) => {
            let texts = night_queries(script)?;
            rows.push(compared("the night, planned with the rule", &night, &texts).await?);
        }
        Err(e) => println!("planning: the night is left out: {e}"),
    }
    Ok(rows)
}

fn queries(text: &str) -> Vec<String> {
    let each = text.split(';').map(str::trim).filter(|query| query.contains("select"));
    each.map(ToOwned::to_owned).collect()
}

/// The queries of the night's relations.
fn night_queries(script: &Path) -> Result<Vec<String>> {
    let script = load(script)?;
    let relations = script.all().into_iter().filter(|script| script.header.kind.is_relation());
    let paths: Vec<PathBuf> = relations.map(|script| script.path.clone()).collect();
    let text = |path: &PathBuf| {
        let text = std::fs::read_to_string(path)?;
        Ok(text.replace("$train_end", "DATE '2009-12-31'").replace("$adv", "500000000.0"))
    };
    paths.iter().map(text).collect()
}

async fn compared(name: &str, lake: &TestLake, queries: &[String]) -> Result<Row> {
    let mut row = Row {
        workload: name.to_owned(),
        peer: "without the rule".to_owned(),
        ours: Times::default(),
        theirs: Times::default(),
        difference: None,
    };
    for round in 0..=ROUNDS {
        let mut took = [Duration::ZERO; 2];
        for (i, query) in queries.iter().enumerate() {
            // Which comes first must not matter.
            for side in [(round + i) % 2, (round + i + 1) % 2] {
                let mode = ["warn", "off"][side];
                let set = format!("SET trademl.look_ahead = '{mode}'");
                lake.engine.run(&lake.session, &set).await?;
                let start = Instant::now();
                for statement in lake.engine.parse(query)? {
                    let planned = lake.engine.plan(&lake.session, statement).await?;
                    drop(lake.engine.execute(&lake.session, planned).await?);
                }
                took[side] += start.elapsed();
            }
        }
        if round > 0 {
            row.ours.push(took[0]);
            row.theirs.push(took[1]);
        }
    }
    Ok(row)
}
