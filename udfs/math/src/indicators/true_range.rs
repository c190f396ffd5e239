//! True range: the largest of high − low, |high − close before| and |low − close before|. The first
//! row has none.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems.

use crate::kernel::Kernel;
use crate::lagged::{Lagged, OfRows};
use crate::rolling::Number;

/// The true range of bars; inputs high, low, close.
#[derive(Debug, Clone, Default)]
pub struct TrueRange {
    close: Option<f64>,
}

impl TrueRange {
    /// Before the first bar.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bar.
    pub fn update(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        let before = self.close.replace(close)?;
        Some((high - low).max((before - high).abs()).max((before - low).abs()))
    }
}

/// The true range of bars; inputs high, low, close. One row of warm-up.
pub fn true_range() -> impl Kernel {
    struct Largest;

    impl OfRows<3, 1> for Largest {
        #[inline(always)]
        fn of<N: Number>(&self, bar: [N; 3], before: [N; 3]) -> [N; 1] {
            [largest(bar, before)]
        }
    }

    Lagged::new(1, Largest)
}

/// The true range of a bar, of high, low, close, after another one.
#[inline(always)]
pub(super) fn largest<N: Number>([high, low, _]: [N; 3], [.., before]: [N; 3]) -> N {
    (high - low).greater((before - high).size()).greater((before - low).size())
}
