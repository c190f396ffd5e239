//! Shows a pipeline's steps on standard error: a bar a step on a terminal, plain lines for cron.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget};
use trademl_engine::ProgressSnapshot;

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

    /// A step begins; `index` counts from one.
    pub fn started(&self, name: &str, index: usize, total: usize) {
        let Some(bars) = &self.bars else { return };
        let bar = bars.add(ProgressBar::new(STEPS));
        bar.set_prefix(format!("[{index}/{total}] {name} "));
        bar.enable_steady_tick(Duration::from_millis(100));
        if let Some(left_over) = self.running().replace(bar) {
            left_over.finish_and_clear();
        }
    }

    /// The running step moved.
    pub fn progress(&self, snapshot: &ProgressSnapshot) {
        if let Some(bar) = self.running().as_ref() {
            draw(bar, snapshot);
        }
    }

    /// A step ended: `outcome` is a word such as `done`, `unchanged` or `failed`.
    pub fn finished(&self, name: &str, rows: Option<u64>, seconds: f64, outcome: &str) {
        if let Some(bar) = self.running().take() {
            bar.finish_and_clear();
        }
        self.line(&step_line(name, rows, seconds, outcome));
    }

    /// A line above the bars.
    pub fn line(&self, text: &str) {
        // A terminal or log that went away is no reason to stop the run.
        let _ = match &self.bars {
            Some(bars) => bars.println(text),
            None => writeln!(io::stderr(), "{text}"),
        };
    }

    fn running(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `done      features.equity  1,234 rows, 0.8 s`
fn step_line(name: &str, rows: Option<u64>, seconds: f64, outcome: &str) -> String {
    let rows = rows.map_or(String::new(), |rows| format!("{}, ", counted(rows, "row")));
    format!("{outcome:<9} {name}  {rows}{seconds:.1} s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_outcome_name_rows_and_time() {
        assert_eq!(
            step_line("features.equity", Some(1234), 0.84, "done"),
            "done      features.equity  1,234 rows, 0.8 s"
        );
        assert_eq!(step_line("audit", None, 12.0, "unchanged"), "unchanged audit  12.0 s");
    }
}
