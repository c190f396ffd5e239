//! What a run does and leaves out, and what becomes of pipelines that are wrong, through the program.

use trademl_tests::program::Program;
use trademl_tests::small::{MADE, refused, run, script, small};

#[test]
fn a_run_does_what_is_new_and_nothing_else() {
    let program = small();
    // What is read is made first, whatever the order of the includes.
    assert_eq!(run(&program, &[]), ["done features.a", "done features.b", "done audit"]);
    let unchanged = ["unchanged features.a", "unchanged features.b", "unchanged audit"];
    assert_eq!(run(&program, &[]), unchanged);
    // Comments and layout change nothing.
    program.write(
        "a.sql",
        &script(
            "features.a",
            1,
            "table",
            MADE,
            "\n-- why\nselect value as X\n\nFROM generate_series(1, $n)",
        ),
    );
    assert_eq!(run(&program, &[]), unchanged);
    // What turns out as it was stops there.
    assert_eq!(
        run(&program, &["--all"]),
        ["unchanged features.a", "unchanged features.b", "done audit"]
    );
    // Another parameter is other rows, and back again.
    let again = ["done features.a", "done features.b", "done audit"];
    assert_eq!(run(&program, &["--param", "n=5"]), again);
    assert_eq!(program.csv("SELECT sum(n) AS n FROM features.b"), "n\n5\n");
    assert_eq!(run(&program, &[]), again);
    // Whoever else writes the table does not last.
    assert_eq!(program.sql("CREATE OR REPLACE TABLE features.a AS SELECT 9 AS x").code, Some(0));
    let plan = program.run(&["plan", "p.sql", "--format", "csv"]);
    assert!(plan.out.contains("features.a,run,its table was written by others,"), "{}", plan.out);
    assert!(plan.out.contains("features.b,run if changed,features.a made anew,"), "{}", plan.out);
    assert_eq!(run(&program, &[]), ["done features.a", "unchanged features.b", "unchanged audit"]);
    let plan = program.run(&["plan", "p.sql", "--format", "csv"]);
    assert_eq!(plan.out.matches(",up to date,since ").count(), 3, "{}", plan.out);
}

#[test]
fn a_published_version_keeps_its_meaning() {
    let program = small();
    run(&program, &[]);
    let other = |version| {
        let query = "SELECT value * 2 AS x FROM generate_series(1, $n)";
        program.write("a.sql", &script("features.a", version, "table", MADE, query));
    };
    other(1);
    let answer = program.run(&["run", "p.sql"]);
    refused(&answer, 2, &["features.a: what it makes has changed", "-- version: 2", "a.sql:6:1"]);
    refused(&program.run(&["plan", "p.sql"]), 2, &["features.a: what it makes has changed"]);
    // An environment is there to try it.
    let dev = ["done features.a", "done features.b", "done audit"];
    assert_eq!(run(&program, &["--env", "dev"]), dev);
    let sum = "SELECT sum(x) AS x FROM features.a";
    assert_eq!(program.csv(sum), "x\n6\n");
    let dev = program.run(&["--env", "dev", "--format", "csv", "-c", sum]);
    assert_eq!(dev.out, "x\n12\n", "{}", dev.err);
    other(2);
    let plan = program.run(&["plan", "p.sql", "--format", "csv"]);
    assert!(plan.out.contains("features.a,run,version 1 to 2,"), "{}", plan.out);
    run(&program, &[]);
    assert_eq!(program.csv(sum), "x\n12\n");
    let runs = "SELECT environment, look_ahead, count(*) AS n FROM ops.runs WHERE outcome = 'succeeded' \
                GROUP BY 1, 2 ORDER BY 1";
    assert_eq!(program.csv(runs), "environment,look_ahead,n\ndev,deny,1\n,deny,2\n");
}

