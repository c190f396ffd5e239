//! Shows a pipeline's steps on standard error: a bar a step on a terminal, plain lines for cron.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget};
use trademl_engine::ProgressSnapshot;
use trademl_engine::script::{Level, Outcome, RunObserver, StepReport};

use crate::format::counted;
use crate::progress::{STEPS, draw};

/// Steps as they start, move and end. The lines carry no time of day, so that the logs of two runs
/// differ only where the runs did.
pub struct Steps {
    /// `None` prints lines.
    bars: Option<MultiProgress>,
    running: Mutex<Option<ProgressBar>>,
}

impl Steps {
    /// With bars where `terminal`, else lines only.
    pub fn new(terminal: bool) -> Self {
        let bars = || MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        Self { bars: terminal.then(bars), running: Mutex::new(None) }
    }

    fn running(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self, text: &str) {
        // A terminal or log that went away is no reason to stop the run.
        let _ = match &self.bars {
            Some(bars) => bars.println(text),
            None => writeln!(io::stderr(), "{text}"),
        };
    }
}

impl RunObserver for Steps {
    fn step_started(&self, name: &str, index: usize, total: usize) {
        let Some(bars) = &self.bars else { return };
        let bar = bars.add(ProgressBar::new(STEPS));
        bar.set_prefix(format!("[{index}/{total}] {name} "));
        bar.enable_steady_tick(Duration::from_millis(100));
        if let Some(left_over) = self.running().replace(bar) {
            left_over.finish_and_clear();
        }
    }

    fn step_progress(&self, snapshot: &ProgressSnapshot) {
        if let Some(bar) = self.running().as_ref() {
            draw(bar, snapshot);
        }
    }

    fn step_finished(&self, name: &str, report: &StepReport) {
        if let Some(bar) = self.running().take() {
            bar.finish_and_clear();
        }
        self.line(&step_line(name, report));
    }

    fn message(&self, level: Level, text: &str) {
        match level {
            Level::Info => self.line(text),
            Level::Warning => self.line(&format!("warning: {text}")),
        }
    }
}

/// `done      features.equity  1,234 rows, 0.8 s`
fn step_line(name: &str, report: &StepReport) -> String {
    let outcome = match report.outcome {
        Outcome::Succeeded => "done",
        Outcome::Unchanged => "unchanged",
        Outcome::Failed => "failed",
    };
    let skipped = match report.skipped {
        0 => String::new(),
        skipped => format!(", {} there already", counted(skipped, "row")),
    };
    let rows = counted(report.rows, "row");
    format!("{outcome:<9} {name}  {rows}{skipped}, {:.1} s", report.seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_outcome_name_rows_and_time() {
        let report =
            StepReport { rows: 1234, skipped: 0, seconds: 0.84, outcome: Outcome::Succeeded };
        assert_eq!(
            step_line("features.equity", &report),
            "done      features.equity  1,234 rows, 0.8 s"
        );
        let again = StepReport { rows: 0, skipped: 1, outcome: Outcome::Unchanged, ..report };
        assert_eq!(
            step_line("features.equity", &again),
            "unchanged features.equity  0 rows, 1 row there already, 0.8 s"
        );
    }
}
