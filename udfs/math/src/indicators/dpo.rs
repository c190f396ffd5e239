//! Detrended price oscillator: an earlier price less a mean around it. By definition, as in TA-Lib.

use super::chunk;
use crate::kernel::Kernel;
use crate::lagged::{Lagged, OfRows};
use crate::rolling::{Number, mean};

/// The price of n/2 + 1 rows ago (n/2 rounded down) less the mean of the last `n`, in the unit of
/// the price; `max(n − 1, n/2 + 1)` rows of warm-up.
pub struct Dpo {
    n: usize,
    mean: Box<dyn Kernel>,
    difference: Lagged<Difference, 2, 1>,
}

/// Of prices and means.
struct Difference;

impl OfRows<2, 1> for Difference {
    #[inline(always)]
    fn of<N: Number>(&self, [_, mean]: [N; 2], [earlier, _]: [N; 2]) -> [N; 1] {
        [earlier - mean]
    }
}

impl Dpo {
    /// An oscillator over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self { n, mean: mean(n, n), difference: Lagged::new(n / 2 + 1, Difference) }
    }
}

impl Kernel for Dpo {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let most = chunk::rows(self.n);
        let mut means = chunk::scratch(most, inputs);
        chunk::each(most, inputs, outputs, |[x], [out]| {
            let means = &mut means[..x.len()];
            self.mean.push(&[x], &mut [means]);
            self.difference.push(&[x, means], &mut [out]);
        });
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let most = chunk::rows(self.n);
        let mut means = chunk::scratch(most, inputs);
        let mut finite = Some(true);
        chunk::each(most, inputs, &mut [], |[x], []| {
            let means = &mut means[..x.len()];
            self.mean.push(&[x], &mut [means]);
            let these = self.difference.append(&[x, means], outputs);
            finite = finite.zip(these).map(|(all, these)| all & these);
        });
        finite
    }

    fn size(&self) -> usize {
        self.mean.size() + self.difference.size()
    }
}
