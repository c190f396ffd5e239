//! A position held over a path of the market, its delta hedged with the underlying.
//!
//! A step trades at its own prices, on Greeks of its own market; nothing later is read. With cash C and
//! shares H after the step before, r and q as known there, and Δt since:
//!
//! ```text
//! interest  = C·(e^(rΔt) − 1)
//! dividends = shares · (S·(e^(qΔt) − 1) + cash dividend),  shares: H and legs of the underlying
//! then      options exercised or assigned, those that expire settled, then the hedge is traded
//! equity    = cash + H·S + value of the legs;   P&L = equity − equity of the step before
//! ```
//!
//! The yield brings shares at the step's price, so that an underlying that grows at r − q earns r.
//! A dividend counts once: as a yield, which options are valued on too, or in cash.

use std::fmt;

use super::account::Account;
use super::leg::{Instrument, Leg};
use super::position::{self, Market, PositionError};

/// When the hedge is traded, always to the delta itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rehedge {
    /// On every step.
    EveryStep,
    /// When |delta of the legs + hedge| is above this number of shares.
    Shares(f64),
    /// When it is above this share of the units that open option legs are on.
    Fraction(f64),
    /// Never, not even at first.
    Never,
}

/// What trades cost, all ≥ 0. Settlement, exercise and assignment cost nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct HedgeCosts {
    /// Half the spread of an option, in its price a unit.
    pub option_half_spread: f64,
    /// Fee for an option contract.
    pub option_fee: f64,
    /// Cost of trading the underlying, in basis points of the money traded.
    pub share_bps: f64,
    /// Fee for a share.
    pub share_fee: f64,
}

/// What an option in the money becomes at its expiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Settlement {
    /// Its intrinsic value.
    Cash,
    /// Shares at the strike.
    Physical,
}

/// How a position is held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HedgeRules {
    /// Cash before the first trade.
    pub capital: f64,
    /// When the hedge is traded.
    pub rehedge: Rehedge,
    /// What trades cost.
    pub costs: HedgeCosts,
    /// How options settle.
    pub settlement: Settlement,
    /// Whether all that is left is traded away on the last step.
    pub close: bool,
}

/// The market on one step, and what happens there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HedgeStep<'a> {
    /// The market; marks of legs that have ended are not read.
    pub market: Market<'a>,
    /// Cash dividend a share that holders since the step before receive.
    pub dividend: f64,
    /// (leg, contracts > 0): sold options that are assigned and bought ones that are exercised.
    pub exercises: &'a [(usize, f64)],
}

/// The account after a step.
#[derive(Debug, Clone, PartialEq)]
pub struct HedgedStep {
    /// Years.
    pub time: f64,
    /// What the legs are worth, in money.
    pub option_value: f64,
    /// Contracts left of each leg.
    pub contracts: Vec<f64>,
    /// Delta of the legs, in shares; 0 on the last step when all is closed.
    pub delta: f64,
    /// Shares held beside the legs.
    pub hedge_shares: f64,
    /// Cash.
    pub cash: f64,
    /// Received on cash; below 0 paid.
    pub interest: f64,
    /// Received on shares; below 0 paid.
    pub dividends: f64,
    /// Paid for trades, ≥ 0.
    pub cost: f64,
    /// Change in the value of the legs held into the step, at its marks.
    pub leg_pnl: f64,
    /// Change in the value of the shares held into the step.
    pub hedge_pnl: f64,
    /// Intrinsic value less mark of options exercised or assigned before their end.
    pub exercise_pnl: f64,
    /// Leg, hedge and exercise P&L, interest and dividends, less cost.
    pub pnl: f64,
    /// Sum of P&L.
    pub cumulative_pnl: f64,
    /// Cash, shares and legs at the step's marks.
    pub equity: f64,
}

/// Why a position cannot be held over a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HedgeError {
    /// The legs have no value on this step.
    Position(usize, PositionError),
    /// The capital is not finite, or a cost or threshold is NaN or below 0, or a cost is infinite.
    BadRules,
    /// This step is not after the one before.
    NotAfter(usize),
    /// This leg's option ends on the first step, before it, or between two steps.
    NoStepAtExpiry(usize),
    /// A dividend of this step is not finite.
    BadDividend(usize),
    /// An exercise on this step is not of contracts that are open: of an option, more than 0, and no
    /// more than there are.
    BadExercise(usize),
}

