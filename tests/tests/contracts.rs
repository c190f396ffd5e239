//! Promises every function makes, checked for every function of the list.

use std::collections::BTreeSet;
use std::path::Path;

use trademl_tests::lake::TestLake;
use trademl_udfs::functions;

#[test]
fn names_are_unique_and_every_function_has_its_suite() {
    let slt = Path::new(env!("CARGO_MANIFEST_DIR")).join("slt");
    let mut names = BTreeSet::new();
    for f in functions() {
        let c = f.contract;
        assert!(names.insert(c.name), "{} is registered twice", c.name);
        let suite = slt.join(c.family).join(format!("{}.slt", c.name));
        assert!(suite.is_file(), "{} has no suite at {}", c.name, suite.display());
    }
    let families: BTreeSet<_> = functions().iter().map(|f| f.contract.family).collect();
    for family in families {
        for file in trademl_tests::slt::files(&slt.join(family)) {
            let name = file.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
            assert!(names.contains(name), "{} tests no function", file.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn examples_return_what_they_say() {
    let lake = TestLake::open(2).await.unwrap();
    for f in functions() {
        let c = f.contract;
        let (sql, expected) = c.example.split_once("\n----\n").expect("query, ----, result");
        let rows = lake.rows(sql).await.unwrap_or_else(|e| panic!("{}: {e}", c.name));
        let actual: Vec<_> = rows.iter().map(|r| r.join(" ")).collect();
        assert_eq!(actual.join("\n"), expected.trim_end(), "{}", c.name);
    }
}
