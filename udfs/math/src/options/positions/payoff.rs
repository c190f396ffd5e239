//! What a position of one expiry pays there: piecewise linear in the underlying, so that break-evens
//! and extremes are exact.

use std::fmt;

use super::super::kind::Kind;
use super::leg::{Instrument, Leg};

/// Why there is no payoff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayoffError {
    /// This leg's strike or multiplier is not above 0, or one of its numbers is not finite.
    BadLeg(usize),
    /// This leg ends at another time than those before it.
    Expiries(usize),
    /// The cost is not finite.
    BadCost,
}

impl fmt::Display for PayoffError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadLeg(leg) => {
                write!(f, "leg {leg}: strike and multiplier must be above 0, all numbers finite")
            }
            Self::Expiries(leg) => write!(f, "leg {leg} ends at another time than those before"),
            Self::BadCost => write!(f, "the cost must be finite"),
        }
    }
}

impl std::error::Error for PayoffError {}

/// What is below this multiple of the terms of a sum is its rounding.
const ROUNDING: f64 = 16.0 * f64::EPSILON;

/// The profit at expiry as a function of the underlying's price from 0 up: payoff less cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Payoff {
    /// Prices at which the slope changes, from 0, with the profit there.
    corners: Vec<(f64, f64)>,
    /// The slope beyond the last.
    slope: f64,
}

impl Payoff {
    /// The legs for what they cost together in money, below 0 for a net credit. All options end at
    /// one time; legs of the underlying are sold then at its price.
    pub fn new(legs: &[Leg], cost: f64) -> Result<Self, PayoffError> {
        if let Some(leg) = legs.iter().position(|leg| !leg.is_valid()) {
            return Err(PayoffError::BadLeg(leg));
        }
        let first = legs.iter().find_map(Leg::expiry);
        if let Some(leg) = legs.iter().position(|leg| leg.expiry().or(first) != first) {
            return Err(PayoffError::Expiries(leg));
        }
        if !cost.is_finite() {
            return Err(PayoffError::BadCost);
        }
        Ok(Self::of_any_expiry(legs, cost))
    }

    /// As if all legs ended at one time.
    pub(super) fn of_any_expiry(legs: &[Leg], cost: f64) -> Self {
        let strike = |leg: &Leg| match leg.instrument {
            Instrument::Option { strike, .. } => Some(strike),
            Instrument::Underlying => None,
        };
        let mut spots: Vec<f64> = legs.iter().filter_map(strike).chain([0.0]).collect();
        spots.sort_by(f64::total_cmp);
        spots.dedup();
        let profit = |spot: f64| rounded(legs.iter().map(|leg| leg.payoff(spot)).chain([-cost]));
        // Above all strikes a put pays nothing, and all else moves with the underlying.
        let put = |leg: &Leg| matches!(leg.instrument, Instrument::Option { kind: Kind::Put, .. });
        let rises = |leg: &&Leg| !put(leg);
        Self {
            corners: spots.into_iter().map(|spot| (spot, profit(spot))).collect(),
            slope: rounded(legs.iter().filter(rises).map(Leg::units)),
        }
    }

    /// The profit at this price ≥ 0.
    pub fn at(&self, spot: f64) -> f64 {
        let next = self.corners.partition_point(|(corner, _)| *corner <= spot);
        let (a, profit) = self.corners[next.max(1) - 1];
        let slope = match self.corners.get(next) {
            Some((b, other)) => (other - profit) / (b - a),
            None => self.slope,
        };
        profit + slope * (spot - a)
    }

    /// The prices at which the profit is 0, ascending; of a stretch of such prices the ends, of which
    /// the upper may be ∞.
    pub fn break_evens(&self) -> Vec<f64> {
        let mut all = Vec::new();
        let ends = self.corners.iter().skip(1).map(Some).chain([None]);
        for (&(a, profit), end) in self.corners.iter().zip(ends) {
            if profit == 0.0 {
                // Within a stretch of zeros there is no end of it.
                let before = self.corners.iter().take_while(|(b, _)| *b < a).last();
                let flat_before = before.is_some_and(|(_, p)| *p == 0.0);
                let flat_after = end.map_or(self.slope, |(_, p)| *p) == 0.0;
                if !(flat_before && flat_after) {
                    all.push(a);
                }
                if flat_after && end.is_none() {
                    all.push(f64::INFINITY);
                }
                continue;
            }
            match end {
                Some(&(b, other)) if profit * other < 0.0 => {
                    all.push(a + (b - a) * (profit / (profit - other)));
                }
                None if profit * self.slope < 0.0 => all.push(a - profit / self.slope),
                _ => (),
            }
        }
        all
    }

    /// The highest profit, ∞ where it has no bound.
    pub fn max_profit(&self) -> f64 {
        match self.slope > 0.0 {
            true => f64::INFINITY,
            false => self.profits().fold(f64::NEG_INFINITY, f64::max),
        }
    }

    /// The largest loss as a number ≥ 0, ∞ where it has no bound, 0 where there is none.
    pub fn max_loss(&self) -> f64 {
        match self.slope < 0.0 {
            true => f64::INFINITY,
            false => -self.profits().fold(0.0, f64::min),
        }
    }

    fn profits(&self) -> impl Iterator<Item = f64> {
        self.corners.iter().map(|(_, profit)| *profit)
    }
}

/// A sum in which what is only rounding is 0: a corner at 0 must be seen as such.
fn rounded(terms: impl Iterator<Item = f64>) -> f64 {
    let (sum, size) = terms.fold((0.0, 0.0), |(sum, size), x| (sum + x, size + x.abs()));
    if f64::abs(sum) <= ROUNDING * size { 0.0 } else { sum }
}
