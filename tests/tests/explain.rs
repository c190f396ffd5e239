//! What EXPLAIN shows of our own plans: the cut of a point-in-time scan, filters pushed below a
//! relation function, models, writes.
//!
//! One partition, so that the plans do not depend on the machine. `make bless` rewrites the
//! snapshots.

use trademl_tests::lake::TestLake;

const SETUP: &str = "
CREATE PIT TABLE bars (symbol TEXT, date DATE, close DOUBLE) PRIMARY KEY (symbol) EVENT TIME (date);
INSERT INTO bars (symbol, date, close, known_at)
SELECT s.symbol, d.date, 100.0 + 5.0 * sin(d.n) AS close, CAST(d.date AS TIMESTAMP) + INTERVAL '21 hours' AS known_at
FROM (VALUES ('A'), ('B')) AS s(symbol)
CROSS JOIN (
  SELECT value AS n, DATE '2020-01-01' + CAST(value AS INTEGER) AS date FROM generate_series(0, 59)
) AS d;
";

const CORRECTION: &str = "
INSERT INTO bars (symbol, date, close, known_at) VALUES ('A', '2020-01-02', 7.0, '2020-02-10T00:00:00Z');
";

/// A plan without what differs from run to run, the identifiers of files, and without what the
/// reader derives from a scan's predicate.
fn stable(plan: &str) -> String {
    let lines = plan.lines().map(|line| {
        let line = line.split(", pruning_predicate=").next().unwrap_or_default();
        let mut pieces = line.split("part-");
        let mut out = pieces.next().unwrap_or_default().to_string();
        for piece in pieces {
            let rest = piece.find(".parquet").map_or(piece, |end| &piece[end..]);
            out.push_str("part-[id]");
            out.push_str(rest);
        }
        out
    });
    lines.collect::<Vec<_>>().join("\n")
}

async fn explained(lake: &TestLake, sql: &str) -> String {
    let rows = lake.rows(&format!("EXPLAIN {sql}")).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    let plans: Vec<_> =
        rows.iter().map(|row| format!("{}:\n{}", row[0], row[1].trim_end())).collect();
    stable(&format!("{sql}\n\n{}", plans.join("\n\n")))
}

