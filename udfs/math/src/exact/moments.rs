//! What averages, variances, correlations and regressions are made of, summed exactly.

use super::scaled::Scaled;
use super::sum::Sum;

/// Count, sums and sums of products of rows of one value (`SUMS` 1: x; 2: x, x²) or of two (5: x, y,
/// x², y², xy). Rows can be taken off again; nothing of them is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moments<const SUMS: usize> {
    /// Rows.
    pub count: u64,
    /// Rows with a NaN, with +∞, with −∞ in the first value, and those with one of them in the second.
    unbounded: [u64; 4],
    sums: [Sum; SUMS],
}

impl<const SUMS: usize> Default for Moments<SUMS> {
    fn default() -> Self {
        Self { count: 0, unbounded: [0; 4], sums: std::array::from_fn(|_| Sum::default()) }
    }
}

impl<const SUMS: usize> Moments<SUMS> {
    /// Adds a row; of one value the second is not read.
    pub fn add(&mut self, x: f64, y: f64) {
        self.count += 1;
        match unbounded::<SUMS>(x, y) {
            Some(kind) => self.unbounded[kind] += 1,
            None => self.sum(x, y, 1.0),
        }
    }

    /// Adds rows of one value.
    pub fn add_all(&mut self, x: &[f64]) {
        match SUMS == 1 && x.iter().fold(true, |all, x| all & x.is_finite()) {
            true => {
                self.count += x.len() as u64;
                self.sums[0].add_all(x);
            }
            false => x.iter().for_each(|x| self.add(*x, 0.0)),
        }
    }

    /// Takes off a row that was added.
    pub fn remove(&mut self, x: f64, y: f64) {
        self.count -= 1;
        match unbounded::<SUMS>(x, y) {
            Some(kind) => self.unbounded[kind] -= 1,
            None => self.sum(x, y, -1.0),
        }
    }

    fn sum(&mut self, x: f64, y: f64, sign: f64) {
        self.sums[0].add(sign * x);
        if SUMS == 2 {
            self.sums[1].add_product(sign * x, x);
        }
        if SUMS == 5 {
            self.sums[1].add(sign * y);
            self.sums[2].add_product(sign * x, x);
            self.sums[3].add_product(sign * y, y);
            self.sums[4].add_product(sign * x, y);
        }
    }

    /// Adds the rows of another.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        for (a, b) in self.unbounded.iter_mut().zip(other.unbounded) {
            *a += b;
        }
        for (a, b) in self.sums.iter_mut().zip(&other.sums) {
            a.merge(b);
        }
    }

    /// As words, for another process or the disk.
    pub fn write(&self, words: &mut Vec<i64>) {
        words.push(self.count.cast_signed());
        words.extend(self.unbounded.map(u64::cast_signed));
        for sum in &self.sums {
            sum.write(words);
        }
    }

    /// What `write` has written; `None` if it has not.
    pub fn read(mut words: &[i64]) -> Option<Self> {
        let (header, rest) = words.split_first_chunk::<5>()?;
        words = rest;
        let [count, unbounded @ ..] = header.map(i64::cast_unsigned);
        let mut read = Self { count, unbounded, ..Self::default() };
        for sum in &mut read.sums {
            *sum = Sum::read(&mut words)?;
        }
        words.is_empty().then_some(read)
    }

    /// Bytes on the heap.
    pub fn heap(&self) -> usize {
        self.sums.iter().map(Sum::heap).sum()
    }

    /// Σx as floats have it: NaN beside a NaN, or beside infinities of both signs.
    pub fn total(&self) -> f64 {
        self.first(1)
    }

    /// Σx / n.
    pub fn mean(&self) -> f64 {
        self.first(self.count)
    }

    fn first(&self, divisor: u64) -> f64 {
        match self.unbounded {
            [0, 0, 0, 0] => self.sums[0].over(divisor),
            [0, _, 0, 0] => f64::INFINITY,
            [0, 0, _, 0] => f64::NEG_INFINITY,
            _ => f64::NAN,
        }
    }

    /// n Σab − Σa Σb: n times the sum of the products of deviations from the means.
    fn deviations(&self, product: usize, a: usize, b: usize) -> Scaled {
        let [product, a, b] = [product, a, b].map(|i| self.sums[i].scaled());
        product.times(&Scaled::whole(self.count)).minus(&a.times(&b))
    }

    /// What is told of rows of which all values are finite, else NaN.
    fn finite<T>(&self, tell: impl FnOnce() -> T, nan: T) -> T {
        if self.unbounded == [0; 4] { tell() } else { nan }
    }

    /// n (n − `ddof`), of n > `ddof` rows.
    fn divisor(&self, ddof: u64) -> Scaled {
        Scaled::whole(self.count).times(&Scaled::whole(self.count - ddof))
    }
}

