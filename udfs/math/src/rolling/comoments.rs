//! Two series together: their moments and how they move with each other.

use super::columnar::{Columnar, Parts};
use super::frame::Statistic;
use super::number::Number;

/// Count, means and sums of squared and mixed deviations of pairs, mergeable without subtraction
/// (Chan, Golub & `LeVeque` 1983; Pébay 2008, Sandia SAND2008-6212, eq. 3.10).
#[derive(Debug, Clone, Copy, Default)]
pub struct Comoments {
    /// How many pairs.
    pub count: f64,
    /// Mean of the first, from its pivot.
    pub mean_x: f64,
    /// Mean of the second, from its pivot.
    pub mean_y: f64,
    /// Σ (x − x̄)².
    pub xx: f64,
    /// Σ (y − ȳ)².
    pub yy: f64,
    /// Σ (x − x̄)(y − ȳ).
    pub xy: f64,
}

impl Statistic for Comoments {
    type Value = (f64, f64);

    fn empty() -> Self {
        Self::default()
    }

    fn count(&self) -> f64 {
        self.count
    }

    #[inline]
    fn push(self, (x, y): (f64, f64), pivot: (f64, f64)) -> Self {
        let (x, y) = (x - pivot.0, y - pivot.1);
        let count = self.count + 1.0;
        let (dx, dy) = (x - self.mean_x, y - self.mean_y);
        let (mean_x, mean_y) = (self.mean_x + dx / count, self.mean_y + dy / count);
        Self {
            count,
            mean_x,
            mean_y,
            xx: self.xx + dx * (x - mean_x),
            yy: self.yy + dy * (y - mean_y),
            xy: self.xy + dx * (y - mean_y),
        }
    }

    #[inline]
    fn merge(self, later: Self) -> Self {
        let parts = Parts::of(self.count, later.count);
        let merged = Self::merge_columns(self.columns(), later.columns(), parts);
        Self::of(merged, self.count + later.count)
    }

    fn pivot(value: (f64, f64), before: (f64, f64)) -> (f64, f64) {
        let of = |value: f64, before: f64| if value.is_finite() { value } else { before };
        (of(value.0, before.0), of(value.1, before.1))
    }

    fn origin() -> (f64, f64) {
        (0.0, 0.0)
    }
}

impl Columnar<2, 5> for Comoments {
    const EMPTY: [f64; 5] = [0.0; 5];

    #[inline(always)]
    fn row<N: Number>([x, _]: [N; 2]) -> [N; 5] {
        [x.all(0.0); 5]
    }

    #[inline(always)]
    fn merge_columns<N: Number>(a: [N; 5], b: [N; 5], parts: Parts<N, 2>) -> [N; 5] {
        let [n, m] = parts.counts;
        let share = m * (n + m).share();
        let product = n * share;
        let (x, y) = (a[0] + parts.by[0], a[1] + parts.by[1]);
        let (dx, dy) = (b[0] - x, b[1] - y);
        [
            x + dx * share,
            y + dy * share,
            a[2] + b[2] + dx * dx * product,
            a[3] + b[3] + dy * dy * product,
            a[4] + b[4] + dx * dy * product,
        ]
    }

    #[inline]
    fn of([mean_x, mean_y, xx, yy, xy]: [f64; 5], count: f64) -> Self {
        Self { count, mean_x, mean_y, xx, yy, xy }
    }
}

impl Comoments {
    fn columns(&self) -> [f64; 5] {
        [self.mean_x, self.mean_y, self.xx, self.yy, self.xy]
    }

    /// Correlation; NaN where one of them does not move. Rounding never takes it beyond ±1.
    pub fn correlation(&self) -> f64 {
        let scale = (self.xx * self.yy).sqrt();
        let correlation = (self.xy / scale).clamp(-1.0, 1.0);
        if scale == 0.0 { f64::NAN } else { correlation }
    }

    /// Sample covariance (divisor n − 1).
    pub fn covariance(&self) -> f64 {
        self.xy / (self.count - 1.0)
    }

    /// The slope of y on x; NaN where x does not move.
    pub fn slope(&self) -> f64 {
        let slope = self.xy / self.xx;
        if self.xx == 0.0 { f64::NAN } else { slope }
    }

    /// The line's value at `x`, both from their pivots.
    pub fn at(&self, x: f64) -> f64 {
        self.mean_y + self.slope() * (x - self.mean_x)
    }

    /// The share of y's variance that the line explains; NaN where one of them does not move.
    pub fn r_squared(&self) -> f64 {
        let correlation = self.correlation();
        correlation * correlation
    }
}
