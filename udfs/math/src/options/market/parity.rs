//! Forward and discount factor of one expiry by put–call parity.
//!
//! C − P = D(F − K) for European options: over strikes a line whose slope is −D and whose zero is F.
//! Each strike weighs by 1/spread², the spread being that of buying the call and selling the put.
//!
//! Stale and mistaken quotes are found by a line that nearly half of the strikes cannot move, Siegel's
//! repeated median (1982, Biometrika 69(1)); strikes off it by more than three robust deviations are left
//! out of the least squares on the rest: Rousseeuw & Leroy (1987), Robust regression and outlier
//! detection, chapters 3 and 5. Where the median of the residuals is all but 0, because most strikes
//! agree exactly, the deviation is taken for a hundredth of the spread.
//!
//! American options are worth more by the right of early exercise, puts in the money foremost: with
//! them, D comes out too high and F is biased likewise, the more the longer the expiry and the higher
//! the rate. Then give D, keep to strikes near the forward, or take the early exercise premium off the
//! mids before.

use std::fmt;

use super::repeated_median::{Line, median, repeated_median};

/// The discount factor that a fit may end with: a rate below −5 % for a year is not believed, nor one
/// that takes 95 % of the money.
pub const DISCOUNT_RANGE: [f64; 2] = [0.05, 1.05];
/// Robust deviations beyond which a strike is left out.
const CUTOFF: f64 = 3.0;
/// The median absolute deviation of a normal variable times this is its deviation.
const NORMAL: f64 = 1.482_602_218_505_602;
/// The least robust deviation, in spreads.
const LEAST_DEVIATION: f64 = 0.01;

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
    /// The standard error of the forward; `None` where there are as few strikes as unknowns.
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

/// A strike as a point of the line.
#[derive(Debug, Clone, Copy)]
struct Point {
    strike: f64,
    /// C − P by mids.
    difference: f64,
    /// Half the spread of C − P.
    half: f64,
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
    let fit = fit(&points, discount)?;
    let within = fit.discount.clamp(DISCOUNT_RANGE[0], DISCOUNT_RANGE[1]);
    let fit = if discount == Discount::Free && within != fit.discount {
        let status = ParityStatus::DiscountAtBound;
        ParityFit { status, ..self::fit(&points, Discount::Given(within))? }
    } else {
        fit
    };
    let valid = fit.forward > 0.0 && fit.forward.is_finite();
    if valid { Ok(fit) } else { Err(ParityError::BadForward(fit.forward)) }
}

/// The strikes that are quoted, ascending: the order in which they are given does not matter.
fn points(quotes: &[StrikeQuotes]) -> Result<Vec<Point>, ParityError> {
    let mut points = Vec::with_capacity(quotes.len());
    for (row, quote) in quotes.iter().enumerate() {
        if !(quote.strike > 0.0 && quote.strike.is_finite()) {
            return Err(ParityError::BadStrike(row));
        }
        let quoted = |[bid, ask]: [f64; 2]| bid > 0.0 && bid <= ask && ask.is_finite();
        if quoted(quote.call) && quoted(quote.put) {
            let mid = |[bid, ask]: [f64; 2]| f64::midpoint(bid, ask);
            let half = |[bid, ask]: [f64; 2]| 0.5 * (ask - bid);
            points.push(Point {
                strike: quote.strike,
                difference: mid(quote.call) - mid(quote.put),
                half: half(quote.call) + half(quote.put),
            });
        }
    }
    let narrowest = points.iter().map(|p| p.half).filter(|h| *h > 0.0).fold(f64::NAN, f64::min);
    let narrowest = if narrowest.is_nan() { 1.0 } else { narrowest };
    for point in points.iter_mut().filter(|p| p.half == 0.0) {
        point.half = narrowest;
    }
    points
        .sort_by(|a, b| a.strike.total_cmp(&b.strike).then(a.difference.total_cmp(&b.difference)));
    Ok(points)
}

/// Least squares on the strikes that are not off the robust line.
fn fit(points: &[Point], discount: Discount) -> Result<ParityFit, ParityError> {
    let unknowns = if discount == Discount::Free { 2 } else { 1 };
    let line = match discount {
        Discount::Given(d) => {
            let values = points.iter().map(|p| p.difference + d * p.strike).collect();
            Line { level: median(values), slope: -d }
        }
        Discount::Free => {
            let xy: Vec<(f64, f64)> = points.iter().map(|p| (p.strike, p.difference)).collect();
            repeated_median(&xy).ok_or(ParityError::OneStrike)?
        }
    };
    let off = |p: &Point| (p.difference - line.at(p.strike)).abs() / p.half;
    let used: Vec<Point> = match points.len().checked_sub(unknowns) {
        // The factor for few strikes is that of Rousseeuw & Leroy.
        Some(freedom @ 1..) => {
            let few = 1.0 + 5.0 / freedom as f64;
            let deviation = few * NORMAL * median(points.iter().map(off).collect());
            let limit = CUTOFF * deviation.max(LEAST_DEVIATION);
            points.iter().filter(|p| off(p) <= limit).copied().collect()
        }
        _ => points.to_vec(),
    };
    least_squares(&used, discount, points.len())
}

/// Weighted least squares about the mean strike, where level and slope are uncorrelated.
fn least_squares(
    points: &[Point],
    discount: Discount,
    quoted: usize,
) -> Result<ParityFit, ParityError> {
    let sum =
        |f: &dyn Fn(&Point) -> f64| points.iter().map(|p| f(p) / (p.half * p.half)).sum::<f64>();
    let weight = sum(&|_| 1.0);
    let strike = sum(&|p| p.strike) / weight;
    let level = sum(&|p| p.difference) / weight;
    let spread = sum(&|p| (p.strike - strike).powi(2));
    let (discount, unknowns) = match discount {
        Discount::Given(d) => (d, 1),
        Discount::Free if spread > 0.0 => {
            (-sum(&|p| (p.strike - strike) * (p.difference - level)) / spread, 2)
        }
        Discount::Free => return Err(ParityError::OneStrike),
    };
    let squares = sum(&|p| (p.difference - level + discount * (p.strike - strike)).powi(2));
    let freedom = points.len().checked_sub(unknowns).filter(|n| *n > 0);
    let variance = freedom.map(|n| squares / n as f64);
    let slope_variance = |v: f64| if unknowns == 2 { v / spread } else { 0.0 };
    // F = strike + level/D, so that dF = d level/D − level/D² dD.
    let forward_variance = |v: f64| {
        let by_slope = level / (discount * discount);
        v / weight / (discount * discount) + by_slope * by_slope * slope_variance(v)
    };
    Ok(ParityFit {
        forward: strike + level / discount,
        discount,
        forward_error: variance.map(|v| forward_variance(v).sqrt()),
        discount_error: variance.map(|v| slope_variance(v).sqrt()),
        quoted,
        used: points.len(),
        rms_residual: (squares / weight).sqrt(),
        status: ParityStatus::Fitted,
    })
}
