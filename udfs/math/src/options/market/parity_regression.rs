//! The regression behind put–call parity: a robust line, and least squares on what is near it.

use std::cmp::Ordering;

use super::parity::{Discount, ParityError, ParityFit, ParityStatus, StrikeQuotes};
use super::repeated_median::{Line, median, repeated_median};

/// Robust deviations beyond which a strike is left out.
const CUTOFF: f64 = 3.0;
/// The median absolute deviation of a normal variable times this is its deviation.
const NORMAL: f64 = 1.482_602_218_505_602;

/// A strike as a point of the line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    strike: f64,
    /// C − P by mids.
    difference: f64,
    /// Half the spread of C − P.
    half: f64,
}

/// The strikes that are quoted, ascending: the order in which they are given does not matter.
pub(super) fn points(quotes: &[StrikeQuotes]) -> Result<Vec<Point>, ParityError> {
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
    let positive = points.iter().map(|p| p.half).filter(|h| *h > 0.0);
    let narrowest = positive.min_by(f64::total_cmp);
    // Where no strike has a spread, one that is alike for all, and too little to excuse an error.
    let highest = points.iter().map(|p| p.strike).fold(0.0, f64::max);
    let narrowest = narrowest.unwrap_or(1e-9 * highest);
    for point in points.iter_mut().filter(|p| p.half == 0.0) {
        point.half = narrowest;
    }
    let order = |p: &Point| [p.strike, p.difference, p.half];
    points.sort_by(|a, b| order(a).partial_cmp(&order(b)).unwrap_or(Ordering::Equal));
    Ok(points)
}

/// Least squares on the strikes that are not off the robust line.
pub(super) fn fit(points: &[Point], discount: Discount) -> Result<ParityFit, ParityError> {
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
    // In halves of the spread, so that up to 1 the quotes allow for the line.
    let off = |p: &Point| (p.difference - line.at(p.strike)).abs() / p.half;
    let used: Vec<Point> = match points.len().checked_sub(unknowns) {
        // The factor for few strikes is that of Rousseeuw & Leroy.
        Some(freedom @ 1..) => {
            let few = 1.0 + 5.0 / freedom as f64;
            let deviation = few * NORMAL * median(points.iter().map(off).collect());
            let limit = (CUTOFF * deviation).max(1.0);
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
