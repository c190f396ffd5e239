//! Statistical models: from a relation of features and targets to a cross-validated, stored model.
//!
//! No SQL functions live here; `CREATE MODEL` and `ML.PREDICT` are statements of the engine, which
//! calls [`parse`] on the options, [`TrainingSet::read`] on the rows, [`fit`], and later
//! [`TrainedModel::predict`]. A model trained here scores anywhere: LightGBM's library is needed for
//! training only.
//!
//! ```text
//! options.rs          OPTIONS (name = value, …) → ModelSpec; hyperparameters.rs names and ranges
//! training_set.rs     record batches → columns, checked, in an order of their own
//! estimator.rs        one fit of one parameter set: ridge or LightGBM
//! cross_validation.rs out-of-sample predictions of one trial, path by path
//! metrics.rs          how good predictions are; performance.rs what trading on them returns
//! train.rs            trials, choice, final fit → TrainedModel (trained_model.rs)
//! ```

mod cross_validation;
mod estimator;
mod exact;
mod hyperparameters;
mod metrics;
mod options;
mod performance;
mod split_layout;
mod train;
mod trained_model;
mod training_set;

pub use estimator::Estimator;
pub use metrics::Metrics;
pub use options::{Cpcv, ModelSpec, ModelType, Parameters, parse};
pub use split_layout::{FoldLayout, Segment, SplitLayout};
pub use trademl_lightgbm::{Library as LightGbmLibrary, find_library as find_lightgbm};
pub use train::{Progress, Training, fit};
pub use trained_model::{FoldMetrics, Importance, Overfitting, TrainedModel, Trial};
pub use training_set::TrainingSet;
