//! Plans of point-in-time reads: what order, cuts and statistics leave to do, and that the answers
//! stay those of a brute-force resolution.

mod bars;

use std::collections::BTreeMap;
use std::sync::Arc;

use bars::planner::{session, session_of};
use bars::{Bar, Bars, at, bar, batch, known, lineage, name, stream, text};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::logical_expr::{Expr, JoinType, LogicalPlanBuilder, col, lit};
use datafusion::physical_plan::{ExecutionPlan, collect, displayable};
use datafusion::prelude::SessionContext;
use proptest::prelude::*;
use trademl_catalog::{
    CommitId, PitDefinition, TableName, last_of_group, pit_history, pit_snapshot,
};

const SYMBOLS: [&str; 4] = ["A", "B", "BB", "C"];

/// The plan of a snapshot's symbol, date and close, and its rows in order.
async fn read(bars: &Bars, table: &TableName, partitions: usize, as_of: Option<i64>) -> Seen {
    read_in(&session(bars, partitions), bars, table, as_of).await
}

async fn read_in(
    context: &SessionContext,
    bars: &Bars,
    table: &TableName,
    as_of: Option<i64>,
) -> Seen {
    let table = bars.lake.table(table).await.unwrap().unwrap();
    let plan = pit_snapshot(&table, "bars", as_of.map(at)).unwrap();
    let columns = [col("symbol"), col("date"), col("close")];
    let plan = LogicalPlanBuilder::from(plan).project(columns).unwrap().build().unwrap();
    let state = context.state();
    let plan = state.create_physical_plan(&state.optimize(&plan).unwrap()).await.unwrap();
    let shown = displayable(plan.as_ref()).indent(false).to_string();
    let batches = collect(plan, context.task_ctx()).await.unwrap();
    let mut rows = text(&batches);
    rows.sort();
    Seen { shown, rows }
}

struct Seen {
    shown: String,
    rows: Vec<String>,
}

impl Seen {
    fn does(&self, has: &[&str], has_not: &[&str]) {
        for part in has {
            assert!(self.shown.contains(part), "no {part} in\n{}", self.shown);
        }
        for part in has_not {
            assert!(!self.shown.contains(part), "{part} in\n{}", self.shown);
        }
    }
}

/// What is known at an instant, by looking at every row.
fn resolved(rows: &[Bar], as_of: Option<i64>) -> Vec<String> {
    let mut latest: BTreeMap<(&str, i32), (i64, f64)> = BTreeMap::new();
    for (symbol, day, close, known_at) in rows {
        let (key, known_at) = ((symbol.unwrap(), day.unwrap()), known_at.unwrap());
        if as_of.is_some_and(|at| known_at > at) {
            continue;
        }
        let newest = latest.entry(key).or_insert((known_at, close.unwrap()));
        if known_at >= newest.0 {
            *newest = (known_at, close.unwrap());
        }
    }
    let row = |(key, value): (&(&str, i32), &(i64, f64))| {
        let date = chrono::NaiveDate::default() + chrono::TimeDelta::days(key.1.into());
        format!("{},{date},{:?}", key.0, value.1)
    };
    let mut rows: Vec<String> = latest.iter().map(row).collect();
    rows.sort();
    rows
}

