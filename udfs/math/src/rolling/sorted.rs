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

    /// Takes the next row; NaN is no value. Gives how many values are less than it.
    pub fn push(&mut self, x: f64) -> usize {
        // −0 is 0.
        let x = x + 0.0;
        let old = self.rows.push(x).filter(|old| !old.is_nan());
        let from = old.map(|old| self.less(old));
        if x.is_nan() {
            from.map(|from| self.values.remove(from));
            return 0;
        }
        let to = self.less(x);
        let Some(from) = from else {
            self.values.insert(to, x);
            return to;
        };
        // Only the values between the place that is left and the one that is taken move.
        if from < to {
            self.values.copy_within(from + 1..to, from);
            self.values[to - 1] = x;
            return to - 1;
        }
        self.values.copy_within(to..from, to + 1);
        self.values[to] = x;
        to
    }

    /// How many values are less than `x`.
    pub fn less(&self, x: f64) -> usize {
        self.values.partition_point(|v| *v < x)
    }

    /// The values in order.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        self.rows.size() + self.values.capacity() * size_of::<f64>()
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

    /// The share of values up to the one with so many less than it, in (0, 1]; equals count as their
    /// mean rank.
    pub fn rank(&self, less: usize) -> f64 {
        let x = self.values[less];
        let equal = self.values[less..].iter().take_while(|v| **v == x).count();
        (2.0 * less as f64 + 1.0 + equal as f64) / 2.0 / self.values.len() as f64
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
            let less = self.sorted.push(*x);
            *out = match self.asked {
                _ if self.sorted.count() < self.least => f64::NAN,
                Asked::Quantile(q) => self.sorted.quantile(q),
                Asked::Rank if x.is_nan() => f64::NAN,
                Asked::Rank => self.sorted.rank(less),
            };
        }
    }

    fn size(&self) -> usize {
        self.sorted.size()
    }
}
