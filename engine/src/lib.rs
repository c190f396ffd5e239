//! The engine of trademl-sql: every door parses, plans and executes here.
//!
//! ```text
//! text ─▶ gate ─▶ parser ─▶ rewrite ─▶ planner (names, types, PIT cut) ─▶ optimizer ─▶ execution
//! ```

mod action;
pub mod allocator;
mod bounds;
mod checks;
mod dialect;
mod elapsed;
mod emit;
mod engine;
mod error;
mod execution;
mod files;
mod forward_windows;
mod gate;
mod lake_catalog;
mod lineage;
mod lookahead;
mod meaning;
pub mod model;
mod names;
mod outer_types;
mod parser;
mod pit;
mod planner;
mod rewrite;
pub mod script;
mod session;
mod stable;
mod statement;
mod statements;
mod suggest;
mod surface;
mod temporal;
mod upkeep;

pub use checks::{BUILT_IN_AUDITS, BuiltInAudit};
pub use dialect::TradeMlDialect;
pub use engine::{Engine, EngineOptions, Planned, StatementClass};
pub use error::{Error, ErrorKind, Place, Result};
pub use execution::{Execution, Progress, ProgressSnapshot};
pub use lake_catalog::parse_instant;
pub use lookahead::LookAhead;
pub use meaning::{Meaning, Source};
pub use session::{Access, ColumnInfo, FunctionInfo, Session, TableInfo};
pub use statement::Statement;
pub use tokio_util::sync::CancellationToken;
