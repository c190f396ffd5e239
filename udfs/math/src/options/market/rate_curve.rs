//! A curve of zero rates.
//!
//! Discount factors are log-linear between nodes, so that forward rates are flat there: Hagan & West
//! (2006), Interpolation methods for curve construction, Applied Math. Finance 13(2), "raw" interpolation.
//! Up to the first node the rate is that node's, after the last one the forward rate goes on.

use std::fmt;

/// Why nodes make no curve; with the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurveError {
    /// There are no nodes.
    Empty,
    /// Times and values differ in number.
    Lengths,
    /// A time or value is NaN or infinite.
    NotFinite(usize),
    /// The time is not above the one before, the first one not above 0.
    NotAscending(usize),
    /// The discount factor is not above 0.
    NonPositiveDiscount(usize),
}

impl fmt::Display for CurveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "a curve needs a node"),
            Self::Lengths => write!(f, "times and values differ in length"),
            Self::NotFinite(row) => write!(f, "row {row}: time and value must be finite"),
            Self::NotAscending(row) => write!(f, "row {row}: times must be above 0 and ascend"),
            Self::NonPositiveDiscount(row) => write!(f, "row {row}: discount must be above 0"),
        }
    }
}

impl std::error::Error for CurveError {}

/// Discount factors over time. Rates are decimals a year, continuously compounded, and may be negative.
#[derive(Debug, Clone, PartialEq)]
pub struct RateCurve {
    /// (t, −ln D(t)), from (0, 0) on.
    nodes: Vec<(f64, f64)>,
}

impl RateCurve {
    /// The curve of zero rates at times in years.
    pub fn from_zero_rates(years: &[f64], rates: &[f64]) -> Result<Self, CurveError> {
        Self::from_values(years, rates, |t, rate| rate * t)
    }

    /// The curve of discount factors at times in years.
    pub fn from_discounts(years: &[f64], discounts: &[f64]) -> Result<Self, CurveError> {
        match discounts.iter().position(|&d| d <= 0.0) {
            Some(row) => Err(CurveError::NonPositiveDiscount(row)),
            None => Self::from_values(years, discounts, |_, discount| -discount.ln()),
        }
    }

    fn from_values(
        years: &[f64],
        values: &[f64],
        exponent: impl Fn(f64, f64) -> f64,
    ) -> Result<Self, CurveError> {
        if years.len() != values.len() {
            return Err(CurveError::Lengths);
        }
        if years.is_empty() {
            return Err(CurveError::Empty);
        }
        let mut nodes = vec![(0.0, 0.0)];
        for (row, (&t, &value)) in years.iter().zip(values).enumerate() {
            let node = (t, exponent(t, value));
            if !(t.is_finite() && node.1.is_finite()) {
                return Err(CurveError::NotFinite(row));
            }
            if t <= nodes[row].0 {
                return Err(CurveError::NotAscending(row));
            }
            nodes.push(node);
        }
        Ok(Self { nodes })
    }

    /// What 1 at a time in years is worth today. `None` before today, and where it overflows.
    pub fn discount(&self, t: f64) -> Option<f64> {
        self.exponent(t).map(|x| (-x).exp()).filter(|d| d.is_finite())
    }

    /// The rate from today to a time in years; today, the limit. `None` before today.
    pub fn zero_rate(&self, t: f64) -> Option<f64> {
        if t == 0.0 { self.zero_rate(self.nodes[1].0) } else { Some(self.exponent(t)? / t) }
    }

    /// The rate from one time to a later one, in years. `None` if it is not later, and before today.
    pub fn forward_rate(&self, from: f64, to: f64) -> Option<f64> {
        let growth = self.exponent(to)? - self.exponent(from)?;
        Some(growth / (to - from)).filter(|_| from < to)
    }

