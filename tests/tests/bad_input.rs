//! Bad input through the program: each case has a message that names the problem, the exit code of
//! the contract, and leaves nothing half written.

use std::time::{Duration, Instant, SystemTime};

use trademl_tests::program::{Answer, Program, files, signal};

const BARS: &str = "
CREATE PIT TABLE bars (symbol TEXT, date DATE, close DOUBLE) PRIMARY KEY (symbol) EVENT TIME (date);
INSERT INTO bars (symbol, date, close, known_at)
SELECT 'A', DATE '2020-01-01' + CAST(value AS INTEGER), 100.0 + value,
       CAST(DATE '2020-01-01' + CAST(value AS INTEGER) AS TIMESTAMP) + INTERVAL '21 hours'
FROM generate_series(1, 60);
";

/// A pipeline whose second step ends with `n`, by default never.
const SLOW: &str = "-- Counts.
-- name: slow
-- version: 1
-- kind: pipeline
-- params: n BIGINT = 100000000000
AUDIT (started) AS SELECT 1 WHERE false;
CREATE OR REPLACE TABLE signals.slow AS SELECT count(*) AS n FROM generate_series(1, $n);
";

/// A script of the given name and statements.
fn script(name: &str, kind: &str, statements: &str) -> String {
    format!("-- Tests.\n-- name: {name}\n-- version: 1\n-- kind: {kind}\n{statements}\n")
}

fn with_bars() -> Program {
    let program = Program::new();
    program.csv(BARS);
    program
}

#[track_caller]
fn fails(answer: &Answer, code: i32, words: &[&str]) {
    assert_eq!(answer.code, Some(code), "{answer:?}");
    for word in words {
        assert!(answer.err.contains(word), "expected '{word}' in:\n{}", answer.err);
    }
    assert!(answer.err.starts_with("error: ") || answer.err.contains("\nerror: "), "{answer:?}");
    assert!(!answer.err.contains("panicked"), "{answer:?}");
    assert_eq!(answer.out, "", "a failed command prints no result");
}

