//! An exponential average in which each row has a weight of its own: e ← (1 − w)·e + w·x.
//!
//! As in `smoothing.rs` eight rows wait for the eight before at once: from what one row keeps of the
//! average and what it adds comes what two rows do, then four, then eight.

use super::chain::Chain;
use super::rows::{Last, Rows, Wait};
use crate::rolling::LANES;

/// The rows whose share and additions are known, before those of twice as many are.
const STEPS: [usize; 3] = [1, 2, 4];

/// The average; inputs the values and their weights, the first of which is 1.
#[derive(Debug, Clone)]
pub struct Adaptive {
    /// Rows until there are eight averages.
    warm_up: Wait,
    /// The last eight averages.
    levels: Last,
    /// What the last one, two and four rows had kept and added at each of the last eight rows.
    kept: [Last; STEPS.len()],
    added: [Last; STEPS.len()],
}

impl Adaptive {
    /// Before the first value.
    pub fn new() -> Self {
        let none = Last::default();
        Self {
            warm_up: Wait(LANES),
            levels: none,
            kept: [none; STEPS.len()],
            added: [none; STEPS.len()],
        }
    }
}

impl Chain<2, 1> for Adaptive {
    fn is_warm(&self) -> bool {
        self.warm_up.0 == 0
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [x, weight]: [N; 2]) -> Option<[N; 1]> {
        let (mut kept, mut added) = (x.all(1.0) - weight, weight * x);
        let first = kept * x.earlier(level, 1, &self.levels) + added;
        for (i, step) in STEPS.into_iter().enumerate() {
            let kept_before = kept.earlier(level, step, &self.kept[i]);
            let added_before = added.earlier(level, step, &self.added[i]);
            kept.keep(&mut self.kept[i]);
            added.keep(&mut self.added[i]);
            (kept, added) = (kept * kept_before, kept * added_before + added);
        }
        let later = kept * x.earlier(level, LANES, &self.levels) + added;
        let levels = if self.warm_up.is_over::<N>() { later } else { first };
        levels.keep(&mut self.levels);
        Some([levels])
    }
}
