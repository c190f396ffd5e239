//! What a query sees of a table's history.

mod bars;

use bars::planner::session;
use bars::{Bars, at, bar, known, name, text};
use datafusion::arrow::array::RecordBatch;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, col, lit};
use trademl_catalog::{pit_history, pit_snapshot};

async fn run(bars: &Bars, partitions: usize, plan: LogicalPlan) -> Vec<RecordBatch> {
    let frame = session(bars, partitions).execute_logical_plan(plan).await.unwrap();
    frame.collect().await.unwrap()
}

/// symbol, date, close in order, as known at an instant.
async fn seen(bars: &Bars, as_of: Option<i64>) -> Vec<String> {
    let table = bars.lake.table(&name()).await.unwrap().unwrap();
    let mut answers = vec![];
    for partitions in [1, 4] {
        let plan = pit_snapshot(&table, "bars", as_of.map(at)).unwrap();
        let plan = LogicalPlanBuilder::from(plan)
            .project([col("symbol"), col("date"), col("close")])
            .unwrap()
            .sort([col("symbol").sort(true, true), col("date").sort(true, true)])
            .unwrap();
        answers.push(text(&run(bars, partitions, plan.build().unwrap()).await));
    }
    assert_eq!(answers[0], answers[1], "the number of partitions does not matter");
    answers.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_instant_has_its_revision() {
    let bars = Bars::in_folder().await;
    assert_eq!(seen(&bars, None).await, [""; 0]);
    let rows: Vec<_> = (1..9).map(|day| bar("A", day, f64::from(day), known(day))).collect();
    bars.insert(&rows).await.unwrap();
    let table = bars.lake.table(&name()).await.unwrap().unwrap();
    assert!(table.is_unrevised());
    bars.insert(&[
        bar("A", 1, 1.5, known(3)),
        bar("A", 1, 1.7, known(5)),
        bar("B", 1, 9.0, known(9)),
    ])
    .await
    .unwrap();
    let table = bars.lake.table(&name()).await.unwrap().unwrap();
    assert!(!table.is_unrevised());
    assert_eq!(seen(&bars, Some(known(1))).await, ["A,1970-01-02,1.0"]);
    assert_eq!(seen(&bars, Some(known(1) - 1)).await, [""; 0]);
    assert_eq!(seen(&bars, Some(known(2))).await, ["A,1970-01-02,1.0", "A,1970-01-03,2.0"]);
    assert_eq!(seen(&bars, Some(known(3))).await[0], "A,1970-01-02,1.5");
    assert_eq!(seen(&bars, Some(known(5) - 1)).await[0], "A,1970-01-02,1.5");
    assert_eq!(seen(&bars, Some(known(5))).await[0], "A,1970-01-02,1.7");
    let all = seen(&bars, None).await;
    assert_eq!(all.len(), 9);
    assert_eq!((all[0].as_str(), all[8].as_str()), ("A,1970-01-02,1.7", "B,1970-01-02,9.0"));
    let history = pit_history(&table, "bars", Some(at(known(5)))).unwrap();
    assert_eq!(run(&bars, 2, history).await.iter().map(RecordBatch::num_rows).sum::<usize>(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_reach_the_files_only_where_they_may() {
    let bars = Bars::in_folder().await;
    bars.insert(&[bar("A", 1, 1.0, known(1)), bar("B", 1, 2.0, known(1))]).await.unwrap();
    bars.insert(&[bar("A", 1, 5.0, known(2))]).await.unwrap();
    bars.insert(&[bar("Z", 400, 5.0, known(400))]).await.unwrap();
    let table = bars.lake.table(&name()).await.unwrap().unwrap();
    let filtered = |filter: Expr| {
        let plan = pit_snapshot(&table, "bars", None).unwrap();
        let plan = LogicalPlanBuilder::from(plan).filter(filter).unwrap();
        plan.project([col("close")]).unwrap().build().unwrap()
    };
    // Below the resolution this would resurrect the old revision.
    assert_eq!(text(&run(&bars, 2, filtered(col("close").lt(lit(2.0)))).await), [""; 0]);
    assert_eq!(text(&run(&bars, 2, filtered(col("symbol").eq(lit("A")))).await), ["5.0"]);
    let old = col("date").lt(lit(ScalarValue::Date32(Some(100))));
    let context = session(&bars, 1);
    let plan = context
        .state()
        .create_physical_plan(&context.state().optimize(&filtered(old)).unwrap())
        .await;
    let shown =
        datafusion::physical_plan::displayable(plan.unwrap().as_ref()).indent(false).to_string();
    assert_eq!(
        shown.matches(".parquet").count(),
        2,
        "the third file is pruned by statistics: {shown}"
    );
    assert!(shown.contains("projection=[symbol, date, close, known_at]"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_arrival_of_an_older_revision_changes_only_the_past() {
    let bars = Bars::in_folder().await;
    bars.insert(&[bar("A", 1, 2.0, known(5))]).await.unwrap();
    bars.insert(&[bar("A", 1, 1.0, known(2))]).await.unwrap();
    assert_eq!(seen(&bars, None).await, ["A,1970-01-02,2.0"]);
    assert_eq!(seen(&bars, Some(known(4))).await, ["A,1970-01-02,1.0"]);
}
