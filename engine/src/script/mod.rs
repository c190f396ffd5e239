//! Scripts: SQL files with a header, run step by step under one lock, one cut and one record.
//!
//! ```text
//! header.rs    the comment header of a file
//! load.rs      a file and all it includes, checked before anything runs
//! identity.rs  parameters and run id
//! observer.rs  who watches
//! runner.rs    the run: lock, steps, record
//! ```

mod header;
mod identity;
mod load;
mod observer;
mod runner;

pub use header::{Header, Kind, Parameter};
pub use load::{Script, load};
pub use observer::{Level, Outcome, RunObserver, Silent, StepReport};
pub use runner::{RunOptions, RunReport, run_script};
