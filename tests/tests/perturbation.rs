//! Every relation function that may know only the past, or a label's span, on rows that are changed or
//! gone after a day: what was decided by then keeps its bits. `udfs/tests/windows.rs` holds window
//! functions to the same.

use std::collections::BTreeSet;

use trademl_tests::lake::TestLake;
use trademl_udfs::{Body, Lookahead, functions};

const ROWS: i64 = 240;
/// The first day whose rows are changed.
const CHANGED: i64 = 150;

/// A function's call over `bars`, and the column by which its rows are decided.
const CALLS: &[(&str, &str, &str)] = &[
    ("time_bars", "TABLE trades, seconds => 7200", "bar_end"),
    ("tick_bars", "TABLE trades, n => 7", "bar_end"),
    ("volume_bars", "TABLE trades, volume => 40", "bar_end"),
    ("dollar_bars", "TABLE trades, dollar => 4000", "bar_end"),
    ("imbalance_bars", "TABLE trades, first_ticks => 5", "bar_end"),
    ("issuers", "TABLE gaps, max_gap => 2", "date"),
    ("top_by_adv", "TABLE bars, n => 2, window => 20", "date"),
    ("cusum_events", "TABLE bars, threshold => 0.03", "date"),
    ("horizon_return", "TABLE bars, h => 5", "exit_date"),
    ("excess_return", "TABLE bars, benchmark => open, h => 5", "exit_date"),
    ("iv_change", "TABLE bars, iv => close, h => 5", "exit_date"),
    ("variance_premium", "TABLE bars, iv => open, h => 5", "exit_date"),
    ("triple_barrier", "TABLE bars, max_h => 10, vol_window => 20", "exit_date"),
    ("meta_label", "TABLE bars, side => side, h => 5", "exit_date"),
    ("trend_scanning", "TABLE bars, min_rows => 5, max_rows => 15", "exit_date"),
    ("average_uniqueness", "TABLE spans", "exit_date"),
    ("delta_hedge", "TABLE paths, rate => 0.03, volatility => volatility, option_fee => 1", "date"),
    (
        "pnl_attribution",
        "TABLE paths, rate => 0.03, volatility => volatility, share_bps => 1",
        "date",
    ),
    (
        "select_strategies",
        "TABLE choices, most => 5, budget => 500, vega_cap => 3, vega => vega",
        "date",
    ),
    ("build_portfolio", "TABLE scores, returns => TABLE returns, cov_window => 30", "date"),
    ("svi_surface", "TABLE quotes", "asof"),
    ("backtest", "TABLE targets, prices => TABLE bars", "date"),
];
/// What knows no series.
const WITHOUT_ROWS: &[&str] = &["trading_sessions"];

