//! The nightly pipeline from files to reports, through the program as cron starts it.
//!
//! Two lakes are filled at the same time, one with one thread and one with two, and must agree to
//! the byte; then the second one is run again and must not change.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use trademl_tests::pipeline::linear_night;
use trademl_tests::program::{Program, files};
use trademl_udfs::models::find_lightgbm;

/// What a run left behind, in the forms that must not depend on threads or repetition.
struct Left {
    /// The rows on standard output.
    summary: String,
    /// Reports by name.
    reports: BTreeMap<String, Vec<u8>>,
    /// Versions of tables and models.
    versions: BTreeMap<String, u64>,
    /// Steps told on standard error, without their times.
    steps: Vec<String>,
}

/// The pipeline in `sql/`, or where no LightGBM is installed, one whose second model is linear.
fn pipeline(program: &Program) -> &'static str {
    if find_lightgbm().is_ok() {
        return "sql/nightly.sql";
    }
    println!("no LightGBM here (make lightgbm fetches it): the night's second model is a ridge");
    linear_night(program)
}

fn night(program: &Program, threads: &str) -> Left {
    let script = pipeline(program);
    let arguments = ["run", script, "--threads", threads, "--format", "csv"];
    let answer = program.run(&arguments);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert!(!answer.err.contains("warning"), "{}", answer.err);
    Left {
        summary: answer.out,
        reports: files(&program.folder.path().join("reports")),
        versions: program.versions(),
        steps: answer.err.lines().map(step_name).collect(),
    }
}

/// `done      audit bars_complete  1 row, 1.2 s` → `audit bars_complete`.
fn step_name(line: &str) -> String {
    let name = line.split_once(' ').map_or("", |(_, rest)| rest.trim_start());
    name.split("  ").next().unwrap_or_default().to_string()
}

#[test]
fn a_night_is_the_same_with_one_thread_two_and_again() {
    let (one, two) = (Program::new(), Program::new());
    one.link_repository();
    two.link_repository();
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| night(&one, "1"));
        let second = night(&two, "2");
        (first.join().expect("the night with one thread"), second)
    });
    same(&first, &second, "one thread against two");
    check_summary(&second.summary);
    check_reports(&two.folder.path().join("reports"));
    assert_eq!(contents(&one), contents(&two), "tables with one thread against two");
    check_records(&two, 1, &second.steps);

    let again = night(&two, "2");
    same(&again, &second, "the second night on one lake");
    check_records(&two, 2, &second.steps);
    derived_again(&two);
}

