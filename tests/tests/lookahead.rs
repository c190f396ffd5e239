//! What `EXPLAIN PIT` says of queries that see the future, and of queries that only look so, and
//! whether it is true: rows after an instant are changed, and answers up to it are compared. The
//! queries are data: `tests/lookahead`.

use datafusion::arrow::array::RecordBatch;
use datafusion::common::ScalarValue;
use trademl_engine::Result;
use trademl_tests::lake::{TestLake, text_rows};

const TABLES: &str = include_str!("../lookahead/tables.sql");
const ROWS: &str = include_str!("../lookahead/rows.sql");
const LEAKS: &str = include_str!("../lookahead/leaks.sql");
const SOUND: &str = include_str!("../lookahead/sound.sql");

/// Queries, each with the comment above it.
fn cases(text: &str) -> Vec<(String, String)> {
    let (_, text) = text.split_once("\n\n").unwrap();
    let each = text.split(";\n").map(str::trim).filter(|case| !case.is_empty());
    let case = |case: &str| {
        let comment = case.strip_prefix("-- ").and_then(|case| case.split_once('\n'));
        let (comment, query) = comment.unwrap_or(("", case));
        (comment.to_owned(), query.to_owned())
    };
    each.map(case).collect()
}

/// What looks ahead in a query.
async fn seen(lake: &TestLake, query: &str) -> Result<String> {
    let answer = lake.engine.run(&lake.session, &format!("EXPLAIN PIT {query}")).await?;
    let rows = text_rows(&answer)?.into_iter();
    let rows = rows.filter(|row| row[2] != "NULL" && !row[2].starts_with("a label"));
    Ok(rows.map(|row| format!("{}: {}", row[0], row[2])).collect::<Vec<_>>().join("\n"))
}

async fn lake() -> TestLake {
    let lake = TestLake::open(1).await.unwrap();
    lake.engine.run(&lake.session, TABLES).await.unwrap();
    lake
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_that_see_the_future_are_found() {
    let lake = lake().await;
    let mut missed = vec![];
    let cases = cases(LEAKS);
    assert!(cases.len() >= 80, "{} queries", cases.len());
    for (expected, query) in cases {
        match seen(&lake, &query).await {
            Ok(seen) if seen.contains(&expected) => {}
            Ok(seen) => missed.push(format!("{query}\n  expected: {expected}\n  was: {seen}")),
            Err(e) => missed.push(format!("{query}\n  error: {e}")),
        }
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_that_only_look_so_are_not_accused() {
    let lake = lake().await;
    let mut accused = vec![];
    let cases = cases(SOUND);
    assert!(cases.len() >= 80, "{} queries", cases.len());
    for (_, query) in cases {
        match seen(&lake, &query).await {
            Ok(seen) if seen.is_empty() => {}
            Ok(seen) => accused.push(format!("{query}\n  {seen}")),
            Err(e) => accused.push(format!("{query}\n  error: {e}")),
        }
    }
    assert!(accused.is_empty(), "{} accused:\n{}", accused.len(), accused.join("\n\n"));
}

/// From here on the rows of the second lake are others: where all buckets of the sound queries end,
/// and in the middle of those of the leaks.
const BETWEEN_BUCKETS: &str = "2020-02-01T00:00:00Z";
const WITHIN_BUCKETS: &str = "2020-02-05T14:00:15Z";
/// What the lake itself writes beside the rows.
const LINEAGE: [&str; 3] = ["ingested_at", "source_uri", "transform_id"];

/// A lake with rows, those after the instant as they are or changed.
async fn filled(changed: i64, from: &str) -> TestLake {
    let lake = lake().await;
    lake.session.set_parameter("from", ScalarValue::from(from));
    lake.session.set_parameter("changed", ScalarValue::Int64(Some(changed)));
    lake.engine.run(&lake.session, ROWS).await.unwrap();
    lake
}

/// The answer's rows before the instant, by the time that `EXPLAIN PIT` names; `None` if it names
/// none that the answer shows.
async fn before(lake: &TestLake, query: &str, from: &str) -> Option<Vec<String>> {
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

#[tokio::test(flavor = "multi_thread")]
async fn later_rows_change_no_earlier_answer_of_a_sound_query() {
    let from = BETWEEN_BUCKETS;
    let (first, second) = (filled(0, from).await, filled(1, from).await);
    let mut changed = vec![];
    let mut compared = 0;
    for (_, query) in cases(SOUND) {
        // A LIMIT at the end is for the eye.
        if query.ends_with("LIMIT 10") {
            continue;
        }
        let (Some(a), Some(b)) =
            (before(&first, &query, from).await, before(&second, &query, from).await)
        else {
            continue;
        };
        compared += 1;
        if a != b || a.is_empty() {
            let differs = a.iter().zip(&b).find(|(a, b)| a != b);
            changed.push(format!(
                "{query}\n  {} rows, {} rows, {differs:?} {:?}",
                a.len(),
                b.len(),
                a.first()
            ));
        }
    }
    assert!(changed.is_empty(), "{} changed:\n{}", changed.len(), changed.join("\n\n"));
    assert!(compared >= 75, "{compared} compared");
}

#[tokio::test(flavor = "multi_thread")]
async fn later_rows_change_earlier_answers_of_a_leak() {
    let from = WITHIN_BUCKETS;
    let (first, second) = (filled(0, from).await, filled(1, from).await);
    let mut same = vec![];
    for (_, query) in cases(LEAKS) {
        // Which rows a LIMIT without an order keeps is left open; they may be the same.
        if query.contains("FROM bars LIMIT 10)") {
            continue;
        }
        let (a, b) = (before(&first, &query, from).await, before(&second, &query, from).await);
        if a.is_some() && a == b {
            same.push(format!("{query}\n  {:?}", a.unwrap_or_default().first()));
        }
    }
    assert!(same.is_empty(), "{} the same:\n{}", same.len(), same.join("\n\n"));
}