#[test]
fn wrong_pipelines_are_refused() {
    let program = small();
    let a = |more: &str, body: &str| {
        program.write("a.sql", &script("features.a", 1, "table", more, body));
    };
    let run = |code, parts: &[&str]| refused(&program.run(&["run", "p.sql"]), code, parts);
    a("-- inputs: features.b\n", "SELECT odd AS x FROM features.b");
    run(2, &["features.b needs features.a needs features.b", "take one out"]);
    a(MADE, "SELECT date AS x FROM curated.bars");
    program.csv("CREATE PIT TABLE bars (s TEXT, date DATE) PRIMARY KEY (s) EVENT TIME (date)");
    run(
        2,
        &["features.a reads curated.bars, which its inputs do not name", "-- inputs: curated.bars"],
    );
    a("-- lookahaed: none\n", "SELECT 1 AS x");
    run(2, &["unknown header key 'lookahaed'", "did you mean 'lookahead'?", "a.sql:5:4"]);
    a("-- lookahead: perhaps\n", "SELECT 1 AS x");
    run(2, &["lookahead: was 'perhaps'", "none, label or full"]);
    // An audit that cannot be planned is an error, and nothing is published.
    a(MADE, "SELECT value AS x FROM generate_series(1, 3)");
    let audit = "AUDIT (name => 'few') AS SELECT nosuch FROM features.b;";
    program.write("check.sql", &script("audits.b", 1, "script", "-- inputs: features.b\n", audit));
    run(1, &["failed    audit few", "nosuch", "check.sql:6:"]);
    assert_eq!(program.versions().len(), 1, "{:?}", program.versions());
    let audit = "AUDIT (name => 'few') AS SELECT n FROM features.b WHERE 1 / (n - n) = 1;";
    program.write("check.sql", &script("audits.b", 1, "script", "-- inputs: features.b\n", audit));
    run(1, &["failed    audit few", "ivide by zero"]);
    assert_eq!(program.versions().len(), 1, "{:?}", program.versions());
}

#[test]
fn a_table_that_lost_a_column_is_refused() {
    let program = Program::new();
    let write = |version, columns: &str| {
        let query = format!("SELECT 'A' AS s, DATE '2020-01-01' AS date{columns}");
        let more = "-- grain: s, date\n-- inputs: -\n";
        program.write("p.sql", &script("curated.p", version, "pit table", more, &query));
    };
    write(1, ", 1.0 AS close");
    run(&program, &[]);
    write(1, "");
    refused(
        &program.run(&["run", "p.sql"]),
        2,
        &["curated.p: what it makes has changed", "version: 2"],
    );
    write(2, "");
    refused(&program.run(&["run", "p.sql"]), 2, &["no longer gives the column 'close'", "as NULL"]);
    assert_eq!(program.csv("SELECT close FROM curated.p"), "close\n1.0\n");
}

#[test]
fn what_sees_the_future_is_not_published() {
    let program = Program::new();
    program.csv(
        "CREATE PIT TABLE bars (s TEXT, date DATE, close DOUBLE) PRIMARY KEY (s) EVENT TIME (date)",
    );
    program.csv(
        "INSERT INTO bars (s, date, close) SELECT 'A', DATE '2020-01-01' + CAST(value AS INTEGER), value \
         FROM generate_series(1, 30)",
    );
    let write = |lookahead: &str| {
        let query = "SELECT s, date, lead(close) OVER (PARTITION BY s ORDER BY date) AS next FROM curated.bars";
        let more = format!("-- inputs: curated.bars\n{lookahead}");
        program.write("p.sql", &script("labels.p", 1, "table", &more, query));
    };
    write("");
    let answer = program.run(&["run", "p.sql"]);
    refused(
        &answer,
        1,
        &["column 'next' looks ahead", "the row 1 later", "write lag", "-- lookahead: label"],
    );
    write("-- lookahead: label: the next close\n");
    run(&program, &[]);
    // The column is remembered as a label, whoever reads it and however.
    program.write(
        "q.sql",
        &script(
            "features.q",
            1,
            "table",
            "-- inputs: labels.p\n",
            "SELECT s, date, next * 2 AS x FROM labels.p",
        ),
    );
    refused(&program.run(&["run", "q.sql"]), 1, &["column 'x' looks ahead", "labels.p.next"]);
    let train = |features: &str| {
        program.sql(&format!(
            "CREATE OR REPLACE MODEL m OPTIONS (model_type => 'ridge', target => 'next', features => [{features}]) \
             AS SELECT l.next, l.next AS copy, b.close FROM labels.p AS l JOIN bars AS b ON b.s = l.s AND b.date = l.date \
             WHERE l.next IS NOT NULL"
        ))
    };
    refused(&train("'copy'"), 1, &["column 'copy' looks ahead", "a model's features must not"]);
    assert_eq!(train("'close'").code, Some(0));
    // Off is on record.
    let off = program.run(&["run", "q.sql", "--look-ahead", "off"]);
    assert_eq!(off.code, Some(0), "{}", off.err);
    let modes = program.csv("SELECT DISTINCT look_ahead FROM ops.runs WHERE pipeline = 'features.q' AND outcome = 'succeeded'");
    assert_eq!(modes, "look_ahead\noff\n");
}

