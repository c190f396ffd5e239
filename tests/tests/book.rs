//! The SQL of README and book runs: the `sql` blocks of each page, in order, on a lake of its own.
//! A block marked `sql,fails` must fail; `sql,ignore` shows syntax only. Generated pages are left
//! to `reference.rs`.

use std::path::{Path, PathBuf};

use trademl_tests::lake::TestLake;

struct Block {
    line: usize,
    mark: String,
    sql: String,
}

fn blocks(text: &str) -> Vec<Block> {
    let (mut found, mut open): (Vec<Block>, Option<Block>) = (vec![], None);
    for (i, line) in text.lines().enumerate() {
        match (&mut open, line.trim_start().strip_prefix("```")) {
            (None, Some(mark)) => {
                open = Some(Block { line: i + 1, mark: mark.to_string(), sql: String::new() });
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(block), None) => {
                block.sql.push_str(line);
                block.sql.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

fn pages(root: &Path) -> Vec<PathBuf> {
    let mut pages = vec![root.join("README.md")];
    for folder in ["docs/src", "docs/src/decisions"] {
        let files = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
        pages.extend(files.map(|f| f.path()).filter(|p| p.extension().is_some_and(|e| e == "md")));
    }
    pages.sort();
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sql_block_of_the_book_runs() {
    // Paths in the examples start at the repository, as they do for a reader.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::env::set_current_dir(&root).unwrap();
    let mut wrong = vec![];
    for page in pages(Path::new(".")) {
        let text = std::fs::read_to_string(&page).unwrap();
        let lake = TestLake::open(2).await.unwrap();
        for block in blocks(&text) {
            let outcome = match block.mark.as_str() {
                "sql" | "sql,fails" => lake.engine.run(&lake.session, &block.sql).await,
                _ => continue,
            };
            let at = format!("{}:{}", page.display(), block.line);
            match (outcome, block.mark == "sql,fails") {
                (Err(e), false) => wrong.push(format!("{at}: {e}")),
                (Ok(_), true) => wrong.push(format!("{at}: expected to fail")),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
