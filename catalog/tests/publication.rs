//! What a run stages is published as a whole, or not at all, wherever its process dies.

mod bars;

use std::sync::Arc;

use bars::faults::{Fault, Faulty};
use bars::{Bar, Bars, bar, batch, definition, known, lineage, name, stream, text};
use datafusion::prelude::SessionContext;
use object_store::ObjectStore;
use object_store::memory::InMemory;
use serde_json::json;
use trademl_catalog::{CommitId, ErrorKind, Knowledge, Lake, LakeOptions, Result, TableName};
use url::Url;

fn copy() -> TableName {
    "features.copy".parse().unwrap()
}

fn lake_on(store: Arc<dyn ObjectStore>) -> Lake {
    let url = Url::parse("memory:///night/").unwrap();
    Lake::with_store(store, url, false, &LakeOptions::default()).unwrap()
}

async fn insert(lake: &Lake, rows: &[Bar]) -> Result<()> {
    let lineage = lineage("2026-11-20T00:00:00Z");
    lake.insert(&name(), stream(batch(rows)), &lineage, &CommitId::unique()).await?;
    Ok(())
}

/// A day's work: a new bar, a table made from it and a model.
async fn work(lake: &Lake, day: i32) -> Result<()> {
    let rows = [bar("A", day, f64::from(day), known(day))];
    insert(lake, &rows).await?;
    lake.create_or_replace_table(
        &copy(),
        stream(batch(&rows)),
        &Knowledge::default(),
        true,
        &CommitId::unique(),
    )
    .await?;
    lake.models().save("ridge", json!({ "day": day })).await?;
    Ok(())
}

async fn run(lake: &Lake, day: i32) -> Result<()> {
    lake.finish_publications().await?;
    let stage = lake.stage("night").await?;
    if stage.conflict().await?.is_some() {
        stage.discard().await?;
        return Box::pin(run(lake, day)).await;
    }
    work(stage.lake(), day).await?;
    stage.publish(&format!("run-{day}")).await?;
    Ok(())
}

