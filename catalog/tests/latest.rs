//! The merge of sorted chains that keeps the last row of each group, against a sort of all rows.

mod bars;

use std::sync::Arc;

use bars::planner::session_within;
use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::common::Result;
use datafusion::datasource::MemTable;
use datafusion::logical_expr::expr_rewriter::{normalize_col, normalize_cols};
use datafusion::physical_plan::{collect, displayable};
use datafusion::prelude::{SessionContext, col};
use proptest::prelude::*;
use trademl_catalog::last_of_group;

/// Two columns that name a group, the first of them sometimes NULL, and a time.
type Row = (Option<&'static str>, i64, i64);

/// The rows with their numbers.
fn batch(rows: &[(Row, i64)]) -> RecordBatch {
    let texts: StringArray = rows.iter().map(|((text, ..), _)| *text).collect();
    let numbers = |of: fn(&(Row, i64)) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(rows.iter().map(of)))
    };
    RecordBatch::try_from_iter_with_nullable([
        ("text", Arc::new(texts) as ArrayRef, true),
        ("number", numbers(|((_, number, _), _)| *number), false),
        ("time", numbers(|((.., time), _)| *time), false),
        ("row", numbers(|(_, row)| *row), false),
    ])
    .unwrap()
}

/// The last rows of all groups of some chains of batches.
async fn last(context: &SessionContext, chains: Vec<Vec<RecordBatch>>) -> Result<Vec<RecordBatch>> {
    let schema = chains[0][0].schema();
    let order = ["text", "number", "time"].map(|name| col(name).sort(true, true)).to_vec();
    let merging = match chains.len() {
        1 => "by time@2\n".to_owned(),
        chains => format!("by time@2, merging {chains} chains\n"),
    };
    let table = MemTable::try_new(schema, chains)?.with_sort_order(vec![order]);
    let rows = context.read_table(Arc::new(table))?.into_unoptimized_plan();
    let keys = normalize_cols([col("text"), col("number")], &rows)?;
    let time = normalize_col(col("time"), &rows)?;
    let plan = last_of_group(rows, keys, time)?;
    let state = context.state();
    let plan = state.create_physical_plan(&state.optimize(&plan)?).await?;
    let shown = displayable(plan.as_ref()).indent(false).to_string();
    assert!(shown.contains(&merging) && !shown.contains("Sort"), "{shown}");
    collect(plan, context.task_ctx()).await
}

/// The numbers of the rows that leave.
fn numbers(batches: &[RecordBatch]) -> Vec<i64> {
    let of = |batch: &RecordBatch| batch["row"].as_primitive::<Int64Type>().values().to_vec();
    batches.iter().flat_map(of).collect()
}

/// Of each group the row that a stable sort of all chains puts last.
fn by_sorting(chains: &[Vec<(Row, i64)>]) -> Vec<i64> {
    let mut rows: Vec<_> = chains.iter().flatten().copied().collect();
    rows.sort_by_key(|(row, _)| *row);
    let groups = rows.chunk_by(|((a, b, _), _), ((x, y, _), _)| (a, b) == (x, y));
    groups.filter_map(|group| group.last().map(|(_, row)| *row)).collect()
}

/// Sorted and numbered chains of what may be many equal rows.
fn chains() -> impl Strategy<Value = Vec<Vec<(Row, i64)>>> {
    let text = prop::sample::select(vec![None, Some("A"), Some("AA"), Some("B")]);
    let row = (text, 0..6_i64, 0..4_i64);
    prop::collection::vec(prop::collection::vec(row, 1..60), 1..6).prop_map(|mut chains| {
        let mut numbers = 0..;
        let number = |mut rows: Vec<Row>| {
            rows.sort_unstable();
            rows.into_iter().zip(&mut numbers).collect()
        };
        chains.drain(..).map(number).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn random_chains_give_what_a_sort_gives(
        chains in chains(),
        lengths in prop::collection::vec(1..20_usize, 5),
        batch_size in 1..24_usize,
    ) {
        let cut = |(chain, length): (&Vec<(Row, i64)>, &usize)| {
            chain.chunks(*length).map(batch).collect::<Vec<_>>()
        };
        let input = chains.iter().zip(&lengths).map(cut).collect();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        let context = session_within(usize::MAX, 1, batch_size);
        let found = runtime.block_on(last(&context, input)).unwrap();
        prop_assert_eq!(numbers(&found), by_sorting(&chains));
        // Runs above half a batch leave as they came.
        let longest = batch_size.max(20);
        prop_assert!(found.iter().all(|batch| (1..=longest).contains(&batch.num_rows())));
    }
}

/// One row leaves of each batch, which it keeps alive until it does.
#[tokio::test(flavor = "multi_thread")]
async fn rows_of_many_batches_leave_early_when_memory_is_short() {
    let group = |number: i64, first: i64| -> Vec<(Row, i64)> {
        (0..1_000).map(|time| ((Some("A"), number, 2 * time + first), number)).collect()
    };
    let chain = |first: i64| (0..200).map(|number| batch(&group(number, first))).collect();
    let chains: Vec<Vec<RecordBatch>> = vec![chain(0), chain(1)];
    let one = chains[0][0].get_array_memory_size();
    let all: Vec<i64> = (0..200).collect();
    let found = last(&session_within(usize::MAX, 1, 1_000), chains.clone()).await.unwrap();
    assert_eq!((found.len(), numbers(&found)), (1, all.clone()));
    let found = last(&session_within(8 * one, 1, 1_000), chains.clone()).await.unwrap();
    assert!(found.len() > 10, "{} batches", found.len());
    assert_eq!(numbers(&found), all);
    let error = last(&session_within(3 * one, 1, 1_000), chains).await.unwrap_err();
    assert!(error.to_string().contains("LatestRevisionExec[0]"), "{error}");
}