async fn lake(correction: &str) -> TestLake {
    let lake = TestLake::open(1).await.unwrap();
    lake.rows(&format!("{SETUP}{correction}SET trademl.as_of = '2020-06-01'")).await.unwrap();
    lake
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_cut() {
    let lake = lake("").await;
    // Later than some rows; later than all is no cut.
    lake.rows("SET trademl.as_of = '2020-02-01'").await.unwrap();
    insta::assert_snapshot!(
        explained(&lake, "SELECT symbol, close FROM bars WHERE symbol = 'A'").await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_with_revisions_keeps_the_latest() {
    let lake = lake(CORRECTION).await;
    let sql = "SELECT symbol, close FROM bars WHERE symbol = 'A' AND close > 3";
    insta::assert_snapshot!(explained(&lake, sql).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn system_time_is_an_earlier_cut() {
    let lake = lake(CORRECTION).await;
    let sql = "SELECT close FROM bars FOR SYSTEM_TIME AS OF '2020-02-01' WHERE date = '2020-01-02'";
    insta::assert_snapshot!(explained(&lake, sql).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_on_the_key_goes_below_triple_barrier() {
    let lake = lake("").await;
    let sql = "SELECT symbol, entry_date, ret FROM triple_barrier(TABLE bars, max_h => 5) \
               WHERE symbol = 'A' AND label = 1";
    insta::assert_snapshot!(explained(&lake, sql).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn cpcv_splits_sees_all_rows_in_order() {
    let lake = lake("").await;
    let sql = "SELECT split, count(*) AS n FROM cpcv_splits((SELECT symbol, entry_date, exit_date \
               FROM triple_barrier(TABLE bars, max_h => 5)), n_folds => 4) \
               WHERE \"set\" = 'train' GROUP BY split";
    insta::assert_snapshot!(explained(&lake, sql).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn predict_is_a_projection() {
    let lake = lake("").await;
    let create = "CREATE MODEL m OPTIONS (model_type => 'ridge', target => 'y', features => ['x'], \
                  time => 'd') AS SELECT CAST(value AS DOUBLE) AS x, 2.0 * value AS y, \
                  DATE '2020-01-01' + CAST(value AS INTEGER) AS d FROM generate_series(1, 60)";
    lake.rows(create).await.unwrap();
    let sql = "SELECT symbol, prediction FROM ML.PREDICT(MODEL m, (SELECT symbol, close AS x FROM \
               bars)) WHERE symbol = 'B'";
    insta::assert_snapshot!(explained(&lake, sql).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_show_their_query_and_do_nothing() {
    let lake = lake("").await;
    let statements = [
        "INSERT INTO bars (symbol, date, close, known_at) SELECT 'C', date, close, known_at FROM \
         bars WHERE symbol = 'A'",
        "CREATE OR REPLACE TABLE signals.last AS SELECT symbol, max(date) AS date FROM bars GROUP \
         BY symbol",
        "OPTIMIZE bars",
        "AUDIT (closes_positive) AS SELECT symbol, date, close FROM bars WHERE close <= 0",
    ];
    let mut plans = vec![];
    for sql in statements {
        plans.push(explained(&lake, sql).await);
    }
    insta::assert_snapshot!(plans.join("\n\n\n"));
    let left = "SELECT count(*) FROM bars VERSION AS OF 1";
    assert_eq!(lake.rows(left).await.unwrap(), [["120"]]);
    assert!(lake.rows("SELECT * FROM bars VERSION AS OF 2").await.is_err());
    assert!(lake.rows("SELECT * FROM signals.last").await.is_err());
}

/// Sides that are in order are read in one piece and not sorted, and a predicate on the key reaches
/// both.
#[tokio::test(flavor = "multi_thread")]
async fn an_asof_join_of_sorted_tables_sorts_nothing() {
    let lake = TestLake::open(3).await.unwrap();
    let quotes = SETUP.replace("bars", "quotes");
    lake.rows(&format!("{SETUP}{quotes}")).await.unwrap();
    let sql = "SELECT t.date, q.close FROM bars t ASOF JOIN quotes q \
               MATCH_CONDITION (t.date >= q.date) ON t.symbol = q.symbol";
    let plan = explained(&lake, sql).await;
    assert!(plan.contains("TemporalJoinExec"), "{plan}");
    assert!(!plan.contains("SortExec") && !plan.contains("SortPreservingMergeExec"), "{plan}");
    let plan = explained(&lake, &format!("{sql} WHERE t.symbol = 'A' AND q.close > 0")).await;
    assert_eq!(plan.matches("predicate=symbol@0 = A").count(), 2, "{plan}");
    assert!(plan.contains("FilterExec: close@"), "{plan}");
}

/// A filter makes the key constant, which is part of the order that the second join asks of the
/// first: one that forgot it could not be planned.
#[tokio::test(flavor = "multi_thread")]
async fn an_asof_join_hands_on_what_its_left_side_is_known_to_be() {
    let lake = lake("").await;
    lake.rows(&SETUP.replace("bars", "quotes")).await.unwrap();
    let joined = "SELECT t.date, t.symbol, q.close FROM (SELECT * FROM bars WHERE symbol = 'A') t \
                  ASOF JOIN quotes q MATCH_CONDITION (t.date > q.date) ON t.symbol = q.symbol";
    let sql = format!(
        "SELECT l.date, l.close, r.close FROM ({joined}) l \
         ASOF LEFT JOIN (SELECT * FROM quotes ORDER BY close, date, symbol LIMIT 50) r \
         MATCH_CONDITION (l.date > r.date) ON l.symbol = r.symbol"
    );
    let plan = explained(&lake, &sql).await;
    assert_eq!(plan.matches("TemporalJoinExec").count(), 2, "{plan}");
    lake.rows(&sql).await.unwrap();
}

/// Keys and time name one row of a table: `known_at` would decide nothing and is not read. Of its
/// history they name many.
#[tokio::test(flavor = "multi_thread")]
async fn an_asof_join_reads_known_at_where_it_decides() {
    let lake = lake("").await;
    let join = |right: &str| {
        format!(
            "SELECT t.symbol, q.close FROM bars t ASOF JOIN {right} q \
             MATCH_CONDITION (t.date >= q.date) ON t.symbol = q.symbol"
        )
    };
    let filtered = join("(SELECT * FROM bars WHERE close > 1)");
    for (sql, reads) in [
        (join("bars"), false),
        (filtered, false),
        (join("pit_history(TABLE bars)"), true),
        (join("bars").replace(" ON t.symbol = q.symbol", ""), true),
    ] {
        let plan = explained(&lake, &sql).await;
        let scans: Vec<_> = plan.lines().filter(|line| line.contains("DataSourceExec")).collect();
        assert_eq!(scans.last().is_some_and(|right| right.contains("known_at")), reads, "{plan}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_of_ours_and_of_sqls_share_an_operator() {
    let lake = lake("").await;
    let sql = "SELECT avg(close) OVER (PARTITION BY symbol ORDER BY date ROWS 19 PRECEDING) AS a, \
               rolling_mean(close, 20) OVER (PARTITION BY symbol ORDER BY date) AS b, \
               lag(close) OVER (PARTITION BY symbol ORDER BY date) AS c FROM bars";
    insta::assert_snapshot!(explained(&lake, sql).await);
}