impl fmt::Display for HedgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Position(step, error) => write!(f, "step {step}: {error}"),
            Self::BadRules => write!(f, "capital must be finite, costs and thresholds at least 0"),
            Self::NotAfter(step) => write!(f, "step {step} is not after the one before"),
            Self::NoStepAtExpiry(leg) => write!(f, "leg {leg}: no later step is at its expiry"),
            Self::BadDividend(step) => write!(f, "step {step}: the dividend must be finite"),
            Self::BadExercise(step) => write!(f, "step {step}: no such contracts are open"),
        }
    }
}

impl std::error::Error for HedgeError {}

/// Times closer to each other than this are one, in years: a third of a second.
const SAME_TIME: f64 = 1e-8;

/// Buys the legs on the first step and holds them over the path. A step must be at each expiry that
/// the path passes. An empty path gives no steps.
pub fn delta_hedge(
    legs: &[Leg],
    path: &[HedgeStep<'_>],
    rules: &HedgeRules,
) -> Result<Vec<HedgedStep>, HedgeError> {
    check(legs, path, rules)?;
    let mut account = Account::new(on_steps(legs, path), *rules);
    let last = path.len().saturating_sub(1);
    let step = |(i, step)| account.step(step, i == last && rules.close).map_err(|e| e.at(i));
    path.iter().enumerate().map(step).collect()
}

fn check(legs: &[Leg], path: &[HedgeStep<'_>], rules: &HedgeRules) -> Result<(), HedgeError> {
    let HedgeCosts { option_half_spread, option_fee, share_bps, share_fee } = rules.costs;
    let costs = [option_half_spread, option_fee, share_bps, share_fee];
    let threshold = match rules.rehedge {
        Rehedge::Shares(threshold) | Rehedge::Fraction(threshold) => threshold,
        Rehedge::EveryStep | Rehedge::Never => 0.0,
    };
    let good = |x: &f64| *x >= 0.0 && x.is_finite();
    if !costs.iter().all(good) || threshold.is_nan() || threshold < 0.0 {
        return Err(HedgeError::BadRules);
    }
    if !rules.capital.is_finite() {
        return Err(HedgeError::BadRules);
    }
    position::check(legs).map_err(|error| HedgeError::Position(0, error))?;
    for (i, step) in path.iter().enumerate() {
        let error = |error| HedgeError::Position(i, error);
        step.market.check(legs.len()).map_err(error)?;
        if !step.dividend.is_finite() {
            return Err(HedgeError::BadDividend(i));
        }
    }
    if let Some(i) = path.windows(2).position(|pair| pair[0].market.time >= pair[1].market.time) {
        return Err(HedgeError::NotAfter(i + 1));
    }
    let met = |leg: &Leg| {
        let Instrument::Option { expiry, .. } = leg.instrument else { return true };
        let after = path.partition_point(|step| step.market.time < expiry - SAME_TIME);
        let at = |step: &HedgeStep<'_>| step.market.time <= expiry + SAME_TIME;
        path.is_empty() || (after > 0 && path.get(after).is_none_or(at))
    };
    match legs.iter().position(|leg| !met(leg)) {
        Some(leg) => Err(HedgeError::NoStepAtExpiry(leg)),
        None => Ok(()),
    }
}

/// The legs with expiries that are steps up to rounding on those steps.
pub(super) fn on_steps(legs: &[Leg], path: &[HedgeStep<'_>]) -> Vec<Leg> {
    let mut legs = legs.to_vec();
    for leg in &mut legs {
        let Instrument::Option { expiry, .. } = &mut leg.instrument else { continue };
        let at = path.partition_point(|step| step.market.time < *expiry - SAME_TIME);
        if let Some(step) = path.get(at) {
            // A later step is not the option's end.
            *expiry =
                if step.market.time <= *expiry + SAME_TIME { step.market.time } else { *expiry };
        }
    }
    legs
}
