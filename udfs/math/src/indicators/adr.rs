//! Average day range: the mean of high − low over the last `n` rows. The first n − 1 rows have none.

use super::chunk;
use crate::kernel::Kernel;
use crate::rolling::mean;

/// The average range; inputs high, low.
pub struct Adr {
    average: Box<dyn Kernel>,
    n: usize,
}

impl Adr {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { average: mean(n, n), n }
    }
}

impl Kernel for Adr {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let most = chunk::rows(self.n);
        let mut ranges = chunk::scratch(most, inputs);
        chunk::each(most, inputs, outputs, |bars, [out]| {
            let ranges = &mut ranges[..out.len()];
            chunk::map(bars, ranges, |[high, low]| high - low);
            self.average.push(&[ranges], &mut [out]);
        });
    }

    fn append(&mut self, inputs: &[&[f64]], output: &mut Vec<f64>) -> Option<bool> {
        let most = chunk::rows(self.n);
        let mut ranges = chunk::scratch(most, inputs);
        let mut finite = Some(true);
        chunk::each(most, inputs, &mut [], |bars: [&[f64]; 2], []| {
            let ranges = &mut ranges[..bars[0].len()];
            chunk::map(bars, ranges, |[high, low]| high - low);
            // A range is finite only if both of its ends are.
            let means = self.average.append(&[ranges], output);
            finite = finite.zip(means).map(|(all, these)| all & these);
        });
        finite
    }

    fn size(&self) -> usize {
        self.average.size()
    }
}
