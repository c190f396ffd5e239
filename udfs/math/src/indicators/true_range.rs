//! True range: the largest of high − low, |high − close before| and |low − close before|. The first
//! row has none.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems.

use super::rows::{Before, Rows};
use crate::kernel::Kernel;
use crate::lagged::{Lagged, OfRows};
use crate::rolling::Number;

/// The true range of bars; inputs high, low, close.
#[derive(Debug, Clone, Default)]
pub struct TrueRange {
    close: Before,
}

impl TrueRange {
    /// Before the first bar.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bar.
    pub fn update(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        self.next((), [high, low, close])
    }

    /// Takes the next bars: one, or eight once there was one.
    #[inline(always)]
    pub fn next<N: Rows>(&mut self, level: N::Level, [high, low, close]: [N; 3]) -> Option<N> {
        let before = self.close.next(level, close)?;
        Some(largest([high, low], before))
    }
}

/// The true range of bars; inputs high, low, close. One row of warm-up.
pub fn true_range() -> impl Kernel {
    struct Largest;

    impl OfRows<3, 1> for Largest {
        #[inline(always)]
        fn of<N: Number>(&self, [high, low, _]: [N; 3], [.., before]: [N; 3]) -> [N; 1] {
            [largest([high, low], before)]
        }
    }

    Lagged::new(1, Largest)
}

/// The true range of a bar from its high and low, and the close before.
#[inline(always)]
pub(super) fn largest<N: Number>([high, low]: [N; 2], before: N) -> N {
    (high - low).greater((before - high).magnitude()).greater((before - low).magnitude())
}
