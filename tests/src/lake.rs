//! An engine on a fresh lake that goes away with it.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use tempfile::TempDir;
use trademl_engine::{Engine, EngineOptions, Result, Session};

/// An engine, one session, and the folder of their lake.
pub struct TestLake {
    /// The engine.
    pub engine: Engine,
    /// A session of it.
    pub session: Session,
    /// The folder, removed on drop.
    pub folder: TempDir,
}

impl TestLake {
    /// A new lake; `threads` is the number of partitions of its queries.
    pub async fn open(threads: usize) -> Result<Self> {
        let folder =
            tempfile::tempdir().map_err(|e| trademl_engine::Error::usage(e.to_string()))?;
        let engine = Engine::open(EngineOptions {
            lake: folder.path().join("lake").display().to_string(),
            threads: Some(threads),
            ..EngineOptions::default()
        })
        .await?;
        let session = engine.session()?;
        Ok(Self { engine, session, folder })
    }

    /// Runs a text and gives the last statement's rows, each cell as text.
    pub async fn rows(&self, sql: &str) -> Result<Vec<Vec<String>>> {
        text_rows(&self.engine.run(&self.session, sql).await?)
    }
}

/// The cells of `batches` as text, NULL as `NULL`.
pub fn text_rows(batches: &[RecordBatch]) -> Result<Vec<Vec<String>>> {
    let options = FormatOptions::default().with_null("NULL");
    let mut rows = vec![];
    for batch in batches {
        let columns = batch
            .columns()
            .iter()
            .map(|c| ArrayFormatter::try_new(c, &options))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        rows.extend(
            (0..batch.num_rows())
                .map(|row| columns.iter().map(|c| c.value(row).to_string()).collect::<Vec<_>>()),
        );
    }
    Ok(rows)
}
