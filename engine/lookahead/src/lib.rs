//! Whether a query sees the future.
//!
//! A plan is walked from its tables up. Of each column the walk knows the latest instant that its
//! values can know, in terms of instants of the row that they stand in: when the row's event was over,
//! when a bucket ends. Conditions say how these instants lie to each other. A row of the result belongs
//! to the event time that it shows, and no other column may know anything later.
//!
//! ```text
//! analysis.rs    plans            → Relation     span.rs      lengths of time
//! join.rs, aggregate.rs, window.rs,              instant.rs   instants and their order
//! union.rs, limit.rs: a kind of plan each        relation.rs  what columns and rows know
//! calls.rs       our own nodes                   age.rs       how old a value's data can be
//! expression.rs  expressions over one row        verdict.rs   Relation → what looks ahead
//! ```

mod age;
mod aggregate;
mod analysis;
mod calls;
mod expression;
mod instant;
mod join;
mod limit;
mod relation;
mod span;
mod union;
mod verdict;
mod window;

pub use analysis::{Catalog, ROWS, Roles};
pub use expression::KNOWN_UNTIL;
pub use verdict::{Fate, Finding, Kind, Verdict, check};
