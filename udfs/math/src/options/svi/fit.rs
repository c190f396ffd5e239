//! The SVI slice of quotes by weighted least squares in total variance.

use super::quotes::{QuoteError, Quotes, Scaled};
use super::raw::RawSvi;
use super::reduced::Point;

/// A fitted slice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SviFit {
    /// The slice.
    pub slice: RawSvi,
    /// Σ weight·(w − fitted)².
    pub squared_error: f64,
    /// √(squared error / Σ weight), in total variance.
    pub rmse: f64,
    /// Whether a wing is as steep as Lee's bound b(1 + |ρ|) ≤ 2 allows.
    pub at_lee_bound: bool,
    /// Whether the lowest total variance is 0, the least allowed.
    pub at_zero_variance: bool,
}

/// The slice that fits total variances `w` at log-moneyness `k` best in weighted least squares, all
/// weights 1 if `None`, under b ≥ 0, |ρ| < 1, w ≥ 0 and Lee's b(1 + |ρ|) ≤ 2.
///
/// The global optimum over centres m and widths σ between 10⁻⁶ and 10³ times the range of `k`:
/// quasi-explicit reduction to (m, σ) after Zeliade Systems (2009), a fixed grid, descent into its
/// deepest basins and Levenberg–Marquardt in the end. No randomness; the order of rows does not matter.
/// Arbitrage is not excluded: [`RawSvi::butterfly`] tells, [`super::refit`] repairs.
pub fn svi_fit(k: &[f64], w: &[f64], weight: Option<&[f64]>) -> Result<SviFit, QuoteError> {
    Ok(Quotes::new(k, w, weight)?.fit())
}

impl Quotes {
    /// [`svi_fit`] of checked quotes.
    pub fn fit(&self) -> SviFit {
        let scaled = self.scaled();
        let found = scaled.search();
        // Basins that end equally deep differ after the polish at most by rounding.
        let polished = found.into_iter().take(2).map(|point| scaled.polish(point));
        let best = polished.min_by(|p, q| p.error.total_cmp(&q.error));
        let slice = best.and_then(|point| scaled.slice(&point)).unwrap_or_else(|| scaled.flat());
        self.judge(slice)
    }

    /// A slice with its errors.
    pub(super) fn judge(&self, slice: RawSvi) -> SviFit {
        let squared_error = self.squared_error(|k| slice.total_variance(k));
        let (left, right) = slice.wing_slopes();
        let (_, lowest) = slice.minimum();
        SviFit {
            slice,
            squared_error,
            rmse: (squared_error / self.weight()).sqrt(),
            at_lee_bound: left.max(right) > 2.0 * (1.0 - 1e-6),
            at_zero_variance: lowest <= 1e-9 * slice.b() * slice.sigma(),
        }
    }
}

impl Scaled {
    /// A point as a slice in the units of the quotes.
    pub(super) fn slice(&self, point: &Point) -> Option<RawSvi> {
        let rho = if point.gamma > 0.0 { point.beta / point.gamma } else { 0.0 };
        let (b, sigma) = (self.level * point.gamma / self.spread, self.spread * point.sigma);
        // The lowest total variance in the words of RawSvi, so that 0 comes out as 0.
        let floor = -(b * sigma * ((1.0 - rho) * (1.0 + rho)).sqrt());
        let a = (self.level * point.a).max(floor);
        RawSvi::new(a, b, rho, self.centre + self.spread * point.mu, sigma)
    }

    /// The mean, for quotes whose scale is beyond floats.
    fn flat(&self) -> RawSvi {
        RawSvi::new(self.level, 0.0, 0.0, 0.0, 1.0).expect("a mean of positive numbers is positive")
    }
}
