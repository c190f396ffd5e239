//! Forward and discount factor of one expiry by put–call parity.
//!
//! C − P = D(F − K) for European options: over strikes a line whose slope is −D and whose zero is F.
//! Each strike weighs by 1/spread², the spread being that of buying the call and selling the put.
//!
//! Stale and mistaken quotes are found by a line that nearly half of the strikes cannot move, Siegel's
//! repeated median (1982, Biometrika 69(1)); strikes off it by more than three robust deviations are left
//! out of the least squares on the rest: Rousseeuw & Leroy (1987), Robust regression and outlier
//! detection, chapters 3 and 5. No strike is left out if the line is between what C − P can be bought and
//! sold for: mids on a coarse tick agree so often that the deviation comes out as 0.
//!
//! American options are worth more by the right of early exercise, puts in the money foremost: with
//! them, D comes out too high and F is biased likewise, the more the longer the expiry and the higher
//! the rate. Then give D, keep to strikes near the forward, or take the early exercise premium off the
//! mids before.

use std::fmt;

use super::parity_regression::{fit, points};

/// The discount factor that a fit may end with: a rate below −5 % for a year is not believed, nor one
/// that takes 95 % of the money.
pub const DISCOUNT_RANGE: [f64; 2] = [0.05, 1.05];
/// The quotes of a call and a put with the same strike and expiry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StrikeQuotes {
    /// The strike.
    pub strike: f64,
    /// The call's bid and ask.
    pub call: [f64; 2],
    /// The put's bid and ask.
    pub put: [f64; 2],
}

/// Whether the discount factor is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Discount {
    /// It is fitted, in [`DISCOUNT_RANGE`].
    Free,
    /// It is this.
    Given(f64),
}

/// How a fit came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParityStatus {
    /// By the least squares.
    Fitted,
    /// The discount factor was to be outside of [`DISCOUNT_RANGE`]: it is at the end, and the forward is
    /// the best with it.
    DiscountAtBound,
}

impl ParityStatus {
    /// Its name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fitted => "fitted",
            Self::DiscountAtBound => "discount_at_bound",
        }
    }
}

/// Why there is no forward.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ParityError {
    /// The strike of this row is not a number above 0.
    BadStrike(usize),
    /// The discount factor given is not a number above 0.
    BadDiscount(f64),
    /// No strike has a call and a put with 0 < bid ≤ ask.
    NoQuotes,
    /// All quotes are on one strike, which does not tell the discount factor.
    OneStrike,
    /// The forward is not a number above 0.
    BadForward(f64),
}

impl fmt::Display for ParityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadStrike(row) => write!(f, "row {row}: the strike must be above 0"),
            Self::BadDiscount(d) => write!(f, "the discount factor {d} must be above 0"),
            Self::NoQuotes => write!(f, "no strike has a call and a put with 0 < bid <= ask"),
            Self::OneStrike => write!(f, "one strike does not determine the discount factor"),
            Self::BadForward(forward) => write!(f, "the forward comes out as {forward}"),
        }
    }
}

impl std::error::Error for ParityError {}

/// The forward and the discount factor of an expiry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParityFit {
    /// The forward F.
    pub forward: f64,
    /// The discount factor D.
    pub discount: f64,
    /// The standard error of the forward; `None` where there are as few strikes as unknowns. Only what
    /// scatters is in it, neither the right of early exercise nor a bias that all mids share.
    pub forward_error: Option<f64>,
    /// The standard error of the discount factor, 0 if it was given or is at a bound; `None` likewise.
    pub discount_error: Option<f64>,
    /// Strikes with both quotes.
    pub quoted: usize,
    /// Strikes that the fit rests on; the others were too far off.
    pub used: usize,
    /// √(Σ weight·residual² / Σ weight) of the strikes used, in C − P.
    pub rms_residual: f64,
    /// How it came about.
    pub status: ParityStatus,
}

impl ParityFit {
    /// The rate −ln D / T for the years to expiry; `None` if these are not above 0.
    pub fn rate(&self, years: f64) -> Option<f64> {
        Some(-self.discount.ln() / years).filter(|rate| years > 0.0 && rate.is_finite())
    }

    /// The yield −ln(DF/S) / T that the underlying is taken to pay; `None` if its price or the years to
    /// expiry are not above 0.
    pub fn dividend_yield(&self, spot: f64, years: f64) -> Option<f64> {
        let held = (self.discount * self.forward / spot).ln();
        Some(-held / years).filter(|q| spot > 0.0 && years > 0.0 && q.is_finite())
    }
}

/// The forward and the discount factor that put–call parity implies.
///
/// Rows whose call or put has no uncrossed bid above 0 are passed over. A strike without any spread has
/// the narrowest of the others. It takes time quadratic in the number of strikes.
pub fn parity_forward(
    quotes: &[StrikeQuotes],
    discount: Discount,
) -> Result<ParityFit, ParityError> {
    if let Discount::Given(d) = discount
        && !(d > 0.0 && d.is_finite())
    {
        return Err(ParityError::BadDiscount(d));
    }
    let points = points(quotes)?;
    if points.is_empty() {
        return Err(ParityError::NoQuotes);
    }
    let free = fit(&points, discount)?;
    let within = free.discount.clamp(DISCOUNT_RANGE[0], DISCOUNT_RANGE[1]);
    let found = if discount == Discount::Free && within != free.discount {
        let status = ParityStatus::DiscountAtBound;
        ParityFit { status, ..fit(&points, Discount::Given(within))? }
    } else {
        free
    };
    let valid = found.forward > 0.0 && found.forward.is_finite();
    if valid { Ok(found) } else { Err(ParityError::BadForward(found.forward)) }
}
