//! What holds of every window function of the list: later rows change no bit of a result that may
//! only know the past, nor does the way in which rows are cut into batches.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, UInt64Array,
};
use datafusion::arrow::compute::concat_batches;
use datafusion::datasource::MemTable;
use datafusion::execution::memory_pool::{FairSpillPool, MemoryConsumer};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::prelude::{SessionConfig, SessionContext, col};
use futures::TryStreamExt as _;
use trademl_udfs::function::register;
use trademl_udfs::window::{GroupedSorts, KernelWindows, StandardWindows};
use trademl_udfs::{Body, Contract, Kind, Lookahead, Role, functions};

const ROWS: i64 = 90;
const KNOWN: i64 = 60;

fn context(batch: usize, memory: usize, partitions: usize) -> SessionContext {
    context_with(batch, memory, partitions, Some(Arc::new(GroupedSorts)))
}

fn context_with(
    batch: usize,
    memory: usize,
    partitions: usize,
    last: Option<Arc<dyn PhysicalOptimizerRule + Send + Sync>>,
) -> SessionContext {
    let mut physical: Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> =
        vec![Arc::new(KernelWindows)];
    physical.extend(PhysicalOptimizer::new().rules);
    physical.extend(last);
    let pool = Arc::new(FairSpillPool::new(memory));
    let runtime = RuntimeEnvBuilder::new().with_memory_pool(pool).build_arc().unwrap();
    let config = SessionConfig::new().with_batch_size(batch).with_target_partitions(partitions);
    let mut state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_physical_optimizer_rules(physical)
        .with_optimizer_rule(Arc::new(StandardWindows))
        .build();
    register(&mut state, &functions()).unwrap();
    SessionContext::new_with_state(state)
}

