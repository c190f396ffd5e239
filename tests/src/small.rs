//! A pipeline of two tables, and what is asked of one.

use crate::program::{Answer, Program};

/// A script with its header.
pub fn script(name: &str, version: u32, kind: &str, more: &str, body: &str) -> String {
    format!(
        "-- What it is.\n-- name: {name}\n-- version: {version}\n-- kind: {kind}\n{more}{body}\n"
    )
}

/// The header of a table that reads nothing.
pub const MADE: &str = "-- inputs: -\n";
/// And of one that reads the first.
const READ: &str = "-- inputs: features.a\n";

/// Two tables, the second made from the first, and an audit; the including script names them in
/// the wrong order.
pub fn small() -> Program {
    let program = Program::new();
    let includes = "INCLUDE 'b.sql';\nINCLUDE 'a.sql';\nINCLUDE 'check.sql';\n";
    program.write("p.sql", &script("p", 1, "pipeline", "-- params: n BIGINT = 3\n", includes));
    program.write(
        "a.sql",
        &script("features.a", 1, "table", MADE, "SELECT value AS x FROM generate_series(1, $n)"),
    );
    program.write(
        "b.sql",
        &script(
            "features.b",
            1,
            "table",
            READ,
            "SELECT x % 2 AS odd, count(*) AS n FROM features.a GROUP BY 1",
        ),
    );
    let audit = "AUDIT (name => 'few') AS SELECT * FROM features.b WHERE n > 100;";
    program.write("check.sql", &script("audits.b", 1, "script", "-- inputs: features.b\n", audit));
    program
}

/// The first word and the name of each step told, in order.
pub fn run(program: &Program, more: &[&str]) -> Vec<String> {
    let arguments: Vec<&str> = ["run", "p.sql"].iter().chain(more).copied().collect();
    let answer = program.run(&arguments);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        format!("{} {}", words.next().unwrap_or_default(), words.next().unwrap_or_default())
    };
    answer.err.lines().map(line).collect()
}

/// Ends with this code, and says all of this.
#[track_caller]
pub fn refused(answer: &Answer, code: i32, parts: &[&str]) {
    assert_eq!(answer.code, Some(code), "{}", answer.err);
    for part in parts {
        assert!(answer.err.contains(part), "'{part}' not in:\n{}", answer.err);
    }
}
