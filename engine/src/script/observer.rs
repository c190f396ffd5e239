//! Who watches a run, and what they are told.

use std::fmt;

use crate::execution::ProgressSnapshot;

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It did what it says.
    Succeeded,
    /// Everything was there already.
    Unchanged,
    /// It failed; the run ends.
    Failed,
}

/// What one step did.
#[derive(Debug, Clone, PartialEq)]
pub struct StepReport {
    /// Rows written or returned.
    pub rows: u64,
    /// Rows that were there already.
    pub skipped: u64,
    /// Wall time.
    pub seconds: f64,
    /// How it ended.
    pub outcome: Outcome,
}

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// For the curious.
    Info,
    /// For the owner.
    Warning,
}

/// Who watches a run.
pub trait RunObserver: Send + Sync {
    /// A step begins; `index` counts from 1.
    fn step_started(&self, name: &str, index: usize, total: usize);
    /// A step goes on.
    fn step_progress(&self, progress: &ProgressSnapshot);
    /// A step has ended.
    fn step_finished(&self, name: &str, report: &StepReport);
    /// Something to tell.
    fn message(&self, level: Level, text: &str);
}

/// An observer that looks away.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl RunObserver for Silent {
    fn step_started(&self, _: &str, _: usize, _: usize) {}
    fn step_progress(&self, _: &ProgressSnapshot) {}
    fn step_finished(&self, _: &str, _: &StepReport) {}
    fn message(&self, _: Level, _: &str) {}
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Succeeded => "succeeded",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
        })
    }
}