/// What the night made is made again to the bit from what it read, in other partitions and though the
/// tables have been compacted since.
fn derived_again(program: &Program) {
    for table in ["curated.bars", "curated.index_bars"] {
        program.csv(&format!("OPTIMIZE {table}"));
    }
    let id = program.csv("SELECT DISTINCT run_id FROM ops.runs");
    let id = id.lines().last().expect("a run");
    let answer = program.run(&["verify", id, "--partitions", "4"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert!(answer.err.ends_with("17 steps gave the same bits\n"), "{}", answer.err);
}

fn same(a: &Left, b: &Left, what: &str) {
    assert_eq!(a.summary, b.summary, "{what}");
    assert_eq!(a.steps, b.steps, "{what}");
    assert_eq!(a.versions, b.versions, "{what}");
    assert_eq!(a.reports.len(), b.reports.len(), "{what}");
    for (name, report) in &a.reports {
        assert!(b.reports.get(name) == Some(report), "{what}: report {name} differs");
    }
}

/// One row a model with finite numbers, and the path of the page.
fn check_summary(summary: &str) {
    let mut lines = summary.lines();
    assert_eq!(lines.next(), Some("model,net_sharpe,max_drawdown,psr,dsr,pbo,go,report"));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let models: Vec<_> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(models, ["lightgbm", "ridge"], "{summary}");
    for row in rows {
        for number in &row[1..6] {
            assert!(number.parse::<f64>().is_ok_and(f64::is_finite), "{summary}");
        }
        let at = |i: usize| row[i].parse::<f64>().unwrap();
        assert!((2..6).all(|i| (0.0..=1.0).contains(&at(i))), "{summary}");
        // Deflating for the trials that were made never makes a Sharpe ratio more credible.
        assert!(at(4) <= at(3), "{summary}");
        assert!(row[7].ends_with(".html"), "{summary}");
    }
}

fn check_reports(folder: &Path) {
    let reports = files(folder);
    let names: Vec<_> = reports.keys().cloned().collect();
    let day = names[0].split('.').next().unwrap().to_string();
    assert_eq!(names, ["html", "json", "md"].map(|e| format!("{day}.{e}")));
    let text = |extension: &str| {
        String::from_utf8(reports[&format!("{day}.{extension}")].clone()).expect("UTF-8")
    };
    check_daily(&serde_json::from_str(&text("json")).unwrap(), &day);
    check_page(&text("html"));
    assert!(text("md").contains(&day), "the blotter names its day");
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// The shape that the daily JSON promises, key by key.
fn check_daily(daily: &Value, day: &str) {
    assert_eq!(keys(daily), BTreeSet::from(["asof", "universe", "positions", "risk"]));
    assert_eq!(daily["asof"], day);
    assert_eq!(daily["universe"].as_array().map(Vec::len), Some(20));
    let risk = BTreeSet::from(["target_vol_ann", "gross_cap", "sector_caps"]);
    assert_eq!(keys(&daily["risk"]), risk);
    assert!(daily["risk"]["sector_caps"].is_object());
    let positions = daily["positions"].as_array().unwrap();
    assert!(!positions.is_empty());
    let position = BTreeSet::from([
        "symbol",
        "target_w",
        "horizon_days",
        "expected_alpha_bps",
        "conf",
        "tp_bps",
        "sl_bps",
    ]);
    for held in positions {
        assert_eq!(keys(held), position);
        assert!(daily["universe"].as_array().unwrap().contains(&held["symbol"]));
    }
}

/// One file that opens without a network: pictures inline, nothing loaded from elsewhere.
fn check_page(page: &str) {
    assert!(page.matches("<svg").count() >= 4, "equity, drawdown, folds and importance are drawn");
    for attribute in ["src", "href", "srcset", "action"] {
        for quote in ['"', '\''] {
            for scheme in ["http:", "https:", "//", "file:"] {
                let outside = format!("{attribute}={quote}{scheme}");
                assert!(!page.contains(&outside), "the page loads {outside}");
            }
        }
    }
    for loader in ["@import", "url(http", "url(//", "<script src", "<link", "<iframe"] {
        assert!(!page.contains(loader), "the page holds {loader}");
    }
}

/// Digests of what the night computed, in key order.
fn contents(program: &Program) -> String {
    let tables = [
        ("features.equity", "symbol, date"),
        ("labels.triple_barrier", "symbol, entry_date"),
        ("labels.training_set", "symbol, date"),
        ("labels.cpcv_folds", "split, date, \"set\""),
        ("signals.scores", "model, symbol, date"),
        ("signals.positions", "model, symbol, date"),
        ("backtests.daily", "model, date"),
        ("backtests.summary", "model"),
    ];
    let dump = |(table, key): &(&str, &str)| {
        let rows = program.csv(&format!("SELECT * FROM {table} ORDER BY {key}"));
        assert!(rows.lines().count() > 2, "{table} is empty");
        rows
    };
    tables.iter().map(dump).collect()
}

/// As many records as runs, all of one id, ended well, with their versions and steps.
fn check_records(program: &Program, runs: usize, steps: &[String]) {
    let rows = program.csv(
        "SELECT run_id, outcome, pipeline, finished_at >= started_at AS ended, error IS NULL AS \
         fine, script_hash <> '' AS hashed, table_versions LIKE '%signals.positions%' AS versions \
         FROM ops.runs",
    );
    let rows: Vec<&str> = rows.lines().skip(1).collect();
    assert_eq!(rows.len(), runs, "{rows:?}");
    assert!(
        rows.iter().all(|row| row.ends_with(",succeeded,nightly,true,true,true,true")),
        "{rows:?}"
    );
    // The same work on the same data is the same run.
    assert!(rows.iter().all(|row| *row == rows[0]), "{rows:?}");
    let recorded = program.csv(
        "SELECT name FROM ops.steps WHERE outcome IN ('succeeded', 'unchanged') \
         ORDER BY started_at",
    );
    // Names with commas are quoted.
    let recorded: Vec<&str> = recorded.lines().skip(1).map(|name| name.trim_matches('"')).collect();
    let told: Vec<&str> = (0..runs).flat_map(|_| steps.iter().map(String::as_str)).collect();
    assert_eq!(recorded, told);
    assert!(told.contains(&"features.equity") && told.contains(&"emit daily"), "{told:?}");
}
