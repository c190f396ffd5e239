//! The named strategies as legs.
//!
//! A quantity above 0 is what the name says bought: a long straddle, a bull call spread. Of an iron
//! condor or iron butterfly it is as traders speak of it: the body sold, the wings bought, for a credit.

use std::fmt;

use super::super::kind::Kind::{self, Call, Put};
use super::leg::Leg;

/// A strategy on strikes and expiries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Strategy {
    /// A call and a put at one strike.
    Straddle {
        /// The strike of both.
        strike: f64,
        /// Their expiry.
        expiry: f64,
    },
    /// A put and a call at a higher strike.
    Strangle {
        /// The put's strike, below the call's.
        put: f64,
        /// The call's.
        call: f64,
        /// Their expiry.
        expiry: f64,
    },
    /// The lower strike bought, the higher sold: the bull call spread, for a debit, and the bull put
    /// spread, for a credit.
    Bull {
        /// Of calls or of puts.
        kind: Kind,
        /// Bought.
        low: f64,
        /// Sold.
        high: f64,
        /// Their expiry.
        expiry: f64,
    },
    /// The higher strike bought, the lower sold: the bear call spread, for a credit, and the bear put
    /// spread, for a debit.
    Bear {
        /// Of calls or of puts.
        kind: Kind,
        /// Sold.
        low: f64,
        /// Bought.
        high: f64,
        /// Their expiry.
        expiry: f64,
    },
    /// The later expiry bought, the earlier sold.
    Calendar {
        /// Of calls or of puts.
        kind: Kind,
        /// The strike of both.
        strike: f64,
        /// Sold.
        near: f64,
        /// Bought.
        far: f64,
    },
    /// A calendar of two strikes.
    Diagonal {
        /// Of calls or of puts.
        kind: Kind,
        /// The strike sold, near.
        near_strike: f64,
        /// Its expiry.
        near: f64,
        /// The strike bought, far.
        far_strike: f64,
        /// Its expiry.
        far: f64,
    },
    /// Both wings bought, the body sold twice. Wings of unequal width make a broken-wing butterfly.
    Butterfly {
        /// Of calls or of puts.
        kind: Kind,
        /// The lower wing, the body and the upper wing.
        strikes: [f64; 3],
        /// Their expiry.
        expiry: f64,
    },
    /// A straddle sold at the body, a put bought below and a call above.
    IronButterfly {
        /// The put wing, the body and the call wing.
        strikes: [f64; 3],
        /// Their expiry.
        expiry: f64,
    },
    /// A strangle sold, a put bought below it and a call above.
    IronCondor {
        /// Put bought, put sold, call sold, call bought.
        strikes: [f64; 4],
        /// Their expiry.
        expiry: f64,
    },
}

/// Why a strategy has no legs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StrategyError {
    /// A strike or the multiplier is not finite and above 0, or an expiry or the quantity not finite.
    BadNumber,
    /// The strikes are not ascending.
    StrikeOrder,
    /// The near expiry is not before the far one.
    ExpiryOrder,
    /// A diagonal on one strike is a calendar.
    OneStrike,
}

impl fmt::Display for StrategyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadNumber => "strikes and multiplier must be above 0, all numbers finite",
            Self::StrikeOrder => "strikes must be ascending",
            Self::ExpiryOrder => "the near expiry must be before the far one",
            Self::OneStrike => "a diagonal needs two strikes",
        })
    }
}

impl std::error::Error for StrategyError {}

impl Strategy {
    /// The legs of this many contracts of the strategy, in the order in which it names them; below 0
    /// the other side of it.
    pub fn legs(&self, quantity: f64, multiplier: f64) -> Result<Vec<Leg>, StrategyError> {
        let rows: &[(Kind, f64, f64, f64)] = &match *self {
            Self::Straddle { strike, expiry } => {
                vec![(Call, strike, expiry, 1.0), (Put, strike, expiry, 1.0)]
            }
            Self::Strangle { put, call, expiry } => {
                ascending(&[put, call])?;
                vec![(Put, put, expiry, 1.0), (Call, call, expiry, 1.0)]
            }
            Self::Bull { kind, low, high, expiry } => {
                ascending(&[low, high])?;
                vec![(kind, low, expiry, 1.0), (kind, high, expiry, -1.0)]
            }
            Self::Bear { kind, low, high, expiry } => {
                ascending(&[low, high])?;
                vec![(kind, low, expiry, -1.0), (kind, high, expiry, 1.0)]
            }
            Self::Calendar { kind, strike, near, far } => {
                in_time(near, far)?;
                vec![(kind, strike, near, -1.0), (kind, strike, far, 1.0)]
            }
            Self::Diagonal { kind, near_strike, near, far_strike, far } => {
                in_time(near, far)?;
                if near_strike == far_strike {
                    return Err(StrategyError::OneStrike);
                }
                vec![(kind, near_strike, near, -1.0), (kind, far_strike, far, 1.0)]
            }
            Self::Butterfly { kind, strikes, expiry } => {
                ascending(&strikes)?;
                let [low, body, high] = strikes;
                vec![
                    (kind, low, expiry, 1.0),
                    (kind, body, expiry, -2.0),
                    (kind, high, expiry, 1.0),
                ]
            }
            Self::IronButterfly { strikes, expiry } => {
                ascending(&strikes)?;
                let [low, body, high] = strikes;
                iron([low, body, body, high], expiry)
            }
            Self::IronCondor { strikes, expiry } => {
                ascending(&strikes)?;
                iron(strikes, expiry)
            }
        };
        let leg = |&(kind, strike, expiry, ratio): &(Kind, f64, f64, f64)| {
            Leg::option(kind, strike, expiry, ratio * quantity, multiplier)
        };
        let legs: Vec<Leg> = rows.iter().map(leg).collect();
        match legs.iter().all(Leg::is_valid) {
            true => Ok(legs),
            false => Err(StrategyError::BadNumber),
        }
    }
}

fn iron(strikes: [f64; 4], expiry: f64) -> Vec<(Kind, f64, f64, f64)> {
    let rows = [(Put, 1.0), (Put, -1.0), (Call, -1.0), (Call, 1.0)];
    rows.into_iter().zip(strikes).map(|((kind, ratio), k)| (kind, k, expiry, ratio)).collect()
}

/// What is not finite is left to the check of the legs.
fn ascending(strikes: &[f64]) -> Result<(), StrategyError> {
    match strikes.windows(2).any(|pair| pair[0] >= pair[1]) {
        true => Err(StrategyError::StrikeOrder),
        false => Ok(()),
    }
}

fn in_time(near: f64, far: f64) -> Result<(), StrategyError> {
    if near >= far { Err(StrategyError::ExpiryOrder) } else { Ok(()) }
}