/// Bars of two names; from row `from` on they are others.
fn bars(rows: i64, from: i64) -> RecordBatch {
    let noise = |day: i64, k: f64| {
        let seed = if day >= from { 7.7 } else { 0.0 };
        ((day as f64 + seed) * k + (day * day % 17) as f64).sin()
    };
    let keys: Vec<(i64, i64)> = (0..2).flat_map(|s| (0..rows).map(move |d| (s, d))).collect();
    let of = |f: &dyn Fn(i64, i64) -> Option<f64>| -> ArrayRef {
        Arc::new(keys.iter().map(|(s, d)| f(*s, *d)).collect::<Float64Array>())
    };
    let close = |s: i64, d: i64| 100.0 + s as f64 + 5.0 * noise(d, 1.3) + 0.1 * d as f64;
    let open = |s: i64, d: i64| close(s, d) + noise(d, 2.1);
    let width = |d: i64| 0.2 + noise(d, 0.7).abs();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("s", Arc::new(Int64Array::from_iter_values(keys.iter().map(|k| k.0)))),
        ("d", Arc::new(Int64Array::from_iter_values(keys.iter().map(|k| k.1)))),
        ("open", of(&|s, d| Some(open(s, d)))),
        ("high", of(&|s, d| Some(open(s, d).max(close(s, d)) + width(d)))),
        ("low", of(&|s, d| Some(open(s, d).min(close(s, d)) - width(d)))),
        ("close", of(&|s, d| Some(close(s, d)))),
        ("volume", of(&|_, d| Some((1000.0 * (1.5 + noise(d, 0.9))).round()))),
        ("bid", of(&|s, d| Some(close(s, d) - 0.01))),
        ("ask", of(&|s, d| Some(close(s, d) + 0.01))),
        // With gaps.
        ("x", of(&|s, d| ((d + s) % 11 != 5).then(|| close(s, d)))),
        ("y", of(&|s, d| Some(open(s, d)))),
        ("flag", of(&|_, d| Some(f64::from(u8::from(noise(d, 3.1) > 0.6))))),
        ("n", Arc::new(Int64Array::from_iter_values(keys.iter().map(|k| k.1 % 5)))),
        (
            "g",
            Arc::new(StringArray::from_iter_values(keys.iter().map(|k| format!("g{}", k.1 % 3)))),
        ),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

/// A call with all its arguments.
fn call(contract: &Contract) -> String {
    let arguments =
        contract.arguments.iter().map(|argument| match (argument.role, argument.name) {
            (Role::Column(Kind::Float), name) => {
                let known = ["open", "high", "low", "close", "volume", "bid", "ask", "y"];
                match known.iter().find(|column| **column == name) {
                    Some(column) => (*column).to_owned(),
                    None if name.contains("volume") || name.contains("size") => "volume".to_owned(),
                    None if name.contains("event") || name.contains("flag") => "flag".to_owned(),
                    None => "x".to_owned(),
                }
            }
            (Role::Column(Kind::Integer), _) => "n".to_owned(),
            (Role::Column(Kind::Boolean), _) => "flag > 0".to_owned(),
            (Role::Column(_), _) => "g".to_owned(),
            (_, _) if argument.default.is_some() => argument.default.unwrap_or_default().to_owned(),
            (Role::Constant(Kind::Float), _) => "0.5".to_owned(),
            (_, _) => "5".to_owned(),
        });
    format!("{}({})", contract.name, arguments.collect::<Vec<_>>().join(", "))
}

async fn results(batch: usize, table: RecordBatch, call: &str, rows: i64) -> Vec<ArrayRef> {
    let context = context(batch, 1 << 30, 2);
    context.register_batch("t", table).unwrap();
    let sql = format!(
        "SELECT s, d, r FROM (SELECT s, d, {call} OVER (PARTITION BY s ORDER BY d) AS r FROM t) \
         WHERE d < {rows} ORDER BY s, d"
    );
    let batches = match context.sql(&sql).await {
        Ok(frame) => frame.collect().await.unwrap_or_else(|e| panic!("{sql}: {e}")),
        Err(e) => panic!("{sql}: {e}"),
    };
    concat_batches(&batches[0].schema(), &batches).unwrap().columns().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn later_rows_and_batches_change_no_bit() {
    let (mut past, mut wrong) = (0, vec![]);
    for function in functions() {
        let contract = function.contract;
        let Body::Window(_) = function.body else { continue };
        if !matches!(contract.lookahead, Lookahead::Row | Lookahead::Past) {
            continue;
        }
        past += 1;
        let call = call(contract);
        let whole = results(8192, bars(ROWS, ROWS), &call, KNOWN).await;
        for (what, batch, table) in [
            ("rows changed", 8192, bars(ROWS, KNOWN)),
            ("rows gone", 8192, bars(KNOWN, ROWS)),
            ("batches of 1", 1, bars(ROWS, ROWS)),
            ("batches of 7", 7, bars(ROWS, ROWS)),
        ] {
            if results(batch, table, &call, KNOWN).await != whole {
                wrong.push(format!("{call}: {what}"));
            }
        }
    }
    assert!(past > 20, "{past} functions");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn long(rows: u64) -> Arc<MemTable> {
    let batches: Vec<RecordBatch> = (0..rows / 8192)
        .map(|i| {
            let day = UInt64Array::from_iter_values(i * 8192..(i + 1) * 8192);
            let x = Float64Array::from_iter_values((0..8192).map(|j| f64::from(j % 97)));
            let columns: [(&str, ArrayRef); 2] = [("d", Arc::new(day)), ("x", Arc::new(x))];
            RecordBatch::try_from_iter(columns).unwrap()
        })
        .collect();
    let table = MemTable::try_new(batches[0].schema(), vec![batches]).unwrap();
    Arc::new(table.with_sort_order(vec![vec![col("d").sort(true, false)]]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_takes_the_memory_of_its_kernels_only() {
    let rows = 200 * 8192;
    let run = async |sql: &str, memory: usize| {
        let context = context(8192, memory, 1);
        context.register_table("t", long(rows)).unwrap();
        let frame = context.sql(sql).await.unwrap();
        let plan = frame.clone().create_physical_plan().await.unwrap();
        let plan = datafusion::physical_plan::displayable(plan.as_ref()).indent(true).to_string();
        assert!(!plan.contains("SortExec"), "{plan}");
        frame.collect().await
    };
    let sql = "SELECT count(r), sum(v) FROM (SELECT rolling_mean(x, 50, NULL) OVER (ORDER BY d) AS r, \
               stddev(x) OVER (ORDER BY d ROWS 99 PRECEDING) AS v FROM t)";
    // 26 MB of rows in 100 kB.
    let found = run(sql, 100_000).await.unwrap();
    assert_eq!(format!("{:?}", found[0].column(0)).matches("1638351").count(), 1, "{found:?}");
    // A window of a million rows does not fit, and says who wanted how much.
    let wide = sql.replace("x, 50", "x, 1000000");
    let error = run(&wide, 100_000).await.unwrap_err().to_string();
    assert!(error.contains("KernelWindowExec"), "{error}");
    // Whole partitions are accounted, too.
    let section = "SELECT count(zscore(x) OVER (PARTITION BY x % 2)) FROM t";
    let section = section.replace(
        "count(zscore(x) OVER (PARTITION BY x % 2)) FROM t",
        "count(r) FROM (SELECT zscore(x) OVER () AS r FROM t)",
    );
    let error = run(&section, 2_000_000).await.unwrap_err().to_string();
    assert!(error.contains("KernelWindowExec"), "{error}");
}

/// What kernels need is set aside before the input starts: others may take all the rest.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_has_its_room_from_the_start() {
    let context = context(8192, 1 << 20, 1);
    context.register_table("t", long(20 * 8192)).unwrap();
    let frame = context.sql("SELECT rolling_mean(x, 50, NULL) OVER (ORDER BY d) AS r FROM t");
    let plan = frame.await.unwrap().create_physical_plan().await.unwrap();
    let task = context.task_ctx();
    let rows = plan.execute(0, Arc::clone(&task)).unwrap();
    // No more than a small share of all.
    assert_eq!(task.memory_pool().reserved(), (1 << 20) / 32);
    let others = MemoryConsumer::new("others").register(task.memory_pool());
    others.try_grow((1 << 20) - task.memory_pool().reserved()).unwrap();
    let found = rows.try_collect::<Vec<_>>().await.unwrap();
    assert_eq!(found.iter().map(RecordBatch::num_rows).sum::<usize>(), 20 * 8192);
}

/// Sections are neither sorted nor moved; where memory is short they are, and the results are the same.
#[tokio::test(flavor = "multi_thread")]
async fn sections_stay_where_they_are() {
    let sql = "SELECT d, zscore(x) OVER (PARTITION BY d % 1000) AS z, section_rank(x) OVER (PARTITION \
               BY d % 1000) AS r FROM t";
    // What comes above sorts for itself: where memory is short, rows come in another order.
    let above = "SELECT d, sum(z) OVER (PARTITION BY k ORDER BY d ROWS 3 PRECEDING) AS r FROM (SELECT \
                 d, d % 7 AS k, zscore(x) OVER (PARTITION BY d % 1000) AS z FROM t) ORDER BY d";
    let stacked = async |memory: usize| {
        let context = context(8192, memory, 2);
        context.register_table("t", long(200 * 8192)).unwrap();
        let rows = context.sql(above).await.unwrap().collect().await.unwrap();
        concat_batches(&rows[0].schema(), &rows).unwrap()
    };
    assert_eq!(stacked(1 << 30).await, stacked(80_000_000).await);
    let run = async |memory: usize, partitions: usize| {
        let context = context(8192, memory, partitions);
        context.register_table("t", long(200 * 8192)).unwrap();
        let frame = context.sql(sql).await.unwrap();
        let plan = frame.clone().create_physical_plan().await.unwrap();
        let shown = datafusion::physical_plan::displayable(plan.as_ref()).indent(true).to_string();
        assert!(shown.contains("SectionExec") && !shown.contains("SortExec"), "{shown}");
        let rows = datafusion::physical_plan::collect(Arc::clone(&plan), context.task_ctx()).await;
        let rows = rows.unwrap();
        // Its rows are handed out once: a second time is an error, not an empty answer.
        let twice = datafusion::physical_plan::collect(Arc::clone(&plan), context.task_ctx()).await;
        let twice = twice.unwrap_err().to_string();
        assert!(twice.contains("was executed twice"), "{twice}");
        let rows = concat_batches(&rows[0].schema(), &rows).unwrap();
        let order = datafusion::arrow::compute::sort_to_indices(rows.column(0), None, None);
        let rows = datafusion::arrow::compute::take_record_batch(&rows, &order.unwrap()).unwrap();
        (rows, context.runtime_env().memory_pool.reserved())
    };
    let (enough, left) = run(1 << 30, 1).await;
    assert_eq!((enough.num_rows(), left), (200 * 8192, 0));
    assert_eq!(enough, run(1 << 30, 3).await.0);
    // 26 MB of rows, and 20 of results, in 30: enough to sort them, not to hold them.
    assert_eq!((enough, 0), run(30_000_000, 2).await);
}

/// Rows that come out of order, by partitions of which one is NULL: as a sort of all rows has them,
/// which is what takes over where memory is short.
#[tokio::test(flavor = "multi_thread")]
async fn partitions_are_put_together() {
    let sql = "SELECT k, t, rolling_sum(x, 3, NULL) OVER (PARTITION BY k ORDER BY t) AS r, \
               lag(x) OVER (PARTITION BY k ORDER BY t) AS l FROM \
               (SELECT nullif(d % 101, 7) AS k, d * 7919 % 1638400 AS t, x FROM t) ORDER BY k, t";
    let run = async |memory: usize, grouped: bool| {
        let rule = grouped.then(|| Arc::new(GroupedSorts) as Arc<_>);
        let context = context_with(8192, memory, 2, rule);
        context.register_table("t", long(200 * 8192)).unwrap();
        let frame = context.sql(sql).await.unwrap();
        let plan = frame.clone().create_physical_plan().await.unwrap();
        let shown = datafusion::physical_plan::displayable(plan.as_ref()).indent(true).to_string();
        assert_eq!(shown.contains("GroupedSortExec"), grouped, "{shown}");
        let rows = frame.collect().await.unwrap();
        concat_batches(&rows[0].schema(), &rows).unwrap()
    };
    let sorted = run(1 << 30, false).await;
    assert_eq!(sorted.num_rows(), 200 * 8192);
    assert_eq!(sorted, run(1 << 30, true).await);
    // 40 MB of rows; the sorts of DataFusion need 10 MB each to merge.
    assert_eq!(sorted, run(70_000_000, true).await);
}

/// A hundred thousand partitions of three rows.
#[tokio::test(flavor = "multi_thread")]
async fn many_small_partitions() {
    let context = context(8192, 1 << 30, 2);
    let sql = "SELECT count(*), count(r), sum(r), count(v) FROM (SELECT rolling_sum(x, 3, NULL) OVER \
               (PARTITION BY k ORDER BY d) AS r, section_rank(x) OVER (PARTITION BY k) AS v FROM \
               (SELECT value / 3 AS k, value AS d, CAST(value % 3 AS DOUBLE) AS x \
               FROM generate_series(0, 299999)))";
    let found = context.sql(sql).await.unwrap().collect().await.unwrap();
    let shown = datafusion::arrow::util::pretty::pretty_format_batches(&found).unwrap().to_string();
    assert!(shown.contains("| 300000   | 100000   | 300000.0 | 300000   |"), "{shown}");
}

/// The operator tells the columns that are wanted, in their order and by their names; what it says of
/// partitions and orders is about those.
#[tokio::test(flavor = "multi_thread")]
async fn columns_are_chosen_in_the_operator() {
    let run = async |sql: &str, chosen: bool| {
        let context = context(700, 1 << 30, 3);
        context.register_batch("t", bars(5000, 5000)).unwrap();
        let frame = context.sql(sql).await.unwrap();
        let plan = frame.clone().create_physical_plan().await.unwrap();
        let shown = datafusion::physical_plan::displayable(plan.as_ref()).indent(true).to_string();
        let windows = shown.lines().filter(|line| line.contains("KernelWindowExec"));
        let windows: Vec<bool> = windows.map(|line| line.contains("projection=[")).collect();
        // In any case a window of the query around may choose.
        assert!(!windows.is_empty() && windows.contains(&false) != chosen, "{shown}");
        let rows = frame.collect().await.unwrap();
        datafusion::arrow::util::pretty::pretty_format_batches(&rows).unwrap().to_string()
    };
    let window = "OVER (PARTITION BY s, g ORDER BY d)";
    let inner = format!(
        "SELECT rolling_sum(x, 3, NULL) {window} AS a, g AS name, d AS day, s, ema(y, 4) {window} AS s2, s AS s3 FROM t"
    );
    // Expressions that are more than columns stay above.
    let more = format!(
        "SELECT a, name, day, s, s2, s3 FROM (SELECT rolling_sum(x, 3, NULL) {window} + 0 AS a, g AS name, d AS day, s, \
         ema(y, 4) {window} + 0 AS s2, s AS s3 FROM t)"
    );
    for asked in [
        "SELECT * FROM {t} ORDER BY s, day",
        // By what the rows are in order of, and in partitions by.
        "SELECT s3, name, count(*) AS n, sum(a) AS a, last_value(s2 ORDER BY day) AS l FROM {t} GROUP BY s3, name ORDER BY s3, name",
        "SELECT s3, name, day, lag(a) OVER (PARTITION BY s3, name ORDER BY day) AS a FROM {t} ORDER BY s3, day",
        "SELECT u.day, u.a, v.s2 FROM {t} AS u JOIN {t} AS v ON u.s3 = v.s AND u.name = v.name AND u.day = v.day ORDER BY u.s, u.day",
    ] {
        let told = run(&asked.replace("{t}", &format!("({inner})")), true).await;
        assert_eq!(told, run(&asked.replace("{t}", &format!("({more})")), false).await, "{asked}");
    }
}
