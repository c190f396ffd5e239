//! Each request to S3 in turn goes wrong, in each way.

use trademl_tests::program::{Answer, Program};
use trademl_tests::s3::S3;

use crate::{Random, TABLE, fails, in_full, succeeds};

const FAULTS: [&str; 8] =
    ["500", "503", "drop", "delay 300", "apply503", "applydrop", "truncate 20", "corrupt"];

fn insert(symbol: &str) -> String {
    format!(
        "INSERT INTO bars (symbol, leg, date, close, known_at) SELECT '{symbol}', value, \
         DATE '2020-01-02', 1.5, TIMESTAMP '2020-01-02 22:00:00Z' FROM generate_series(1, 3)"
    )
}

fn rows(program: &Program, symbol: &str) -> String {
    program.csv(&format!("SELECT count(*) AS n FROM bars WHERE symbol = '{symbol}'"))
}

/// Calls `check` with a fault at the first request, the second, … until there are no more; CI
/// picks two of them.
fn at_each_request(s3: &S3, work: &dyn Fn(u64) -> Answer, check: &dyn Fn(&str, u64, &Answer)) {
    let mut random = Random::seeded();
    s3.clear();
    succeeds(&work(u64::MAX));
    let requests = s3.count().0;
    println!("{requests} requests");
    for fault in FAULTS {
        let mut points: Vec<u64> = (0..requests + 2).collect();
        while !in_full() && points.len() > 2 {
            points.swap_remove(random.below(points.len() as u64) as usize);
        }
        for n in points {
            s3.clear();
            s3.fault("*", "/", n, 1, fault);
            let answer = work(n);
            let struck = s3.count().1;
            s3.clear();
            assert!(struck == 1 || n + 2 > requests, "{fault} at {n} of {requests} did not strike");
            check(fault, n, &answer);
        }
    }
}

#[test]
fn an_insert_survives_a_fault_at_any_request() {
    let s3 = S3::start();
    let program = Program::on_s3(&s3);
    succeeds(&program.sql(TABLE));
    let fresh = std::sync::atomic::AtomicU64::new(0);
    let symbol = || format!("S{}", fresh.load(std::sync::atomic::Ordering::SeqCst));
    let work = |_| {
        fresh.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        program.sql(&insert(&symbol()))
    };
    let check = |fault: &str, n: u64, answer: &Answer| {
        let there = rows(&program, &symbol());
        let place = format!("{fault} at request {n}: {answer:?}");
        match answer.code {
            Some(0) => assert_eq!(there, "n\n3\n", "{place}"),
            Some(4) => {
                assert!(there == "n\n0\n" || answer.err.contains("UNKNOWN"), "{there}{place}");
                assert!(answer.err.contains("error: "), "{place}");
            }
            _ => panic!("{place}"),
        }
        // Repeating the statement is always right.
        let symbol = symbol();
        let again = format!(
            "{}; SELECT count(*) AS n FROM bars WHERE symbol = '{symbol}'",
            insert(&symbol)
        );
        assert!(program.csv(&again).ends_with("n\n3\n"), "{place}");
    };
    at_each_request(&s3, &work, &check);
}

#[test]
fn a_read_survives_a_fault_at_any_request() {
    let s3 = S3::start();
    let program = Program::on_s3(&s3);
    succeeds(&program.sql(TABLE));
    for symbol in ["A", "B", "C"] {
        succeeds(&program.sql(&insert(symbol)));
    }
    let work = |_| program.sql("SELECT count(*) AS n, sum(close) AS c, min(symbol) AS s FROM bars");
    let check = |fault: &str, n: u64, answer: &Answer| {
        let place = format!("{fault} at request {n}: {answer:?}");
        match answer.code {
            Some(0) => assert_eq!(answer.out, "n,c,s\n9,13.5,A\n", "{place}"),
            Some(4) => assert!(answer.err.contains("error: "), "{place}"),
            _ => panic!("{place}"),
        }
    };
    at_each_request(&s3, &work, &check);
}

/// A store that is overloaded for some requests in a row holds a run up and no more.
#[test]
fn a_run_waits_for_a_store_that_is_overloaded() {
    let s3 = S3::start();
    let program = Program::on_s3(&s3);
    program.write(
        "day.sql",
        "-- A day.\n-- name: day\n-- version: 1\n-- kind: pipeline\n\
         CREATE OR REPLACE TABLE signals.a AS SELECT 1 AS n;\n",
    );
    for (method, skip) in [("PUT", 0), ("GET", 2), ("PUT", 3)] {
        s3.fault(method, "/", skip, 3, "503");
    }
    succeeds(&program.run(&["run", "day.sql"]));
    assert_eq!(s3.count().1, 9, "of requests were refused");
    s3.clear();
    assert_eq!(program.csv("SELECT n FROM signals.a"), "n\n1\n");
}

#[test]
fn a_commit_that_never_gets_through_says_so() {
    let s3 = S3::start();
    let program = Program::on_s3(&s3);
    succeeds(&program.sql(TABLE));
    s3.fault("PUT", "_delta_log", 0, 1_000_000, "500");
    let answer = program.sql(&insert("A"));
    s3.clear();
    fails(&answer, 4, &["is not in the log", "repeat the statement when the store is healthy"]);
    assert_eq!(rows(&program, "A"), "n\n0\n");
}

#[test]
fn a_store_that_ignores_conditions_is_refused_on_first_use() {
    let s3 = S3::start();
    s3.ignore_conditions();
    let program = Program::on_s3(&s3);
    let answer = program.sql(TABLE);
    let remedy = "use AWS S3, MinIO or another store with conditional writes";
    fails(&answer, 4, &["it ignores If-None-Match", remedy]);
    let left = trademl_tests::program::files(&s3.lake_folder());
    assert!(left.is_empty(), "nothing was written: {:?}", left.keys());
    // Reading it harms nobody.
    succeeds(&program.sql("SELECT 1"));
}

#[test]
fn a_wrong_secret_or_a_closed_door_is_4() {
    let s3 = S3::start();
    let mut program = Program::on_s3(&s3);
    program.environment.push(("AWS_SECRET_ACCESS_KEY", "wrong".to_owned()));
    fails(&program.sql(TABLE), 4, &["check the credentials and the rights"]);
    let mut program = Program::on_s3(&s3);
    program.environment.push(("AWS_ENDPOINT_URL", "http://127.0.0.1:9".to_owned()));
    fails(&program.sql(TABLE), 4, &["cannot be reached", "check that the store is reachable"]);
}