/// Statements that fail with code 1 and say why. Nothing in the lake may change.
#[test]
fn statements_that_fail_name_the_problem_and_write_nothing() {
    let program = with_bars();
    let before = (program.versions(), files(&program.lake));
    let row = |close: &str| {
        format!(
            "INSERT INTO bars VALUES ('B', '2020-01-02', 1.0, '2020-01-02T21:15:00Z'), \
                 ('A', '2020-03-02', {close}, '2020-03-02T21:15:00Z')"
        )
    };
    let (nan, inf) = (row("CAST('NaN' AS DOUBLE)"), row("CAST('-Infinity' AS DOUBLE)"));
    let cases: &[(&str, &[&str])] = &[
        (
            "SELECT * FROM barz",
            &["no table 'curated.barz'", "did you mean 'curated.bars'?", "sql:1:15"],
        ),
        ("INSERT INTO barz SELECT * FROM bars", &["no table 'curated.barz'", "did you mean"]),
        (
            "SELECT * FROM triple_barrier(TABLE bars, max_hh => 3)",
            &["triple_barrier", "unknown argument 'max_hh'", "did you mean 'max_h'?"],
        ),
        (
            "SELECT rsi(close, timeperiodd => 3) OVER (ORDER BY date) FROM bars",
            &["rsi", "unknown argument 'timeperiodd'", "did you mean 'timeperiod'?"],
        ),
        (
            "SELECT * FROM triple_barrier(TABLE bars, max_h => 'x')",
            &["triple_barrier", "max_h", "expected an integer"],
        ),
        (
            "SELECT * FROM triple_barrier(TABLE bars, max_h => -3)",
            &["max_h: expected an integer ≥ 1, was -3"],
        ),
        (
            "SELECT * FROM triple_barrier(TABLE bars, price => symbol)",
            &["triple_barrier", "price", "symbol"],
        ),
        (
            "SELECT rsi(symbol, timeperiod => 3) OVER (ORDER BY date) FROM bars",
            &["rsi: argument 'real' is", "expected a number"],
        ),
        (
            "INSERT INTO bars SELECT 'A', DATE '2020-03-02', 'x'",
            &["column 'close' is Float64", "Utf8"],
        ),
        (
            "INSERT INTO bars VALUES (NULL, '2020-03-02', 1.0, '2020-03-02T21:15:00Z')",
            &["column 'symbol' is NULL", "date=2020-03-02", "drop the row or repair the source"],
        ),
        (
            "INSERT INTO bars VALUES ('A', NULL, 1.0, '2020-03-02T21:15:00Z')",
            &["column 'date' is NULL", "symbol='A'", "drop the row or repair the source"],
        ),
        (
            "INSERT INTO bars VALUES ('A', '2020-03-02', 1.0, '2020-03-01T21:15:00Z')",
            &["known_at 2020-03-01T21:15:00Z is before the event time", "the session's close"],
        ),
        (
            "INSERT INTO bars SELECT 1, DATE '2020-03-02', 1.0",
            &["column 'symbol' is", "CAST(", "if that is meant"],
        ),
        (
            "ALTER TABLE bars ADD COLUMN IF NOT EXISTS close BIGINT",
            &["column 'close' exists as Float64, and a type never changes", "choose another name"],
        ),
        (
            "SELECT * FROM bars FOR SYSTEM_TIME AS OF '2999-01-01'",
            &["2999-01-01", "would be look-ahead", "choose an earlier instant"],
        ),
        (
            "SELECT * FROM bars TIMESTAMP AS OF '2001-01-01'",
            &["'curated.bars': did not exist at 2001-01-01", "it was created at"],
        ),
        ("SELECT * FROM bars VERSION AS OF 7", &["'curated.bars': version was 7, expected 0 to 1"]),
        (
            "VACUUM bars RETAIN 1 HOURS",
            &["RETAIN was 1 hours, expected at least 24", "an insert that is still running"],
        ),
        (&nan, &["column 'close' is NaN", "symbol='A', date=2020-03-02", "NULL"]),
        (&inf, &["column 'close' is -inf", "symbol='A', date=2020-03-02", "NULL"]),
        (
            "INSERT INTO bars VALUES ('B', '2020-01-02', 1.0, '2020-01-02T21:15:00Z'), ('B', '2020-01-02', 2.0, '2020-01-02T21:15:00Z')",
            &["symbol='B', date=2020-01-02", "twice in one insert"],
        ),
        (
            "INSERT INTO bars VALUES ('A', '2020-01-02', 7.0, '2020-01-02T21:00:00Z')",
            &["symbol='A', date=2020-01-02", "later known_at"],
        ),
        (
            "CREATE TABLE signals.t AS SELECT * FROM triple_barrier(TABLE bars, max_h => 50)",
            &["symbol=A has 60 rows", "expected at least 71", "shorten max_h"],
        ),
        (
            "CREATE TABLE signals.t AS SELECT * FROM triple_barrier((SELECT symbol, date, CASE WHEN date = '2020-01-05' THEN CAST('NaN' AS DOUBLE) ELSE close END AS close FROM bars), max_h => 5)",
            &["triple_barrier", "'price' is NaN at symbol=A, date=2020-01-05"],
        ),
        (
            "CREATE TABLE signals.t AS SELECT CAST(close AS INT) / (CAST(close AS INT) - 130) AS x FROM bars",
            &["zero"],
        ),
        (
            "CREATE TABLE signals.t AS SELECT * FROM build_portfolio((SELECT symbol, date, 1.0 AS score FROM bars WHERE false), returns => (SELECT symbol, date, 0.1 AS ret FROM bars))",
            &["build_portfolio", "no rows", "check the filter and the as-of time"],
        ),
        (
            "CREATE TABLE signals.t AS SELECT * FROM backtest((SELECT symbol, date, 1.0 AS target_w FROM bars WHERE false), prices => TABLE bars)",
            &["backtest", "no rows", "check the filter and the as-of time"],
        ),
        (
            "CREATE MODEL m OPTIONS (model_type => 'ridge', target => 'close', features => ['x'], time => 'date') AS SELECT close AS x, close, date FROM bars WHERE false",
            &["model 'm'", "no rows", "check the filter and the as-of time"],
        ),
        (
            "CREATE MODEL m OPTIONS (model_type => 'ridge', target => 'cloze', features => ['close'], time => 'date') AS SELECT * FROM bars",
            &["model 'm'", "cloze"],
        ),
        (
            "CREATE MODEL m OPTIONS (model_type => 'rigde', target => 'close', features => ['x'], time => 'date') AS SELECT * FROM bars",
            &["model 'm'", "rigde", "ridge"],
        ),
        ("SELECT * FROM ML.PREDICT(MODEL nosuch, TABLE bars)", &["nosuch"]),
    ];
    for (sql, words) in cases {
        let answer = program.run(&["-c", sql]);
        assert_eq!(answer.code, Some(1), "{sql}\n{answer:?}");
        fails(&answer, 1, words);
        assert_eq!(program.versions(), before.0, "{sql} changed a table");
    }
    // Not even a file that no log names.
    assert_eq!(files(&program.lake), before.1);
}

