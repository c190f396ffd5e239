//! True strength index: changes smoothed twice against their sizes smoothed twice. Blau (1991), True
//! Strength Index, Stocks & Commodities 9(11).

use super::ema::Ema;
use super::filter::Filter;

/// 100 · EMA(EMA(change)) / EMA(EMA(|change|)), −100 … 100; `first + second − 1` rows of warm-up; 0
/// where nothing ever moved.
#[derive(Debug, Clone)]
pub struct Tsi {
    previous: Option<f64>,
    change: [Ema; 2],
    size: [Ema; 2],
}

impl Tsi {
    /// Exponential averages over `first` rows, and of those over `second` rows.
    pub fn new(first: usize, second: usize) -> Self {
        let averages = || [Ema::new(first), Ema::new(second)];
        Self { previous: None, change: averages(), size: averages() }
    }
}

impl Filter for Tsi {
    fn update(&mut self, x: f64) -> Option<f64> {
        let change = x - self.previous.replace(x)?;
        let smooth = |averages: &mut [Ema; 2], x| {
            averages.iter_mut().try_fold(x, |x, average| average.update(x))
        };
        let size = smooth(&mut self.size, change.abs());
        let change = smooth(&mut self.change, change)?;
        size.map(|size| if size > 0.0 { 100.0 * change / size } else { 0.0 })
    }
}
