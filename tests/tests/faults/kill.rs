//! A process killed at random points of its work, and started again: no row is lost, none is there
//! twice, and what others see is whole.

use std::time::{Duration, Instant};

use trademl_tests::program::signal;

use crate::{Random, Site, TABLE, points, succeeds};

/// Two commits of 300 rows each and a result of their own.
fn job(n: u64) -> String {
    let insert = |leg: u64| {
        format!(
            "INSERT INTO bars (symbol, leg, date, close, known_at) \
             SELECT 'S{n}', {leg}, DATE '2020-01-01' + CAST(value AS INTEGER), value * 1.5, \
             CAST(DATE '2020-01-01' + CAST(value AS INTEGER) AS TIMESTAMP) + INTERVAL '22 hours' \
             FROM generate_series(1, 300);"
        )
    };
    let result = "CREATE OR REPLACE TABLE signals.last AS SELECT max(symbol) AS s FROM bars;";
    format!("{TABLE};{}{}{result}", insert(1), insert(2))
}

const COUNT: &str = "SELECT count(*) AS n, count(DISTINCT symbol) AS symbols, \
     sum(close) AS close FROM bars; ";

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
        let answer = program.sql(&format!("{} {COUNT}", job(n)));
        succeeds(&answer);
        let (rows, close) = ((n + 1) * 600, (n + 1) as f64 * 2.0 * 1.5 * 45_150.0);
        let expected = format!("n,symbols,close\n{rows},{},{close:.1}\n", n + 1);
        assert!(answer.out.ends_with(&expected), "kill {n} after {wait} µs: {}", answer.out);
    }
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
