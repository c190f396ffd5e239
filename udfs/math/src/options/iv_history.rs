//! Where an implied volatility stands among those of its past.

use crate::indicators::extremes::Extreme;
use crate::indicators::filter::Filter;
use crate::rolling::Sorted;

/// The share of themselves by which equal volatilities may differ, each the answer of a fit.
const SAME: f64 = 1e-12;

/// (x − lowest)/(highest − lowest) of the last `n` values, x included; NaN where they are the same but for
/// rounding. The first n − 1 rows have none.
#[derive(Debug, Clone)]
pub struct IvRank {
    highest: Extreme,
    lowest: Extreme,
}

impl IvRank {
    /// Over `n ≥ 2` values.
    pub fn new(n: usize) -> Self {
        Self { highest: Extreme::max(n), lowest: Extreme::min(n) }
    }
}

impl Filter for IvRank {
    fn update(&mut self, x: f64) -> Option<f64> {
        let (highest, lowest) = (self.highest.update(x), self.lowest.update(x));
        let (highest, lowest) = (highest?, lowest?);
        let range = highest - lowest;
        let is_one = range <= SAME * highest.abs();
        Some(if is_one { f64::NAN } else { (x - lowest) / range })
    }

    fn bytes(&self) -> usize {
        self.highest.bytes() + self.lowest.bytes()
    }
}

/// The share of the last `n` values, x included, that are below x. The first n − 1 rows have none.
#[derive(Debug, Clone)]
pub struct IvPercentile {
    window: Sorted,
    n: usize,
}

impl IvPercentile {
    /// Over `n ≥ 2` values.
    pub fn new(n: usize) -> Self {
        Self { window: Sorted::new(n), n }
    }
}

impl Filter for IvPercentile {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.window.push(x);
        let full = self.window.count() == self.n;
        full.then(|| self.window.less(x) as f64 / self.n as f64)
    }

    fn bytes(&self) -> usize {
        self.window.size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By definition, a scan over each window.
    #[test]
    fn as_a_scan_of_each_window() {
        let x: Vec<f64> = (0..200_u32).map(|i| f64::from(i * 7919 % 23) / 100.0).collect();
        for n in [2, 5, 40] {
            let (mut rank, mut percentile) = (IvRank::new(n), IvPercentile::new(n));
            for row in 0..x.len() {
                let (r, p) = (rank.update(x[row]), percentile.update(x[row]));
                if row + 1 < n {
                    assert_eq!((r, p), (None, None));
                    continue;
                }
                let window = &x[row + 1 - n..=row];
                let high = window.iter().copied().fold(f64::MIN, f64::max);
                let low = window.iter().copied().fold(f64::MAX, f64::min);
                assert_eq!(r, Some((x[row] - low) / (high - low)));
                let below = window.iter().filter(|w| **w < x[row]).count();
                assert_eq!(p, Some(below as f64 / n as f64));
            }
        }
    }

    #[test]
    fn without_a_range_there_is_no_rank() {
        let mut rank = IvRank::new(2);
        rank.update(0.2);
        assert!(rank.update(0.2).unwrap().is_nan());
        assert!(rank.update(0.2_f64.next_down()).unwrap().is_nan());
    }
}
