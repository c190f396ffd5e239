//! One statement's progress bar on standard error, shown only when the statement takes long.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use trademl_engine::ProgressSnapshot;

/// Statements that are done sooner show no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// Steps of the bar for a fraction of one.
pub const STEPS: u64 = 1000;

/// A bar that appears late and goes without a trace.
pub struct Bar {
    enabled: bool,
    started: Instant,
    shown: Option<ProgressBar>,
}

impl Bar {
    /// Starts the clock; `enabled` only where standard error is a terminal.
    pub fn new(enabled: bool) -> Self {
        Self { enabled, started: Instant::now(), shown: None }
    }

    /// Shows where the statement is.
    pub fn show(&mut self, snapshot: &ProgressSnapshot) {
        if !self.enabled || self.started.elapsed() < PATIENCE {
            return;
        }
        let started = self.started;
        let bar = self.shown.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(STEPS), ProgressDrawTarget::stderr());
            bar.with_elapsed(started.elapsed())
        });
        draw(bar, snapshot);
    }

    /// Takes the bar away, before results or messages are printed.
    pub fn clear(&mut self) {
        if let Some(bar) = self.shown.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Puts a snapshot on a bar: a filling bar where the end is known, a spinner where not.
pub fn draw(bar: &ProgressBar, snapshot: &ProgressSnapshot) {
    bar.set_style(style(snapshot.fraction.is_some()));
    if let Some(fraction) = snapshot.fraction {
        bar.set_position((fraction.clamp(0.0, 1.0) * STEPS as f64) as u64);
    }
    bar.set_message(describe(snapshot));
    bar.tick();
}

fn style(known: bool) -> ProgressStyle {
    let template = if known {
        "{prefix}{bar:24.cyan/dim} {percent:>3} % {elapsed} {wide_msg:.dim}"
    } else {
        "{prefix}{spinner:.cyan} {elapsed} {wide_msg:.dim}"
    };
    // A template of ours that did not parse would only lose the looks.
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
        .progress_chars("━╸─")
}

/// `1.2 M rows · 34 MB read`.
pub fn describe(snapshot: &ProgressSnapshot) -> String {
    let mut parts = Vec::new();
    if snapshot.rows > 0 {
        parts.push(format!("{} rows", short(snapshot.rows)));
    }
    if snapshot.bytes > 0 {
        parts.push(format!("{}B read", short(snapshot.bytes)));
    }
    parts.join(" · ")
}

/// `999`, `1.2 k`, `34 M`.
pub fn short(count: u64) -> String {
    let mut value = count as f64;
    for unit in ["", "k", "M", "G", "T"] {
        if value < 999.5 || unit == "T" {
            return match unit {
                "" => count.to_string(),
                _ if value < 9.95 => format!("{value:.1} {unit}"),
                _ => format!("{value:.0} {unit}"),
            };
        }
        value /= 1000.0;
    }
    count.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_short() {
        assert_eq!(short(0), "0");
        assert_eq!(short(999), "999");
        assert_eq!(short(1_000), "1.0 k");
        assert_eq!(short(34_400_000), "34 M");
        assert_eq!(short(999_950), "1.0 M");
        assert_eq!(short(u64::MAX), "18446744 T");
    }

    #[test]
    fn a_snapshot_reads_as_words() {
        let nothing =
            ProgressSnapshot { rows: 0, rows_out: 0, bytes: 0, fraction: None, seconds: 0.0 };
        assert_eq!(describe(&nothing), "");
        let snapshot = ProgressSnapshot { rows: 1_200_000, bytes: 34_000_000, ..nothing };
        assert_eq!(describe(&snapshot), "1.2 M rows · 34 MB read");
    }
}
