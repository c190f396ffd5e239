//! Where results come from.
//!
//! ```text
//! columns.rs  EXPLAIN LINEAGE query: columns back to the columns they are made from
//! rows.rs     lineage(TABLE t, …): rows back through the runs that made them, to their sources
//! ```

mod columns;
mod rows;

pub(crate) use columns::{explained, lineage, shown};
pub(crate) use rows::resolve;
