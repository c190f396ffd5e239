//! Lakes and tables coming and going: open, create, list, travel, replace, drop.

mod bars;

use std::sync::Arc;

use bars::{Bars, bar, batch, definition, known, lineage, name, stream, text};
use datafusion::arrow::array::{
    ArrayRef, Float64Array, RecordBatch, StringArray, TimestampNanosecondArray, UInt64Array,
};
use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::prelude::SessionContext;
use trademl_catalog::{
    CommitId, ErrorKind, Knowledge, Lake, LakeOptions, PitDefinition, ReplaceOutcome, Result,
    Table, TableName,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let below = file.join("lake").display().to_string();
    for uri in [below.as_str(), "/proc/trademl-lake"] {
        // What is no folder is refused at once, what cannot be created by the first write.
        let error = match Lake::open(uri, &LakeOptions::default()).await {
            Ok(lake) => lake.create_pit_table(&definition(), false).await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(error.kind, ErrorKind::Storage);
        assert!(error.message.contains(&format!("cannot write the folder '{uri}'")), "{error}");
    }
    let error = Lake::open("gopher://x/y", &LakeOptions::default()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Usage);
    assert!(error.message.contains("expected a folder or s3://bucket/prefix"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn definitions_are_checked() {
    let bars = Bars::in_folder().await;
    let refused = |change: fn(&mut PitDefinition), part: &'static str| {
        let mut definition = PitDefinition { name: "raw.x".parse().unwrap(), ..definition() };
        change(&mut definition);
        let lake = bars.lake.clone();
        async move {
            let error = lake.create_pit_table(&definition, false).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::Usage);
            assert!(error.message.contains(part), "'{part}' not in: {error}");
        }
    };
    refused(|d| d.key = vec![], "PRIMARY KEY was empty").await;
    refused(|d| d.key = vec!["symbl".into()], "did you mean 'symbol'?").await;
    refused(|d| d.key = vec!["close".into()], "floats have no exact equality").await;
    refused(|d| d.event_time = "close".into(), "expected DATE or TIMESTAMP").await;
    refused(|d| d.event_time = "day".into(), "EVENT TIME names the unknown column 'day'").await;
    refused(
        |d| d.columns.push(Field::new("source_uri", DataType::Utf8, true)),
        "'source_uri' is added to every point-in-time table",
    )
    .await;
    refused(|d| d.columns.push(Field::new("Close", DataType::Utf8, true)), "named twice").await;
    refused(
        |d| {
            let time = DataType::Time64(TimeUnit::Microsecond);
            d.columns.push(Field::new("t", time, true));
        },
        "cannot be stored",
    )
    .await;
    // The same definition again is fine, another one is not.
    bars.lake.create_pit_table(&definition(), true).await.unwrap();
    let mut other = definition();
    other.columns.push(Field::new("volume", DataType::Int64, true));
    let error = bars.lake.create_pit_table(&other, true).await.unwrap_err();
    assert!(error.message.contains("exists with another definition"), "{error}");
    assert!(TableName::new("raw", "../../etc").is_err());
    assert!(TableName::new("raw", "_delta_log").is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_listed_and_dropped() {
    let bars = Bars::in_folder().await;
    for table in ["reference.sessions", "curated.aa"] {
        let definition = PitDefinition { name: table.parse().unwrap(), ..definition() };
        bars.lake.create_pit_table(&definition, false).await.unwrap();
    }
    let listed = || async {
        let names = bars.lake.tables().await.unwrap();
        names.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(listed().await, ["curated.aa", "curated.bars", "reference.sessions"]);
    bars.insert(&[bar("A", 1, 1.0, known(1))]).await.unwrap();
    assert!(bars.lake.drop_table(&name()).await.unwrap());
    assert!(!bars.lake.drop_table(&name()).await.unwrap());
    assert_eq!(listed().await, ["curated.aa", "reference.sessions"]);
    assert!(bars.lake.table(&name()).await.unwrap().is_none());
    bars.lake.create_pit_table(&definition(), false).await.unwrap();
    assert_eq!(bars.rows("select count(*) from t").await, ["0"]);
}

async fn count(bars: &Bars, table: &Table) -> String {
    let context = SessionContext::new();
    bars.lake.register_stores(&context.runtime_env());
    context.register_table("t", table.provider()).unwrap();
    let counted = context.sql("select count(*) from t").await.unwrap().collect().await.unwrap();
    text(&counted).remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn old_versions_stay() {
    let bars = Bars::in_folder().await;
    let born = chrono::Utc::now();
    let mut times = vec![];
    // Past the first checkpoint.
    for day in 0..25 {
        bars.insert(&[bar("A", day, 1.0, known(day))]).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        times.push(chrono::Utc::now());
    }
    for version in [0, 1, 19, 20, 21, 25] {
        let table = bars.lake.table_at_version(&name(), version).await.unwrap();
        assert_eq!(table.version(), version);
        assert_eq!(count(&bars, &table).await, version.to_string());
    }
    let error = bars.lake.table_at_version(&name(), 26).await.unwrap_err();
    assert_eq!(error.message, "table 'curated.bars': version was 26, expected 0 to 25");
    for (inserts, time) in [(3, times[2]), (25, times[24])] {
        let table = bars.lake.table_at_time(&name(), time).await.unwrap();
        assert_eq!(table.version(), inserts);
    }
    let error =
        bars.lake.table_at_time(&name(), born - chrono::TimeDelta::hours(1)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(error.message.contains("did not exist at"), "{error}");
    // A fresh process reads the checkpoint, tags included.
    let fresh = Lake::open(bars.lake.uri(), &LakeOptions::default()).await.unwrap();
    let table = fresh.table(&name()).await.unwrap().unwrap();
    assert_eq!((table.version(), table.row_count()), (25, Some(25)));
    assert!(table.is_unrevised());
    assert!(bars.files().iter().any(|f| f.ends_with(".checkpoint.parquet")));
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_become_folders_and_come_back() {
    let bars = Bars::in_folder().await;
    let definition = PitDefinition {
        name: "curated.parts".parse().unwrap(),
        partition_by: vec!["date".into(), "symbol".into()],
        ..definition()
    };
    bars.lake.create_pit_table(&definition, false).await.unwrap();
    let lineage = lineage("2026-11-20T00:00:00Z");
    let rows =
        [bar("A/ é=1", 1, 1.0, known(1)), bar("B", 1, 2.0, known(1)), bar("B", 2, 3.0, known(2))];
    for expected in [3, 0] {
        let input = stream(batch(&rows));
        let id = CommitId::unique();
        let outcome = bars.lake.insert(&definition.name, input, &lineage, &id).await.unwrap();
        assert_eq!(outcome.rows, expected);
    }
    let table = bars.lake.table(&definition.name).await.unwrap().unwrap();
    assert_eq!(table.definition().unwrap().partition_by, ["date", "symbol"]);
    let context = SessionContext::new();
    bars.lake.register_stores(&context.runtime_env());
    context.register_table("t", table.provider()).unwrap();
    let read = |sql: &'static str| {
        let context = context.clone();
        async move { text(&context.sql(sql).await.unwrap().collect().await.unwrap()) }
    };
    assert_eq!(
        read("select symbol, date, close from t order by close").await,
        ["A/ é=1,1970-01-02,1.0", "B,1970-01-02,2.0", "B,1970-01-03,3.0"]
    );
    assert_eq!(
        read("select close from t where symbol = 'B' and date = '1970-01-03'").await,
        ["3.0"]
    );
    let plan = read("explain select close from t where symbol = 'B' and date = '1970-01-03'").await;
    assert_eq!(plan.concat().matches(".parquet").count(), 1, "{plan:?}");
}

async fn replace(bars: &Bars, replace: bool, values: &[f64]) -> Result<ReplaceOutcome> {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("name", Arc::new(values.iter().map(|v| Some(format!("n{v}"))).collect::<StringArray>())),
        ("n", Arc::new(UInt64Array::from_iter_values(0..values.len() as u64))),
        ("value", Arc::new(Float64Array::from(values.to_vec()))),
    ];
    let rows = stream(RecordBatch::try_from_iter(columns).unwrap());
    let name = "backtests.result".parse().unwrap();
    bars.lake
        .create_or_replace_table(&name, rows, &Knowledge::default(), replace, &CommitId::unique())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn results_are_replaced_as_a_whole() {
    let bars = Bars::in_folder().await;
    let first = replace(&bars, false, &[1.0, f64::NAN]).await.unwrap();
    assert_eq!((first.rows, first.version, first.unchanged), (2, 0, false));
    let error = replace(&bars, false, &[1.0]).await.unwrap_err();
    assert!(error.message.contains("exists already"), "{error}");
    let again = replace(&bars, true, &[1.0, f64::NAN]).await.unwrap();
    assert_eq!((again.version, again.unchanged), (0, true));
    let other = replace(&bars, true, &[3.0]).await.unwrap();
    assert_eq!((other.rows, other.version, other.unchanged), (1, 1, false));
    let empty = replace(&bars, true, &[]).await.unwrap();
    assert_eq!((empty.rows, empty.version), (0, 2));
    let name = "backtests.result".parse().unwrap();
    for (version, rows) in [(0, "2"), (1, "1"), (2, "0")] {
        let table = bars.lake.table_at_version(&name, version).await.unwrap();
        assert_eq!(count(&bars, &table).await, rows);
    }
    let (rows, id) = (stream(batch(&[])), CommitId::unique());
    let error = bars
        .lake
        .create_or_replace_table(&bars::name(), rows, &Knowledge::default(), true, &id)
        .await
        .unwrap_err();
    assert!(error.message.contains("whose history is not replaced"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_drops_is_gone_here() {
    let bars = Bars::in_folder().await;
    for day in 0..3 {
        bars.insert(&[bar("A", day, 1.0, known(day))]).await.unwrap();
    }
    assert_eq!(bars.rows("select count(*) from t").await, ["3"]);
    let other = Lake::open(bars.lake.uri(), &LakeOptions::default()).await.unwrap();
    other.drop_table(&name()).await.unwrap();
    assert!(bars.lake.table(&name()).await.unwrap().is_none());
    other.create_pit_table(&definition(), false).await.unwrap();
    assert_eq!(bars.rows("select count(*) from t").await, ["0"]);
    // As many commits as the lost table had, so that the version tells nothing.
    bars.lake.table(&name()).await.unwrap();
    other.drop_table(&name()).await.unwrap();
    other.create_pit_table(&definition(), false).await.unwrap();
    let others = Bars { lake: other, folder: None };
    others.insert(&[bar("B", 1, 1.0, known(1))]).await.unwrap();
    assert_eq!(bars.rows("select symbol from t").await, ["B"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn instants_keep_their_microseconds() {
    let bars = Bars::in_folder().await;
    let definition = PitDefinition {
        name: "raw.ticks".parse().unwrap(),
        columns: vec![
            Field::new("id", DataType::UInt32, true),
            Field::new("ts", DataType::Timestamp(TimeUnit::Nanosecond, None), true),
        ],
        key: vec!["id".into()],
        event_time: "ts".into(),
        partition_by: vec![],
        knowledge: trademl_catalog::Knowledge::default(),
        surface: None,
    };
    bars.lake.create_pit_table(&definition, false).await.unwrap();
    let insert = |nanos: i64| {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("id", Arc::new(UInt64Array::from(vec![1]))),
            ("ts", Arc::new(TimestampNanosecondArray::from(vec![nanos]))),
        ];
        let rows = stream(RecordBatch::try_from_iter(columns).unwrap());
        let (lake, name) = (bars.lake.clone(), definition.name.clone());
        let lineage = lineage("2026-11-20T00:00:00Z");
        async move { lake.insert(&name, rows, &lineage, &CommitId::unique()).await }
    };
    insert(1_000_000_999_000).await.unwrap();
    let error = insert(1_000_000_999_001).await.unwrap_err();
    assert!(error.message.contains("column 'ts' cannot hold"), "{error}");
    let table = bars.lake.table(&definition.name).await.unwrap().unwrap();
    let context = SessionContext::new();
    bars.lake.register_stores(&context.runtime_env());
    context.register_table("t", table.provider()).unwrap();
    let sql = "select id, ts from t where ts > timestamp '1970-01-01T00:16:40.000998Z'";
    let rows = text(&context.sql(sql).await.unwrap().collect().await.unwrap());
    assert_eq!(rows, ["1,1970-01-01T00:16:40.000999Z"]);
    // The same instant again is the same row, whatever the log's statistics say.
    assert_eq!(insert(1_000_000_999_000).await.unwrap().skipped, 1);
}
