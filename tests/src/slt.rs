//! The sqllogictest runner over our own engine.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};
use trademl_engine::{Error, Result};

use crate::lake::TestLake;

#[async_trait]
impl AsyncDB for TestLake {
    type Error = Error;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>> {
        let statements = self.engine.parse(sql)?;
        let begins = |text: &str, word: &str| {
            text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        let asks = statements.last().is_some_and(|s| {
            s.is_query() || begins(&s.text, "explain") || begins(&s.text, "vacuum")
        });
        let batches = self.engine.run(&self.session, sql).await?;
        if !asks {
            return Ok(DBOutput::StatementComplete(0));
        }
        let columns = batches.first().map_or(0, |b| b.num_columns());
        let rows = crate::lake::text_rows(&batches)?;
        Ok(DBOutput::Rows { types: vec![DefaultColumnType::Any; columns], rows })
    }

    fn engine_name(&self) -> &'static str {
        "trademl"
    }

    async fn shutdown(&mut self) {}
}

/// Runs one file on a lake of its own.
///
/// # Errors
///
/// The first record that differs, as text.
pub async fn run_file(path: &Path, threads: usize) -> Result<(), String> {
    let connect = || async { TestLake::open(threads).await };
    let mut runner = Runner::new(connect);
    let result = runner.run_file_async(path).await;
    runner.shutdown_async().await;
    result.map_err(|e| e.display(false).to_string())
}

/// All `.slt` files below a folder, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "slt") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
