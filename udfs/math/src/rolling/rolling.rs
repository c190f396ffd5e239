//! Statistics of the last rows as kernels: NaN is a row without a value, and a window with fewer than
//! the least number of values has none.

use super::columnar::Columnar;
use super::comoments::Comoments;
use super::doubling::Doubling;
use super::extreme::{Extreme, Greatest, Least};
use super::moments::Moments;
use super::number::Number;
use super::product::Product;
use super::reduction::{ByPlace, Reduction, Sums};
use super::sum::Sum;
use super::windows::windows;
use crate::kernel::Kernel;

/// A statistic of the last rows of `K` series.
#[derive(Debug, Clone)]
struct Rolling<S, T, const K: usize, const C: usize> {
    windows: Doubling<S, K, C>,
    least: f64,
    /// What is told of a window: its state and the last values.
    tell: T,
}

/// The statistic of the last `n` rows that have `least` values: what is told of its state, whose
/// deviations are from the last values.
pub fn rolling<S, T, const K: usize, const C: usize>(n: usize, least: usize, tell: T) -> impl Kernel
where
    S: Columnar<K, C> + 'static,
    T: Fn(S, [f64; K]) -> f64 + Send,
{
    Rolling { windows: Doubling::new(n), least: least as f64, tell }
}

impl<S, T, const K: usize, const C: usize> Rolling<S, T, K, C>
where
    S: Columnar<K, C>,
    T: Fn(S, [f64; K]) -> f64,
{
    fn rows(&mut self, inputs: [&[f64]; K], out: &mut [f64]) {
        let Self { windows, least, tell } = self;
        let least = *least;
        windows.push(inputs, [out], |state, last| {
            // Told in any case: eight rows without a branch cost less than one.
            let (enough, told) = (state.count() >= least, tell(state, last));
            [if enough { told } else { f64::NAN }]
        });
    }
}

impl<S, T, const K: usize, const C: usize> Kernel for Rolling<S, T, K, C>
where
    S: Columnar<K, C>,
    T: Fn(S, [f64; K]) -> f64 + Send,
{
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        if let (Some(inputs), [out, ..]) = (inputs.first_chunk(), outputs) {
            self.rows(*inputs, out);
        }
    }

    fn size(&self) -> usize {
        self.windows.size()
    }
}

/// The number of values among the last `n` rows.
pub fn count(n: usize) -> impl Kernel {
    rolling(n, 0, |s: Sum, _| s.count)
}

/// Their sum.
pub fn sum(n: usize, least: usize) -> Box<dyn Kernel> {
    /// Of a window without missing rows.
    struct Whole;

    impl Reduction<1, 1, 1> for Whole {
        type Join = Sums;
        const INPUTS: Option<[usize; 1]> = Some([0]);

        #[inline(always)]
        fn told<N: Number>(&self, sum: [N; 1], _: [N; 1]) -> [N; 1] {
            sum
        }
    }

    match least == n {
        false => Box::new(rolling(n, least, |s: Sum, _| s.sum)),
        true => windows(n, Whole),
    }
}

/// Their mean.
pub fn mean(n: usize, least: usize) -> Box<dyn Kernel> {
    /// Of a window of so many rows, none of them missing.
    struct Whole(f64);

    impl Reduction<1, 1, 1> for Whole {
        type Join = Sums;
        const INPUTS: Option<[usize; 1]> = Some([0]);

        #[inline(always)]
        fn told<N: Number>(&self, [sum]: [N; 1], _: [N; 1]) -> [N; 1] {
            [sum / sum.all(self.0)]
        }
    }

    match least == n {
        false => Box::new(rolling(n, least.max(1), |s: Sum, _| s.sum / s.count)),
        true => windows(n, Whole(n as f64)),
    }
}

/// Their product.
pub fn product(n: usize, least: usize) -> impl Kernel {
    rolling(n, least, |s: Product, _| s.product)
}

/// Variance with the divisor n − 1.
pub fn variance(n: usize, least: usize) -> impl Kernel {
    rolling(n, least, |s: Moments<2>, _| s.variance(1.0))
}

/// Standard deviation with the divisor n − 1.
pub fn deviation(n: usize, least: usize) -> impl Kernel {
    rolling(n, least, |s: Moments<2>, _| s.variance(1.0).sqrt())
}

/// Annualised volatility: the standard deviation of the last `n ≥ 2` per-period returns, times
/// √`periods_per_year`. Warm-up n − 1 rows.
pub fn volatility(n: usize, periods_per_year: f64) -> impl Kernel {
    let scale = periods_per_year.sqrt();
    rolling(n, n, move |s: Moments<2>, _| s.variance(1.0).sqrt() * scale)
}

/// Skewness; see [`Moments::skewness`].
pub fn skewness(n: usize, least: usize) -> impl Kernel {
    rolling(n, least, |s: Moments<4>, _| s.skewness())
}

/// Excess kurtosis; see [`Moments::excess_kurtosis`].
pub fn excess_kurtosis(n: usize, least: usize) -> impl Kernel {
    rolling(n, least, |s: Moments<4>, _| s.excess_kurtosis())
}

/// The least value.
pub fn min(n: usize, least: usize) -> impl Kernel {
    rolling(n, least.max(1), |s: Extreme<Least>, _| s.value)
}

/// Rows since the least value; of equals the oldest counts.
pub fn argmin(n: usize, least: usize) -> impl Kernel {
    rolling(n, least.max(1), |s: Extreme<Least>, _| s.ago)
}

/// The greatest value.
pub fn max(n: usize, least: usize) -> impl Kernel {
    rolling(n, least.max(1), |s: Extreme<Greatest>, _| s.value)
}

