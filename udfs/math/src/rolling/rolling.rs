//! Statistics of the last rows as kernels: NaN is a row without a value, and a frame with fewer than
//! the least number of values has none.

use super::comoments::Comoments;
use super::extreme::{Extreme, Greatest, Least};
use super::frame::{Frame, Statistic};
use super::moments::Moments;
use super::product::Product;
use super::sum::Sum;
use super::weighted::Weighted;
use crate::kernel::Kernel;

/// What is told of a frame: its state, the pivot, and the row in work.
type Tell<S> = fn(&S, <S as Statistic>::Value, <S as Statistic>::Value) -> f64;

/// A statistic of the last rows.
#[derive(Debug, Clone)]
pub struct Rolling<S: Statistic> {
    frame: Frame<S>,
    least: f64,
    tell: Tell<S>,
    /// Rows of the series so far.
    rows: f64,
}

impl<S: Statistic> Rolling<S> {
    fn new(n: usize, least: usize, tell: Tell<S>) -> Self {
        Self { frame: Frame::new(Some(n)), least: least as f64, tell, rows: 0.0 }
    }

    fn next(&mut self, row: Option<S::Value>, shown: S::Value) -> f64 {
        let state = self.frame.push(row);
        match state.count() >= self.least {
            true => (self.tell)(&state, self.frame.pivot(), shown),
            false => f64::NAN,
        }
    }
}

impl Rolling<Sum> {
    /// The number of values among the last `n` rows.
    pub fn count(n: usize) -> Self {
        Self::new(n, 0, |s, _, _| s.count)
    }

    /// Their sum.
    pub fn sum(n: usize, least: usize) -> Self {
        Self::new(n, least, |s, _, _| s.sum)
    }

    /// Their mean.
    pub fn mean(n: usize, least: usize) -> Self {
        Self::new(n, least.max(1), |s, _, _| s.sum / s.count)
    }
}

impl Rolling<Product> {
    /// Their product.
    pub fn product(n: usize, least: usize) -> Self {
        Self::new(n, least, |s, _, _| s.product)
    }
}

impl Rolling<Moments<2>> {
    /// Variance with the divisor n − 1.
    pub fn variance(n: usize, least: usize) -> Self {
        Self::new(n, least, |s, _, _| s.variance(1.0))
    }

    /// Standard deviation with the divisor n − 1.
    pub fn deviation(n: usize, least: usize) -> Self {
        Self::new(n, least, |s, _, _| s.variance(1.0).sqrt())
    }
}

impl Rolling<Moments<4>> {
    /// Skewness; see [`Moments::skewness`].
    pub fn skewness(n: usize, least: usize) -> Self {
        Self::new(n, least, |s, _, _| s.skewness())
    }

    /// Excess kurtosis; see [`Moments::excess_kurtosis`].
    pub fn excess_kurtosis(n: usize, least: usize) -> Self {
        Self::new(n, least, |s, _, _| s.excess_kurtosis())
    }
}

impl Rolling<Extreme<Least>> {
    /// The least value.
    pub fn min(n: usize, least: usize) -> Self {
        Self::new(n, least.max(1), |s, _, _| s.value)
    }

    /// Rows since the least value; of equals the oldest counts.
    pub fn argmin(n: usize, least: usize) -> Self {
        Self::new(n, least.max(1), |s, _, _| s.ago)
    }
}

impl Rolling<Extreme<Greatest>> {
    /// The greatest value.
    pub fn max(n: usize, least: usize) -> Self {
        Self::new(n, least.max(1), |s, _, _| s.value)
    }

    /// Rows since the greatest value; of equals the oldest counts.
    pub fn argmax(n: usize, least: usize) -> Self {
        Self::new(n, least.max(1), |s, _, _| s.ago)
    }
}

impl Rolling<Weighted> {
    /// The mean with weights 1 for the oldest row to n for this one; all rows must have a value.
    pub fn linear_decay(n: usize) -> Self {
        let tell: Tell<Weighted> = |s, _, _| s.weighted / (s.count * (s.count + 1.0) / 2.0);
        Self::new(n, n, tell)
    }
}