impl Moments<2> {
    /// Σ(x − mean)² / (n − `ddof`), of n > `ddof` rows.
    pub fn variance(&self, ddof: u64) -> f64 {
        self.finite(|| self.deviations(1, 0, 0).over(&self.divisor(ddof)), f64::NAN)
    }

    /// The root of the variance.
    pub fn deviation(&self, ddof: u64) -> f64 {
        self.finite(|| self.deviations(1, 0, 0).root_over(&self.divisor(ddof)), f64::NAN)
    }
}

impl Moments<5> {
    fn xx(&self) -> Scaled {
        self.deviations(2, 0, 0)
    }

    fn yy(&self) -> Scaled {
        self.deviations(3, 1, 1)
    }

    fn xy(&self) -> Scaled {
        self.deviations(4, 0, 1)
    }

    /// The mean of y.
    pub fn mean_y(&self) -> f64 {
        self.finite(|| self.sums[1].over(self.count), f64::NAN)
    }

    /// Σ(x − mean)², of any row.
    pub fn squares_x(&self) -> f64 {
        self.finite(|| self.xx().over(&Scaled::whole(self.count)), f64::NAN)
    }

    /// Σ(y − mean)², of any row.
    pub fn squares_y(&self) -> f64 {
        self.finite(|| self.yy().over(&Scaled::whole(self.count)), f64::NAN)
    }

    /// Σ(x − mean)(y − mean), of any row.
    pub fn products(&self) -> f64 {
        self.finite(|| self.xy().over(&Scaled::whole(self.count)), f64::NAN)
    }

    /// Σ(x − mean)(y − mean) / (n − `ddof`), of n > `ddof` rows.
    pub fn covariance(&self, ddof: u64) -> f64 {
        self.finite(|| self.xy().over(&self.divisor(ddof)), f64::NAN)
    }

    /// Pearson's correlation; `None` if x or y does not move.
    pub fn correlation(&self) -> Option<f64> {
        self.finite(
            || {
                let (xx, yy, xy) = (self.xx(), self.yy(), self.xy());
                let squares = xx.times(&yy);
                let sign = if xy.is_negative() { -1.0 } else { 1.0 };
                (!squares.is_zero()).then(|| sign * xy.times(&xy).root_over(&squares))
            },
            Some(f64::NAN),
        )
    }

    /// The share of x's variance that the line over y explains; `None` if x or y does not move.
    pub fn r_squared(&self) -> Option<f64> {
        self.finite(
            || {
                let (squares, xy) = (self.xx().times(&self.yy()), self.xy());
                (!squares.is_zero()).then(|| xy.times(&xy).over(&squares))
            },
            Some(f64::NAN),
        )
    }

    /// The slope of x on y; `None` if y does not move.
    pub fn slope(&self) -> Option<f64> {
        self.finite(
            || {
                let yy = self.yy();
                (!yy.is_zero()).then(|| self.xy().over(&yy))
            },
            Some(f64::NAN),
        )
    }

    /// The line of x on y at y = 0; `None` if y does not move.
    pub fn intercept(&self) -> Option<f64> {
        self.finite(
            || {
                let [x, y, _, squares, products] = self.sums.each_ref().map(Sum::scaled);
                let at_zero = x.times(&squares).minus(&y.times(&products));
                let yy = self.yy();
                (!yy.is_zero()).then(|| at_zero.over(&yy))
            },
            Some(f64::NAN),
        )
    }
}

