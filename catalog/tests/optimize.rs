//! `OPTIMIZE`: fewer files, the very same rows, whoever else writes.

mod bars;

use std::sync::Arc;

use bars::faults::{Fault, Faulty};
use bars::{Bar, Bars, bar, definition, known, name};
use futures::future::join_all;
use object_store::memory::InMemory;
use trademl_catalog::{ErrorKind, Lake, LakeOptions, PitDefinition};

const EVERYTHING: &str = "select * from t order by symbol, date, known_at";

/// `count` inserts of rows that overlap and revise each other.
async fn insert(bars: &Bars, inserts: std::ops::Range<i32>) {
    for i in inserts {
        let row = |symbol, day| bar(symbol, day, f64::from(i), known(day) + i64::from(i));
        let rows: Vec<Bar> = (0..5).flat_map(|day| [row("A", day), row("B", day + i)]).collect();
        bars.insert(&rows).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_the_same_to_the_bit_and_the_past_stays() {
    let bars = Bars::in_folder().await;
    insert(&bars, 0..8).await;
    let before = bars.rows(EVERYTHING).await;
    let outcome = bars.lake.optimize(&name()).await.unwrap();
    assert_eq!((outcome.files_before, outcome.files_after, outcome.rows), (8, 1, 80));
    assert_eq!(outcome.version, 9);
    assert!(outcome.bytes > 0);
    assert_eq!(bars.rows(EVERYTHING).await, before);
    let again = bars.lake.optimize(&name()).await.unwrap();
    assert_eq!((again.version, again.files_after, again.rows, again.bytes), (9, 1, 0, 0));
    let old = bars.lake.table_at_version(&name(), 8).await.unwrap();
    assert_eq!((old.row_count(), old.is_unrevised()), (Some(80), false));
    // A fresh process sees the same.
    let fresh = Lake::open(bars.lake.uri(), &LakeOptions::default()).await.unwrap();
    let fresh = Bars { lake: fresh, folder: None };
    assert_eq!(fresh.rows(EVERYTHING).await, before);
    assert!(!fresh.lake.table(&name()).await.unwrap().unwrap().is_unrevised());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_revised_stays_so() {
    let bars = Bars::in_folder().await;
    for day in 0..4 {
        bars.insert(&[bar("A", day, 1.0, known(day)), bar("B", day, 1.0, known(day))])
            .await
            .unwrap();
    }
    bars.lake.optimize(&name()).await.unwrap();
    assert!(bars.lake.table(&name()).await.unwrap().unwrap().is_unrevised());
    bars.insert(&[bar("B", 2, 2.0, known(9))]).await.unwrap();
    bars.lake.optimize(&name()).await.unwrap();
    assert!(!bars.lake.table(&name()).await.unwrap().unwrap().is_unrevised());
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_are_merged_each_by_itself() {
    let bars = Bars::in_folder().await;
    let definition = PitDefinition {
        name: "curated.parts".parse().unwrap(),
        partition_by: vec!["symbol".into()],
        ..definition()
    };
    bars.lake.create_pit_table(&definition, false).await.unwrap();
    for day in 0..3 {
        let rows = [bar("A/ é=1", day, 1.0, known(day)), bar("B", day, 1.0, known(day))];
        let input = bars::stream(bars::batch(&rows));
        let lineage = bars::lineage("2026-11-20T00:00:00Z");
        let id = trademl_catalog::CommitId::unique();
        bars.lake.insert(&definition.name, input, &lineage, &id).await.unwrap();
    }
    let outcome = bars.lake.optimize(&definition.name).await.unwrap();
    assert_eq!((outcome.files_before, outcome.files_after, outcome.rows), (6, 2, 6));
    let table = bars.lake.table(&definition.name).await.unwrap().unwrap();
    assert_eq!(table.row_count(), Some(6));
    assert!(table.is_unrevised());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inserts_go_on_meanwhile() {
    let bars = Bars::in_folder().await;
    insert(&bars, 0..6).await;
    let others = async |from: i32| {
        let lake = Lake::open(bars.lake.uri(), &LakeOptions::default()).await.unwrap();
        insert(&Bars { lake, folder: None }, from..from + 6).await;
    };
    let optimize = async {
        let mut done = 0;
        for _ in 0..6 {
            done += bars.lake.optimize(&name()).await.unwrap().rows;
        }
        done
    };
    let (done, ()) = futures::join!(optimize, async {
        join_all([100, 200].map(|from| Box::pin(others(from)))).await;
    });
    assert!(done > 0);
    assert_eq!(bars.rows("select count(*), count(distinct close) from t").await, ["180,18"]);
    let before = bars.rows(EVERYTHING).await;
    bars.lake.optimize(&name()).await.unwrap();
    assert_eq!(bars.rows(EVERYTHING).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_at_a_time_merge_once_and_leave_nothing_behind() {
    let bars = Bars::in_folder().await;
    insert(&bars, 0..8).await;
    let before = bars.rows(EVERYTHING).await;
    let attempts = (0..6).map(|_| async {
        let lake = Lake::open(bars.lake.uri(), &LakeOptions::default()).await.unwrap();
        lake.optimize(&name()).await
    });
    let mut merged = 0;
    for outcome in join_all(attempts).await {
        match outcome {
            Ok(outcome) => merged += usize::from(outcome.rows > 0),
            Err(error) => {
                assert_eq!(error.kind, ErrorKind::Conflict);
                assert!(error.message.contains("nothing was changed"), "{error}");
            }
        }
    }
    assert_eq!(merged, 1);
    assert_eq!(bars.rows(EVERYTHING).await, before);
    let data = bars.files().into_iter().filter(|f| f.ends_with(".parquet"));
    assert_eq!(data.filter(|f| !f.contains("_delta_log")).count(), 9, "eight old files, a new one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_not_a_lost_optimization() {
    let memory: Arc<InMemory> = Arc::default();
    let open = |fault, times| {
        let store = Faulty::new(Arc::clone(&memory) as _, fault, times);
        let url = url::Url::parse("memory://store/some/lake/").unwrap();
        let lake = Lake::with_store(store, url, false, &LakeOptions::default()).unwrap();
        Bars { lake, folder: None }
    };
    let bars = open(Fault::LosesAnswer, 0);
    bars.lake.create_pit_table(&definition(), false).await.unwrap();
    insert(&bars, 0..3).await;
    let before = bars.rows(EVERYTHING).await;
    let outcome = open(Fault::LosesAnswer, 1).lake.optimize(&name()).await.unwrap();
    assert_eq!((outcome.version, outcome.files_after), (4, 1));
    assert_eq!(bars.rows(EVERYTHING).await, before);
}
