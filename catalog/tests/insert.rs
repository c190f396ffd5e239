//! What an insert adds, skips and refuses, on real Delta files in a folder.

mod bars;

use bars::{Bars, bar, known};

#[tokio::test(flavor = "multi_thread")]
async fn rows_come_back() {
    let bars = Bars::in_folder().await;
    let outcome =
        bars.insert(&[bar("A", 1, 10.0, known(1)), bar("B", 1, 20.0, known(1))]).await.unwrap();
    assert_eq!((outcome.rows, outcome.skipped, outcome.version), (2, 0, 1));
    assert_eq!(bars.rows("select symbol, close from t order by 1").await, ["A,10.0", "B,20.0"]);
}
