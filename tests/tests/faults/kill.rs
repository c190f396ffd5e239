//! A process killed at random points of its work, and started again: no row is lost, none is there
//! twice, and what others see is whole.

use std::time::{Duration, Instant};

use trademl_tests::program::signal;

use crate::{Random, Site, TABLE, points, succeeds};

/// Two commits of 300 rows each and a result of their own. Each job has dates of its own, so that
/// its reads do not grow with the number of jobs.
fn job(n: u64) -> String {
    let date = format!("DATE '1800-01-01' + CAST({} + value AS INTEGER)", n * 300);
    let insert = |leg: u64| {
        format!(
            "INSERT INTO bars (symbol, leg, date, close, known_at) \
             SELECT 'S{n}', {leg}, {date}, value * 1.5, \
             CAST({date} AS TIMESTAMP) + INTERVAL '22 hours' \
             FROM generate_series(1, 300);"
        )
    };
    let result = format!("CREATE OR REPLACE TABLE signals.last AS SELECT {n} AS n;");
    format!("{TABLE};{}{}{result}", insert(1), insert(2))
}

const COUNT: &str = "SELECT count(*) AS n, count(DISTINCT symbol) AS symbols, \
     sum(close) AS close FROM bars";

/// What [`COUNT`] gives after so many jobs.
fn counted(jobs: u64) -> String {
    format!("n,symbols,close\n{},{jobs},{:.1}\n", jobs * 600, jobs as f64 * 2.0 * 1.5 * 45_150.0)
}

fn kill_at_random_points(site: &Site) {
    let program = &site.program;
    // One job in peace, for how long it takes.
    let started = Instant::now();
    succeeds(&program.sql(&job(0)));
    let whole = started.elapsed().as_micros() as u64;
    let mut random = Random::seeded();
    let mut killed = 0;
    for n in 1..=points(20) {
        let mut child = program.command(&["-c", &job(n)]).spawn().unwrap();
        let wait = random.below(whole * 11 / 10);
        std::thread::sleep(Duration::from_micros(wait));
        signal(&child, "KILL");
        killed += u64::from(child.wait().unwrap().code().is_none());
        // Others see whole commits only, the job can be run again, and then all is there once.
        let half =
            program.csv(&format!("SELECT count(*) % 300 AS part FROM bars WHERE symbol = 'S{n}'"));
        assert_eq!(half, "part\n0\n", "kill {n} after {wait} µs");
        let answer = program.sql(&format!("{} {COUNT} WHERE symbol = 'S{n}'", job(n)));
        succeeds(&answer);
        assert!(answer.out.ends_with(&counted(1)), "kill {n} after {wait} µs: {}", answer.out);
    }
    assert_eq!(program.csv(COUNT), counted(points(20) + 1));
    let commits = site.check_log("curated/bars");
    site.check_log("signals/last");
    println!("{killed} of {} kills hit a running job of {whole} µs; {commits} commits", points(20));
    assert!(killed > 0, "no kill came in time");
}

#[test]
fn a_folder_survives_kills() {
    kill_at_random_points(&Site::folder());
}

#[test]
fn s3_survives_kills() {
    kill_at_random_points(&Site::s3());
}

/// Three tables that tell the same number, if they were published together.
const PIPELINE: &str = "-- A day's work.
-- name: day
-- version: 1
-- kind: pipeline
-- params: n BIGINT = 0
CREATE PIT TABLE IF NOT EXISTS bars (symbol TEXT, date DATE, close DOUBLE) \
  PRIMARY KEY (symbol) EVENT TIME (date);
INSERT INTO bars (symbol, date, close, known_at)
SELECT 'A', DATE '1800-01-01' + CAST($n AS INTEGER), CAST($n AS DOUBLE),
  CAST(DATE '1800-01-01' + CAST($n AS INTEGER) AS TIMESTAMP) + INTERVAL '22 hours';
CREATE OR REPLACE TABLE signals.a AS SELECT $n AS n, value FROM generate_series(1, 2000);
CREATE OR REPLACE TABLE signals.b AS SELECT n, count(*) AS rows FROM signals.a GROUP BY n;
AUDIT (name => 'counted') AS SELECT n FROM signals.b WHERE rows <> 2000;
";

const TOLD: &str = "SELECT (SELECT max(close) FROM bars) AS bars, (SELECT count(*) FROM bars) AS days, \
     (SELECT max(n) FROM signals.a) AS a, (SELECT max(n) FROM signals.b) AS b";

fn told(n: u64) -> String {
    format!("bars,days,a,b\n{n}.0,{},{n},{n}\n", n + 1)
}

fn runs_are_published_whole_or_not_at_all(site: &Site) {
    let program = &site.program;
    program.write("day.sql", PIPELINE);
    let run = |n: u64| ["run".to_owned(), "day.sql".to_owned(), format!("--param=n={n}")];
    let started = Instant::now();
    succeeds(&program.run(&run(0).each_ref().map(String::as_str)));
    let mut whole = started.elapsed().as_micros() as u64;
    let mut random = Random::seeded();
    let (mut killed, mut published) = (0, 0);
    for n in 1..=points(20) {
        let arguments = run(n);
        let arguments = arguments.each_ref().map(String::as_str);
        let mut child = program.command(&arguments).spawn().unwrap();
        let wait = random.below(whole * 11 / 10);
        std::thread::sleep(Duration::from_micros(wait));
        signal(&child, "KILL");
        killed += u64::from(child.wait().unwrap().code().is_none());
        let seen = program.csv(TOLD);
        assert!(seen == told(n - 1) || seen == told(n), "kill {n} after {wait} µs: {seen}");
        published += u64::from(seen == told(n));
        // The lock of a dead process is nobody's, and what it left is gone on with.
        let started = Instant::now();
        succeeds(&program.run(&arguments));
        // Runs take longer as the lake grows, and publish at their end.
        whole = started.elapsed().as_micros() as u64 + wait;
        assert_eq!(program.csv(TOLD), told(n), "kill {n} after {wait} µs");
    }
    for table in ["curated/bars", "signals/a", "signals/b"] {
        site.check_log(table);
    }
    println!(
        "{killed} of {} kills hit a running run of {whole} µs, {published} had published",
        points(20)
    );
    assert!(killed > 0, "no kill came in time");
}

#[test]
fn runs_in_a_folder_survive_kills() {
    runs_are_published_whole_or_not_at_all(&Site::folder());
}

#[test]
fn runs_on_s3_survive_kills() {
    runs_are_published_whole_or_not_at_all(&Site::s3());
}
