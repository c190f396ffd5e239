//! The nightly pipeline made quick, for tests that are not about trees.

use crate::program::{Program, repository};

/// The folders that `sql/nightly.sql` includes from.
const FOLDERS: [&str; 8] =
    ["reference", "curated", "audits", "features", "labels", "models", "signals", "backtests"];

/// Writes `sql/nightly.sql` into the program's folder, with a second ridge regression in place of
/// the trees, and gives its path. All other scripts are the real ones.
pub fn linear_night(program: &Program) -> &'static str {
    let path = repository().join("sql/nightly.sql");
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|e| panic!("cannot read {}: {e}", path.display()));
    let trees = "INCLUDE 'models/lightgbm.sql'";
    assert!(text.contains(trees), "{} trains no trees", path.display());
    let text = text.replace(trees, "INCLUDE 'tests/pipelines/second_ridge.sql'");
    program.write("nightly.sql", &linked(text));
    "nightly.sql"
}

/// Writes a pipeline that only loads what the night reads, and gives its path.
pub fn load_only(program: &Program) -> &'static str {
    let text = "-- Loads what the night reads.\n-- name: load\n-- version: 1\n-- kind: pipeline\n\
                INCLUDE 'reference/sessions.sql';\nINCLUDE 'curated/bars.sql';\n\
                INCLUDE 'curated/index_bars.sql';\n";
    program.write("load.sql", &linked(text.to_string()));
    "load.sql"
}

/// Includes as seen from the program's folder, where the repository is linked.
fn linked(text: String) -> String {
    FOLDERS.iter().fold(text, |text, folder| {
        text.replace(&format!("INCLUDE '{folder}/"), &format!("INCLUDE 'sql/{folder}/"))
    })
}
