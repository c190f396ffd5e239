//! The lake: point-in-time tables on Delta, and everything else that persists.
//!
//! What an insert promises ([`Lake::insert`]):
//! * Columns go by name. `known_at` may come with the rows; without it rows are known when they are
//!   loaded. `ingested_at` is one instant for the whole insert.
//! * Nothing is written if any row has a NULL in key, event time or `known_at`, a `known_at` before
//!   the event time (a date counts from 00:00 UTC), a NaN or infinity, or a twin in the same insert.
//! * A row that is there already, payload included, is skipped; if none is left there is no commit,
//!   so that a repeated run changes nothing. The same (key, event time, `known_at`) with another
//!   payload is refused. Without `known_at`, a row equal to its latest revision is skipped too:
//!   nothing new was learnt.
//! * The check holds against concurrent writers: a commit goes in only on top of the version that
//!   was compared, otherwise what came between is compared first.
//! * A commit carries an id. After any error the log is read for it, so that a lost answer neither
//!   loses nor doubles rows.

mod arrange;
mod commit;
mod content;
mod data_file;
mod definition;
mod digest;
mod durable;
mod error;
mod evolve;
mod extent;
mod foreign;
mod history;
mod input;
mod insert;
mod knowledge;
mod lake;
mod latest;
mod layer;
mod ledger;
mod lock;
mod merge;
mod models;
mod name;
mod optimize;
mod pipelines;
mod pit;
mod probe;
mod provider;
mod pruning;
mod publication;
mod ranges;
mod replace;
mod revision;
mod side_by_side;
mod store;
mod table;
mod time_travel;
mod trials;
mod types;
mod vacuum;
mod workbench;
mod write;

pub use commit::CommitId;
pub use content::RowDigest;
pub use definition::{INGESTED_AT, KNOWN_AT, LINEAGE, PitDefinition, SOURCE_URI, TRANSFORM_ID};
pub use error::{Error, ErrorKind, Result};
pub use evolve::AddColumnOutcome;
pub use input::Lineage;
pub use insert::InsertOutcome;
pub use knowledge::Knowledge;
pub use lake::{Lake, LakeOptions};
pub use ledger::{RunRecord, StepRecord};
pub use lock::{LEASE, PipelineLock};
pub use models::{ModelEntry, Models, StoredModel};
pub use name::{DEFAULT_SCHEMA, TableName};
pub use optimize::OptimizeOutcome;
pub use pit::{as_last_of_group, last_of_group, pit_history, pit_snapshot};
pub use publication::Stage;
pub use replace::ReplaceOutcome;
pub use revision::{RevisionPlanner, extension_planners};
pub use table::Table;
pub use trials::{Trial, TrialSummary};
pub use types::instant;
pub use vacuum::{DEFAULT_RETENTION_HOURS, MIN_RETENTION_HOURS, VacuumOutcome};
