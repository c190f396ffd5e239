//! Whether holders of American options that were sold are expected to exercise them early.
//!
//! A call is exercised early only just before its share goes ex, a put when interest on the strike
//! matters more than what may still happen (Merton 1973, Bell J. Economics 4(1); Hull, Options,
//! Futures, and Other Derivatives, on early exercise). Holders who exercise give up the time value, so
//! they gain what exercise brings less that. The rule is judged on traded prices, which are to be those
//! before the event. An option that is best exercised has no time value left in its price, so that the
//! rule does not miss it; it also warns where waiting is a little better.

use std::fmt;

use super::super::kind::Kind;

/// What an early exercise would bring the holder, a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AssignmentRisk {
    /// Price less intrinsic value, not below 0: a price below it is no gain of waiting.
    pub time_value: f64,
    /// The dividend for a call, interest on the strike less dividends for a put.
    pub benefit: f64,
    /// Benefit less time value: what the holder would lose by not exercising, and so the seller would
    /// gain. At most 0 where waiting is better.
    pub shortfall: f64,
    /// Whether the option is in the money and the shortfall above 0: assignment is to be expected.
    pub expected: bool,
}

/// Why the risk is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignmentError {
    /// Spot or strike is not finite and above 0.
    NonPositive,
    /// Price, dividend or time is not finite and at least 0.
    Negative,
    /// The rate is not finite.
    BadRate,
}

impl fmt::Display for AssignmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NonPositive => "spot and strike must be above 0",
            Self::Negative => "price, dividend and time must be at least 0",
            Self::BadRate => "the rate must be finite",
        })
    }
}

impl std::error::Error for AssignmentError {}

/// The risk of a call on the last day before its share goes ex: spot and price with the dividend.
pub fn call_assignment(
    spot: f64,
    strike: f64,
    price: f64,
    dividend: f64,
) -> Result<AssignmentRisk, AssignmentError> {
    risk(Kind::Call, [spot, strike], [price, dividend], dividend)
}

/// The risk of a put with `time` years to live, at a continuous `rate` a year: the strike paid now
/// earns strike · (1 − e^(−rate·time)), in today's money, and `dividends` is the present value of those
/// that the share still pays in that time, which the holder who exercises does not receive.
pub fn put_assignment(
    spot: f64,
    strike: f64,
    price: f64,
    rate: f64,
    time: f64,
    dividends: f64,
) -> Result<AssignmentRisk, AssignmentError> {
    if !rate.is_finite() {
        return Err(AssignmentError::BadRate);
    }
    if !(time.is_finite() && time >= 0.0) {
        return Err(AssignmentError::Negative);
    }
    let interest = -strike * (-rate * time).exp_m1();
    risk(Kind::Put, [spot, strike], [price, dividends], interest - dividends)
}

fn risk(
    kind: Kind,
    [spot, strike]: [f64; 2],
    [price, dividend]: [f64; 2],
    benefit: f64,
) -> Result<AssignmentRisk, AssignmentError> {
    if ![spot, strike].iter().all(|x| x.is_finite() && *x > 0.0) {
        return Err(AssignmentError::NonPositive);
    }
    if ![price, dividend].iter().all(|x| x.is_finite() && *x >= 0.0) {
        return Err(AssignmentError::Negative);
    }
    let intrinsic = kind.payoff(spot, strike);
    let time_value = (price - intrinsic).max(0.0);
    let shortfall = benefit - time_value;
    let expected = intrinsic > 0.0 && shortfall > 0.0;
    Ok(AssignmentRisk { time_value, benefit, shortfall, expected })
}
