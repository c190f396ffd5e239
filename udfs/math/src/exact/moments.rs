//! What averages, variances, correlations and regressions are made of, summed exactly.

use super::sum::{Sum, rounded};

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

    /// n Σab − Σa Σb, rounded once: n times the sum of the products of deviations from the means.
    fn deviations(&self, product: usize, a: usize, b: usize) -> f64 {
        if self.unbounded != [0; 4] {
            return f64::NAN;
        }
        let [(ab, e), (a, of_a), (b, of_b)] = [product, a, b].map(|i| self.sums[i].scaled());
        let lowest = e.min(of_a + of_b);
        let difference = ((ab * self.count) << (e - lowest)) - ((a * b) << (of_a + of_b - lowest));
        rounded(difference, lowest, 1)
    }
}

impl Moments<2> {
    /// Σ(x − mean)² · n.
    pub fn xx(&self) -> f64 {
        self.deviations(1, 0, 0)
    }
}

impl Moments<5> {
    /// Σ(x − mean)² · n.
    pub fn xx(&self) -> f64 {
        self.deviations(2, 0, 0)
    }

    /// Σ(y − mean)² · n.
    pub fn yy(&self) -> f64 {
        self.deviations(3, 1, 1)
    }

    /// Σ(x − mean)(y − mean) · n.
    pub fn xy(&self) -> f64 {
        self.deviations(4, 0, 1)
    }

    /// The mean of y.
    pub fn mean_y(&self) -> f64 {
        match self.unbounded {
            [0, 0, 0, 0] => self.sums[1].over(self.count),
            _ => f64::NAN,
        }
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
        assert_eq!([m.xx(), m.yy(), m.xy()], [6.0, 24.0, 12.0]);
        assert_eq!([m.mean(), m.mean_y()], [1e15 + 1.0, 3e15 + 2.0]);
    }

    #[test]
    fn equal_values_have_no_spread() {
        assert_eq!(of::<2>(&[(0.1, 0.0); 7]).xx(), 0.0);
        // Products below the least float do not vanish from the sum: 2⁻⁶⁰⁰ is what is left of them.
        let (large, small) = (2.0_f64.powi(-300), 2.0_f64.powi(-600));
        let rows = [(large, small), (-large, small), (large, -small), (-large, -small)];
        assert_eq!(of::<5>(&rows).xx(), 16.0 * small);
        assert_eq!(of::<5>(&rows).xy(), 0.0);
    }

    #[test]
    fn unbounded_values() {
        let inf = f64::INFINITY;
        assert_eq!(of::<1>(&[(1.0, 0.0), (inf, 0.0), (inf, 0.0)]).total(), inf);
        assert_eq!(of::<1>(&[(1.0, 0.0), (-inf, 0.0)]).mean(), -inf);
        assert!(of::<1>(&[(-inf, 0.0), (inf, 0.0)]).total().is_nan());
        assert!(of::<1>(&[(f64::NAN, 0.0), (inf, 0.0)]).total().is_nan());
        assert!(of::<2>(&[(1.0, 0.0), (inf, 0.0)]).xx().is_nan());
        assert!(of::<5>(&[(1.0, f64::NAN), (2.0, 3.0)]).xy().is_nan());
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
