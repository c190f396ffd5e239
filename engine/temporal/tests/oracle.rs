//! Joins of random relations, cut into small batches, against the definition row by row.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use datafusion::catalog::{MemTable, Session};
use datafusion::common::{Result, ScalarValue, TableReference};
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::datasource::provider_as_source;
use datafusion::execution::context::QueryPlanner;
use datafusion::execution::memory_pool::{FairSpillPool, MemoryConsumer};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder, col, lit};
use datafusion::physical_plan::{ExecutionPlan, displayable};
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner as _};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use futures::TryStreamExt as _;
use proptest::prelude::*;
use trademl_temporal::{
    Comparison, Horizon, JoinSpec, Pick, PushDownTemporalFilter, TemporalJoin, TemporalJoinPlanner,
};

/// Key, time and number of a row.
type Line = (Option<i64>, Option<i64>, i64);

#[derive(Debug)]
struct Planner;

#[async_trait]
impl QueryPlanner for Planner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(TemporalJoinPlanner)])
            .create_physical_plan(plan, session)
            .await
    }
}

fn context(partitions: usize, batch: usize, memory: usize) -> SessionContext {
    let config = SessionConfig::new()
        .with_target_partitions(partitions)
        .with_batch_size(batch)
        .with_sort_spill_reservation_bytes(500_000);
    let pool = Arc::new(FairSpillPool::new(memory));
    let runtime = RuntimeEnvBuilder::new().with_memory_pool(pool).build_arc().unwrap();
    let state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_query_planner(Arc::new(Planner))
        .with_optimizer_rule(Arc::new(PushDownTemporalFilter))
        .build();
    SessionContext::new_with_state(state)
}

fn schema() -> SchemaRef {
    let names = ["k", "t", "n"];
    Arc::new(Schema::new(names.map(|n| Field::new(n, DataType::Int64, n != "n")).to_vec()))
}

/// The rows in batches of `size`, as a table.
fn relation(name: &str, rows: &[Line], size: usize) -> LogicalPlan {
    scan(name, table(rows, size))
}

/// The same, declared to be in the order of keys and times.
fn declared(name: &str, rows: &[Line], size: usize) -> LogicalPlan {
    let order = vec![col("k").sort(true, true), col("t").sort(true, true)];
    scan(name, table(rows, size).with_sort_order(vec![order]))
}

fn scan(name: &str, table: MemTable) -> LogicalPlan {
    let source = provider_as_source(Arc::new(table));
    LogicalPlanBuilder::scan(name, source, None).unwrap().build().unwrap()
}

fn table(rows: &[Line], size: usize) -> MemTable {
    let batches = rows.chunks(size.max(1)).map(|rows| {
        let columns: [ArrayRef; 3] = [
            Arc::new(rows.iter().map(|r| r.0).collect::<Int64Array>()),
            Arc::new(rows.iter().map(|r| r.1).collect::<Int64Array>()),
            Arc::new(rows.iter().map(|r| Some(r.2)).collect::<Int64Array>()),
        ];
        RecordBatch::try_new(schema(), columns.to_vec()).unwrap()
    });
    MemTable::try_new(schema(), vec![batches.collect()]).unwrap()
}

fn numbers(batches: &[RecordBatch]) -> Vec<Vec<Option<i64>>> {
    let mut rows = vec![];
    for batch in batches {
        let columns: Vec<_> =
            batch.columns().iter().map(|c| c.as_primitive::<Int64Type>()).collect();
        rows.extend((0..batch.num_rows()).map(|row| {
            let cell = |c: &&Int64Array| c.is_valid(row).then(|| c.value(row));
            columns.iter().map(cell).collect::<Vec<_>>()
        }));
    }
    rows.sort();
    rows
}

