//! Joins on time: ASOF, HORIZON and WINDOW.
//!
//! All three are one operator. Both sides arrive sorted by (keys, time), and one pass over both
//! finds for each left row its right rows. What differs is which ones a [`Pick`] takes.
//!
//! Reading order: `pick.rs` says what can be asked for, `node.rs` is the logical plan, `planner.rs`
//! and `exec.rs` the physical one, `merge.rs` the pass itself over the rows that `side.rs` prepares,
//! `window.rs` keeps and `output.rs` gathers. `push_down.rs` moves predicates below the join, and
//! `unsplit.rs` puts scans of sorted files together again.

mod exec;
mod merge;
mod node;
mod output;
mod pick;
mod planner;
mod push_down;
mod side;
mod unsplit;
mod window;

pub use node::{Horizon, JoinSpec, TemporalJoin};
pub use pick::{Comparison, Pick};
pub use planner::TemporalJoinPlanner;
pub use push_down::PushDownTemporalFilter;
