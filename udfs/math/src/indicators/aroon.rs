//! Aroon: how long ago the extremes of the last rows were.
//!
//! Chande (1995), A Time Price Oscillator, Stocks & Commodities 13(9): up = 100 · (n − rows since the
//! highest high of the last n + 1 rows) / n, down likewise with the lowest low; of equal extremes
//! the latest counts.

use crate::kernel::Kernel;
use crate::rolling::{Number, PlacedRange, Reduction, windows};

/// High and low of a row, which is the first of its window.
#[inline(always)]
fn placed<N: Number>([high, low]: [N; 2]) -> [N; 4] {
    let first = high.all(1.0);
    [high, first, low, first]
}

/// Down and up over `n ≥ 2` rows, 0 … 100; inputs high and low; `n` rows of warm-up.
pub fn aroon(n: usize) -> Box<dyn Kernel> {
    /// What a row is worth.
    struct Scores(f64);

    impl Reduction<2, 4, 2> for Scores {
        type Join = PlacedRange;

        #[inline(always)]
        fn row<N: Number>(&self, bar: [N; 2]) -> [N; 4] {
            placed(bar)
        }

        #[inline(always)]
        fn told<N: Number>(&self, [_, high, _, low]: [N; 4], _: [N; 2]) -> [N; 2] {
            let (first, worth) = (high.all(1.0), high.all(self.0));
            [worth * (low - first), worth * (high - first)]
        }
    }

    windows(n + 1, Scores(100.0 / n as f64))
}

/// Up less down over `n ≥ 2` rows, −100 … 100; inputs high and low; `n` rows of warm-up.
pub fn aroonosc(n: usize) -> Box<dyn Kernel> {
    /// What a row is worth.
    struct Difference(f64);

    impl Reduction<2, 4, 1> for Difference {
        type Join = PlacedRange;

        #[inline(always)]
        fn row<N: Number>(&self, bar: [N; 2]) -> [N; 4] {
            placed(bar)
        }

        #[inline(always)]
        fn told<N: Number>(&self, [_, high, _, low]: [N; 4], _: [N; 2]) -> [N; 1] {
            let (first, worth) = (high.all(1.0), high.all(self.0));
            [worth * (high - first) - worth * (low - first)]
        }
    }

    windows(n + 1, Difference(100.0 / n as f64))
}