#[test]
fn audits_of_the_header_run_before_anything_is_seen() {
    let program = Program::new();
    let write = |audits: &str| {
        let more = format!("-- grain: x\n-- inputs: -\n-- audits: {audits}\n");
        let query = "SELECT value % 3 AS x FROM generate_series(1, 9)";
        program.write("p.sql", &script("features.p", 1, "table", &more, query));
    };
    write("unique(x), accepted_range(x, 0, 2)");
    let answer = program.run(&["run", "p.sql"]);
    refused(&answer, 3, &["failed    audit unique(x) on features.p", "3 bad rows", "p.sql:7:"]);
    assert!(program.versions().is_empty());
    write("accepted_range(x, 0, 2), row_count(0.5, 2)");
    run(&program, &[]);
    refused(
        &program.run(&["audit", "p.sql", "--as-of", "2020-01-01"]),
        0,
        &["done      audit accepted_range"],
    );
    write("accepted_range(x, 0, 1), unique(x), not_null(y)");
    refused(&program.run(&["audit", "p.sql"]), 1, &["features.p has no column 'y'"]);
    write("accepted_range(x, 0, 1), unique(x)");
    refused(
        &program.run(&["audit", "p.sql"]),
        3,
        &["2 of 2 audits failed", "accepted_range", "unique(x)"],
    );
    write("nonsense(");
    refused(&program.run(&["run", "p.sql"]), 1, &["p.sql:7:"]);
}

#[test]
fn scripts_are_tested_with_fixtures() {
    let program = small();
    let test = |rows: &str| {
        let fixture = "CREATE TABLE features.a AS SELECT * FROM (VALUES (1), (2), (3)) AS t(x);";
        program.write("b.test.sql", &format!("{fixture}\n{rows};"));
    };
    test("SELECT 0 AS odd, 1 AS n UNION ALL SELECT 1, 2");
    let answer = program.run(&["test", "p.sql"]);
    refused(&answer, 0, &["ok        ./b.test.sql"]);
    test("SELECT 0 AS odd, 2 AS n UNION ALL SELECT 1, 2");
    refused(
        &program.run(&["test", "."]),
        3,
        &["1 of 1 tests failed", "row 1 has n 1, expected 2: odd 0, n 1"],
    );
    test("SELECT 1 AS odd, 2 AS n");
    refused(&program.run(&["test", "."]), 3, &["expected"]);
    test("SELECT 1 AS even");
    refused(&program.run(&["test", "."]), 3, &["gives no column 'even', but odd, n"]);
    program.write("b.test.sql", "CREATE TABLE features.a AS SELECT 1 AS x;");
    refused(&program.run(&["test", "."]), 3, &["its last statement is no query"]);
    assert!(!program.lake.exists(), "tests have lakes of their own");
    refused(&program.run(&["test", "a.sql"]), 2, &["no test below 'a.sql'"]);
}

#[test]
fn lint_and_dag_read_scripts_without_a_lake() {
    let program = small();
    let answer = program.run(&["lint", "p.sql"]);
    refused(&answer, 1, &["things to mend"]);
    for line in [
        "a.sql:1: has no 'grain': add -- grain: …",
        "a.sql:1: has no 'owner'",
        "p.sql:1: has no 'owner'",
    ] {
        assert!(answer.out.contains(line), "{}", answer.out);
    }
    let more = "-- params: n BIGINT = 3\n-- owner: me\n-- inputs: no/such.parquet, curated.bars\n-- audits: ghost\n";
    program.write("s.sql", &script("s", 1, "script", more, "SELECT $m AS x;"));
    let answer = program.run(&["lint", "s.sql"]);
    for line in [
        "s.sql:5: parameter 'n' is not used",
        "s.sql:1: $m is declared nowhere",
        "s.sql:7: input 'no/such.parquet' is not there",
        "s.sql:7: input 'curated.bars' is not read",
        "s.sql:8: no AUDIT (name => 'ghost') in the pipeline",
    ] {
        assert!(answer.out.contains(line), "{line}\n{}", answer.out);
    }
    let dag = program.run(&["dag", "p.sql", "--format", "csv"]);
    let scripts: Vec<&str> = dag.out.lines().map(|l| l.split(',').next().unwrap()).collect();
    assert_eq!(scripts, ["script", "features.a", "features.b", "audits.b"]);
    let dot = program.run(&["dag", "p.sql", "--dot"]);
    assert!(dot.out.contains("\"features.a\" -> \"features.b\";"), "{}", dot.out);
    assert!(!program.lake.exists());
}

