//! Every `.slt` file, with one partition and with three: results must not depend on it.
//! `SLT=name cargo test -p trademl-tests --test slt` runs the files whose path holds the name.

use std::path::Path;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn suites() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("slt");
    let filter = std::env::var("SLT").unwrap_or_default();
    let mut failures = vec![];
    let mut count = 0;
    for file in trademl_tests::slt::files(&folder) {
        if !file.display().to_string().contains(&filter) {
            continue;
        }
        for threads in [1, 3] {
            count += 1;
            if let Err(e) = trademl_tests::slt::run_file(&file, threads).await {
                failures.push(format!("{} with {threads} partitions:\n{e}", file.display()));
                break;
            }
        }
    }
    assert!(count > 0, "no .slt file matches '{filter}'");
    assert!(failures.is_empty(), "{} files failed:\n{}", failures.len(), failures.join("\n\n"));
}
