//! No part of a run reads a row known after its cut: absurd rows that became known later change
//! no byte of what the run leaves behind.

use std::collections::BTreeMap;

use trademl_tests::pipeline::{linear_night, load_only};
use trademl_tests::program::{Program, files};

/// The cut, long before the data ends, and a training period that ends well before it.
const CUT: &str = "2008-06-30T00:00:00Z";
/// When the first of the absurd rows became known.
const CORRECTED: &str = "2008-06-30T00:00:00.000001Z";
const TRAIN_END: &str = "train_end=2002-12-31";

/// What a run leaves: reports by name, tables by name as CSV, what the models learned, summary.
type Left = (BTreeMap<String, Vec<u8>>, BTreeMap<&'static str, String>, String);

fn night(program: &Program, cut: &str) -> Left {
    let script = linear_night(program);
    let answer = program.run(&[
        "run",
        script,
        "--as-of",
        cut,
        "--format",
        "csv",
        "--param",
        "reports=reports",
        "--param",
        TRAIN_END,
    ]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let tables = [
        ("features.equity", "SELECT * FROM features.equity ORDER BY symbol, date"),
        (
            "labels.triple_barrier",
            "SELECT * FROM labels.triple_barrier ORDER BY symbol, entry_date",
        ),
        ("labels.training_set", "SELECT * FROM labels.training_set ORDER BY symbol, date"),
        ("labels.cpcv_folds", "SELECT * FROM labels.cpcv_folds ORDER BY split, date, \"set\""),
        ("signals.scores", "SELECT * FROM signals.scores ORDER BY model, symbol, date"),
        ("signals.positions", "SELECT * FROM signals.positions ORDER BY model, symbol, date"),
        ("backtests.daily", "SELECT * FROM backtests.daily ORDER BY model, date"),
        ("backtests.benchmark", "SELECT * FROM backtests.benchmark ORDER BY date"),
        ("backtests.summary", "SELECT * FROM backtests.summary ORDER BY model"),
        ("ridge", "SELECT * FROM ML.TRIAL_INFO(MODEL ridge)"),
        ("ridge's coefficients", "SELECT * FROM ML.FEATURE_IMPORTANCE(MODEL ridge)"),
    ];
    let contents = tables.map(|(name, sql)| {
        let rows = program.csv(sql);
        assert!(rows.lines().count() > 2, "{name} is empty");
        (name, rows)
    });
    let reports = files(&program.folder.path().join("reports"));
    (reports, BTreeMap::from(contents), answer.out)
}

/// Rows that nobody could know at the cut: corrections of every past close, new sessions, and a
/// stock that was not in the data, with its whole past.
fn add_absurd_future(program: &Program) {
    for table in ["curated.bars", "curated.index_bars"] {
        let insert = |rows: &str| {
            program.csv(&format!("INSERT INTO {table} (symbol, date, close, known_at) {rows}"));
        };
        // One microsecond after the cut, and years after it.
        insert(&format!(
            "SELECT symbol, date, close * (1 + 0.1 * sin(date_part('doy', date) * ascii(symbol))),
                    TIMESTAMP '{CORRECTED}'
             FROM {table} FOR SYSTEM_TIME AS OF '{CUT}' WHERE date < '2008-06-30'"
        ));
        insert(&format!(
            "SELECT symbol, date, close * 1000000, TIMESTAMP '2023-06-01T00:00:00Z'
             FROM {table} FOR SYSTEM_TIME AS OF '{CUT}' WHERE date < '2008-06-30'"
        ));
        insert(&format!(
            "SELECT DISTINCT symbol, DATE '2023-06-01', 1e12, TIMESTAMP '2023-06-01T20:15:00Z'
             FROM {table}"
        ));
        insert(&format!(
            "SELECT DISTINCT 'ZZZZ', date, 1e6 + 1e5 * sin(date_part('doy', date)),
                    TIMESTAMP '2008-06-30T00:00:01Z'
             FROM {table} WHERE date < '2008-06-30'"
        ));
    }
}

#[test]
fn rows_known_after_the_cut_change_no_byte() {
    let (clean, tainted) = (Program::new(), Program::new());
    clean.link_repository();
    tainted.link_repository();
    let loaded = tainted.run(&["run", load_only(&tainted)]);
    assert_eq!(loaded.code, Some(0), "{}", loaded.err);
    add_absurd_future(&tainted);

    // The rows are there, and the cut hides them.
    let absurd = "SELECT count(*) > 0 AS absurd FROM curated.bars WHERE close > 100000";
    assert_eq!(tainted.csv(absurd), "absurd\ntrue\n");
    let cut = tainted.run(&["--as-of", CUT, "--format", "csv", "-c", absurd]);
    assert_eq!(cut.out, "absurd\nfalse\n", "{}", cut.err);

    let (expected, actual) = std::thread::scope(|scope| {
        let expected = scope.spawn(|| night(&clean, CUT));
        let actual = night(&tainted, CUT);
        (expected.join().expect("the night on clean data"), actual)
    });
    assert_eq!(expected.2, actual.2, "the summary");
    assert_eq!(expected.0.len(), 3, "{:?}", expected.0.keys());
    for (name, table) in &expected.1 {
        assert!(*table == actual.1[name], "{name} differs");
    }
    for (name, report) in &expected.0 {
        let same = actual.0.get(name).is_some_and(|other| other == report);
        assert!(same, "report {name} differs");
    }
    // Nothing in the tables is later than the cut.
    let latest = "SELECT max(date) < '2008-06-30' AS before FROM backtests.daily";
    assert_eq!(tainted.csv(latest), "before\ntrue\n");

    // The comparison can tell: one microsecond later the first corrections are known, and every
    // table, model and report changes.
    let later = night(&tainted, CORRECTED);
    assert_ne!(expected.2, later.2, "the summary");
    for (name, table) in &expected.1 {
        assert!(*table != later.1[name], "{name} does not show what became known");
    }
    assert!(expected.0.values().all(|report| !later.0.values().any(|other| other == report)));
}

#[test]
fn what_is_known_exactly_at_the_cut_is_seen() {
    let program = Program::new();
    program.csv(
        "CREATE PIT TABLE bars (symbol TEXT, date DATE, close DOUBLE) PRIMARY KEY (symbol) \
         EVENT TIME (date);
         INSERT INTO bars (symbol, date, close, known_at) VALUES
         ('A', '2008-06-27', 1.0, '2008-06-27T20:15:00Z'),
         ('A', '2008-06-27', 2.0, '2008-06-30T00:00:00Z'),
         ('A', '2008-06-27', 3.0, '2008-06-30T00:00:00.000001Z')",
    );
    let close = |cut: &str| {
        let sql = "SELECT close FROM bars";
        program.run(&["--as-of", cut, "--format", "csv", "-c", sql]).out
    };
    assert_eq!(close("2008-06-29T23:59:59.999999Z"), "close\n1.0\n");
    assert_eq!(close(CUT), "close\n2.0\n");
    assert_eq!(close("2008-06-30T00:00:00.000001Z"), "close\n3.0\n");
    assert_eq!(close("2008-06-27T20:14:59Z"), "close\n");
}
