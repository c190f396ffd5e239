//! Local files as tables: `read_parquet('x')`, `read_csv('x')`.

use std::path::Path;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::datasource::file_format::options::{CsvReadOptions, ParquetReadOptions};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::error::{Error, Result};

/// Opens files for sessions that may read them.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    pub config: SessionConfig,
    pub runtime: Arc<RuntimeEnv>,
}

impl Reader {
    /// The table behind `read_parquet:path`.
    pub async fn table(&self, name: &str) -> Result<Arc<dyn TableProvider>> {
        let (function, path) = name.split_once(':').unwrap_or(("read_parquet", name));
        if !path.contains('*') && !Path::new(path).exists() {
            return Err(Error::sql(format!(
                "{function}: no file '{path}'; paths start at the folder the program runs in"
            )));
        }
        let context = SessionContext::new_with_config_rt(
            self.config.clone().with_information_schema(false),
            Arc::clone(&self.runtime),
        );
        let frame = match function {
            "read_csv" => context.read_csv(path, CsvReadOptions::new()).await,
            _ => {
                // The extension is the user's business, the content decides.
                let extension = Path::new(path).extension().and_then(|e| e.to_str());
                let extension = extension.map(|e| format!(".{e}")).unwrap_or_default();
                let options =
                    ParquetReadOptions { file_extension: &extension, ..Default::default() };
                context.read_parquet(path, options).await
            }
        };
        frame.map(datafusion::dataframe::DataFrame::into_view).map_err(|e| {
            let e = Error::from(e);
            Error::new(e.kind, format!("{function}: '{path}': {}", e.message))
        })
    }
}