/// Pairs of row numbers, and the offset where there is one, by the definition.
fn expected(
    left: &[Line],
    right: &[Line],
    keyed: bool,
    pick: &Pick,
    keep: bool,
) -> Vec<Vec<Option<i64>>> {
    let mut rows = vec![];
    for l in left {
        let same = |r: &&Line| !keyed || (l.0.is_some() && l.0 == r.0);
        let mut candidates: Vec<&Line> =
            right.iter().filter(same).filter(|r| r.1.is_some()).collect();
        // Of equal times the last is the one that the columns in use put last.
        candidates.sort_by_key(|r| (r.1, r.2));
        let time = |r: &Line| r.1.unwrap_or_default();
        match pick {
            Pick::AsOf { comparison, tolerance, offsets } => {
                for offset in offsets {
                    let target = l.1.map(|t| t + offset);
                    let before = |strict: bool| {
                        let target = target?;
                        candidates
                            .iter()
                            .rfind(|r| if strict { time(r) < target } else { time(r) <= target })
                    };
                    let after = |strict: bool| {
                        let target = target?;
                        let first = candidates
                            .iter()
                            .map(|r| time(r))
                            .find(|t| if strict { *t > target } else { *t >= target })?;
                        candidates.iter().rfind(|r| time(r) == first)
                    };
                    let found = match comparison {
                        Comparison::GtEq => before(false),
                        Comparison::Gt => before(true),
                        Comparison::LtEq => after(false),
                        Comparison::Lt => after(true),
                        Comparison::Nearest => match (before(false), after(true), target) {
                            (Some(b), Some(a), Some(t)) if time(a) - t < t - time(b) => Some(a),
                            (None, a, _) => a,
                            (b, _, _) => b,
                        },
                    };
                    let close = |r: &&&Line| {
                        tolerance.is_none_or(|limit| (time(r) - target.unwrap_or(0)).abs() <= limit)
                    };
                    let found = found.filter(close).map(|r| r.2);
                    if found.is_some() || keep {
                        rows.push(vec![Some(l.2), found, Some(*offset)]);
                    }
                }
            }
            Pick::Window { from, to, prevailing } => {
                let Some(t) = l.1 else {
                    if keep {
                        rows.push(vec![Some(l.2), None]);
                    }
                    continue;
                };
                let inside =
                    |r: &&&Line| from.is_none_or(|f| time(r) >= t + f) && time(r) <= t + to;
                let mut found: Vec<i64> = candidates.iter().filter(inside).map(|r| r.2).collect();
                let begin = from.map(|f| t + f);
                let at_begin = candidates.iter().any(|r| Some(time(r)) == begin);
                let in_force = candidates.iter().rfind(|r| begin.is_some_and(|b| time(r) < b));
                if let (true, false, Some(r)) = (*prevailing, at_begin, in_force) {
                    found.push(r.2);
                }
                rows.extend(found.iter().map(|n| vec![Some(l.2), Some(*n)]));
                if found.is_empty() && keep {
                    rows.push(vec![Some(l.2), None]);
                }
            }
        }
    }
    rows.sort();
    rows
}

fn spec(keyed: bool, pick: Pick, keep_unmatched: bool) -> JoinSpec {
    let on = if keyed { vec![(col("l.k"), col("r.k"))] } else { vec![] };
    let offsets = matches!(pick, Pick::AsOf { .. });
    let horizon = offsets.then(|| Horizon { alias: TableReference::bare("h") });
    JoinSpec { on, times: (col("l.t"), col("r.t")), pick, keep_unmatched, horizon, tie: None }
}

async fn joined(
    left: &[Line],
    right: &[Line],
    spec: JoinSpec,
    sizes: (usize, usize, usize),
) -> Vec<Vec<Option<i64>>> {
    let (batch, size, partitions) = sizes;
    let offsets = spec.horizon.is_some();
    let plan =
        TemporalJoin::plan(relation("l", left, size), relation("r", right, size), spec).unwrap();
    let mut columns = vec![col("l.n"), col("r.n")];
    if offsets {
        columns.push(col("h.offset"));
    }
    let plan = LogicalPlanBuilder::from(plan).project(columns).unwrap().build().unwrap();
    let context = context(partitions, batch, 1 << 30);
    let frame = context.execute_logical_plan(plan).await.unwrap();
    numbers(&frame.collect().await.unwrap())
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line =
        (proptest::option::weighted(0.9, 0_i64..4), proptest::option::weighted(0.9, 0_i64..40));
    let number = |rows: Vec<(Option<i64>, Option<i64>)>| {
        rows.into_iter().zip(0..).map(|((k, t), n)| (k, t, n)).collect()
    };
    proptest::collection::vec(line, 0..60).prop_map(number)
}

