//! Scripts: SQL files with a header, run step by step under one lock, one cut and one record.
//!
//! ```text
//! header.rs  the comment header of a file
//! load.rs    a file and all it includes, checked before anything runs
//! runner.rs  the run: lock, steps, record
//! ```

mod header;
mod load;
mod runner;

pub use header::{Header, Kind, Parameter};
pub use load::{Script, load};
pub use runner::{
    Level, Outcome, RunObserver, RunOptions, RunReport, Silent, StepReport, run_script,
};
