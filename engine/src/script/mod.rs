//! Scripts: SQL files with a header, run step by step under one lock, one cut and one record.
//!
//! ```text
//! header.rs    the comment header of a file
//! load.rs      a file and all it includes, checked before anything runs
//! steps.rs     its statements, in an order in which what one reads is made before
//! state.rs     what each step made from what, and whether it has to run again
//! identity.rs  parameters and run id
//! observer.rs  who watches
//! runner.rs    the run: lock, stage, steps, publication, record
//! work.rs      how a step is planned, found to be due, and done
//! ranges.rs    tables that are made a range of time at a time
//! plan.rs      what a run would do, and why
//! verify.rs    whether a recorded run gives the same bits again
//! audit.rs     the audits over what is published
//! dag.rs       which script needs which
//! diff.rs      rows in which versions or environments differ
//! fixtures.rs  tests of scripts: fixtures in, rows out
//! lint.rs      what scripts leave out or say in vain
//! ```

mod audit;
mod dag;
mod diff;
mod fixtures;
mod header;
mod identity;
mod lint;
mod load;
mod observer;
mod plan;
mod ranges;
mod runner;
mod state;
mod steps;
mod verify;
mod work;

pub use audit::audit_script;
pub use dag::{DagNode, dag, dot};
pub use diff::{DiffReport, Side, diff};
pub use fixtures::{TestReport, test_scripts};
pub use header::{Header, Kind, Lookahead, Parameter};
pub use lint::{LintFinding, lint};
pub use load::{Script, load};
pub use observer::{Level, Outcome, RunObserver, Silent, StepReport};
pub use plan::{Action, PlannedStep, plan_script};
pub use ranges::Unit;
pub use runner::{RunOptions, RunReport, run_script};
pub use verify::{VerifyReport, verify_run};