/// Rows since the greatest value; of equals the oldest counts.
pub fn argmax(n: usize, least: usize) -> impl Kernel {
    rolling(n, least.max(1), |s: Extreme<Greatest>, _| s.ago)
}

/// The mean with weights 1 for the oldest row to n for this one; all rows must have a value.
pub fn linear_decay(n: usize) -> Box<dyn Kernel> {
    /// Over the sum of the weights.
    struct Mean(f64);

    impl Reduction<1, 2, 1> for Mean {
        type Join = ByPlace;
        const INPUTS: Option<[usize; 2]> = Some([0, 0]);

        #[inline(always)]
        fn told<N: Number>(&self, [_, weighted]: [N; 2], _: [N; 1]) -> [N; 1] {
            [weighted / weighted.all(self.0)]
        }
    }

    let count = n as f64;
    windows(n, Mean(count * (count + 1.0) / 2.0))
}

/// What is told of the line over time of the last `n ≥ 2` rows, all of which must have a value.
trait OnLine: Send {
    /// From the mean of the rows, and the rise a row.
    fn told<N: Number>(&self, mean: N, slope: N) -> N;
}

fn on_line(n: usize, told: impl OnLine + 'static) -> Box<dyn Kernel> {
    struct Line<T> {
        count: f64,
        middle: f64,
        squares: f64,
        told: T,
    }

    impl<T: OnLine> Reduction<1, 2, 1> for Line<T> {
        type Join = ByPlace;
        const INPUTS: Option<[usize; 2]> = Some([0, 0]);

        #[inline(always)]
        fn told<N: Number>(&self, [sum, weighted]: [N; 2], _: [N; 1]) -> [N; 1] {
            let tilt = weighted - sum * sum.all(self.middle);
            [self.told.told(sum / sum.all(self.count), tilt / sum.all(self.squares))]
        }
    }

    let count = n as f64;
    // Rows from the middle: Σ (row − (n − 1)/2)² = n·(n² − 1)/12.
    let squares = count * (count * count - 1.0) / 12.0;
    windows(n, Line { count, middle: f64::midpoint(count, 1.0), squares, told })
}

/// The line over time so many rows after the middle of the last `n ≥ 2` rows; all must have a value.
pub fn line(n: usize, rows: f64) -> Box<dyn Kernel> {
    struct Point(f64);

    impl OnLine for Point {
        #[inline(always)]
        fn told<N: Number>(&self, mean: N, slope: N) -> N {
            mean + slope * mean.all(self.0)
        }
    }

    on_line(n, Point(rows))
}

/// Its rise a row.
pub fn rise(n: usize) -> Box<dyn Kernel> {
    struct Slope;

    impl OnLine for Slope {
        #[inline(always)]
        fn told<N: Number>(&self, _: N, slope: N) -> N {
            slope
        }
    }

    on_line(n, Slope)
}

/// Correlation of two series.
pub fn correlation(n: usize, least: usize) -> impl Kernel {
    rolling(n, least.max(2), |s: Comoments, _| s.correlation())
}

/// Sample covariance of two series.
pub fn covariance(n: usize, least: usize) -> impl Kernel {
    rolling(n, least.max(2), |s: Comoments, _| s.covariance())
}

/// The slope of the first series on the second.
pub fn beta(n: usize, least: usize) -> impl Kernel {
    // The pairs are (y, x).
    rolling(n, least.max(2), |s: Comoments, _| if s.yy == 0.0 { f64::NAN } else { s.xy / s.yy })
}

/// The slope of a series on time, a row.
pub fn slope(n: usize, least: usize) -> impl Kernel {
    over_rows(n, least, |s, _| s.slope())
}

/// The share of a series' variance that its line over time explains.
pub fn r_squared(n: usize, least: usize) -> impl Kernel {
    over_rows(n, least, |s, _| s.r_squared())
}

/// The line over time at the oldest of the last rows.
pub fn intercept(n: usize, least: usize) -> impl Kernel {
    over_rows(n, least, move |s, [t, y]| y + s.at((t + 1.0 - n as f64).max(0.0) - t))
}

/// The row less the line over time at it.
pub fn residual(n: usize, least: usize) -> impl Kernel {
    struct Residual<R>(R);

    impl<R: Kernel> Kernel for Residual<R> {
        fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
            self.0.push(inputs, outputs);
            for (out, y) in outputs[0].iter_mut().zip(inputs[0]) {
                *out = if y.is_nan() { f64::NAN } else { 0.0 - *out };
            }
        }

        fn size(&self) -> usize {
            self.0.size()
        }
    }

    Residual(over_rows(n, least, |s, _| s.at(0.0)))
}

/// A statistic of a series against the number of its row.
struct OverRows<T> {
    line: Rolling<Comoments, T, 2, 5>,
    /// Rows so far.
    rows: f64,
    numbers: Vec<f64>,
}

fn over_rows<T>(n: usize, least: usize, tell: T) -> impl Kernel
where
    T: Fn(Comoments, [f64; 2]) -> f64 + Send,
{
    let line = Rolling { windows: Doubling::new(n), least: least.max(2) as f64, tell };
    OverRows { line, rows: 0.0, numbers: vec![] }
}

impl<T: Fn(Comoments, [f64; 2]) -> f64 + Send> Kernel for OverRows<T> {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let ([y, ..], [out, ..]) = (inputs, outputs) else { return };
        self.numbers.clear();
        self.numbers.extend((0..y.len()).map(|i| self.rows + i as f64));
        self.rows += y.len() as f64;
        self.line.rows([&self.numbers, y], out);
    }

    fn size(&self) -> usize {
        self.line.size() + self.numbers.capacity() * size_of::<f64>()
    }
}
