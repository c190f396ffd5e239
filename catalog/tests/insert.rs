//! What an insert adds, skips and refuses, on real Delta files in a folder.

mod bars;

use std::sync::Arc;

use bars::{Bar, Bars, bar, batch, known, lineage, name, stream};
use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use datafusion::common::{Result, exec_err};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::stream::iter;
use trademl_catalog::{CommitId, Error, ErrorKind, TableName};

const ALL: &str = "select symbol, date, close, known_at from t order by 1, 2, 4";

/// A cross join gives such batches; the sort below an insert would start a stream for each.
#[tokio::test(flavor = "multi_thread")]
async fn many_small_batches_are_one_insert() {
    let bars = Bars::in_folder().await;
    let rows: Vec<Bar> = (0..20_000).rev().map(|day| bar("A", day, 1.0, known(day))).collect();
    let batches: Vec<_> = rows.chunks(3).map(batch).collect();
    let insert = async |batches: Vec<Result<RecordBatch>>| {
        let rows = RecordBatchStreamAdapter::new(batch(&[]).schema(), iter(batches));
        let lineage = lineage("2026-11-20T00:00:00Z");
        bars.lake.insert(&name(), Box::pin(rows), &lineage, &CommitId::unique()).await
    };
    let torn = batches.iter().take(9).cloned().map(Ok).chain([exec_err!("the source broke")]);
    let error = insert(torn.collect()).await.unwrap_err();
    assert!(error.to_string().contains("the source broke"), "{error}");
    assert_eq!(bars.rows("select count(*) from t").await, ["0"]);
    let outcome = insert(batches.into_iter().map(Ok).collect()).await.unwrap();
    assert_eq!((outcome.rows, outcome.version), (20_000, 1));
    assert_eq!(
        bars.rows("select count(distinct date), min(date) from t").await,
        ["20000,1970-01-01"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_come_back_with_their_lineage() {
    let bars = Bars::in_folder().await;
    let outcome =
        bars.insert(&[bar("B", 1, 20.0, known(1)), bar("A", 1, 10.0, known(1))]).await.unwrap();
    assert_eq!((outcome.rows, outcome.skipped, outcome.version), (2, 0, 1));
    assert_eq!(
        bars.rows(ALL).await,
        ["A,1970-01-02,10.0,1970-01-02T21:15:00Z", "B,1970-01-02,20.0,1970-01-02T21:15:00Z"]
    );
    assert_eq!(
        bars.rows("select distinct ingested_at, source_uri, transform_id from t").await,
        ["2026-11-20T00:00:00Z,test://bars,t1"]
    );
    // Files are sorted: an unordered read gives key order.
    assert_eq!(bars.rows("select symbol from t").await, ["A", "B"]);
}

/// A correction known as of now would lose to what it corrects.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_behind_the_table_is_refused() {
    let bars = Bars::in_folder().await;
    let known_now = |close| {
        let mut rows = batch(&[bar("A", 1, close, known(1))]);
        rows.remove_column(rows.schema().index_of("known_at").unwrap());
        rows
    };
    let insert = async |close, clock: &str| {
        let rows = stream(known_now(close));
        bars.lake.insert(&name(), rows, &lineage(clock), &CommitId::unique()).await
    };
    // Stored by a machine whose clock was ahead.
    insert(1.0, "2126-01-01T00:00:00Z").await.unwrap();
    let error = insert(2.0, "2026-11-20T00:00:00Z").await.unwrap_err().to_string();
    assert!(error.contains("rows were stored at 2126-01-01T00:00:00Z, but the clock"), "{error}");
    assert!(error.contains("correct the clock, or give known_at"), "{error}");
    // Who says since when rows are known needs no clock.
    bars.insert(&[bar("A", 2, 3.0, known(2))]).await.unwrap();
    assert_eq!(bars.rows("select count(*) from t").await, ["2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_rows_again_change_nothing() {
    let bars = Bars::in_folder().await;
    let rows = [bar("A", 1, 10.0, known(1)), bar("A", 2, 11.0, known(2))];
    bars.insert(&rows).await.unwrap();
    let again = bars.insert(&rows).await.unwrap();
    assert_eq!((again.rows, again.skipped, again.version), (0, 2, 1));
    let more =
        [rows[0], rows[1], bar("A", 3, 12.0, known(3)), (Some("B"), Some(1), None, Some(known(1)))];
    let third = bars.insert(&more).await.unwrap();
    assert_eq!((third.rows, third.skipped, third.version), (2, 2, 2));
    assert_eq!(bars.rows("select count(*) from t").await, ["4"]);
    let unused = bars.files().into_iter().filter(|f| f.ends_with(".parquet")).count();
    assert_eq!(unused, 2, "a skipped insert leaves no file behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rows_make_no_commit() {
    let bars = Bars::in_folder().await;
    let outcome = bars.insert(&[]).await.unwrap();
    assert_eq!((outcome.rows, outcome.skipped, outcome.version), (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_id_applies_once() {
    let bars = Bars::in_folder().await;
    let id = CommitId::new("run-1", 3);
    let lineage = lineage("2026-11-20T00:00:00Z");
    let insert = |close| {
        let rows = stream(batch(&[bar("A", 1, close, known(1))]));
        let (lake, lineage, id) = (bars.lake.clone(), lineage.clone(), id.clone());
        async move { lake.insert(&name(), rows, &lineage, &id).await.unwrap() }
    };
    assert!(!insert(1.0).await.already_applied);
    assert!(insert(2.0).await.already_applied);
    assert_eq!(bars.rows("select close from t").await, ["1.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_known_at_the_load_instant_counts_and_news_alone_is_kept() {
    let bars = Bars::in_folder().await;
    let insert = |close: f64, at: &str| {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("symbol", Arc::new(StringArray::from(vec!["A"]))),
            ("date", Arc::new(StringArray::from(vec!["2025-11-19"]))),
            ("close", Arc::new(Float64Array::from(vec![close]))),
        ];
        let rows = stream(RecordBatch::try_from_iter(columns).unwrap());
        let (lake, lineage) = (bars.lake.clone(), lineage(at));
        async move { lake.insert(&name(), rows, &lineage, &CommitId::unique()).await.unwrap().rows }
    };
    assert_eq!(insert(1.0, "2025-11-20T00:00:00Z").await, 1);
    assert_eq!(insert(1.0, "2025-11-21T00:00:00Z").await, 0, "nothing new was learnt");
    assert_eq!(insert(2.0, "2025-11-22T00:00:00Z").await, 1);
    assert_eq!(insert(1.0, "2025-11-23T00:00:00Z").await, 1, "back again is news");
    assert_eq!(
        bars.rows("select close, known_at from t order by 2").await,
        ["1.0,2025-11-20T00:00:00Z", "2.0,2025-11-22T00:00:00Z", "1.0,2025-11-23T00:00:00Z"]
    );
}

/// Inserts what is refused; nothing may be written.
async fn refused(bars: &Bars, rows: &[Bar]) -> String {
    let before = bars.files();
    let error = bars.insert(rows).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Data, "{error}");
    assert_eq!(bars.files(), before, "nothing is written");
    error.message
}

fn mentions(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "'{part}' not in: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_rows_are_refused_by_name() {
    let bars = Bars::in_folder().await;
    let good = bar("A", 1, 10.0, known(1));
    let table = "table 'curated.bars'";
    let message = refused(&bars, &[good, bar("B", 1, f64::NAN, known(1))]).await;
    mentions(&message, &[table, "'close'", "NaN", "symbol='B'", "date=1970-01-02", "write NULL"]);
    let message = refused(&bars, &[good, bar("B", 1, f64::NEG_INFINITY, known(1))]).await;
    mentions(&message, &["-inf", "symbol='B'", "write NULL"]);
    let message = refused(&bars, &[(None, Some(1), Some(1.0), Some(known(1)))]).await;
    mentions(&message, &[table, "'symbol' is NULL", "date=1970-01-02"]);
    let message = refused(&bars, &[(Some("A"), None, Some(1.0), Some(known(1)))]).await;
    mentions(&message, &["'date' is NULL", "symbol='A'"]);
    let message = refused(&bars, &[(Some("A"), Some(1), Some(1.0), None)]).await;
    mentions(&message, &["'known_at' is NULL", "symbol='A'"]);
    let message = refused(&bars, &[bar("A", 2, 1.0, known(1))]).await;
    mentions(
        &message,
        &["known_at 1970-01-02T21:15:00Z is before the event time", "date=1970-01-03"],
    );
    let message = refused(&bars, &[good, good]).await;
    mentions(&message, &["symbol='A'", "comes twice in one insert"]);
    let message = refused(&bars, &[good, bar("A", 1, 11.0, known(1))]).await;
    mentions(&message, &["comes twice in one insert", "later known_at"]);
    // Midnight of the event date is the earliest instant.
    bars.insert(&[bar("A", 2, 1.0, 2 * 86_400_000_000)]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contradiction_is_refused_and_a_correction_is_kept() {
    let bars = Bars::in_folder().await;
    bars.insert(&[bar("A", 1, 10.0, known(1)), bar("B", 1, 5.0, known(1))]).await.unwrap();
    let message = refused(&bars, &[bar("C", 1, 1.0, known(1)), bar("A", 1, 10.5, known(1))]).await;
    mentions(&message, &["symbol='A'", "close is 10.0 there and 10.5 here", "a later known_at"]);
    let outcome = bars.insert(&[bar("A", 1, 10.5, known(2))]).await.unwrap();
    assert_eq!(outcome.rows, 1);
    assert_eq!(
        bars.rows("select close from t where symbol = 'A' order by 1").await,
        ["10.0", "10.5"]
    );
}

async fn columns_refused(bars: &Bars, columns: Vec<(&str, ArrayRef)>) -> Error {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    bars.insert_batch(batch).await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_columns_are_refused_by_name() {
    let bars = Bars::in_folder().await;
    let symbol: ArrayRef = Arc::new(StringArray::from(vec!["A"]));
    let date: ArrayRef = Arc::new(StringArray::from(vec!["2020-01-02"]));
    let close: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
    let given = |columns: &[(&'static str, &ArrayRef)]| {
        columns.iter().map(|(name, array)| (*name, Arc::clone(array))).collect::<Vec<_>>()
    };
    let all = [("symbol", &symbol), ("date", &date)];
    let error = columns_refused(&bars, given(&[all[0], all[1], ("clsoe", &close)])).await;
    mentions(&error.message, &["unknown column 'clsoe'", "did you mean 'close'?"]);
    let error = columns_refused(&bars, given(&[all[0], ("close", &close)])).await;
    mentions(&error.message, &["column 'date' is missing", "must be there"]);
    let error = columns_refused(&bars, given(&[all[0], all[1], ("close", &symbol)])).await;
    mentions(&error.message, &["column 'close' was Utf8, expected Float64", "CAST(close AS"]);
    let error =
        columns_refused(&bars, given(&[all[0], ("date", &symbol), ("close", &close)])).await;
    mentions(&error.message, &["column 'date' cannot hold 'A' as Date32", "symbol='A'"]);
    let error =
        columns_refused(&bars, given(&[all[0], all[1], ("close", &close), ("ingested_at", &date)]))
            .await;
    mentions(&error.message, &["'ingested_at' is filled in by the lake"]);
    // Whole numbers of any width become DOUBLE.
    let whole: ArrayRef = Arc::new(UInt64Array::from(vec![7]));
    let columns = given(&[all[0], all[1], ("close", &whole)]);
    bars.insert_batch(RecordBatch::try_from_iter(columns).unwrap()).await.unwrap();
    assert_eq!(bars.rows("select close, date from t").await, ["7.0,2020-01-02"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_table_is_named() {
    let bars = Bars::in_folder().await;
    let wrong: TableName = "curated.bar".parse().unwrap();
    let rows = stream(batch(&[bar("A", 1, 1.0, known(1))]));
    let lineage = lineage("2026-11-20T00:00:00Z");
    let error = bars.lake.insert(&wrong, rows, &lineage, &CommitId::unique()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    mentions(&error.message, &["'curated.bar': does not exist", "did you mean 'curated.bars'?"]);
}
