//! Vacuum, added columns, full disks and lost runs.

mod bars;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bars::faults::{Fault, Faulty};
use bars::{Bars, bar, batch, definition, known, lineage, name, stream};
use chrono::Utc;
use datafusion::arrow::datatypes::{DataType, Field};
use futures::future::join_all;
use object_store::ObjectStore;
use object_store::memory::InMemory;
use serde_json::json;
use trademl_catalog::{
    CommitId, DEFAULT_RETENTION_HOURS, ErrorKind, Knowledge, Lake, LakeOptions, RunRecord,
    TableName,
};
use url::Url;

const WEEK: u64 = DEFAULT_RETENTION_HOURS;

/// Makes everything in the lake that is younger so many days old.
fn age(bars: &Bars, days: u64) {
    let then = SystemTime::now() - Duration::from_hours(24 * days);
    for file in bars.files() {
        let file = std::fs::File::open(file).unwrap();
        if file.metadata().unwrap().modified().unwrap() > then {
            file.set_modified(then).unwrap();
        }
    }
}

fn table_folder(bars: &Bars) -> PathBuf {
    Url::parse(bars.lake.uri()).unwrap().to_file_path().unwrap().join("signals/t")
}

fn plain() -> TableName {
    "signals.t".parse().unwrap()
}

/// Replaces the plain table by one row.
async fn replace(bars: &Bars, day: i32) -> u64 {
    let rows = stream(batch(&[bar("A", day, 1.0, known(day))]));
    let id = CommitId::unique();
    bars.lake
        .create_or_replace_table(&plain(), rows, &Knowledge::default(), true, &id)
        .await
        .unwrap()
        .version
}

fn run(id: &str, outcome: &str, version: u64) -> RunRecord {
    RunRecord {
        run_id: id.into(),
        pipeline: "nightly".into(),
        script: "nightly.sql".into(),
        script_hash: "h".into(),
        started_at: "2026-01-01T00:00:00Z".parse().unwrap(),
        finished_at: (outcome != "running").then(Utc::now),
        outcome: outcome.into(),
        engine_version: "0".into(),
        parameters: json!({}),
        parameter_types: json!({}),
        environment: None,
        look_ahead: "deny".into(),
        as_of: None,
        table_versions: json!({ "signals.t": version }),
        rows: None,
        timings: json!({}),
        error: None,
    }
}

fn touch(path: &Path) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, "left behind").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn vacuum_deletes_what_nobody_needs() {
    let bars = Bars::in_folder().await;
    for day in 0..3 {
        assert_eq!(replace(&bars, day).await, day as u64);
    }
    bars.lake.record_run(&run("r1", "succeeded", 1)).await.unwrap();
    let folder = table_folder(&bars);
    // What killed writers leave, and what is not ours to delete.
    touch(&folder.join("part-left.parquet"));
    touch(&folder.join(".staged-1"));
    touch(&folder.join("_delta_log/.staged-2"));
    touch(&folder.join("_other/index"));
    let young = bars.lake.vacuum(&plain(), WEEK, false).await.unwrap();
    assert_eq!((young.files_deleted, young.files_kept_for_runs), (0, 0));

    age(&bars, 8);
    replace(&bars, 3).await;
    touch(&folder.join("part-young.parquet"));
    let before = bars.files();
    let dry = bars.lake.vacuum(&plain(), WEEK, true).await.unwrap();
    assert_eq!(bars.files(), before, "a dry run deletes nothing");
    let done = bars.lake.vacuum(&plain(), WEEK, false).await.unwrap();
    assert_eq!(done, dry);
    // The file of version 0 and three leftovers; version 2 was the newest a week ago.
    assert_eq!((done.files_deleted, done.files_kept_for_runs), (4, 1));
    assert_eq!(done.runs, ["r1"]);
    assert!(done.bytes > 33);
    assert_eq!(bars.files().len(), before.len() - 4);
    assert!(folder.join("_other/index").exists() && folder.join("part-young.parquet").exists());
    for version in 1..=3 {
        bars.lake.table_at_version(&plain(), version).await.unwrap();
    }
    let error = bars.lake.table_at_version(&plain(), 0).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    let says = "version 0 can no longer be read, VACUUM removed files of it; the oldest that can is version 1 (readable: 1 to 3)";
    assert!(error.message.contains(says), "{error}");
    let time = Utc::now() - Duration::from_hours(24 * 9);
    let error = bars.lake.table_at_time(&plain(), time).await.unwrap_err();
    assert!(error.message.contains("did not exist at"), "{error}");

    age(&bars, 100);
    let again = bars.lake.vacuum(&plain(), WEEK, false).await.unwrap();
    assert_eq!((again.files_deleted, again.files_kept_for_runs), (2, 1));
    let error = bars.lake.table_at_version(&plain(), 2).await.unwrap_err();
    assert!(error.message.contains("(readable: 1, 3)"), "{error}");
    let error = bars.lake.vacuum(&plain(), 23, false).await.unwrap_err();
    assert!(error.message.contains("expected at least 24"), "{error}");
}

