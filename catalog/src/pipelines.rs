//! What each pipeline has made from what: a file a pipeline, published with the tables it tells of.

use object_store::ObjectStoreExt as _;
use object_store::path::Path;
use serde_json::Value;

use crate::lake::Lake;
use crate::name::check_part;
use crate::{Error, Result};

impl Lake {
    /// The state that a pipeline's last publication left; in a stage, what was staged over it.
    pub async fn pipeline_state(&self, pipeline: &str) -> Result<Option<Value>> {
        let path = path(pipeline)?;
        let body = match self.store().lake.get(&path).await {
            Ok(found) => found.bytes().await?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(e) => return Err(e.into()),
        };
        serde_json::from_slice(&body).map(Some).map_err(|e| {
            Error::storage(format!(
                "pipeline '{pipeline}': its state '{path}' is damaged ({e}); delete it, and the next run makes everything anew"
            ))
        })
    }

    /// Keeps a pipeline's state.
    pub async fn save_pipeline_state(&self, pipeline: &str, state: &Value) -> Result<()> {
        let body = serde_json::to_vec_pretty(state)
            .map_err(|e| Error::storage(format!("pipeline '{pipeline}': {e}")))?;
        self.store().lake.put(&path(pipeline)?, body.into()).await?;
        Ok(())
    }
}

fn path(pipeline: &str) -> Result<Path> {
    check_part("pipeline", pipeline)?;
    Ok(Path::from(format!("ops/pipelines/{pipeline}.json")))
}
