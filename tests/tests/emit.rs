//! `EMIT DAILY` with strategies of options: which files come out, and what is refused.

use serde_json::{Value, json};
use trademl_tests::program::{Answer, Program};

const STRATEGIES: &str = "(SELECT * FROM (VALUES (DATE '2024-01-01', 'OLD', 'strangle', DATE '2024-02-16', 1, 5.0, NULL, 0.1), \
     (DATE '2024-01-02', 'SPX', 'straddle', DATE '2024-03-15', -2, -300.5, 'threshold', 0.05), \
     (DATE '2024-01-02', 'AAPL', 'iron_condor', DATE '2024-02-16', 3, 100.25, NULL, NULL)) \
     AS t(date, underlier, type, expiry, qty, target_vega, rebalance, delta_threshold))";
const POSITIONS: &str = "(SELECT 'AAPL' AS symbol, DATE '2024-01-02' AS date, 0.5 AS target_w)";

fn emit(program: &Program, parts: &str) -> Answer {
    program.run(&["-c", &format!("EMIT DAILY TO 'reports' FROM ({parts})")])
}

fn names(program: &Program) -> Vec<String> {
    let folder = program.folder.path().join("reports");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn strategies_have_a_file_of_their_own() {
    let program = Program::new();
    let answer = emit(
        &program,
        &format!(
            "strategies => {STRATEGIES}, option_risk => (SELECT 5000 AS vega_cap, 40 AS gamma_cap)"
        ),
    );
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert_eq!(names(&program), ["2024-01-02.html", "2024-01-02.md", "2024-01-02.options.json"]);
    let text =
        std::fs::read_to_string(program.folder.path().join("reports/2024-01-02.options.json"));
    let daily: Value = serde_json::from_str(&text.unwrap()).unwrap();
    let strategy = |underlier,
                    kind,
                    expiry,
                    qty: i64,
                    vega: f64,
                    rebalance: Value,
                    threshold: Value| {
        json!({
            "underlier": underlier, "type": kind, "expiry": expiry, "qty": qty, "target_vega": vega,
            "expected_pnl_bps": null, "conf": null,
            "hedge_rules": {"rebalance": rebalance, "delta_threshold": threshold},
        })
    };
    assert_eq!(
        daily,
        json!({
            "asof": "2024-01-02",
            "strategies": [
                strategy("SPX", "straddle", "2024-03-15", -2, -300.5, json!("threshold"), json!(0.05)),
                strategy("AAPL", "iron_condor", "2024-02-16", 3, 100.25, json!(null), json!(null)),
            ],
            "risk": {"net_vega": -200.25, "vega_cap": 5000.0, "gamma_cap": 40.0},
        })
    );
    let blotter =
        std::fs::read_to_string(program.folder.path().join("reports/2024-01-02.md")).unwrap();
    assert!(blotter.contains("| SPX | straddle | 2024-03-15 | threshold | -2 |"), "{blotter}");

    let answer = emit(&program, &format!("positions => {POSITIONS}, strategies => {STRATEGIES}"));
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert!(names(&program).contains(&"2024-01-02.json".to_string()));
}

#[test]
fn half_a_report_is_refused() {
    let program = Program::new();
    let one = |qty: &str, date: &str| {
        format!(
            "strategies => (SELECT DATE '{date}' AS date, 'SPX' AS underlier, 'straddle' AS type, DATE '2024-03-15' AS expiry, \
             {qty} AS qty)"
        )
    };
    let refused = |parts: &str, why: &str| {
        let answer = emit(&program, parts);
        assert_eq!(answer.code, Some(1), "{parts}: {}", answer.err);
        assert!(answer.err.contains(why), "{parts}: {}", answer.err);
    };
    refused(
        "risk => (SELECT 1 AS gross_cap)",
        "missing part 'positions'; write positions => TABLE t, or strategies => TABLE t",
    );
    refused(&one("1.5", "2024-01-02"), "'qty' of SPX straddle is 1.5, expected a whole number");
    refused(
        &one("NULL", "2024-01-02"),
        "'qty' of SPX straddle is NULL or not finite, expected a whole number",
    );
    refused(
        &format!("positions => {POSITIONS}, {}", one("1", "2024-01-01")),
        "'positions' end on 2024-01-02 and 'strategies' on 2024-01-01; give both for the same date",
    );
    refused(
        "strategies => (SELECT CURRENT_DATE AS date, 1 AS qty WHERE false)",
        "part 'strategies' has no rows",
    );
    refused(
        "strategies => (SELECT DATE '2024-01-02' AS date, 'SPX' AS underlyer)",
        "part 'strategies' has no column 'underlier' (did you mean 'underlyer'?)",
    );
    let risk = |limits: &str| format!("{}, option_risk => ({limits})", one("1", "2024-01-02"));
    refused(
        &risk("SELECT 1 AS vega_cap UNION ALL SELECT 2"),
        "part 'option_risk' has 2 rows, expected one: that of the day",
    );
    refused(
        &risk("SELECT 1 AS vega_caps"),
        "part 'option_risk' has a column 'vega_caps' (did you mean 'vega_cap'?), known: net_vega",
    );
    refused(
        &format!("positions => {POSITIONS}, option_risk => (SELECT 1 AS vega_cap)"),
        "part 'option_risk' without 'strategies'; write strategies => TABLE t",
    );
    refused(
        &format!("{}, risk => (SELECT 1.5 AS gross_cap)", one("1", "2024-01-02")),
        "part 'risk' without 'positions'; limits of strategies are option_risk",
    );
    refused(
        &one("1", "2024-03-16"),
        "'expiry' of SPX straddle is 2024-03-15, before 2024-03-16; leave out what is expired",
    );
    refused(
        "strategies => (SELECT DATE '2024-01-02' AS date, CAST(NULL AS TEXT) AS underlier, 'straddle' AS type, \
         DATE '2024-03-15' AS expiry, 1 AS qty)",
        "part 'strategies': 'underlier' is NULL in 1 rows",
    );
    assert!(!program.folder.path().join("reports").exists());
}
