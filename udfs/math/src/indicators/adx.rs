//! Average directional index: Wilder's average of the DX, and the ADXR, its mean with an earlier
//! one. Wilder (1978), New Concepts in Technical Trading Systems, section IV.

use super::chain;
use super::chunk;
use super::dx::MovedDx;
use crate::kernel::{Kernel, Ring};

/// The average over `n` rows, 0 … 100: the mean of the first `n` indices, then each later one enters
/// with weight 1/n. `2n − 1` rows of warm-up. An index is 0 among the first `n`, and leaves the
/// average as it is later, where nothing moved.
#[derive(Debug, Clone)]
pub struct Adx {
    moved: MovedDx,
    n: usize,
    rows: usize,
    /// The average; before it the sum of the indices.
    average: f64,
}

impl Adx {
    /// An average over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self { moved: MovedDx::new(n), n, rows: 0, average: 0.0 }
    }

    /// Takes an index of the warm-up.
    fn begin(&mut self, index: f64) -> f64 {
        self.rows += 1;
        if self.rows > self.n && !index.is_nan() {
            self.average += index;
        }
        if self.rows < 2 * self.n {
            return f64::NAN;
        }
        self.average /= self.n as f64;
        self.average
    }
}

impl Kernel for Adx {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chain::push(&mut self.moved, inputs, outputs);
        let [out, ..] = outputs else { return };
        let begin = out.len().min(2 * self.n - self.rows);
        let (first, later) = out.split_at_mut(begin);
        first.iter_mut().for_each(|index| *index = self.begin(*index));
        let (gain, mut average) = (1.0 / self.n as f64, self.average);
        let keep = 1.0 - gain;
        for index in later {
            let next = keep * average + gain * *index;
            average = if index.is_nan() { average } else { next };
            *index = average;
        }
        self.average = average;
    }
}

/// The mean of the ADX and that of `n − 1` rows ago; `3n − 2` rows of warm-up.
#[derive(Debug, Clone)]
pub struct Adxr {
    adx: Adx,
    earlier: Ring,
}

impl Adxr {
    /// A rating over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        Self { adx: Adx::new(n), earlier: Ring::new(n - 1) }
    }
}

impl Kernel for Adxr {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { adx, earlier } = self;
        let mut averages = chunk::scratch(chunk::ROWS, inputs);
        chunk::each(chunk::ROWS, inputs, outputs, |bars: [&[f64]; 3], [out]| {
            let averages = &mut averages[..out.len()];
            adx.push(&bars, &mut [averages]);
            earlier.with_old(averages, out, |now, then| 0.5 * (now + then));
        });
    }

    fn size(&self) -> usize {
        self.earlier.size()
    }
}