#[test]
fn versions_and_environments_are_compared_by_their_rows() {
    let program = small();
    run(&program, &[]);
    run(&program, &["--param", "n=4"]);
    run(&program, &["--env", "dev", "--param", "n=2"]);
    let diff = |arguments: &[&str]| {
        let all: Vec<&str> =
            ["diff", "features.a", "--format", "csv"].iter().chain(arguments).copied().collect();
        program.run(&all)
    };
    let answer = diff(&["--from", "0"]);
    refused(&answer, 0, &["- 0 rows only in version 0, + 1 row only in the lake"]);
    assert_eq!(answer.out, "change,x\n+,4\n");
    let answer = diff(&["--to", "dev"]);
    assert_eq!(answer.out, "change,x\n-,3\n-,4\n", "{}", answer.err);
    refused(&diff(&[]), 2, &["both sides are the lake"]);
    refused(&diff(&["--from", "9"]), 1, &["version was 9, expected 0 to"]);
    refused(&diff(&["--from", "../x"]), 1, &["environment name: was '../x'"]);
}

#[test]
fn rows_are_followed_back_through_runs_to_their_files() {
    let program = Program::new();
    program.write("bars.csv", "symbol,date,close\nA,2020-01-02,1.5\nB,2020-01-02,2.5\n");
    program
        .write("p.sql", &script("p", 1, "pipeline", "", "INCLUDE 'bars.sql';\nINCLUDE 'f.sql';"));
    let bars =
        "SELECT symbol, date, close, 'vendor://' || symbol AS source_uri FROM read_csv('bars.csv')";
    let more = "-- grain: symbol, date\n-- inputs: bars.csv\n";
    program.write("bars.sql", &script("curated.bars", 1, "pit table", more, bars));
    let query = "SELECT symbol, date, close * 2 AS twice FROM curated.bars";
    program.write("f.sql", &script("features.f", 1, "table", "-- inputs: curated.bars\n", query));
    run(&program, &[]);
    let rows = program.csv(
        "SELECT depth, relation, rows, source_uri, step FROM lineage(TABLE features.f, symbol => 'B')",
    );
    assert_eq!(
        rows,
        "depth,relation,rows,source_uri,step\n0,features.f,1,,features.f\n\
         1,curated.bars,1,vendor://B,curated.bars\n2,bars.csv,,bars.csv,\n"
    );
    // A file that has changed is read again, and an earlier run can no longer be derived from it.
    let id = program.csv("SELECT run_id FROM ops.runs WHERE outcome = 'succeeded'");
    let id = id.lines().last().unwrap().to_owned();
    program.write(
        "bars.csv",
        "symbol,date,close\nA,2020-01-02,1.5\nB,2020-01-02,2.5\nC,2020-01-02,3.5\n",
    );
    refused(
        &program.run(&["verify", &id]),
        2,
        &["'bars.csv' is not the file that run", "put that one back"],
    );
    assert_eq!(run(&program, &[]), ["done curated.bars", "done features.f"]);
}

#[test]
fn a_command_is_told_how_a_run_ended() {
    let program = small();
    let command = "cat > told.json; echo $TRADEML_PIPELINE $TRADEML_OUTCOME > told.txt";
    program.write("c.toml", &format!("[run]\nnotify = \"{command}\"\n"));
    run(&program, &["--config", "c.toml"]);
    let read = |name: &str| std::fs::read_to_string(program.folder.path().join(name)).unwrap();
    assert_eq!(read("told.txt"), "p succeeded\n");
    program.write("a.sql", &script("features.a", 1, "table", MADE, "SELECT nosuch AS x"));
    refused(&program.run(&["run", "p.sql", "--config", "c.toml"]), 1, &["nosuch"]);
    let told: serde_json::Value = serde_json::from_str(&read("told.json")).unwrap();
    assert_eq!((&told["pipeline"], &told["outcome"]), (&"p".into(), &"failed".into()));
    assert!(told["error"].as_str().unwrap().contains("nosuch"), "{told}");
    // What cannot be told is no failure of the run.
    program.write(
        "a.sql",
        &script("features.a", 1, "table", MADE, "SELECT value AS x FROM generate_series(1, $n)"),
    );
    program.write("c.toml", "[run]\nnotify = \"exit 7\"\n");
    let answer = program.run(&["run", "p.sql", "--config", "c.toml"]);
    refused(&answer, 0, &["warning: notify: 'exit 7': exit status: 7"]);
}