#[test]
fn a_batch_stops_at_its_first_bad_statement() {
    let program = with_bars();
    let sql = "CREATE TABLE signals.a AS SELECT 1 AS x; CREATE TABLE signals.b AS SELECT nosuch; \
               CREATE TABLE signals.c AS SELECT 3 AS x";
    fails(&program.run(&["-c", sql]), 1, &["nosuch"]);
    let tables: Vec<_> = program.versions().into_keys().collect();
    assert_eq!(tables, ["curated.bars", "signals.a"]);
    // A text that does not parse runs none of its statements.
    let sql = "CREATE TABLE signals.d AS SELECT 1 AS x; SELEC 2";
    fails(&program.run(&["-c", sql]), 1, &["SELEC", "^"]);
    assert!(!program.versions().contains_key("signals.d"));
}

#[test]
fn unsorted_batches_are_sorted_and_repeated_ones_skipped() {
    let program = with_bars();
    let shuffled = "INSERT INTO bars SELECT symbol, date, close, known_at FROM (VALUES \
         ('Z', DATE '2020-01-09', 1.0, TIMESTAMP '2020-01-09 21:00:00Z'), \
         ('A', DATE '2020-03-05', 2.0, TIMESTAMP '2020-03-05 21:00:00Z'), \
         ('Z', DATE '2020-01-02', 3.0, TIMESTAMP '2020-02-02 21:00:00Z'), \
         ('Z', DATE '2020-01-02', 4.0, TIMESTAMP '2020-01-02 21:00:00Z')) \
         AS t(symbol, date, close, known_at)";
    program.csv(shuffled);
    let rows = program.csv("SELECT date, close FROM bars WHERE symbol = 'Z' ORDER BY date");
    assert_eq!(rows, "date,close\n2020-01-02,3.0\n2020-01-09,1.0\n");
    // The same batch again changes nothing, not even the version.
    let before = files(&program.lake);
    program.csv(shuffled);
    assert_eq!(files(&program.lake), before);
}

#[test]
fn before_anything_was_known_there_is_nothing() {
    let program = with_bars();
    let count = |cut: &str| program.csv(&format!("SELECT count(*) AS n FROM bars {cut}"));
    assert_eq!(count("FOR SYSTEM_TIME AS OF '1990-01-01'"), "n\n0\n");
    assert_eq!(count("FOR SYSTEM_TIME AS OF '2020-01-03'"), "n\n1\n");
}

#[test]
fn a_vacuumed_version_is_named_with_the_oldest_that_can_be_read() {
    let program = Program::new();
    for x in 1..4 {
        program.csv(&format!("CREATE OR REPLACE TABLE signals.t AS SELECT {x} AS x"));
    }
    let ten_days_ago = SystemTime::now() - Duration::from_hours(240);
    let table = program.lake.join("signals/t");
    for path in files(&table).into_keys() {
        let file = std::fs::File::options().append(true).open(table.join(path)).unwrap();
        file.set_modified(ten_days_ago).unwrap();
    }
    let vacuum = "SELECT 1 AS x; VACUUM signals.t DRY RUN; VACUUM signals.t";
    assert!(program.csv(vacuum).contains("signals.t,2,"));
    let answer = program.run(&["-c", "SELECT * FROM signals.t VERSION AS OF 1"]);
    let oldest = "the oldest that can is version 2 (readable: 2)";
    fails(&answer, 1, &["version 1 can no longer be read", "VACUUM removed files of it", oldest]);
    assert_eq!(program.csv("SELECT x FROM signals.t VERSION AS OF 2"), "x\n3\n");
}

