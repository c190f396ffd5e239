//! The table on stdout.

use std::time::Duration;

use crate::difference::Difference;
use crate::times::Times;

const HEADER: [&str; 9] = [
    "workload",
    "peer",
    "our min",
    "our med",
    "its min",
    "its med",
    "ratio min",
    "ratio med",
    "same result",
];

/// One workload against one peer.
#[derive(Debug)]
pub struct Row {
    /// What was done.
    pub workload: String,
    /// By whom else, with version.
    pub peer: String,
    /// Our runs.
    pub ours: Times,
    /// The peer's runs.
    pub theirs: Times,
    /// How far the results are apart; `None` where the work has no result.
    pub difference: Option<Difference>,
}

impl Row {
    /// Whether both sides gave the same result.
    pub fn agrees(&self) -> bool {
        self.difference.as_ref().is_none_or(Difference::is_small)
    }

    fn cells(&self) -> [String; 9] {
        let ratio = |a: Duration, b: Duration| format!("{:.2}", a.as_secs_f64() / b.as_secs_f64());
        let (ours, theirs) = (&self.ours, &self.theirs);
        [
            self.workload.clone(),
            self.peer.clone(),
            text(ours.min()),
            text(ours.median()),
            text(theirs.min()),
            text(theirs.median()),
            ratio(ours.min(), theirs.min()),
            ratio(ours.median(), theirs.median()),
            self.difference.as_ref().map_or_else(|| "-".to_string(), Difference::to_string),
        ]
    }
}

/// Three digits after the point, in seconds or milliseconds.
fn text(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 0.1 { format!("{:.3} ms", seconds * 1e3) } else { format!("{seconds:.3} s") }
}

/// Words to the left, numbers to the right.
pub fn render(rows: &[Row]) -> String {
    let mut lines = vec![HEADER.map(ToString::to_string)];
    lines.extend(rows.iter().map(Row::cells));
    let width = |column: usize| lines.iter().map(|l| l[column].chars().count()).max();
    let widths: Vec<usize> = (0..HEADER.len()).map(|c| width(c).unwrap_or(0)).collect();
    let mut out = String::new();
    for line in &lines {
        let cells = line.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            let right = (2..8).contains(&column);
            if right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        out.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        out.push('\n');
    }
    out
}
