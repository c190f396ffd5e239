//! True strength index: changes smoothed twice against their sizes smoothed twice. Blau (1991), True
//! Strength Index, Stocks & Commodities 9(11).

use super::chain::Chain;
use super::rows::{Before, Rows};
use super::smoothing::Smoothing;

/// 100 · EMA(EMA(change)) / EMA(EMA(|change|)), −100 … 100; `first + second − 1` rows of warm-up; 0
/// where nothing ever moved.
#[derive(Debug, Clone)]
pub struct Tsi {
    before: Before,
    change: [Smoothing; 2],
    size: [Smoothing; 2],
}

impl Tsi {
    /// Exponential averages over `first` rows, and of those over `second` rows.
    pub fn new(first: usize, second: usize) -> Self {
        let averages = || [first, second].map(Smoothing::exponential);
        Self { before: Before::default(), change: averages(), size: averages() }
    }
}

impl Chain<1, 1> for Tsi {
    fn is_warm(&self) -> bool {
        self.size.iter().all(Smoothing::is_warm)
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [x]: [N; 1]) -> Option<[N; 1]> {
        let mut change = x - self.before.next(level, x)?;
        let mut size = change.magnitude();
        for (of_change, of_size) in self.change.iter_mut().zip(&mut self.size) {
            (change, size) = of_change.next(level, change).zip(of_size.next(level, size))?;
        }
        let none = x.all(0.0);
        Some([N::less(none, size, x.all(100.0) * change / size, none)])
    }
}