#[test]
fn wrong_use_is_2() {
    let program = with_bars();
    program.write("p.sql", &script("p", "pipeline", "-- params: n BIGINT = 2\nSELECT $n AS n;"));
    let before = files(&program.lake);
    let cases: &[(&[&str], &[&str])] = &[
        (&["--nosuch"], &["--nosuch"]),
        (&["run"], &["SCRIPT"]),
        (&["run", "nosuch.sql"], &["nosuch.sql", "No such file"]),
        (
            &["run", "p.sql", "--param", "m=3"],
            &["no script declares parameter 'm'", "did you mean 'n'?"],
        ),
        (&["run", "p.sql", "--param", "n=x"], &["parameter 'n' is an integer, was 'x'"]),
        (&["run", "p.sql", "--param", "n"], &["NAME=VALUE"]),
        (&["run", "p.sql", "--as-of", "2999-01-01"], &["2999", "future"]),
        (&["run", "p.sql", "--as-of", "soon"], &["soon"]),
        (&["run", "p.sql", "--timeout", "x"], &["not a duration"]),
    ];
    for (arguments, words) in cases {
        fails(&program.run(arguments), 2, words);
    }
    assert_eq!(files(&program.lake), before, "a refused run leaves no trace");
}

/// Scripts are checked before anything runs: the first step's table is never written.
#[test]
fn a_bad_included_script_is_named_with_line_and_caret() {
    let program = Program::new();
    let first = "CREATE TABLE signals.first AS SELECT 1 AS x;\nINCLUDE 'steps/inner.sql';";
    program.write("outer.sql", &script("outer", "pipeline", first));
    std::fs::create_dir(program.folder.path().join("steps")).unwrap();

    fails(
        &program.run(&["run", "outer.sql"]),
        2,
        &[
            "no script 'steps/inner.sql'",
            "--> outer.sql:6:1",
            "6 | INCLUDE 'steps/inner.sql';",
            "| ^",
        ],
    );

    let cases: &[(&str, &str, i32, &[&str])] = &[
        // Line 6 of the file, the second word after FROM's place.
        (
            "script",
            "SELECT 1;\nSELECT 2 AS y FROMM t;",
            1,
            &[
                "FROMM",
                "--> steps/inner.sql:6:15",
                "6 | SELECT 2 AS y FROMM t;",
                "|               ^",
            ],
        ),
        ("script", "SELECT (1;", 1, &["--> steps/inner.sql:5:10", "ends here"]),
        ("script", "SELECT 'a;", 1, &["--> steps/inner.sql:5:8"]),
        (
            "script",
            "-- ownr: me\nSELECT 1;",
            2,
            &[
                "unknown header key 'ownr'",
                "did you mean 'owner'?",
                "--> steps/inner.sql:5:4",
                "5 | -- ownr: me",
                "|    ^",
            ],
        ),
        (
            "script",
            "-- params: n NUMBER\nSELECT 1;",
            2,
            &["'n NUMBER' is not a parameter", "steps/inner.sql:5:4"],
        ),
        (
            "tabel",
            "SELECT 1;",
            2,
            &["kind: was 'tabel'", "did you mean 'table'?", "--> steps/inner.sql:4:4"],
        ),
        ("table", "SELECT 1; SELECT 2;", 2, &["exactly one SELECT", "--> steps/inner.sql:5"]),
        ("script", "INCLUDE '../outer.sql';", 2, &["includes itself", "steps/inner.sql:5:1"]),
        (
            "script",
            "-- params: day DATE\nSELECT $day;",
            2,
            &["parameter 'day'", "has no value", "--param day="],
        ),
    ];
    for (kind, text, code, words) in cases {
        program.write("steps/inner.sql", &script("inner", kind, text));
        fails(&program.run(&["run", "outer.sql"]), *code, words);
    }
    program.write("steps/inner.sql", "SELECT 1;");
    fails(&program.run(&["run", "outer.sql"]), 2, &["no 'name'", "steps/inner.sql:1:1"]);
    assert_eq!(program.versions().len(), 0, "{:?}", program.versions());
    assert!(files(&program.lake).is_empty(), "nothing ran, so nothing was recorded");
}

