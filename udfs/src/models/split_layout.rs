//! Which times train and test in which split: what a fold diagram draws.

use serde::{Deserialize, Serialize};
use trademl_math::cpcv::{Cpcv, Set};

use super::metrics::times;

/// A fold: a range of the model's times, positions counted from 0, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoldLayout {
    /// The first time's position.
    pub from: usize,
    /// The last time's position.
    pub to: usize,
    /// Rows in the fold.
    pub rows: usize,
}

/// What one split does with the rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitLayout {
    /// The folds it tests.
    pub test_folds: Vec<usize>,
    /// Rows by what they are: train, test, purged, embargoed.
    pub rows: [usize; 4],
    /// The same along the times.
    pub segments: Vec<Segment>,
}

/// Consecutive times of one kind, both ends included. Where rows of one time differ, it counts as
/// test, else purged, else embargoed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// `train`, `test`, `purged` or `embargoed`.
    pub set: String,
    /// The first time's position.
    pub from: usize,
    /// The last time's position.
    pub to: usize,
}

const WORDS: [&str; 4] = ["train", "test", "purged", "embargoed"];
/// Positions in `WORDS`, the weakest claim on a time first.
const CLAIMS: [usize; 4] = [0, 3, 2, 1];

/// The folds and splits of rows sorted by time.
pub(super) fn layout(cpcv: &Cpcv, time: &[i64]) -> (Vec<FoldLayout>, Vec<SplitLayout>) {
    let mut folds: Vec<FoldLayout> = Vec::new();
    for (position, rows) in times(time).enumerate() {
        if cpcv.fold(rows.start) == folds.len() {
            folds.push(FoldLayout { from: position, to: position, rows: 0 });
        }
        if let Some(fold) = folds.last_mut() {
            fold.to = position;
            fold.rows += rows.len();
        }
    }
    let splits = (0..cpcv.design().n_splits()).map(|split| {
        let sets = cpcv.sets(split);
        let mut layout = SplitLayout {
            test_folds: cpcv.design().test_folds(split).to_vec(),
            rows: [0; 4],
            segments: Vec::new(),
        };
        for (position, rows) in times(time).enumerate() {
            let mut strongest = 0;
            for row in rows {
                let kind = kind(sets[row]);
                layout.rows[kind] += 1;
                strongest = strongest.max(CLAIMS.iter().position(|k| *k == kind).unwrap_or(0));
            }
            let set = WORDS[CLAIMS[strongest]];
            match layout.segments.last_mut() {
                Some(last) if last.set == set => last.to = position,
                _ => layout.segments.push(Segment {
                    set: set.to_string(),
                    from: position,
                    to: position,
                }),
            }
        }
        layout
    });
    let splits = splits.collect();
    (folds, splits)
}

/// The position in `WORDS`.
fn kind(set: Set) -> usize {
    match set {
        Set::Train => 0,
        Set::Test => 1,
        Set::Purged => 2,
        Set::Embargoed => 3,
    }
}
