//! The nightly pipeline made quick, for tests that are not about trees.

use crate::program::{Program, repository};

/// The folders that `sql/nightly.sql` includes from.
const FOLDERS: [&str; 8] =
    ["reference", "curated", "audits", "features", "labels", "models", "signals", "backtests"];

/// Writes `sql/nightly.sql` into the program's folder, with a second ridge regression in place of
/// the trees and with absolute includes, and gives its path. All other scripts are the real ones.
pub fn linear_night(program: &Program) -> String {
    let path = repository().join("sql/nightly.sql");
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|e| panic!("cannot read {}: {e}", path.display()));
    let ridge = repository().join("tests/pipelines/second_ridge.sql");
    let trees = "INCLUDE 'models/lightgbm.sql'";
    assert!(text.contains(trees), "{} trains no trees", path.display());
    let text = text.replace(trees, &format!("INCLUDE '{}'", ridge.display()));
    write(program, "nightly.sql", &absolute(text))
}

/// Writes a pipeline that only loads what the night reads, and gives its path.
pub fn load_only(program: &Program) -> String {
    let text = "-- Loads what the night reads.\n-- name: load\n-- version: 1\n-- kind: pipeline\n\
                INCLUDE 'reference/sessions.sql';\nINCLUDE 'curated/bars.sql';\n\
                INCLUDE 'curated/index_bars.sql';\n";
    write(program, "load.sql", &absolute(text.to_string()))
}

fn absolute(text: String) -> String {
    let sql = repository().join("sql").display().to_string();
    FOLDERS.iter().fold(text, |text, folder| {
        text.replace(&format!("INCLUDE '{folder}/"), &format!("INCLUDE '{sql}/{folder}/"))
    })
}

fn write(program: &Program, name: &str, text: &str) -> String {
    program.write(name, text);
    program.folder.path().join(name).display().to_string()
}