#[test]
fn ranges_of_time_are_made_once() {
    let program = Program::new();
    program.csv("CREATE PIT TABLE bars (symbol TEXT, date DATE, close DOUBLE) PRIMARY KEY (symbol) EVENT TIME (date)");
    let insert = |from: &str, to: &str| {
        program.csv(&format!(
            "INSERT INTO bars (symbol, date, close, known_at) SELECT 'A', CAST(value AS DATE), 1.0, value + INTERVAL '22 hours' \
             FROM generate_series(TIMESTAMP '{from}', TIMESTAMP '{to}', INTERVAL '1 day')"
        ));
    };
    insert("2020-01-15", "2020-04-30");
    let write = |version, factor| {
        let query = format!(
            "SELECT symbol, date, close * {factor} AS x, CAST(date AS TIMESTAMP) + INTERVAL '23 hours' AS known_at \
             FROM curated.bars WHERE date >= $start AND date < $end"
        );
        let more = "-- grain: symbol, date\n-- inputs: curated.bars\n";
        program.write("p.sql", &script("features.p", version, "pit table by month", more, &query));
    };
    write(1, 2);
    let made = || {
        program.csv("SELECT reason, rows FROM ops.steps WHERE reason LIKE 'range %' ORDER BY started_at, reason")
    };
    let cut = ["--as-of", "2020-04-20"];
    let early = [&cut[..], &["--start", "2019-12-01"]].concat();
    let early: Vec<&str> = ["run", "p.sql"].into_iter().chain(early).collect();
    refused(
        &program.run(&early),
        2,
        &["--start 2019-12-01 is before its sources begin (curated.bars: 2020-01-15)"],
    );
    assert_eq!(run(&program, &cut), ["done features.p"]);
    assert_eq!(
        made(),
        "reason,rows\nrange 2020-01-01 to 2020-02-01,17\nrange 2020-02-01 to 2020-03-01,29\n\
         range 2020-03-01 to 2020-04-01,31\nrange 2020-04-01 to 2020-05-01,19\n"
    );
    // What is over stays done; the month of the cut is made again, and what is new after it.
    let plan = program.run(&["plan", "p.sql", "--as-of", "2020-05-10", "--format", "csv"]);
    assert!(
        plan.out.contains("\"2 ranges are missing, 2020-04-01 to 2020-06-01\""),
        "{}",
        plan.out
    );
    assert_eq!(run(&program, &["--as-of", "2020-05-10"]), ["done features.p"]);
    assert_eq!(program.csv("SELECT count(*) AS n FROM features.p"), "n\n107\n");
    assert_eq!(made().lines().count(), 1 + 4 + 2);
    let id =
        program.csv("SELECT run_id FROM ops.steps WHERE reason = 'range 2020-01-01 to 2020-02-01'");
    let verified = program.run(&["verify", id.lines().last().unwrap()]);
    assert_eq!(verified.code, Some(0), "{}", verified.err);
    assert!(verified.err.contains("4 steps gave the same bits"), "{}", verified.err);
    // Chosen ranges, again; another query is other rows for all of them.
    let again = ["--as-of", "2020-05-10", "--all", "--start", "2020-02-10", "--end", "2020-02-11"];
    assert_eq!(run(&program, &again), ["unchanged features.p"]);
    write(2, 3);
    let plan = program.run(&["plan", "p.sql", "--as-of", "2020-05-10", "--format", "csv"]);
    assert!(plan.out.contains("features.p,run,version 1 to 2,"), "{}", plan.out);
    let bad = script("features.p", 1, "pit table by moon", "", "SELECT 1");
    program.write("bad.sql", &bad);
    refused(
        &program.run(&["run", "bad.sql"]),
        2,
        &["'pit table by moon', expected by day, week, month", "bad.sql:4:4"],
    );
}
