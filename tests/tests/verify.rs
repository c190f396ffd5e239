//! A run is derived again from its record, and gives the same bits.

use trademl_tests::small::{refused, run, script, small};

#[test]
fn a_run_is_derived_again_bit_for_bit() {
    let program = small();
    run(&program, &[]);
    let id = program.csv("SELECT run_id FROM ops.runs");
    let id = id.lines().last().unwrap().to_owned();
    // Later runs and writes change nothing about what the first one made.
    run(&program, &["--param", "n=9"]);
    for partitions in ["1", "2", "4"] {
        let answer = program.run(&["verify", &id, "--partitions", partitions]);
        assert_eq!(answer.code, Some(0), "{}", answer.err);
        assert!(
            answer.err.ends_with(&format!("run {id}: 2 steps gave the same bits\n")),
            "{}",
            answer.err
        );
    }
    // Other bits than recorded are told by the step's name.
    program.csv(&format!(
        "INSERT INTO ops.steps (run_id, step, started_at, name, statement, inputs, output_hash, known_at) \
         SELECT run_id, step, started_at, name, statement, inputs, 'other', now() FROM ops.steps \
         WHERE run_id = '{id}' AND name = 'features.b' AND output_hash IS NOT NULL"
    ));
    let answer = program.run(&["verify", &id]);
    let told = "features.b gave other bits than recorded (1 step the same)";
    refused(&answer, 3, &["failed    features.b", told]);
    refused(
        &program.run(&["verify", "nosuch"]),
        2,
        &["no run 'nosuch' has succeeded here", "ops.runs"],
    );
    let left = trademl_tests::program::files(&program.lake.join("ops"));
    assert!(!left.keys().any(|name| name.contains("stages")), "{:?}", left.keys());
}

#[test]
fn a_run_is_derived_again_after_its_source_was_compacted() {
    let program = small();
    program.csv(
        "CREATE PIT TABLE curated.v (k TEXT, ts TIMESTAMP, v DOUBLE) PRIMARY KEY (k) EVENT TIME (ts)",
    );
    for day in 1..=6 {
        // Also a correction of what the first file says.
        program.csv(&format!(
            "INSERT INTO curated.v (k, ts, v, known_at) VALUES \
             ('a', '2024-01-0{day}', 0.1 * {day}, '2024-01-0{day}T01:00:00Z'), \
             ('b', '2024-01-01', 0.3 * {day}, '2024-01-0{day}T02:00:00Z')"
        ));
    }
    let body = "SELECT k, sum(v) AS s, count(*) AS n FROM curated.v GROUP BY k";
    program.write("a.sql", &script("features.a", 1, "table", "-- inputs: curated.v\n", body));
    program.write("p.sql", &script("p", 1, "pipeline", "", "INCLUDE 'a.sql';\n"));
    run(&program, &[]);
    let id = program.csv("SELECT run_id FROM ops.runs");
    let id = id.lines().last().unwrap().to_owned();
    let merged = program.csv("OPTIMIZE curated.v");
    assert!(merged.contains("6,1"), "no files were merged: {merged}");
    for partitions in ["1", "4"] {
        let answer = program.run(&["verify", &id, "--partitions", partitions]);
        assert_eq!(answer.code, Some(0), "{}", answer.err);
    }
    // To a run nothing has changed by it.
    assert_eq!(run(&program, &[]), ["unchanged features.a"]);
}

#[test]
fn a_run_that_sums_floats_is_derived_again_in_any_partitions() {
    let program = small();
    program.csv(
        "CREATE PIT TABLE curated.f (k BIGINT, t TIMESTAMP, x DOUBLE, y DOUBLE) PRIMARY KEY (k) EVENT TIME (t)",
    );
    // Files that are read side by side hold rows of all groups, of sizes from 1e-9 to 1e9.
    for part in 1..=8 {
        program.csv(&format!(
            "INSERT INTO curated.f (k, t, x, y) SELECT value * 8 + {part}, to_timestamp(value % 5), sin(value * 1.7 + {part}) * power(10, value % 19 - 9), \
             cos(value * 0.3) * power(10, {part}) FROM generate_series(1, 20000)"
        ));
    }
    let body = "SELECT t, sum(x) AS total, avg(x) AS mean, stddev(x) AS spread, var_pop(y) AS v, \
                corr(x, y) AS r, covar_samp(x, y) AS c, regr_slope(x, y) AS slope, \
                regr_intercept(x, y) AS level, sum(DISTINCT y) AS once \
                FROM curated.f GROUP BY t \
                UNION ALL SELECT t, sum(x) OVER w, avg(x) OVER w, 0, 0, 0, 0, 0, 0, 0 FROM curated.f \
                WHERE k % 50 = 0 WINDOW w AS (PARTITION BY t)";
    program.write("a.sql", &script("features.a", 1, "table", "-- inputs: curated.f\n", body));
    program.write("p.sql", &script("p", 1, "pipeline", "", "INCLUDE 'a.sql';\n"));
    run(&program, &[]);
    let id = program.csv("SELECT run_id FROM ops.runs");
    let id = id.lines().last().unwrap().to_owned();
    for partitions in ["1", "2", "4", "7"] {
        let answer = program.run(&["verify", &id, "--partitions", partitions]);
        assert_eq!(answer.code, Some(0), "{}", answer.err);
    }
    // What cannot be made so is refused.
    for sketched in [
        "SELECT t, approx_percentile_cont(x, 0.9) AS p FROM curated.f GROUP BY t",
        "SELECT t, approx_percentile_cont(x, 0.9) OVER (PARTITION BY t) AS p FROM curated.f",
    ] {
        let header = "-- inputs: curated.f\n";
        program.write("a.sql", &script("features.a", 2, "table", header, sketched));
        let told =
            ["features.a: approx_percentile_cont depends on the order", "use percentile_cont"];
        refused(&program.run(&["run", "p.sql"]), 1, &told);
    }
}
