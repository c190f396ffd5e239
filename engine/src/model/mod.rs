//! Models in SQL: `CREATE MODEL`, `DROP MODEL` and the `ML.…` relations over stored models.
//!
//! ```text
//! create.rs    CREATE MODEL m OPTIONS (…) AS query  → train, count trials, store
//! resolve.rs   models named in a statement are loaded before it is planned
//! relations.rs ML.PREDICT, ML.EVALUATE, ML.FEATURE_IMPORTANCE, ML.TRIAL_INFO, ML.FOLD_INFO
//! predict.rs   the scalar function behind ML.PREDICT
//! ```

mod create;
mod predict;
mod relations;
mod resolve;

pub(crate) use create::{plan_create, plan_drop};
pub use relations::FUNCTIONS as ML_FUNCTIONS;
pub(crate) use resolve::resolve;

use trademl_udfs::models::TrainedModel;

/// A model of the registry.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub name: String,
    pub version: u64,
    pub trained: std::sync::Arc<TrainedModel>,
}