fn pick() -> impl Strategy<Value = Pick> {
    let comparison = prop_oneof![
        Just(Comparison::GtEq),
        Just(Comparison::Gt),
        Just(Comparison::LtEq),
        Just(Comparison::Lt),
        Just(Comparison::Nearest)
    ];
    let offsets = prop_oneof![Just(vec![0]), proptest::collection::vec(-20_i64..20, 1..4)];
    let as_of = (comparison, proptest::option::of(0_i64..15), offsets)
        .prop_map(|(comparison, tolerance, offsets)| Pick::AsOf { comparison, tolerance, offsets });
    let window = (proptest::option::weighted(0.8, -15_i64..10), 0_i64..12, any::<bool>()).prop_map(
        |(from, length, prevailing)| Pick::Window {
            from,
            to: from.unwrap_or(0) + length,
            prevailing,
        },
    );
    prop_oneof![3 => as_of, 1 => window]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn joins_are_what_their_definition_says(
        left in lines(),
        right in lines(),
        pick in pick(),
        keyed in any::<bool>(),
        keep in any::<bool>(),
        batch in 1_usize..9,
        size in 1_usize..9,
        partitions in 1_usize..4,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let found = runtime.block_on(joined(&left, &right, spec(keyed, pick.clone(), keep), (batch, size, partitions)));
        prop_assert_eq!(found, expected(&left, &right, keyed, &pick, keep));
    }
}

/// The right side is four times what memory holds; it is sorted on disk and read once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_side_larger_than_memory() {
    let rows = 1_000_000_i64;
    let right: Vec<Line> = (0..rows).map(|i| (Some(i % 7), Some((i * 7919) % rows), i)).collect();
    let left: Vec<Line> = (0..5_000).map(|i| (Some(i % 7), Some(i * 200), i)).collect();
    let pick = Pick::AsOf { comparison: Comparison::GtEq, tolerance: None, offsets: vec![0] };
    let mut spec = spec(true, pick, true);
    spec.horizon = None;
    let plan = TemporalJoin::plan(relation("l", &left, 8192), relation("r", &right, 8192), spec);
    let plan = LogicalPlanBuilder::from(plan.unwrap()).project([col("l.n"), col("r.t")]).unwrap();
    // 24 bytes a row.
    let context = context(2, 1024, 6_000_000);
    let frame = context.execute_logical_plan(plan.build().unwrap()).await.unwrap();
    let found = numbers(&frame.collect().await.unwrap());
    assert_eq!(found.len(), left.len());
    let latest = |l: &Line| {
        let same = right.iter().filter(|r| r.0 == l.0 && r.1 <= l.1);
        same.map(|r| r.1).max().flatten()
    };
    for i in [0, 17, 2_500, 4_999] {
        assert_eq!(found[i], vec![Some(left[i].2), latest(&left[i])], "row {i}");
    }
}

/// What a pass needs is set aside before its inputs start: others may take all the rest.
#[tokio::test]
async fn a_pass_has_its_room_from_the_start() {
    let rows: Vec<Line> = (0..20_000).map(|i| (Some(i / 9_000), Some(i % 9_000), i)).collect();
    let pick = Pick::AsOf { comparison: Comparison::GtEq, tolerance: None, offsets: vec![0] };
    let [left, right] = ["l", "r"].map(|name| declared(name, &rows, 1024));
    let plan = TemporalJoin::plan(left, right, spec(true, pick, true)).unwrap();
    let plan = LogicalPlanBuilder::from(plan).project([col("l.n"), col("r.n")]).unwrap();
    let memory = 4 << 20;
    let context = context(1, 1024, memory);
    let frame = context.execute_logical_plan(plan.build().unwrap()).await.unwrap();
    let physical = frame.create_physical_plan().await.unwrap();
    let task = context.task_ctx();
    let pass = physical.execute(0, Arc::clone(&task)).unwrap();
    // No more than a small share of all.
    assert_eq!(task.memory_pool().reserved(), memory / 32);
    let others = MemoryConsumer::new("others").register(task.memory_pool());
    others.try_grow(memory - task.memory_pool().reserved()).unwrap();
    let found = numbers(&pass.try_collect::<Vec<_>>().await.unwrap());
    let expected: Vec<_> = rows.iter().map(|r| vec![Some(r.2), Some(r.2)]).collect();
    assert_eq!(found, expected);
    // Where there is none to set aside it asks when it needs it.
    others.try_grow(memory - task.memory_pool().reserved()).unwrap();
    let pass = physical.reset_state().unwrap().execute(0, Arc::clone(&task)).unwrap();
    others.free();
    assert_eq!(numbers(&pass.try_collect::<Vec<_>>().await.unwrap()), expected);
}

