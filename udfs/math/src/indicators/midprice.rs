//! Middle of a range: half the highest high and the lowest low of the last `n` rows (TA-Lib MIDPRICE;
//! MIDPOINT where both are one series). The first n − 1 rows have none.

use super::donchian::Donchian;
use super::filter::{Filter, each_row};
use crate::kernel::Kernel;

/// The middle between two series; inputs high and low.
#[derive(Debug, Clone)]
pub struct MidPrice(Donchian);

impl MidPrice {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self(Donchian::new(n))
    }
}

impl Kernel for MidPrice {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low]| {
            self.0.update(high, low).map(|[_, middle, _]| [middle])
        });
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}

/// The middle of one series.
#[derive(Debug, Clone)]
pub struct MidPoint(Donchian);

impl MidPoint {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self(Donchian::new(n))
    }
}

impl Filter for MidPoint {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.0.update(x, x).map(|[_, middle, _]| middle)
    }

    fn bytes(&self) -> usize {
        self.0.size()
    }
}
