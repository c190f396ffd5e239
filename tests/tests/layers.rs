//! Dependencies run one way: math ← udfs ← engine → catalog, the doors on top; families of
//! functions do not know each other; functions know no clock, file, network or environment.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use trademl_tests::program::repository;

/// What each crate may use of ours; its own tests may use more.
const ALLOWED: [(&str, &[&str]); 11] = [
    ("trademl-math", &[]),
    ("trademl-lightgbm", &[]),
    ("trademl-udfs", &["trademl-math", "trademl-lightgbm"]),
    ("trademl-catalog", &[]),
    ("trademl-report", &["trademl-math"]),
    ("trademl-temporal", &[]),
    ("trademl-lookahead", &["trademl-catalog", "trademl-temporal", "trademl-udfs"]),
    (
        "trademl-engine",
        &[
            "trademl-catalog",
            "trademl-lookahead",
            "trademl-report",
            "trademl-temporal",
            "trademl-udfs",
        ],
    ),
    ("trademl-flight", &["trademl-engine"]),
    ("trademl-sql", &["trademl-engine", "trademl-flight", "trademl-udfs"]),
    ("trademl-tests", &["trademl-engine", "trademl-udfs"]),
];

/// What would let a function see more than its arguments.
const OUTSIDE: [&str; 9] = [
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "File::open",
];

fn metadata() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_string());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn crates_depend_one_way() {
    let metadata = metadata();
    let mut found = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap().to_string();
        let uses = package["dependencies"].as_array().unwrap().iter();
        let ours: BTreeSet<String> = uses
            .filter(|d| d["path"].is_string() && d["kind"] != "dev")
            .map(|d| d["name"].as_str().unwrap().to_string())
            .collect();
        found.insert(name, ours);
    }
    let known: BTreeSet<&str> = ALLOWED.iter().map(|(name, _)| *name).collect();
    for (name, uses) in &found {
        assert!(known.contains(name.as_str()), "crate {name} has no place in the layers");
        let (_, allowed) = ALLOWED.iter().find(|(n, _)| n == name).unwrap();
        for used in uses {
            assert!(
                allowed.contains(&used.as_str()),
                "{name} uses {used}, expected only {allowed:?}"
            );
        }
    }
    assert_eq!(found.len(), known.len(), "a crate of the layers is gone: {:?}", found.keys());
}

/// The text of a source file without comments and without its unit tests.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_string();
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn families() -> Vec<String> {
    let names: BTreeSet<_> =
        trademl_udfs::functions().iter().map(|f| f.contract.family.to_string()).collect();
    let mut names: Vec<_> = names.into_iter().collect();
    // Its functions are statements of the engine, so the list of functions does not name it.
    names.push("models".to_string());
    names
}

#[test]
fn families_do_not_import_each_other() {
    let root = repository().join("udfs/src");
    let families = families();
    assert!(families.len() >= 8, "{families:?}");
    for family in &families {
        for file in sources(&root.join(family)) {
            let text = code(&file);
            for other in families.iter().filter(|other| *other != family) {
                for path in [format!("crate::{other}::"), format!("super::super::{other}::")] {
                    assert!(!text.contains(&path), "{} imports {path}", file.display());
                }
            }
            // A nested list says the same: `use crate::{features::x, …}`.
            let nested = text.split("use crate::{").skip(1).any(|rest| {
                let list = rest.split(';').next().unwrap_or_default();
                families.iter().filter(|o| *o != family).any(|o| list.contains(&format!("{o}::")))
            });
            assert!(!nested, "{} imports another family", file.display());
        }
    }
}

#[test]
fn functions_see_their_arguments_only() {
    for folder in ["udfs/src", "udfs/math/src"] {
        for file in sources(&repository().join(folder)) {
            let text = code(&file);
            for word in OUTSIDE {
                assert!(!text.contains(word), "{} uses {word}", file.display());
            }
        }
    }
}

#[test]
fn kernels_know_no_columns() {
    for file in sources(&repository().join("udfs/math/src")) {
        let text = code(&file);
        for word in ["arrow::", "arrow_", "datafusion"] {
            assert!(!text.contains(word), "{} uses {word}", file.display());
        }
    }
}
