//! Stochastics: where the close is in the range of the last rows, and averages of that.
//!
//! Lane (1984), Lane's Stochastics, Stocks & Commodities 2(3): fast K = 100 · (close − lowest low) /
//! (highest high − lowest low); fast D is an average of it; slow K is one, too, and slow D an average
//! of slow K. KDJ adds J = 3K − 2D. The averages may be of any type.

use super::chunk;
use super::rows::Wait;
use crate::kernel::Kernel;
use crate::rolling::{Number, Range, Reduction, windows};

/// Fast K without an average, over the range of the last `n ≥ 1` rows; inputs high, low, close; 0 … 100,
/// 0 without range.
fn fast_k(n: usize) -> Box<dyn Kernel> {
    struct FastK;

    impl Reduction<3, 2, 1> for FastK {
        type Join = Range;
        const INPUTS: Option<[usize; 2]> = Some([0, 1]);

        #[inline(always)]
        fn told<N: Number>(&self, [highest, lowest]: [N; 2], [.., close]: [N; 3]) -> [N; 1] {
            let range = highest - lowest;
            // TA-Lib's band: a range that is the rounding of its two ends is none.
            let band = range.all(1e-14) * (highest.magnitude() + lowest.magnitude());
            let share = (close - lowest) / (range / range.all(100.0));
            [N::less(band, range.magnitude(), share, range.all(0.0))]
        }
    }

    windows(n, FastK)
}

/// Fast K and D; `n − 1` rows of warm-up and those of the average.
pub struct Fast {
    n: usize,
    k: Box<dyn Kernel>,
    wait: Wait,
    d: Box<dyn Kernel>,
}

impl Fast {
    /// Fast K over `n` rows and its average.
    pub fn new(n: usize, d: Box<dyn Kernel>) -> Self {
        Self { n, k: fast_k(n), wait: Wait(n.max(1) - 1), d }
    }
}

impl Kernel for Fast {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunk::each(chunk::rows(self.n), inputs, outputs, |bars: [&[f64]; 3], [k, d]| {
            self.k.push(&bars, &mut [k]);
            let begin = self.wait.over(d);
            self.d.push(&[&k[begin..]], &mut [&mut d[begin..]]);
            only_with(d, k);
        });
    }

    fn size(&self) -> usize {
        self.k.size() + self.d.size()
    }
}

/// Leaves out the rows of a line without a value of its average.
fn only_with(average: &[f64], line: &mut [f64]) {
    for (line, average) in line.iter_mut().zip(average) {
        *line = if average.is_nan() { f64::NAN } else { *line };
    }
}

/// Slow K and D; `n − 1` rows of warm-up and those of both averages.
pub struct Slow {
    fast: Fast,
    d: Box<dyn Kernel>,
}

impl Slow {
    /// The average of fast K over `n` rows, and the average of that.
    pub fn new(n: usize, k: Box<dyn Kernel>, d: Box<dyn Kernel>) -> Self {
        Self { fast: Fast::new(n, k), d }
    }
}

impl Kernel for Slow {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let Self { fast, d: average } = self;
        chunk::each(chunk::rows(fast.n), inputs, outputs, |bars: [&[f64]; 3], [k, d]| {
            fast.push(&bars, &mut [d, k]);
            let begin = chunk::begin(k);
            d[..begin].fill(f64::NAN);
            average.push(&[&k[begin..]], &mut [&mut d[begin..]]);
            only_with(d, k);
        });
    }

    fn size(&self) -> usize {
        self.fast.size() + self.d.size()
    }
}

/// Slow K and D, and J = 3K − 2D.
pub struct Kdj(pub Slow);

impl Kernel for Kdj {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let [k, d, j, ..] = outputs else { return };
        self.0.push(inputs, &mut [k, d]);
        chunk::map([k, d], j, |[k, d]| 3.0 * k - 2.0 * d);
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}