impl Rolling<Comoments> {
    /// Correlation of two series.
    pub fn correlation(n: usize, least: usize) -> Self {
        Self::new(n, least.max(2), |s, _, _| s.correlation())
    }

    /// Sample covariance of two series.
    pub fn covariance(n: usize, least: usize) -> Self {
        Self::new(n, least.max(2), |s, _, _| s.covariance())
    }

    /// The slope of the first series on the second.
    pub fn beta(n: usize, least: usize) -> Self {
        // The pairs are (y, x).
        let tell: Tell<Comoments> = |s, _, _| if s.yy == 0.0 { f64::NAN } else { s.xy / s.yy };
        Self::new(n, least.max(2), tell)
    }

    /// The slope of a series on time, a row.
    pub fn slope(n: usize, least: usize) -> Self {
        Self::new(n, least.max(2), |s, _, _| s.slope())
    }

    /// The share of a series' variance that its line over time explains.
    pub fn r_squared(n: usize, least: usize) -> Self {
        Self::new(n, least.max(2), |s, _, _| s.r_squared())
    }

    /// The row less the line over time at it.
    pub fn residual(n: usize, least: usize) -> Self {
        let tell: Tell<Comoments> = |s, pivot, (t, y)| (y - pivot.1) - s.at(t - pivot.0);
        Self::new(n, least.max(2), tell)
    }
}

/// The line over time at the oldest of the last rows.
#[derive(Debug, Clone)]
pub struct Intercept {
    line: Rolling<Comoments>,
    n: f64,
}

impl Intercept {
    /// Of the last `n` rows that have `least` values.
    pub fn new(n: usize, least: usize) -> Self {
        Self { line: Rolling::slope(n, least), n: n as f64 }
    }
}

impl Kernel for Intercept {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        for (out, y) in outputs[0].iter_mut().zip(inputs[0]) {
            let t = self.line.rows;
            self.line.rows += 1.0;
            let state = self.line.frame.push((!y.is_nan()).then_some((t, *y)));
            let pivot = self.line.frame.pivot();
            let oldest = (t + 1.0 - self.n).max(0.0);
            *out = match state.count >= self.line.least {
                true => pivot.1 + state.at(oldest - pivot.0),
                false => f64::NAN,
            };
        }
    }

    fn size(&self) -> usize {
        self.line.frame.size()
    }
}

/// Annualised volatility: the standard deviation of the last `n` per-period returns, times
/// √`periods_per_year`. Warm-up n − 1 rows.
#[derive(Debug, Clone)]
pub struct Volatility {
    deviation: Rolling<Moments<2>>,
    scale: f64,
}

impl Volatility {
    /// Over `n ≥ 2` returns.
    pub fn new(n: usize, periods_per_year: f64) -> Self {
        Self { deviation: Rolling::deviation(n, n), scale: periods_per_year.sqrt() }
    }
}

impl Kernel for Volatility {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        self.deviation.push(inputs, outputs);
        outputs[0].iter_mut().for_each(|out| *out *= self.scale);
    }

    fn size(&self) -> usize {
        self.deviation.size()
    }
}

/// Kernels of one series.
impl<S: Statistic<Value = f64>> Kernel for Rolling<S> {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        for (out, x) in outputs[0].iter_mut().zip(inputs[0]) {
            *out = self.next((!x.is_nan()).then_some(*x), *x);
        }
    }

    fn size(&self) -> usize {
        self.frame.size()
    }
}

/// Kernels of two series, or of one against the number of its row.
impl Kernel for Rolling<Comoments> {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        match inputs {
            [x, y, ..] => {
                for ((out, x), y) in outputs[0].iter_mut().zip(*x).zip(*y) {
                    let present = !x.is_nan() && !y.is_nan();
                    *out = self.next(present.then_some((*x, *y)), (*x, *y));
                }
            }
            [y] => {
                for (out, y) in outputs[0].iter_mut().zip(*y) {
                    let pair = (self.rows, *y);
                    self.rows += 1.0;
                    *out = self.next((!y.is_nan()).then_some(pair), pair);
                }
            }
            [] => {}
        }
    }

    fn size(&self) -> usize {
        self.frame.size()
    }
}
