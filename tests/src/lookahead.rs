//! Two lakes that differ only after an instant, and the answers that queries give before it.

use datafusion::arrow::array::RecordBatch;
use datafusion::common::ScalarValue;

use crate::lake::{TestLake, text_rows};

const TABLES: &str = include_str!("../lookahead/tables.sql");
const ROWS: &str = include_str!("../lookahead/rows.sql");

/// A lake with the tables, empty.
pub async fn lake() -> TestLake {
    let lake = TestLake::open(1).await.unwrap();
    lake.engine.run(&lake.session, TABLES).await.unwrap();
    lake
}

/// From here on the rows of the second lake are others: where all buckets of the sound queries end,
/// and in the middle of those of the leaks.
pub const BETWEEN_BUCKETS: &str = "2020-02-01T00:00:00Z";
/// See [`BETWEEN_BUCKETS`].
pub const WITHIN_BUCKETS: &str = "2020-02-05T14:00:15Z";
/// What the lake itself writes beside the rows.
const LINEAGE: [&str; 3] = ["ingested_at", "source_uri", "transform_id"];

/// A lake with rows, those after the instant as they are or changed.
pub async fn filled(changed: i64, from: &str) -> TestLake {
    let lake = lake().await;
    lake.session.set_parameter("from", ScalarValue::from(from));
    lake.session.set_parameter("changed", ScalarValue::Int64(Some(changed)));
    lake.engine.run(&lake.session, ROWS).await.unwrap();
    lake
}

/// The answer's rows before the instant, by the time that `EXPLAIN PIT` names; `None` if it names
/// none that the answer shows.
pub async fn before(lake: &TestLake, query: &str, from: &str) -> Option<Vec<String>> {
    let explained = lake.engine.run(&lake.session, &format!("EXPLAIN PIT {query}")).await.unwrap();
    let explained = text_rows(&explained).unwrap();
    let time = explained[0][1].strip_prefix("of ").unwrap();
    if !explained[1..].iter().any(|row| row[0] == time) {
        return None;
    }
    let wrapped = format!("SELECT * FROM ({query}) AS q WHERE q.\"{time}\" < '{from}'");
    let answer = lake.engine.run(&lake.session, &wrapped).await;
    let batches = match answer {
        Ok(batches) => batches,
        // DataFusion does not run every correlated subquery.
        Err(e) if e.to_string().contains("does not support logical expression") => return None,
        // Nor every union with DISTINCT ON, of which it takes columns for NOT NULL that are not.
        Err(e) if e.to_string().contains("Physical input schema should be the same") => {
            return None;
        }
        Err(e) => panic!("{wrapped}\n{e}"),
    };
    let shown: Vec<RecordBatch> = batches
        .iter()
        .map(|batch| {
            let schema = batch.schema();
            let names = schema.fields().iter().enumerate();
            let kept = names.filter(|(_, field)| !LINEAGE.contains(&field.name().as_str()));
            batch.project(&kept.map(|(i, _)| i).collect::<Vec<_>>()).unwrap()
        })
        .collect();
    let mut rows: Vec<String> = text_rows(&shown).unwrap().iter().map(|r| r.join(",")).collect();
    rows.sort();
    Some(rows)
}
