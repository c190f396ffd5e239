//! The fold diagram: what each cross-validation split used each stretch of time for.

use std::collections::BTreeMap;

use super::axis::{Scale, Spread, days};
use super::frame::{Frame, WIDTH};
use crate::{FoldSet, FoldSpan};

const TOP: f64 = 8.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = WIDTH - 12.0;

/// Purged and embargoed stretches last days in a picture of decades: none is drawn thinner than this.
const THINNEST: f64 = 2.2;

/// Splits down, time across. `None` without spans.
pub fn fold_diagram(spans: &[FoldSpan]) -> Option<String> {
    let start = spans.iter().map(|span| span.start).min()?;
    let end = spans.iter().map(|span| span.end).max()?;
    let mut splits: BTreeMap<u32, Vec<&FoldSpan>> = BTreeMap::new();
    for span in spans {
        splits.entry(span.split).or_default().push(span);
    }
    let row = (420.0 / splits.len() as f64).clamp(3.0, 16.0);
    let bottom = TOP + row * splits.len() as f64;
    // A span ends with its last session, so the axis ends a day later.
    let x = Scale::new(Spread::Linear, (days(start), days(end) + 1.0), (LEFT, RIGHT));

    let description = format!(
        "Splits: {}, over {start} to {end}. Each row is one split; the blocks it tested on were left \
         out of its training, with the rows purged before them and embargoed after them.",
        splits.len()
    );
    let mut frame =
        Frame::open("folds", "Cross-validation folds", &description, (WIDTH, bottom + 26.0));
    frame.dates(&x, start, end, (TOP, bottom));
    let label_every = (11.0 / row).ceil() as usize;
    for (place, (split, mut spans)) in splits.into_iter().enumerate() {
        let y = TOP + row * place as f64;
        if place % label_every == 0 {
            frame.text((LEFT - 7.0, y + row / 2.0 + 3.5), "tick end", &split.to_string());
        }
        let tests: Vec<String> = spans
            .iter()
            .filter(|span| span.set == FoldSet::Test)
            .map(|span| format!("{} to {}", span.start, span.end))
            .collect();
        frame.add("<g>");
        frame.add(&format!("<title>Split {split}: tested on {}</title>", tests.join(", ")));
        // Thin spans last, so that no neighbour covers them.
        spans.sort_by_key(|span| (rank(span.set), span.start, span.end));
        for group in spans.chunk_by(|left, right| left.set == right.set) {
            let mut blocks = String::new();
            for span in group {
                let from = x.at(days(span.start));
                let width = (x.at(days(span.end) + 1.0) - from).max(THINNEST);
                let height = (row - 1.5).max(2.0);
                blocks += &format!("M{from:.1} {y:.1}h{width:.1}v{height:.1}h-{width:.1}z");
            }
            frame.add(&format!("<path class=\"{}\" d=\"{blocks}\"/>", group[0].set));
        }
        frame.add("</g>\n");
    }
    frame.text((LEFT - 7.0, bottom + 16.0), "tick end", "split");
    Some(frame.close())
}

/// The order of drawing.
fn rank(set: FoldSet) -> u8 {
    match set {
        FoldSet::Train => 0,
        FoldSet::Test => 1,
        FoldSet::Embargoed => 2,
        FoldSet::Purged => 3,
    }
}