/// Three names' bars up to day `rows`, of which those from `changed` on are others, and what is made of them.
async fn lake(rows: i64, changed: i64) -> TestLake {
    let lake = TestLake::open(2).await.unwrap();
    let noise = |factor: f64, name: &str| {
        format!(
            "sin((i + CASE WHEN i >= {changed} THEN 7.7 ELSE 0.0 END) * {factor} + {name} + i * i % 17)"
        )
    };
    let bars = format!(
        "CREATE TABLE bars AS SELECT chr(65 + s) AS symbol, DATE '2020-01-01' + i AS date, i, s, \
         100.0 + s + 3 * {close} AS close, 100.0 + s + 3 * {close} + {open} AS open, \
         round(1000.0 * (2 + {volume})) AS volume, CASE WHEN {side} > 0 THEN 1 ELSE -1 END AS side FROM \
         (SELECT CAST(a.value AS INTEGER) AS i, CAST(b.value AS INTEGER) AS s FROM generate_series(0, {last}) a \
         CROSS JOIN generate_series(0, 2) b)",
        close = noise(1.3, "s"),
        open = noise(2.1, "s"),
        volume = noise(0.9, "s"),
        side = noise(0.4, "s"),
        last = rows - 1,
    );
    let made = [
        "CREATE TABLE trades AS SELECT symbol, CAST(date AS TIMESTAMP) AS ts, close AS price, volume / 1000 AS size \
         FROM bars",
        // Days left out, others after the change.
        "CREATE TABLE gaps AS SELECT * FROM bars WHERE side > 0",
        // Labels that end later may end at other times.
        "CREATE TABLE spans AS SELECT symbol, date AS entry_date, CASE WHEN i + 10 < {changed} THEN date + 10 \
         ELSE greatest(date, DATE '2020-01-01' + {changed}) + CAST(volume AS INTEGER) % 7 END AS exit_date FROM bars",
        "CREATE TABLE scores AS SELECT symbol, date, open - close AS score FROM bars WHERE i >= 40 AND i % 5 = 0",
        "CREATE TABLE returns AS SELECT symbol, date, close / lag(close) OVER (PARTITION BY symbol ORDER BY date) - 1 \
         AS ret FROM bars",
        // One leg ends before the change, one after all.
        "CREATE TABLE paths AS SELECT symbol AS position, date, leg, leg AS kind, 100.0 AS strike, 2 AS quantity, \
         CASE leg WHEN 'put' THEN DATE '2020-04-30' ELSE DATE '2021-04-30' END AS expiry, close AS spot, \
         0.2 + (open - close) / 100 AS volatility FROM bars CROSS JOIN (VALUES ('call'), ('put')) AS legs(leg)",
        "CREATE TABLE choices AS SELECT symbol AS candidate, date, open - close AS expected_pnl, close AS capital, \
         side AS vega FROM bars",
        "CREATE TABLE targets AS SELECT symbol, date, (open - close) / 10 AS target_w FROM bars WHERE i % 5 = 0",
        "CREATE TABLE quotes AS SELECT symbol, date AS asof, date + 90 AS expiry, 0.25 AS years, close AS forward, \
         close * (0.7 + 0.1 * k.value) AS strike, 0.2 + 0.01 * k.value + 0.02 * sin(open + k.value) AS iv FROM bars \
         CROSS JOIN generate_series(0, 6) AS k",
    ];
    lake.rows(&bars).await.unwrap();
    for sql in made {
        let sql = sql.replace("{changed}", &changed.to_string());
        lake.rows(&sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
    lake
}

/// The rows of a call that were decided before a day.
async fn decided(lake: &TestLake, call: &(&str, &str, &str), before: i64) -> BTreeSet<String> {
    let (name, arguments, by) = call;
    let sql =
        format!("SELECT * FROM {name}({arguments}) WHERE {by} < DATE '2020-01-01' + {before}");
    let rows = lake.rows(&sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    rows.iter().map(|row| row.join(" ")).collect()
}

fn same(expected: &BTreeSet<String>, found: &BTreeSet<String>, name: &str, what: &str) {
    let differing: Vec<_> = expected.symmetric_difference(found).take(4).collect();
    assert!(differing.is_empty(), "{name}, {what}: {differing:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn later_rows_change_no_bit() {
    let listed: BTreeSet<_> =
        CALLS.iter().map(|call| call.0).chain(WITHOUT_ROWS.iter().copied()).collect();
    let bound: BTreeSet<_> = functions()
        .into_iter()
        .filter(|f| matches!(f.body, Body::Relation(_)) && f.contract.lookahead != Lookahead::Full)
        .map(|f| f.contract.name)
        .collect();
    assert_eq!(listed, bound, "each relation function that is bound to the past is tried here");
    let whole = lake(ROWS, ROWS).await;
    let changed = lake(ROWS, CHANGED).await;
    // The day itself stays: a bar in time is given once a trade after it is there.
    let gone = lake(CHANGED + 1, ROWS).await;
    for call in CALLS {
        let name = call.0;
        let expected = decided(&whole, call, CHANGED).await;
        assert!(expected.len() > 10, "{name}: {} rows", expected.len());
        same(&expected, &decided(&changed, call, CHANGED).await, name, "rows changed");
        // Spans that end later hold those before, and are not known where their rows are gone.
        if name != "average_uniqueness" {
            same(&expected, &decided(&gone, call, CHANGED).await, name, "rows gone");
        }
        // The change is one that the function can see.
        let later = decided(&whole, call, ROWS).await;
        assert!(later != decided(&changed, call, ROWS).await, "{name} does not see the change");
    }
}
