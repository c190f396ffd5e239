//! What must hold when processes die, stores fail and disks are full: an acknowledged row is there
//! once, an error means that nothing was written or says that it is not known, and the lake can be
//! read. Each test runs on a local folder and on an S3 server over HTTP, where it applies.
//!
//! `TRADEML_FAULT_POINTS=200` runs the full forms: so many kills, half as many commits a writer,
//! and a fault at every request. `TRADEML_FAULT_SEED` chooses other random points.

mod disk;
mod kill;
mod requests;
mod writers;

use std::path::PathBuf;

use trademl_tests::program::{Answer, Program, files};
use trademl_tests::s3::S3;

const TABLE: &str = "CREATE PIT TABLE IF NOT EXISTS bars (symbol TEXT, leg BIGINT, date DATE, close DOUBLE) \
     PRIMARY KEY (symbol, leg) EVENT TIME (date)";

/// A lake on one kind of store, and the program that works on it.
struct Site {
    program: Program,
    s3: Option<S3>,
}

impl Site {
    fn folder() -> Self {
        Self { program: Program::new(), s3: None }
    }

    fn s3() -> Self {
        let s3 = S3::start();
        Self { program: Program::on_s3(&s3), s3: Some(s3) }
    }

    fn lake_folder(&self) -> PathBuf {
        self.s3.as_ref().map_or_else(|| self.program.lake.clone(), S3::lake_folder)
    }

    /// Every commit of the table is whole: the log has no gap, and every line is JSON.
    fn check_log(&self, table: &str) -> usize {
        let log = files(&self.lake_folder().join(table).join("_delta_log"));
        let commits: Vec<_> = log.iter().filter(|(name, _)| name.ends_with(".json")).collect();
        for (version, (name, body)) in commits.iter().enumerate() {
            assert_eq!(**name, format!("{version:020}.json"));
            let text = String::from_utf8_lossy(body);
            assert!(!text.is_empty(), "{name} is empty");
            for line in text.lines() {
                let action: Result<serde_json::Value, _> = serde_json::from_str(line);
                assert!(action.is_ok(), "{name}: {line}");
            }
        }
        commits.len()
    }
}

/// The number in an environment variable.
fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// How many points of failure to try; CI tries few.
fn points(in_ci: u64) -> u64 {
    number("TRADEML_FAULT_POINTS").unwrap_or(in_ci)
}

/// Whether to try them all.
fn in_full() -> bool {
    number("TRADEML_FAULT_POINTS").is_some()
}

/// Random numbers that a seed repeats (splitmix64).
struct Random(u64);

impl Random {
    fn seeded() -> Self {
        Self(number("TRADEML_FAULT_SEED").unwrap_or(20_261_121))
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound.max(1)
    }
}

#[track_caller]
fn succeeds(answer: &Answer) {
    assert_eq!(answer.code, Some(0), "{answer:?}");
}

/// The answer failed with the code and says these words.
#[track_caller]
fn fails(answer: &Answer, code: i32, words: &[&str]) {
    assert_eq!(answer.code, Some(code), "{answer:?}");
    for word in words {
        assert!(answer.err.contains(word), "expected '{word}' in:\n{}", answer.err);
    }
    assert!(!answer.err.contains("panicked"), "{answer:?}");
}
