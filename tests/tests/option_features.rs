//! `sql/features/options.sql` on a chain whose smile is known: one of SSVI with φ = 2, ρ = −0.5 and 20 % at the
//! money, which total variance linear in time keeps between expiries.

use trademl_tests::lake::TestLake;
use trademl_tests::program::{Program, repository};

/// Thirty sessions on which the underlying goes up or down by 1 %, with strikes a half apart.
const TABLES: &str = "
CREATE TABLE days AS SELECT session AS date, session_close('XNYS', session) - INTERVAL '5 minutes' AS asof, row_number() OVER (ORDER BY session) AS i,
  CASE WHEN row_number() OVER (ORDER BY session) % 2 = 1 THEN 100.0 ELSE 101.0 END AS spot
  FROM trading_sessions('XNYS', DATE '2024-01-02', DATE '2024-02-13');
CREATE PIT TABLE curated.bars (symbol TEXT, date DATE, close DOUBLE) PRIMARY KEY (symbol) EVENT TIME (date);
INSERT INTO curated.bars (symbol, date, close, known_at) SELECT 'SPX', date, spot, asof + INTERVAL '20 minutes' FROM days;
CREATE TABLE curated.rates AS SELECT TIMESTAMP '2024-01-01T00:00:00' AS ts, 0.05 AS rate;
CREATE TABLE reference.earnings AS SELECT 'SPX' AS symbol, TIMESTAMP '2023-12-01T12:00:00' AS announced, DATE '2024-01-31' AS earnings_date;
CREATE TABLE curated.option_quotes AS SELECT osi_symbol('SPX', expiry, kind, strike) AS contract, 'SPX' AS symbol, asof, expiry, kind, strike, greatest(price - 0.01, 0.0) AS bid, price + 0.01 AS ask,
  10.0 AS bid_size, 10.0 AS ask_size, CASE kind WHEN 'put' THEN 30.0 ELSE 20.0 END AS volume, CASE kind WHEN 'put' THEN 10.0 ELSE 40.0 END AS open_interest, spot FROM (
  SELECT *, black76_price(kind, forward, strike, years, 0.05, sqrt(0.04 / 2 * (1 - ln(strike / forward) + sqrt(power(2 * ln(strike / forward) - 0.5, 2) + 0.75)))) AS price FROM (
    SELECT *, spot * exp(0.05 * years) AS forward FROM (
      SELECT d.*, e.expiry, k.kind, 75.0 + 0.5 * s.value AS strike, years_to_expiry(d.asof, e.expiry) AS years FROM days AS d
      CROSS JOIN (VALUES (DATE '2024-01-19'), (DATE '2024-02-16'), (DATE '2024-03-15'), (DATE '2024-06-21')) AS e(expiry)
      CROSS JOIN (VALUES ('call'), ('put')) AS k(kind) CROSS JOIN generate_series(0, 100) AS s WHERE e.expiry > d.date)))";

#[tokio::test(flavor = "multi_thread")]
async fn features_of_a_known_smile() {
    let lake = TestLake::open(2).await.unwrap();
    let script = std::fs::read_to_string(repository().join("sql/features/options.sql")).unwrap();
    // As a run has it: what looks ahead is refused.
    let run = format!(
        "{TABLES};\nSET trademl.look_ahead = 'deny';\nCREATE TABLE features.options AS {script}"
    );
    lake.rows(&run).await.unwrap();
    let close = |column: &str, expected: f64, within: f64| {
        format!("bool_and(abs({column} - {expected}) < {within}) AS {column}")
    };
    // SciPy: roots of the deltas, differences of the volatility, the integral of options over strikes.
    let checks = [
        close("iv_30", 0.2, 1e-5),
        close("slope_30", -0.1, 1e-3),
        close("curvature_30", 0.1, 2e-2),
        close("rr_25", -0.007_703, 1e-4),
        close("bf_25", -0.000_015, 1e-4),
        close("rr_10", -0.014_636, 1e-4),
        close("bf_10", 0.000_374, 1e-4),
        close("swap_iv_30", 0.200_577, 1e-4),
        close("expected_move_30", 0.045_743, 1e-5),
        close("term_slope", 0.0, 1e-5),
        close("put_call_volume", 1.5, 1e-12),
        close("put_call_open", 0.25, 1e-12),
    ];
    let sql = format!("SELECT count(*), {} FROM features.options", checks.join(", "));
    let row = lake.rows(&sql).await.unwrap().remove(0);
    assert_eq!(row[0], "30");
    assert!(row[1..].iter().all(|held| held == "true"), "{row:?}");
    // 21 returns of ±ln 1.01 have the variance 0.026138 a year; the close of a session is not known at its quotes.
    let sql = "SELECT bool_and(abs(variance_premium - 0.014093) < 1e-4) FILTER (WHERE variance_premium IS NOT NULL), count(variance_premium), \
               bool_and(abs(volume_ratio - 1) < 0.3), bool_and(abs(iv_change_1) < 1e-5), count(iv_rank), min(days_to_earnings), \
               max(days_to_earnings), count(days_to_earnings), max(open_change), min(open_change) FROM features.options";
    let row = lake.rows(sql).await.unwrap().remove(0);
    assert_eq!(row, ["true", "8", "true", "true", "0", "0", "29", "21", "0.0", "0.0"]);
    // A close that was corrected later is no part of what was known before.
    let corrected = format!(
        "INSERT INTO curated.bars (symbol, date, close, known_at) SELECT 'SPX', min(date), 60.0, max(asof) FROM days; \
         CREATE OR REPLACE TABLE features.corrected AS {script}; \
         SELECT bool_and(abs(variance_premium - 0.014093) < 1e-4), count(variance_premium) FROM features.corrected \
         WHERE variance_premium IS NOT NULL"
    );
    assert_eq!(lake.rows(&corrected).await.unwrap(), [["true", "7"]]);
    // Calls less puts, each gamma by Black's formula with the volatility of the smile, of one session.
    let sql = "WITH chain AS (SELECT *, years_to_expiry(asof, expiry) AS years, ln(strike / (spot * exp(0.05 * years_to_expiry(asof, expiry)))) AS k \
               FROM curated.option_quotes WHERE CAST(asof AS DATE) = DATE '2024-01-03'), \
               valued AS (SELECT *, sqrt(0.04 / 2 * (1 - k + sqrt(power(2 * k - 0.5, 2) + 0.75)) * years) AS s FROM chain) \
               SELECT abs(max(f.gamma_exposure) / sum((CASE v.kind WHEN 'call' THEN 40 ELSE -10 END) * exp(-power(-k / s + s / 2, 2) / 2) / sqrt(2 * pi()) \
               / (v.spot * s) * 100 * v.spot * v.spot / 100) - 1) < 1e-3 FROM features.options AS f JOIN valued AS v ON v.asof = f.asof";
    assert_eq!(lake.rows(sql).await.unwrap(), [["true"]]);
}

/// Each `x.test.sql` of the repository holds.
#[test]
fn scripts_pass_their_own_tests() {
    let program = Program::new();
    program.link_repository();
    let answer = program.run(&["test", "sql"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    for name in ["equity.test.sql", "options.test.sql"] {
        assert!(answer.err.contains(name), "{name}: {}", answer.err);
    }
}
