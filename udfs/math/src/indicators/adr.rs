//! Average day range: the mean of high − low over the last `n` rows. The first n − 1 rows have none.

use super::filter::{Filter, each_row};
use super::sma::Sma;
use crate::kernel::Kernel;

/// The average range; inputs high, low.
#[derive(Debug, Clone)]
pub struct Adr {
    average: Sma,
}

impl Adr {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { average: Sma::new(n) }
    }
}

impl Kernel for Adr {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low]| self.average.update(high - low).map(|x| [x]));
    }

    fn size(&self) -> usize {
        self.average.bytes()
    }
}
