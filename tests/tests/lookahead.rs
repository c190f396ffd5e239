//! What `EXPLAIN PIT` says of queries that see the future, and of queries that only look so, and
//! whether it is true: rows after an instant are changed, and answers up to it are compared. The
//! queries are data: `tests/lookahead`.

use trademl_engine::Result;
use trademl_tests::lake::{TestLake, text_rows};
use trademl_tests::lookahead::{BETWEEN_BUCKETS, WITHIN_BUCKETS, before, filled, lake};

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
    let rows = rows.filter(|row| row[3] != "NULL" && !row[3].starts_with("a label"));
    Ok(rows.map(|row| format!("{}: {}", row[0], row[3])).collect::<Vec<_>>().join("\n"))
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