/// Which of the counted kinds a row without finite values is.
fn unbounded<const SUMS: usize>(x: f64, y: f64) -> Option<usize> {
    match x {
        x if x.is_nan() => Some(0),
        f64::INFINITY => Some(1),
        f64::NEG_INFINITY => Some(2),
        _ if SUMS == 5 && !y.is_finite() => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<const SUMS: usize>(rows: &[(f64, f64)]) -> Moments<SUMS> {
        let mut moments = Moments::default();
        rows.iter().for_each(|(x, y)| moments.add(*x, *y));
        moments
    }

    #[test]
    fn a_level_far_above_the_spread_costs_no_digits() {
        let m = of::<5>(&[(1e15, 3e15), (1e15 + 1.0, 3e15 + 2.0), (1e15 + 2.0, 3e15 + 4.0)]);
        assert_eq!([m.squares_x(), m.squares_y(), m.products()], [2.0, 8.0, 4.0]);
        assert_eq!([m.covariance(1), m.covariance(0)], [2.0, 4.0 / 3.0]);
        assert_eq!([m.mean(), m.mean_y()], [1e15 + 1.0, 3e15 + 2.0]);
        assert_eq!([m.slope(), m.correlation(), m.r_squared()], [Some(0.5), Some(1.0), Some(1.0)]);
        assert_eq!(m.intercept(), Some(-5e14));
    }

    #[test]
    fn equal_values_have_no_spread() {
        assert_eq!(of::<2>(&[(0.1, 0.0); 7]).deviation(1), 0.0);
        assert_eq!(of::<5>(&[(0.1, 1.0), (0.1, 2.0)]).correlation(), None);
        assert_eq!(of::<5>(&[(1.0, 0.1), (2.0, 0.1)]).slope(), None);
        assert_eq!(of::<5>(&[(0.1, 1.0), (0.1, 2.0)]).slope(), Some(0.0));
    }

    #[test]
    fn products_beyond_the_floats_are_told() {
        let (large, small) = (2.0_f64.powi(-300), 2.0_f64.powi(-600));
        let rows = [(large, small), (-large, small), (large, -small), (-large, -small)];
        assert_eq!(of::<5>(&rows).squares_x(), 4.0 * small);
        assert_eq!(of::<5>(&rows).products(), 0.0);
        // Sums of squares have no float, large or small; by Python's fractions.
        let rows: Vec<_> =
            (0..300).map(|i| (if i % 2 == 0 { 1e152 } else { -1e152 }, 0.0)).collect();
        assert_eq!(of::<2>(&rows).variance(1), 1.003_344_481_605_351_3e304);
        assert_eq!(
            of::<2>(&[(1e-163, 0.0), (-1e-163, 0.0), (2e-163, 0.0)]).deviation(1),
            1.527_525_231_651_946_6e-163
        );
        let m = of::<5>(&[(1e-161, 1.0), (2e-161, 2.0), (4e-161, 3.0)]);
        assert_eq!(m.correlation(), Some(0.981_980_506_061_965_7));
    }

    #[test]
    fn unbounded_values() {
        let inf = f64::INFINITY;
        assert_eq!(of::<1>(&[(1.0, 0.0), (inf, 0.0), (inf, 0.0)]).total(), inf);
        assert_eq!(of::<1>(&[(1.0, 0.0), (-inf, 0.0)]).mean(), -inf);
        assert!(of::<1>(&[(-inf, 0.0), (inf, 0.0)]).total().is_nan());
        assert!(of::<1>(&[(f64::NAN, 0.0), (inf, 0.0)]).total().is_nan());
        assert!(of::<2>(&[(1.0, 0.0), (inf, 0.0)]).variance(1).is_nan());
        assert!(of::<5>(&[(1.0, f64::NAN), (2.0, 3.0)]).products().is_nan());
        let mut left = of::<1>(&[(f64::NAN, 0.0), (inf, 0.0), (7.0, 0.0)]);
        left.remove(f64::NAN, 0.0);
        left.remove(inf, 0.0);
        assert_eq!(left, of::<1>(&[(7.0, 0.0)]));
    }

    #[test]
    fn written_and_read() {
        let m = of::<5>(&[(0.1, -7e40), (3e-9, f64::NAN), (5.0, 0.0)]);
        let mut words = vec![];
        m.write(&mut words);
        let read = Moments::<5>::read(&words).unwrap();
        let mut twice = m.clone();
        twice.merge(&read);
        assert_eq!(twice.count, 6);
        assert_eq!(Moments::<5>::read(&words[..words.len() - 1]), None);
        words.push(0);
        assert_eq!(Moments::<5>::read(&words), None);
    }
}