#[test]
fn a_step_that_fails_is_named_recorded_and_ends_the_run() {
    let program = Program::new();
    let steps = "CREATE OR REPLACE TABLE signals.a AS SELECT 1 AS x;\nINCLUDE 'inner.sql';\n\
                 CREATE OR REPLACE TABLE signals.c AS SELECT 1 AS x;";
    program.write("outer.sql", &script("outer", "pipeline", steps));
    program.write("inner.sql", &script("signals.b", "table", "SELECT x AS y\nFROM signals.aa"));
    let answer = program.run(&["run", "outer.sql"]);
    fails(
        &answer,
        1,
        &["failed    signals.b", "no table 'signals.aa'", "did you mean 'signals.a'?"],
    );
    fails(&answer, 1, &["--> inner.sql:6:14", "6 | FROM signals.aa", "|              ^"]);
    assert!(program.versions().is_empty(), "nothing is published before all is");
    let record = program.csv("SELECT outcome, error LIKE '%signals.aa%' AS told FROM ops.runs");
    assert_eq!(record, "outcome,told\nfailed,true\n");
    let steps = program.csv("SELECT step, name, outcome FROM ops.steps ORDER BY step");
    assert!(steps.ends_with("2,signals.b,failed\n"), "{steps}");
}

#[test]
fn a_failing_audit_is_3_and_stops_what_follows() {
    let program = Program::new();
    let steps = "CREATE OR REPLACE TABLE signals.a AS SELECT value AS x FROM generate_series(1, 9);\n\
                 AUDIT (name => 'at_most_three') AS SELECT x FROM signals.a WHERE x > 3;\n\
                 CREATE OR REPLACE TABLE signals.b AS SELECT 1 AS x;";
    program.write("p.sql", &script("p", "pipeline", steps));
    let answer = program.run(&["run", "p.sql"]);
    fails(&answer, 3, &["audit 'at_most_three' found 6 bad rows", "| 4 |", "| 8 |", "p.sql:6:1"]);
    assert!(!answer.err.contains("| 9 |"), "five rows are shown\n{}", answer.err);
    assert!(program.versions().is_empty(), "what an audit refuses is not published");
    assert_eq!(program.csv("SELECT outcome FROM ops.runs"), "outcome\nfailed\n");
    // The next run goes on from what was made.
    program.write("p.sql", &script("p", "pipeline", &steps.replace("x > 3", "x > 9")));
    let answer = program.run(&["run", "p.sql"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert!(
        answer.err.starts_with("unchanged CREATE OR REPLACE TABLE signals.a"),
        "{}",
        answer.err
    );
    assert_eq!(program.versions().into_keys().collect::<Vec<_>>(), ["signals.a", "signals.b"]);
    fails(&program.run(&["-c", "AUDIT (a) AS SELECT x FROM signals.a"]), 3, &["audit 'a' found 9"]);
}

/// The tests may run as root, whom permissions do not stop: a folder below a file stops everyone.
#[test]
fn a_lake_that_cannot_be_written_is_4() {
    let mut program = Program::new();
    program.write("p.sql", &script("p", "pipeline", "SELECT 1 AS x;"));
    program.write("file", "not a lake");
    for lake in ["file", "file/lake", "/proc/nosuch/lake"] {
        program.lake = program.folder.path().join(lake);
        for arguments in [
            &["-c", "CREATE TABLE signals.t AS SELECT 1 AS x"][..],
            &["-c", "CREATE PIT TABLE t (a INT, d DATE) PRIMARY KEY (a) EVENT TIME (d)"],
            &["run", "p.sql"],
        ] {
            fails(&program.run(arguments), 4, &[lake]);
        }
    }
    let kept = std::fs::read_to_string(program.folder.path().join("file")).unwrap();
    assert_eq!(kept, "not a lake");
}

#[test]
fn a_second_run_of_a_running_pipeline_is_5_and_names_the_holder() {
    let program = Program::new();
    program.write("slow.sql", SLOW);
    let other = SLOW.replace("name: slow", "name: other").replace("100000000000", "3");
    program.write("other.sql", &other.replace("signals.slow", "signals.other"));
    let mut first = program.start(&["run", "slow.sql"]);
    let answer = program.run(&["run", "slow.sql"]);
    let process = format!("process {} on ", first.id());
    fails(&answer, 5, &["pipeline 'slow'", "is running since", &process]);
    // Other pipelines are free to run, and the first goes on.
    assert_eq!(program.run(&["run", "other.sql"]).code, Some(0));
    assert!(first.try_wait().unwrap().is_none(), "the first run was disturbed");

    // Ctrl-C ends it in order: the lock is free at once and the record says so.
    signal(&first, "INT");
    assert_eq!(first.wait().unwrap().code(), Some(130));
    let done = program.run(&["run", "slow.sql", "--param", "n=3"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(program.csv("SELECT n FROM signals.slow"), "n\n3\n");
    let outcomes =
        program.csv("SELECT outcome FROM ops.runs WHERE pipeline = 'slow' ORDER BY started_at");
    assert_eq!(outcomes, "outcome\ncancelled\nsucceeded\n");
}

/// As when the clock jumps: the lease is over before the run is, and another machine takes it.
#[test]
fn a_run_that_lost_its_lease_publishes_nothing() {
    let program = Program::new();
    program.write("slow.sql", &SLOW.replace("100000000000", "300000000"));
    let mut first = program.start(&["run", "slow.sql"]);
    let leases = program.lake.join("ops/locks/slow");
    let lease = std::fs::read_to_string(leases.join(format!("{:020}.json", 0))).unwrap();
    let lease = lease.replace(&format!("\"pid\": {}", first.id()), "\"pid\": 7");
    let mut lease: serde_json::Value = serde_json::from_str(&lease).unwrap();
    lease["run_id"] = "another".into();
    lease["host"] = "elsewhere".into();
    lease["expires_at"] = "2126-01-01T00:00:00Z".into();
    std::fs::write(leases.join(format!("{:020}.json", 1)), lease.to_string()).unwrap();
    assert_eq!(first.wait().unwrap().code(), Some(5));
    fails(&program.run(&["-c", "SELECT * FROM signals.slow"]), 1, &["signals.slow"]);
    // The lease is still the other's.
    fails(&program.run(&["run", "slow.sql"]), 5, &["as run another (process", "on elsewhere)"]);
}

#[test]
fn after_a_killed_run_the_next_one_works() {
    let program = Program::new();
    program.write("slow.sql", SLOW);
    program.csv("CREATE TABLE signals.slow AS SELECT CAST(1 AS BIGINT) AS n");
    let mut killed = program.start(&["run", "slow.sql"]);
    signal(&killed, "KILL");
    assert_eq!(killed.wait().unwrap().code(), None);
    // The table it was replacing is the old one.
    assert_eq!(program.csv("SELECT n FROM signals.slow"), "n\n1\n");
    let next = program.run(&["run", "slow.sql", "--param", "n=3"]);
    assert_eq!(next.code, Some(0), "{next:?}");
    assert_eq!(program.csv("SELECT n FROM signals.slow"), "n\n3\n");
    // The record of the dead run says what became of it.
    assert!(next.err.contains("recorded as lost"), "{next:?}");
    let outcomes = program.csv(
        "SELECT outcome, error LIKE '%ended without a word%' AS told FROM ops.runs ORDER BY started_at",
    );
    assert_eq!(outcomes, "outcome,told\nlost,true\nsucceeded,\n");
}

#[test]
fn a_run_that_takes_too_long_is_7_and_a_terminated_one_143() {
    let program = Program::new();
    program.write("slow.sql", SLOW);
    let started = Instant::now();
    let answer = program.run(&["run", "slow.sql", "--timeout", "1s"]);
    fails(&answer, 7, &["timeout", "after 1 s", "--timeout"]);
    assert!(started.elapsed() < Duration::from_secs(30));
    let mut run = program.start(&["run", "slow.sql"]);
    signal(&run, "TERM");
    assert_eq!(run.wait().unwrap().code(), Some(143));
    assert_eq!(program.versions().len(), 0, "{:?}", program.versions());
    let outcomes = program.csv("SELECT outcome, count(*) AS n FROM ops.runs GROUP BY outcome");
    assert_eq!(outcomes, "outcome,n\ncancelled,2\n");
}
