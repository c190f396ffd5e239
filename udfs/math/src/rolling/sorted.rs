//! The last rows of a series in order: quantiles and ranks.

use crate::kernel::{Kernel, Ring};

/// The last `n` rows, those with a value sorted. A row costs a search and a move within one array.
#[derive(Debug, Clone)]
pub struct Sorted {
    rows: Ring,
    values: Vec<f64>,
}

impl Sorted {
    /// Of the last `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { rows: Ring::new(n), values: Vec::new() }
    }

    /// Takes the next row; NaN is no value.
    pub fn push(&mut self, x: f64) {
        if let Some(old) = self.rows.push(x).filter(|old| !old.is_nan()) {
            let at = self.values.partition_point(|v| v.total_cmp(&old).is_lt());
            self.values.remove(at);
        }
        if !x.is_nan() {
            let at = self.values.partition_point(|v| v.total_cmp(&x).is_lt());
            self.values.insert(at, x);
        }
    }

    /// How many values there are.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// The quantile `q` in 0 … 1, linear between values (Hyndman & Fan 1996, type 7); NaN of none.
    pub fn quantile(&self, q: f64) -> f64 {
        let Some(last) = self.values.len().checked_sub(1) else { return f64::NAN };
        let at = q * last as f64;
        let (low, share) = (at.floor(), at - at.floor());
        let below = self.values[(low as usize).min(last)];
        let above = self.values[(low as usize + 1).min(last)];
        if share == 0.0 { below } else { below + share * (above - below) }
    }

    /// The share of values up to `x`, in (0, 1]; equals count as their mean rank. NaN is no value.
    pub fn rank(&self, x: f64) -> f64 {
        if x.is_nan() {
            return f64::NAN;
        }
        let below = self.values.partition_point(|v| *v < x) as f64;
        let up_to = self.values.partition_point(|v| *v <= x) as f64;
        (below + 1.0 + up_to) / 2.0 / self.values.len() as f64
    }
}

/// What is asked of the last rows.
#[derive(Debug, Clone, Copy)]
enum Asked {
    Quantile(f64),
    Rank,
}

/// Quantiles and ranks as kernels.
#[derive(Debug, Clone)]
pub struct SortedKernel {
    sorted: Sorted,
    least: usize,
    asked: Asked,
}

impl SortedKernel {
    /// The quantile `q` of the last `n` rows that have `least` values.
    pub fn quantile(n: usize, least: usize, q: f64) -> Self {
        Self { sorted: Sorted::new(n), least: least.max(1), asked: Asked::Quantile(q) }
    }

    /// The rank of the row among the last `n`, in (0, 1].
    pub fn rank(n: usize, least: usize) -> Self {
        Self { sorted: Sorted::new(n), least: least.max(1), asked: Asked::Rank }
    }
}

impl Kernel for SortedKernel {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        for (out, x) in outputs[0].iter_mut().zip(inputs[0]) {
            self.sorted.push(*x);
            *out = match self.asked {
                _ if self.sorted.count() < self.least => f64::NAN,
                Asked::Quantile(q) => self.sorted.quantile(q),
                Asked::Rank => self.sorted.rank(*x),
            };
        }
    }

    fn size(&self) -> usize {
        self.sorted.rows.size() + self.sorted.values.capacity() * size_of::<f64>()
    }
}
