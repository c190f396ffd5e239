//! Detrended price oscillator: an earlier price less a mean around it. By definition, as in TA-Lib.

use super::chunk;
use super::stage::Stage;
use crate::kernel::Kernel;
use crate::lagged::{Lagged, OfRows};
use crate::rolling::{Number, mean};

/// The price of n/2 + 1 rows ago (n/2 rounded down) less the mean of the last `n`, in the unit of
/// the price; `max(n − 1, n/2 + 1)` rows of warm-up.
pub struct Dpo {
    n: usize,
    mean: Stage,
    detrended: Lagged<Detrended, 2, 1>,
}

/// The price before less the mean.
struct Detrended;

impl OfRows<2, 1> for Detrended {
    #[inline(always)]
    fn of<N: Number>(&self, [_, mean]: [N; 2], [before, _]: [N; 2]) -> [N; 1] {
        [before - mean]
    }
}

impl Dpo {
    /// An oscillator over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        let detrended = Lagged::new(n / 2 + 1, Detrended);
        Self { n, mean: Stage::new(mean(n, n)), detrended }
    }
}

impl Kernel for Dpo {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        chunk::append_each(chunk::rows(self.n), inputs, |[x]| {
            let [means] = self.mean.next(&[x]);
            self.detrended.append(&[x, means], outputs) == Some(true)
        })
    }

    fn size(&self) -> usize {
        self.mean.size() + self.detrended.size()
    }
}