    /// −ln D(t).
    fn exponent(&self, t: f64) -> Option<f64> {
        let after = self.nodes.partition_point(|node| node.0 < t).clamp(1, self.nodes.len() - 1);
        let ((t0, x0), (t1, x1)) = (self.nodes[after - 1], self.nodes[after]);
        let share = (t - t0) / (t1 - t0);
        // Written so that a node comes out as it went in.
        let x = if t == t1 { x1 } else { x0 + share * (x1 - x0) };
        (t >= 0.0 && x.is_finite()).then_some(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(was: Option<f64>, expected: f64) {
        assert!((was.unwrap() - expected).abs() < 1e-14, "{was:?} is not {expected}");
    }

    /// Hull, Options, Futures, and Other Derivatives, table 4.5: forward rates of zero rates by year.
    #[test]
    fn forward_rates_as_published() {
        let years = [1.0, 2.0, 3.0, 4.0, 5.0];
        let curve = RateCurve::from_zero_rates(&years, &[0.03, 0.04, 0.046, 0.05, 0.053]).unwrap();
        for (year, forward) in [(1.0, 0.05), (2.0, 0.058), (3.0, 0.062), (4.0, 0.065)] {
            close(curve.forward_rate(year, year + 1.0), forward);
            close(curve.forward_rate(year + 0.2, year + 0.3), forward);
        }
        close(curve.discount(2.0), (-0.08_f64).exp());
        // Half a year into the third: 8 % so far, and 5.8 % a year on.
        close(curve.discount(2.5), (-0.109_f64).exp());
        close(curve.zero_rate(2.5), 0.109 / 2.5);
    }

    #[test]
    fn flat_at_the_ends() {
        let curve = RateCurve::from_zero_rates(&[0.5, 1.0], &[0.02, 0.03]).unwrap();
        close(curve.zero_rate(0.0), 0.02);
        close(curve.zero_rate(0.1), 0.02);
        close(curve.forward_rate(0.0, 0.5), 0.02);
        close(curve.forward_rate(1.0, 7.0), 0.04);
        close(curve.discount(3.0), (-0.11_f64).exp());
        assert_eq!(curve.discount(0.0), Some(1.0));
        let single = RateCurve::from_zero_rates(&[0.25], &[-0.005]).unwrap();
        close(single.zero_rate(10.0), -0.005);
        close(single.discount(2.0), 0.01_f64.exp());
    }

    #[test]
    fn of_rates_or_of_discounts() {
        let (years, rates) = ([0.1, 0.7, 2.0], [0.01, 0.035, 0.03_f64]);
        let discounts: Vec<f64> = years.iter().zip(rates).map(|(t, r)| (-r * t).exp()).collect();
        let a = RateCurve::from_zero_rates(&years, &rates).unwrap();
        let b = RateCurve::from_discounts(&years, &discounts).unwrap();
        for t in [0.05, 0.1, 0.5, 0.7, 1.9, 2.0, 5.0] {
            close(a.discount(t), b.discount(t).unwrap());
        }
        for (t, rate) in years.iter().zip(rates) {
            close(a.zero_rate(*t), rate);
        }
    }

    #[test]
    fn no_curve_says_why() {
        let of = RateCurve::from_zero_rates;
        assert_eq!(of(&[], &[]), Err(CurveError::Empty));
        assert_eq!(of(&[1.0], &[]), Err(CurveError::Lengths));
        assert_eq!(of(&[1.0, f64::NAN], &[0.0, 0.0]), Err(CurveError::NotFinite(1)));
        assert_eq!(of(&[1.0, 2.0], &[f64::INFINITY, 0.0]), Err(CurveError::NotFinite(0)));
        assert_eq!(of(&[0.0, 1.0], &[0.0, 0.0]), Err(CurveError::NotAscending(0)));
        assert_eq!(of(&[1.0, 1.0], &[0.0, 0.0]), Err(CurveError::NotAscending(1)));
        let of = RateCurve::from_discounts;
        assert_eq!(of(&[1.0, 2.0], &[0.9, 0.0]), Err(CurveError::NonPositiveDiscount(1)));
        assert_eq!(of(&[1.0], &[f64::NAN]), Err(CurveError::NotFinite(0)));
        assert!(CurveError::NotAscending(7).to_string().contains("row 7"));
    }

    #[test]
    fn times_without_a_rate() {
        let curve = RateCurve::from_zero_rates(&[1.0], &[-0.05]).unwrap();
        for t in [-0.1, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!((curve.discount(t), curve.zero_rate(t)), (None, None), "{t}");
        }
        assert_eq!(curve.discount(1e6), None, "overflows");
        assert_eq!(curve.forward_rate(1.0, 1.0), None);
        assert_eq!(curve.forward_rate(2.0, 1.0), None);
        assert_eq!(curve.forward_rate(-1.0, 1.0), None);
    }
}