/// What a reader sees: the number of bars, the days in the copy, the model's day.
async fn seen(lake: &Lake) -> (String, String, i64) {
    let context = SessionContext::new();
    lake.register_stores(&context.runtime_env());
    let mut found = vec![];
    let bars = name();
    for (table, sql) in [
        (&bars, "select count(distinct date) from t"),
        (&copy(), "select string_agg(arrow_cast(date, 'Utf8'), ' ') from t"),
    ] {
        let Some(table) = lake.table(table).await.unwrap() else {
            found.push("none".to_owned());
            continue;
        };
        let _ = context.deregister_table("t");
        context.register_table("t", table.provider()).unwrap();
        let rows = context.sql(sql).await.unwrap().collect().await.unwrap();
        found.push(text(&rows).concat());
    }
    let model = lake.models().load("ridge", None).await;
    let day = model.map_or(-1, |model| model.body["day"].as_i64().unwrap_or(-2));
    (found.remove(0), found.remove(0), day)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_seen_before_all_is() {
    let bars = Bars::in_folder().await;
    insert(&bars.lake, &[bar("A", 0, 1.0, known(0))]).await.unwrap();
    let stage = bars.lake.stage("night").await.unwrap();
    work(stage.lake(), 1).await.unwrap();
    assert_eq!(seen(stage.lake()).await, ("2".into(), "1970-01-02".into(), 1));
    assert_eq!(seen(&bars.lake).await, ("1".into(), "none".into(), -1));
    assert_eq!(bars.lake.tables().await.unwrap(), [name()]);
    let versions = stage.publish("r1").await.unwrap();
    assert_eq!(versions.into_iter().collect::<Vec<_>>(), [(name(), 2), (copy(), 0)]);
    assert_eq!(seen(&bars.lake).await, ("2".into(), "1970-01-02".into(), 1));
    let left: Vec<_> = bars.files().into_iter().filter(|f| f.contains("/ops/")).collect();
    assert!(left.iter().all(|f| f.ends_with("/ops/models/ridge/1.json")), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_run_is_published_whole_or_not_at_all() {
    let mut points = 0;
    for writes in 0.. {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let lake = lake_on(Arc::clone(&store));
        lake.create_pit_table(&definition(), false).await.unwrap();
        run(&lake, 0).await.unwrap();
        let before = seen(&lake).await;
        let dying: Arc<dyn ObjectStore> = Faulty::new(Arc::clone(&store), Fault::Dies, writes);
        let survived = run(&lake_on(dying), 1).await.is_ok();
        let after = ("2".to_owned(), "1970-01-02".to_owned(), 1);
        for reader in [lake.clone(), lake_on(Arc::clone(&store))] {
            let now = seen(&reader).await;
            assert!(now == before || now == after, "killed after {writes} writes: {now:?}");
        }
        run(&lake_on(Arc::clone(&store)), 1).await.unwrap();
        for reader in [lake, lake_on(Arc::clone(&store))] {
            assert_eq!(seen(&reader).await, after, "killed after {writes} writes");
        }
        points += 1;
        if survived {
            break;
        }
    }
    assert!(points >= 12, "only {points} points");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_wrote_meanwhile_is_a_conflict() {
    let bars = Bars::in_folder().await;
    let stage = bars.lake.stage("night").await.unwrap();
    work(stage.lake(), 1).await.unwrap();
    insert(&bars.lake, &[bar("B", 1, 1.0, known(1))]).await.unwrap();
    let error = stage.publish("r1").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert!(
        error
            .to_string()
            .contains("'curated.bars' was version 0 when the run wrote it, and is version 1"),
        "{error}"
    );
    assert_eq!(seen(&bars.lake).await, ("1".into(), "none".into(), -1));
    stage.discard().await.unwrap();
    let data = bars.files().into_iter().filter(|f| f.ends_with(".parquet")).count();
    assert_eq!(data, 1, "the files of a discarded stage are gone");
    run(&bars.lake, 1).await.unwrap();
    assert_eq!(seen(&bars.lake).await, ("1".into(), "1970-01-02".into(), 1));
}

/// The journal is there, so the run is decided; another writer takes the version in between.
#[tokio::test(flavor = "multi_thread")]
async fn a_decided_publication_goes_on_top_of_others() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let lake = lake_on(Arc::clone(&store));
    lake.create_pit_table(&definition(), false).await.unwrap();
    run(&lake, 0).await.unwrap();
    let stage = lake.stage("night").await.unwrap();
    work(stage.lake(), 1).await.unwrap();
    // Of the publication only the journal is written.
    let dying: Arc<dyn ObjectStore> = Faulty::new(Arc::clone(&store), Fault::Dies, 1);
    let killed = lake_on(dying);
    killed.stage("night").await.unwrap().publish("r1").await.unwrap_err();
    insert(&lake, &[bar("A", 2, 1.0, known(2))]).await.unwrap();
    let rows = [bar("A", 3, 1.0, known(3))];
    let replaced = stream(batch(&rows));
    lake.create_or_replace_table(
        &copy(),
        replaced,
        &Knowledge::default(),
        true,
        &CommitId::unique(),
    )
    .await
    .unwrap();
    let (bars, copied, day) = seen(&lake).await;
    assert_eq!((bars.as_str(), copied.as_str(), day), ("1", "1970-01-01", 0));
    assert_eq!(lake.finish_publications().await.unwrap(), ["r1"]);
    assert_eq!(seen(&lake).await, ("3".into(), "1970-01-02".into(), 1));
    assert!(!lake.table(&name()).await.unwrap().unwrap().is_unrevised());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_writes_beside_the_lake() {
    let bars = Bars::in_folder().await;
    insert(&bars.lake, &[bar("A", 0, 1.0, known(0))]).await.unwrap();
    let dev = bars.lake.in_environment("dev").unwrap();
    assert_eq!(seen(&dev).await, ("1".into(), "none".into(), -1));
    run(&dev, 1).await.unwrap();
    assert_eq!(seen(&dev).await, ("2".into(), "1970-01-02".into(), 1));
    assert_eq!(seen(&bars.lake).await, ("1".into(), "none".into(), -1));
    // What is not written there goes on with the lake; what is, does not.
    insert(&bars.lake, &[bar("A", 5, 1.0, known(5)), bar("A", 6, 1.0, known(6))]).await.unwrap();
    assert_eq!(seen(&dev).await.0, "2");
    assert_eq!(seen(&bars.lake).await.0, "3");
    // A vacuum would take the files that only the environment names for unused.
    for lake in [&dev, bars.lake.stage("night").await.unwrap().lake()] {
        let error = lake.vacuum(&name(), 24, true).await.unwrap_err();
        assert!(error.to_string().contains("of the lake itself"), "{error}");
        let error = lake.drop_table(&name()).await.unwrap_err();
        assert!(error.to_string().contains("of the lake itself"), "{error}");
    }
    let error = bars.lake.in_environment("../x").unwrap_err();
    assert!(error.to_string().contains("environment name: was '../x'"), "{error}");
}
