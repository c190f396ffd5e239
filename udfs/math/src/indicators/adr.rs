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

    fn fill(&mut self, [high, low]: [&[f64]; 2], room: &mut [f64], out: &mut [f64]) {
        let ranges = &mut room[..out.len()];
        chunk::map([high, low], ranges, |[high, low]| high - low);
        self.average.push(&[ranges], &mut [out]);
    }
}

impl Kernel for Adr {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let most = chunk::rows(self.n);
        let mut room = chunk::scratch(most, inputs);
        chunk::each(most, inputs, outputs, |bars, [out]| self.fill(bars, &mut room, out));
    }

    fn append(&mut self, inputs: &[&[f64]], output: &mut Vec<f64>) -> Option<bool> {
        let most = chunk::rows(self.n);
        let mut room = chunk::scratch(most, inputs);
        Some(chunk::append(most, inputs, output, |bars, out| self.fill(bars, &mut room, out)))
    }

    fn size(&self) -> usize {
        self.average.size()
    }
}