/// Sorted files are read in their order, whole: neither sorted nor merged from parts, even where the
/// optimizer would split them.
#[tokio::test]
async fn sorted_files_are_read_in_one_piece() {
    let rows: Vec<Line> = (0..500).map(|i| (Some(i / 100), Some(i % 100), i)).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.parquet").display().to_string();
    let writer = context(1, 64, 1 << 30);
    let written = writer.execute_logical_plan(relation("r", &rows, 100)).await.unwrap();
    written.write_parquet(&path, DataFrameWriteOptions::new(), None).await.unwrap();
    let context = context(3, 64, 1 << 30);
    context.sql("SET datafusion.optimizer.repartition_file_min_size = 1").await.unwrap();
    let file = async |alias: &str| {
        let order = vec![vec![col("k").sort(true, true), col("t").sort(true, true)]];
        let options = ParquetReadOptions::default().file_sort_order(order);
        let plan = context.read_parquet(&path, options).await.unwrap().into_unoptimized_plan();
        LogicalPlanBuilder::from(plan).alias(alias).unwrap().build().unwrap()
    };
    let pick = Pick::AsOf { comparison: Comparison::GtEq, tolerance: None, offsets: vec![0] };
    let spec = spec(true, pick, true);
    let plan = TemporalJoin::plan(file("l").await, file("r").await, spec).unwrap();
    let columns = [col("l.n"), col("r.n"), col("h.offset")];
    let plan = LogicalPlanBuilder::from(plan).project(columns).unwrap().build().unwrap();
    let frame = context.execute_logical_plan(plan).await.unwrap();
    let physical = frame.clone().create_physical_plan().await.unwrap();
    let shown = displayable(physical.as_ref()).indent(false).to_string();
    assert!(!shown.contains("Sort") && shown.matches("{1 group").count() == 2, "{shown}");
    let found = numbers(&frame.collect().await.unwrap());
    let itself = |i| vec![Some(i), Some(i), Some(0)];
    assert_eq!(found, (0..500).map(itself).collect::<Vec<_>>());
}

/// A table that declares an order its rows do not have.
#[tokio::test]
async fn disorder_is_noticed() {
    let lying = declared("r", &[(Some(1), Some(5), 0), (Some(1), Some(3), 1)], 2);
    let pick = Pick::AsOf { comparison: Comparison::GtEq, tolerance: None, offsets: vec![0] };
    let left = relation("l", &[(Some(1), Some(9), 0)], 1);
    let plan = TemporalJoin::plan(left, lying, spec(true, pick, true)).unwrap();
    let context = context(1, 8192, 1 << 30);
    let frame = context.execute_logical_plan(plan).await.unwrap();
    let error = frame.collect().await.unwrap_err().to_string();
    assert!(error.contains("read times out of order by (k@0, t@1)"), "{error}");
}

/// Ticks of different lengths, which a planner must not hand over.
#[tokio::test]
async fn times_of_two_types_are_refused() {
    let one = |name: &str, time: ScalarValue| {
        let values = LogicalPlanBuilder::values(vec![vec![lit(time)]]).unwrap();
        values.project([col("column1").alias(name)]).unwrap().build().unwrap()
    };
    let left = one("a", ScalarValue::TimestampNanosecond(Some(1), None));
    let right = one("b", ScalarValue::TimestampMicrosecond(Some(1), None));
    let spec = JoinSpec {
        on: vec![],
        times: (col("a"), col("b")),
        pick: Pick::AsOf { comparison: Comparison::GtEq, tolerance: None, offsets: vec![0] },
        keep_unmatched: true,
        horizon: None,
        tie: None,
    };
    let join = TemporalJoin::plan(left, right, spec).unwrap();
    let context = context(1, 8, 10_000_000);
    let frame = context.execute_logical_plan(join).await.unwrap();
    let error = frame.collect().await.unwrap_err().to_string();
    assert!(error.contains("Timestamp(ns), with") && error.contains("CAST both"), "{error}");
}
