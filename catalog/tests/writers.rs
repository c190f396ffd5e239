//! Many writers, lost answers and stores that cannot be trusted.

mod bars;

use std::sync::Arc;

use bars::faults::{Fault, Faulty};
use bars::{Bars, bar, batch, definition, known, lineage, name, stream};
use futures::future::join_all;
use object_store::ObjectStore;
use object_store::memory::InMemory;
use trademl_catalog::{CommitId, ErrorKind, Lake, LakeOptions};
use url::Url;

const SYMBOLS: [&str; 8] = ["A", "B", "C", "D", "E", "F", "G", "H"];

fn lake(store: &Arc<dyn ObjectStore>, shared: bool) -> Lake {
    let url = Url::parse("memory://store/some/lake/").unwrap();
    Lake::with_store(Arc::clone(store), url, shared, &LakeOptions::default()).unwrap()
}

fn in_memory(store: &Arc<dyn ObjectStore>) -> Bars {
    Bars { lake: lake(store, false), folder: None }
}

/// Eight lakes, that is eight processes as far as caches go, insert ten times each.
async fn race(lakes: Vec<Lake>, same_rows: bool) -> (u64, u64) {
    let writers = lakes.into_iter().zip(SYMBOLS).map(|(lake, symbol)| {
        tokio::spawn(async move {
            let symbol = if same_rows { "A" } else { symbol };
            let lineage = lineage("2026-11-20T00:00:00Z");
            let (mut rows, mut skipped) = (0, 0);
            for day in 0..10 {
                let input = stream(batch(&[bar(symbol, day, f64::from(day), known(day))]));
                let outcome = lake.insert(&name(), input, &lineage, &CommitId::unique()).await;
                let outcome = outcome.unwrap();
                rows += outcome.rows;
                skipped += outcome.skipped;
            }
            (rows, skipped)
        })
    });
    let outcomes = join_all(writers).await.into_iter().map(Result::unwrap);
    outcomes.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_writers_lose_nothing() {
    let bars = Bars::in_folder().await;
    let folder = bars.lake.uri().to_owned();
    let mut lakes = vec![];
    for _ in SYMBOLS {
        lakes.push(Lake::open(&folder, &LakeOptions::default()).await.unwrap());
    }
    assert_eq!(race(lakes, false).await, (80, 0));
    assert_eq!(
        bars.rows("select count(*), count(distinct symbol), sum(close) from t").await,
        ["80,8,360.0"]
    );
    let table = bars.lake.table(&name()).await.unwrap().unwrap();
    assert_eq!((table.version(), table.row_count()), (80, Some(80)));
    assert!(table.is_unrevised());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_writers_of_the_same_rows_write_them_once() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let bars = in_memory(&store);
    bars.lake.create_pit_table(&definition(), false).await.unwrap();
    let lakes = SYMBOLS.iter().map(|_| lake(&store, false)).collect();
    assert_eq!(race(lakes, true).await, (10, 70));
    assert_eq!(bars.rows("select count(*) from t").await, ["10"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_creations_make_one_table() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let create = SYMBOLS.iter().map(|_| {
        let lake = lake(&store, false);
        async move { lake.create_pit_table(&definition(), true).await }
    });
    assert!(join_all(create).await.into_iter().all(|table| table.is_ok()));
    let error = lake(&store, false).create_pit_table(&definition(), false).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Usage);
    assert!(error.message.contains("exists already"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_not_a_lost_commit() {
    for fault in [Fault::LosesAnswer, Fault::LosesCommit] {
        let inner: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let bars = in_memory(&inner);
        bars.lake.create_pit_table(&definition(), false).await.unwrap();
        let faulty: Arc<dyn ObjectStore> = Faulty::new(Arc::clone(&inner), fault, 2);
        let bars = in_memory(&faulty);
        let first = bars.insert(&[bar("A", 1, 1.0, known(1))]).await.unwrap();
        assert_eq!((first.rows, first.version), (1, 1), "{fault:?}");
        let second = bars.insert(&[bar("A", 2, 1.0, known(2))]).await.unwrap();
        assert_eq!((second.rows, second.version), (1, 2), "{fault:?}");
        assert_eq!(bars.rows("select count(*) from t").await, ["2"], "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_never_commits_says_so() {
    let inner: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    in_memory(&inner).lake.create_pit_table(&definition(), false).await.unwrap();
    let faulty: Arc<dyn ObjectStore> = Faulty::new(inner, Fault::LosesCommit, 1000);
    let bars = in_memory(&faulty);
    let error = bars.insert(&[bar("A", 1, 1.0, known(1))]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Storage);
    assert!(error.message.contains("is not in the log; repeat the statement"), "{error}");
    assert_eq!(bars.rows("select count(*) from t").await, ["0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_store_is_an_error_and_reads_go_on() {
    let inner: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let bars = in_memory(&inner);
    bars.lake.create_pit_table(&definition(), false).await.unwrap();
    bars.insert(&[bar("A", 1, 1.0, known(1))]).await.unwrap();
    let faulty: Arc<dyn ObjectStore> = Faulty::new(inner, Fault::ReadOnly, 0);
    let bars = in_memory(&faulty);
    let error = bars.insert(&[bar("A", 2, 1.0, known(2))]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Storage, "{error}");
    assert_eq!(bars.rows("select count(*) from t").await, ["1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_store_must_honour_conditional_creates() {
    let good: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    lake(&good, true).create_pit_table(&definition(), false).await.unwrap();
    let bad: Arc<dyn ObjectStore> = Faulty::new(Arc::new(InMemory::new()), Fault::IgnoresCreate, 0);
    let error = lake(&bad, true).create_pit_table(&definition(), false).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Storage);
    assert!(error.message.contains("it ignores If-None-Match"), "{error}");
    assert!(lake(&bad, true).tables().await.unwrap().is_empty(), "nothing was written");
}