/// Days of all symbols, each row known at its close.
fn days(days: std::ops::Range<i32>) -> Vec<Bar> {
    let of = |symbol| days.clone().map(move |day| bar(symbol, day, f64::from(day), known(day)));
    SYMBOLS.into_iter().flat_map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sorted_cut_or_resolved_where_nothing_was_revised() {
    let bars = Bars::in_folder().await;
    let rows = days(0..40);
    bars.insert(&rows).await.unwrap();
    for as_of in [None, Some(known(39))] {
        let seen = read_in(&session_of(&bars, 4, 1_000), &bars, &name(), as_of).await;
        seen.does(
            &["projection=[symbol, date, close]"],
            &["Latest", "Sort", "Filter", "known_at <="],
        );
        assert_eq!(seen.rows, resolved(&rows, as_of));
    }
    // One microsecond before the last row.
    let seen = read(&bars, &name(), 1, Some(known(39) - 1)).await;
    seen.does(&["FilterExec: known_at"], &["Latest", "Sort"]);
    assert_eq!(seen.rows, resolved(&rows, Some(known(39) - 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_files_are_merged_and_one_chain_is_only_read() {
    let bars = Bars::in_folder().await;
    let mut rows = days(0..40);
    bars.insert(&rows).await.unwrap();
    let news: Vec<Bar> = (0..40).step_by(7).map(|d| bar("B", d, -1.0, known(50 + d))).collect();
    bars.insert(&news).await.unwrap();
    rows.extend(news);
    for partitions in [1, 3, 8] {
        let seen = read(&bars, &name(), partitions, None).await;
        seen.does(&["by known_at@3, merging 2 chains"], &["Sort", "Repartition"]);
        assert_eq!(seen.rows, resolved(&rows, None));
        // A cut that is left is the scan's work, so that nothing disturbs the order.
        let seen = read(&bars, &name(), partitions, Some(known(60))).await;
        seen.does(&["LatestRevisionExec"], &["SortExec", "FilterExec", "Repartition"]);
        assert_eq!(seen.rows, resolved(&rows, Some(known(60))));
        // Before any revision, the file that holds them is not opened.
        let seen = read(&bars, &name(), partitions, Some(known(45))).await;
        seen.does(&[], &["Latest", "Filter"]);
        assert_eq!(seen.rows, resolved(&rows, Some(known(45))));
    }
    let outcome = bars.lake.optimize(&name()).await.unwrap();
    assert_eq!((outcome.files_before, outcome.files_after, outcome.version), (2, 1, 3));
    for partitions in [1, 3, 8] {
        let seen = read(&bars, &name(), partitions, None).await;
        seen.does(&["LatestRevisionExec"], &["Sort", "Repartition", "Filter"]);
        assert_eq!(seen.rows, resolved(&rows, None));
    }
}

/// Chains that overlap are cut where a file begins, and each range is merged for itself.
#[tokio::test(flavor = "multi_thread")]
async fn overlapping_chains_are_merged_in_ranges() {
    let bars = Bars::in_folder().await;
    let mut rows = vec![];
    for (symbol, revision) in [("A", 0), ("B", 0), ("BB", 0), ("C", 0), ("A", 1), ("BB", 1)] {
        let close = |d: i32| f64::from(d) + f64::from(revision);
        let of: Vec<Bar> = (0..30).map(|d| bar(symbol, d, close(d), known(d + revision))).collect();
        bars.insert(&of).await.unwrap();
        rows.extend(of);
    }
    for (partitions, ranges) in [(1, 1), (2, 2), (3, 3), (8, 4)] {
        for as_of in [None, Some(known(10))] {
            let seen = read(&bars, &name(), partitions, as_of).await;
            assert_eq!(seen.rows, resolved(&rows, as_of));
            let count = seen.shown.matches("LatestRevisionExec").count();
            assert_eq!(count, ranges, "{partitions}: {}", seen.shown);
            seen.does(&["output_ordering=[symbol"], &["SortExec", "Repartition", "FilterExec"]);
        }
    }
}

/// Between keys, so that what groups by the key moves no row.
#[tokio::test(flavor = "multi_thread")]
async fn ranges_are_cut_between_keys_where_these_are_many() {
    let bars = Bars::in_folder().await;
    let mut rows = days(0..40);
    bars.insert(&rows).await.unwrap();
    for symbol in SYMBOLS {
        let of: Vec<Bar> = (0..40).map(|d| bar(symbol, d, -1.0, known(d + 1))).collect();
        bars.insert(&of).await.unwrap();
        rows.extend(of);
    }
    let table = bars.lake.table(&name()).await.unwrap().unwrap();
    let plan = pit_snapshot(&table, "bars", None).unwrap();
    let plan = LogicalPlanBuilder::from(plan)
        .aggregate([col("symbol")], [count(lit(1)), sum(col("close"))])
        .unwrap()
        .build()
        .unwrap();
    let context = session(&bars, 2);
    let state = context.state();
    let plan = state.create_physical_plan(&state.optimize(&plan).unwrap()).await.unwrap();
    let shown = displayable(plan.as_ref()).indent(false).to_string();
    for part in ["SideBySideExec: Range([symbol@0 ASC], [(B)], 2)", "mode=SinglePartitioned"] {
        assert!(shown.contains(part), "no {part} in\n{shown}");
    }
    assert!(!shown.contains("Repartition"), "{shown}");
    let mut found = text(&collect(plan, context.task_ctx()).await.unwrap());
    found.sort();
    assert_eq!(found, ["A,40,-40.0", "B,40,-40.0", "BB,40,-40.0", "C,40,-40.0"]);
}

/// Two tables that are cut at different keys are not joined part by part.
#[tokio::test(flavor = "multi_thread")]
async fn ranges_of_two_tables_are_not_taken_for_the_same() {
    let bars = Bars::in_folder().await;
    let mut plans = vec![];
    for (table, long) in [("curated.first", "A"), ("curated.second", "C")] {
        let definition = PitDefinition { name: table.parse().unwrap(), ..bars::definition() };
        bars.lake.create_pit_table(&definition, false).await.unwrap();
        for symbol in SYMBOLS {
            for revision in 0..2 {
                let days = if symbol == long { 400 } else { 4 };
                let rows: Vec<Bar> =
                    (0..days).map(|d| bar(symbol, d, 1.0, known(d + revision))).collect();
                let (rows, lineage) = (stream(batch(&rows)), lineage("2026-11-20T00:00:00Z"));
                let id = CommitId::unique();
                bars.lake.insert(&definition.name, rows, &lineage, &id).await.unwrap();
            }
        }
        let table = bars.lake.table(&definition.name).await.unwrap().unwrap();
        plans.push(pit_snapshot(&table, definition.name.table.as_str(), None).unwrap());
    }
    let right = plans.pop().unwrap();
    let plan = LogicalPlanBuilder::from(plans.pop().unwrap())
        .join(right, JoinType::Inner, (vec!["first.symbol"], vec!["second.symbol"]), None)
        .unwrap()
        .aggregate(Vec::<Expr>::new(), [count(lit(1))])
        .unwrap()
        .build()
        .unwrap();
    let context = session(&bars, 2);
    for threshold in
        ["hash_join_single_partition_threshold", "hash_join_single_partition_threshold_rows"]
    {
        let set = format!("SET datafusion.optimizer.{threshold} = 0");
        context.sql(&set).await.unwrap();
    }
    let state = context.state();
    let plan = state.create_physical_plan(&state.optimize(&plan).unwrap()).await.unwrap();
    let shown = displayable(plan.as_ref()).indent(false).to_string();
    assert_eq!(shown.matches("SideBySideExec: Range([symbol@0 ASC]").count(), 2, "{shown}");
    assert!(shown.contains("mode=Partitioned"), "{shown}");
    let found = text(&collect(plan, context.task_ctx()).await.unwrap());
    assert_eq!(found, [(2 * 4 * 4 + 2 * 400 * 4).to_string()]);
}

/// Larger files are cut within, where their tags say that parts of them begin.
#[tokio::test(flavor = "multi_thread")]
async fn large_files_are_cut_within() {
    let bars = Bars::in_folder().await;
    let mut rows = days(0..10_000);
    bars.insert(&rows).await.unwrap();
    let late = |day: i32| SYMBOLS.map(|symbol| bar(symbol, day, -1.0, known(day + 3)));
    let news: Vec<Bar> = (0..10_000).step_by(7).flat_map(late).collect();
    bars.insert(&news).await.unwrap();
    rows.extend(news);
    for as_of in [None, Some(known(4_000))] {
        let seen = read_in(&session_of(&bars, 4, 1_000), &bars, &name(), as_of).await;
        assert_eq!(seen.shown.matches("LatestRevisionExec").count(), 4, "{}", seen.shown);
        assert!(seen.rows == resolved(&rows, as_of), "other rows than by brute force");
    }
}

/// Ranges of identities would tear groups of a part of the identity apart, and those of other columns
/// of the same names; and they are no ranges where the scan only prunes by them: rows would come
/// twice.
#[tokio::test(flavor = "multi_thread")]
async fn other_groups_and_scans_are_not_cut() {
    let bars = Bars::in_folder().await;
    bars.insert(&days(0..5_000)).await.unwrap();
    let late = SYMBOLS.map(|symbol| bar(symbol, 10, -1.0, known(99)));
    bars.insert(&late).await.unwrap();
    let table = bars.lake.table(&name()).await.unwrap().unwrap();
    let history = || LogicalPlanBuilder::from(pit_history(&table, "bars", None).unwrap());
    let renamed = [col("symbol").eq(lit("nobody")).alias("symbol"), col("date"), col("known_at")];
    let column = |name: &&str| col(format!("bars.{name}"));
    for (rows, keys, time, filters, groups) in [
        (history(), vec!["symbol"], "date", true, 4),
        (history(), vec!["symbol", "date"], "known_at", false, 20_000),
        (history(), vec!["symbol", "date"], "known_at", true, 20_000),
        (
            history().project(renamed).unwrap().alias("bars").unwrap(),
            vec!["symbol", "date"],
            "known_at",
            true,
            5_000,
        ),
    ] {
        let keys = keys.iter().map(column).collect();
        let plan = last_of_group(rows.build().unwrap(), keys, column(&time)).unwrap();
        let context = session_of(&bars, 4, 1_000);
        context
            .sql(&format!("SET datafusion.execution.parquet.pushdown_filters = {filters}"))
            .await
            .unwrap();
        let frame = context.execute_logical_plan(plan).await.unwrap();
        assert_eq!(frame.count().await.unwrap(), groups, "by {time}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_files_is_read_by_several_threads_without_sorting() {
    let bars = Bars::in_folder().await;
    let mut rows = vec![];
    for symbol in SYMBOLS {
        let of: Vec<Bar> = (0..30)
            .flat_map(|d| [bar(symbol, d, 1.0, known(d)), bar(symbol, d, 2.0, known(d + 1))])
            .collect();
        bars.insert(&of).await.unwrap();
        rows.extend(of);
    }
    for partitions in [1, 2, 3, 8] {
        let seen = read(&bars, &name(), partitions, None).await;
        // Cut between files, so that no row is compared with the ends of a range.
        seen.does(&[], &["merging", "predicate", "Sort", "Repartition"]);
        let ranges = seen.shown.matches("LatestRevisionExec").count();
        assert_eq!(ranges, partitions.min(SYMBOLS.len()), "{}", seen.shown);
        assert_eq!(seen.rows, resolved(&rows, None));
        let seen = read(&bars, &name(), partitions, Some(known(10))).await;
        seen.does(&["LatestRevisionExec"], &["Sort", "Repartition"]);
        assert_eq!(seen.rows, resolved(&rows, Some(known(10))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn downstream_operators_find_the_order() {
    let bars = Bars::in_folder().await;
    bars.insert(&days(0..40)).await.unwrap();
    let table = bars.lake.table(&name()).await.unwrap().unwrap();
    let order = || vec![col("symbol").sort(true, false), col("date").sort(true, false)];
    for plan in [
        pit_snapshot(&table, "bars", None).unwrap(),
        pit_history(&table, "bars", Some(at(known(90)))).unwrap(),
    ] {
        let plan = LogicalPlanBuilder::from(plan).sort(order()).unwrap().build().unwrap();
        let context = session(&bars, 1);
        let state = context.state();
        let plan = state.create_physical_plan(&state.optimize(&plan).unwrap()).await.unwrap();
        let shown = displayable(plan.as_ref()).indent(false).to_string();
        assert!(!shown.contains("SortExec"), "{shown}");
    }
}

fn metric(plan: &Arc<dyn ExecutionPlan>, wanted: &str) -> usize {
    let own = plan.metrics().and_then(|m| {
        let found = m.iter().filter(|m| m.value().name() == wanted).map(|m| match m.value() {
            datafusion::physical_plan::metrics::MetricValue::PruningMetrics {
                pruning_metrics,
                ..
            } => pruning_metrics.matched(),
            value => value.as_usize(),
        });
        found.reduce(|a, b| a + b)
    });
    own.unwrap_or(0) + plan.children().into_iter().map(|c| metric(c, wanted)).sum::<usize>()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_symbol_and_month_touches_the_row_groups_that_hold_it() {
    let bars = Bars::in_folder().await;
    // Four symbols of 80 000 rows: three row groups, of which the second holds all of BB.
    let definition = PitDefinition {
        name: "curated.ticks".parse().unwrap(),
        columns: vec![
            Field::new("symbol", DataType::Utf8, true),
            Field::new("date", DataType::Date32, true),
            Field::new("close", DataType::Float64, true),
        ],
        ..bars::definition()
    };
    bars.lake.create_pit_table(&definition, false).await.unwrap();
    let insert = |rows: Vec<Bar>| {
        let (lake, name) = (bars.lake.clone(), definition.name.clone());
        async move {
            let lineage = lineage("2026-11-20T00:00:00Z");
            lake.insert(&name, stream(batch(&rows)), &lineage, &CommitId::unique()).await.unwrap()
        }
    };
    insert(days(0..80_000)).await;
    let count = async |as_revised: bool| {
        let table = bars.lake.table(&definition.name).await.unwrap().unwrap();
        let plan = pit_snapshot(&table, "t", None).unwrap();
        let month = col("date")
            .gt_eq(lit(datafusion::common::ScalarValue::Date32(Some(70_000))))
            .and(col("date").lt(lit(datafusion::common::ScalarValue::Date32(Some(70_031)))));
        let plan = LogicalPlanBuilder::from(plan)
            .filter(col("symbol").eq(lit("BB")).and(month))
            .unwrap()
            .build()
            .unwrap();
        // One partition: two would part so small a table between these very rows.
        let context = session(&bars, 1);
        let state = context.state();
        let plan = state.create_physical_plan(&state.optimize(&plan).unwrap()).await.unwrap();
        let shown = displayable(plan.as_ref()).indent(false).to_string();
        assert_eq!(shown.contains("LatestRevision"), as_revised, "{shown}");
        let rows = collect(Arc::clone(&plan), context.task_ctx());
        let rows: usize = rows.await.unwrap().iter().map(|b| b.num_rows()).sum();
        (rows, metric(&plan, "row_groups_pruned_statistics"))
    };
    assert_eq!(count(false).await, (31, 1));
    insert(vec![bar("BB", 70_001, 0.5, known(160_000)), bar("A", 1, 0.5, known(160_000))]).await;
    assert_eq!(count(true).await, (31, 2));
    bars.lake.optimize(&definition.name).await.unwrap();
    assert_eq!(count(true).await, (31, 1));
}

/// One insert: rows as (symbol, day, revision), and whether the table is optimized afterwards.
type Step = (Vec<(usize, i32, i64)>, bool);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let row = (0..SYMBOLS.len(), 0..12_i32, 0..4_i64);
    prop::collection::vec((prop::collection::vec(row, 0..25), any::<bool>()), 1..6)
}

async fn histories_resolve(steps: Vec<Step>, partition_by: Vec<String>) {
    let bars = Bars::in_folder().await;
    let definition = PitDefinition {
        name: "curated.random".parse().unwrap(),
        partition_by,
        ..bars::definition()
    };
    bars.lake.create_pit_table(&definition, false).await.unwrap();
    let mut all: BTreeMap<(usize, i32, i64), Bar> = BTreeMap::new();
    for (rows, optimize) in steps {
        let rows: BTreeMap<_, _> = rows
            .into_iter()
            .map(|(symbol, day, revision)| {
                let close = f64::from(day) + revision as f64 / 8.0;
                let known_at = known(day) + revision * 86_400_000_000 + 1;
                ((symbol, day, revision), bar(SYMBOLS[symbol], day, close, known_at))
            })
            .collect();
        let input: Vec<Bar> = rows.values().copied().collect();
        let (input, lineage) = (stream(batch(&input)), lineage("2026-11-20T00:00:00Z"));
        bars.lake.insert(&definition.name, input, &lineage, &CommitId::unique()).await.unwrap();
        all.extend(rows);
        if optimize {
            bars.lake.optimize(&definition.name).await.unwrap();
            let again = bars.lake.optimize(&definition.name).await.unwrap();
            assert_eq!(again.rows, 0, "a second optimization finds nothing to do");
        }
        let rows: Vec<Bar> = all.values().copied().collect();
        for partitions in [1, 3, 8] {
            for as_of in [None, Some(known(7) + 1), Some(known(7)), Some(known(90))] {
                let seen = read(&bars, &definition.name, partitions, as_of).await;
                assert_eq!(seen.rows, resolved(&rows, as_of), "{}", seen.shown);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() })]

    #[test]
    fn random_histories_resolve_as_by_brute_force(steps in steps(), split in 0..3_usize) {
        let by = [vec![], vec!["symbol".to_owned()], vec!["date".to_owned()]][split].clone();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_stack_size(16 << 20)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(histories_resolve(steps, by));
    }
}