/// An environment goes on from a version of the lake, with files of its own in the same folder.
#[tokio::test(flavor = "multi_thread")]
async fn vacuum_keeps_what_environments_need() {
    let bars = Bars::in_folder().await;
    replace(&bars, 0).await;
    let dev = bars.lake.in_environment("dev").unwrap();
    let rows = stream(batch(&[bar("B", 1, 1.0, known(1))]));
    let id = CommitId::unique();
    dev.create_or_replace_table(&plain(), rows, &Knowledge::default(), true, &id).await.unwrap();
    replace(&bars, 1).await;
    replace(&bars, 2).await;
    age(&bars, 8);
    replace(&bars, 3).await;
    age(&bars, 8);
    let done = bars.lake.vacuum(&plain(), WEEK, false).await.unwrap();
    assert_eq!(done.files_deleted, 2, "those of versions 1 and 2");
    for version in [0, 1] {
        dev.table_at_version(&plain(), version).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_added_during_inserts_is_null_in_them() {
    let bars = Bars::in_folder().await;
    let uri = bars.lake.uri().to_owned();
    // Processes of their own, as far as caches go.
    let writers = ["A", "B", "C", "D"].map(|symbol| {
        let uri = uri.clone();
        tokio::spawn(async move {
            let lake = Lake::open(&uri, &LakeOptions::default()).await.unwrap();
            let lineage = lineage("2026-11-20T00:00:00Z");
            for day in 0..10 {
                let rows = stream(batch(&[bar(symbol, day, 1.0, known(day))]));
                lake.insert(&name(), rows, &lineage, &CommitId::unique()).await.unwrap();
            }
        })
    });
    let changes = (0..5).map(|n| {
        let uri = uri.clone();
        tokio::spawn(async move {
            let lake = Lake::open(&uri, &LakeOptions::default()).await.unwrap();
            let column = Field::new(format!("x{n}"), DataType::Int32, true);
            lake.add_column(&name(), &column, false, &CommitId::unique()).await.unwrap()
        })
    });
    assert!(join_all(changes).await.into_iter().all(|change| change.unwrap().added));
    for writer in writers {
        writer.await.unwrap();
    }
    let nothing = "coalesce(x0, x1, x2, x3, x4)";
    let sql = format!("select count(*), count(distinct symbol), count({nothing}) from t");
    assert_eq!(bars.rows(&sql).await, ["40,4,0"]);
    let table = bars.lake.table(&name()).await.unwrap().unwrap();
    assert_eq!((table.version(), table.definition().unwrap().columns.len()), (45, 8));
    assert!(table.is_unrevised());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_says_so_and_keeps_no_files() {
    for fault in [Fault::DiskFull, Fault::DiskFullForCommits] {
        let inner: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let url = Url::parse("memory://store/lake/").unwrap();
        let lake = |store: &Arc<dyn ObjectStore>| {
            Lake::with_store(Arc::clone(store), url.clone(), false, &LakeOptions::default())
                .unwrap()
        };
        let good = Bars { lake: lake(&inner), folder: None };
        good.lake.create_pit_table(&definition(), false).await.unwrap();
        let before = count(&inner).await;
        let faulty: Arc<dyn ObjectStore> = Faulty::new(Arc::clone(&inner), fault, 0);
        let full = Bars { lake: lake(&faulty), folder: None };
        let error = full.insert(&[bar("A", 1, 1.0, known(1))]).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Resources, "{fault:?}: {error}");
        assert!(error.message.contains("nothing was committed: free space"), "{error}");
        assert_eq!(count(&inner).await, before, "{fault:?}");
        assert_eq!(good.insert(&[bar("A", 1, 1.0, known(1))]).await.unwrap().rows, 1);
    }
}

async fn count(store: &Arc<dyn ObjectStore>) -> usize {
    use futures::StreamExt as _;
    store.list(None).count().await
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_of_dead_processes_are_lost() {
    let bars = Bars::in_folder().await;
    assert_eq!(bars.lake.record_lost_runs("nightly", "r9").await.unwrap(), 0);
    bars.lake.record_run(&run("r1", "running", 1)).await.unwrap();
    bars.lake.record_run(&run("r2", "running", 1)).await.unwrap();
    bars.lake.record_run(&run("r2", "succeeded", 1)).await.unwrap();
    assert_eq!(bars.lake.record_lost_runs("weekly", "r9").await.unwrap(), 0);
    assert_eq!(bars.lake.record_lost_runs("nightly", "r9").await.unwrap(), 1);
    assert_eq!(bars.lake.record_lost_runs("nightly", "r9").await.unwrap(), 0);
}
