//! What a US margin account must hold against options: the strategy-based rules of Regulation T and of
//! the exchanges (Cboe Rule 10.3, FINRA Rule 4210(f)(2)), as the Cboe Margin Manual explains them.
//!
//! - Options bought are paid in full.
//! - An option sold uncovered takes its price and the greater of 20 % of the underlying's value (15 %
//!   for broad indices) less what it is out of the money, and 10 % of the underlying's value, for a put
//!   of the strike's.
//! - Of a call and a put sold, the greater of both and the other's price.
//! - A spread takes no more than the most it can lose at expiry, bought options aside. So do
//!   butterflies, condors and whatever else has a largest loss.
//! - Calls sold against shares and puts sold against shares short take nothing beside the shares.
//!
//! The requirement is before the proceeds of what is sold; [`Requirement::call`] is after them.
//! Left out, on the safe side: loan value of options of more than 9 months, relief for hedged shares
//! (protective puts, collars, conversions), loan value of European boxes. A position that is spreads
//! and further sold options in one, such as a ratio spread of calls, is charged for all that is sold:
//! give its spreads one by one.

use std::fmt;

use super::super::kind::Kind;
use super::leg::{Instrument, Leg};
use super::payoff::Payoff;

/// What the options are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnderlyingClass {
    /// A share, a narrow index or a fund that tracks one: 20 %.
    Equity,
    /// A broad index, or an unleveraged fund that tracks one: 15 %.
    BroadIndex,
}

/// When a requirement is asked for; only shares tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// On the trade: 50 % of shares bought, 150 % of shares sold short.
    Initial,
    /// Later: 25 % of shares, of those under a call no more than of its strike; of shares sold short
    /// 100 % and the greater of 30 % and 5 a share; below 5, of 100 % and 2.50 (FINRA Rule 4210(c)).
    Maintenance,
}

/// An account's positions on one underlying.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margined<'a> {
    /// Options and shares.
    pub legs: &'a [Leg],
    /// The price of each leg's unit ≥ 0: of the trade at first, then the market's. Of the underlying
    /// it is not read.
    pub prices: &'a [f64],
    /// The underlying's price, > 0.
    pub spot: f64,
    /// What it is.
    pub class: UnderlyingClass,
    /// The multiple of its index that a leveraged fund follows, > 0: it multiplies the percentages. 1
    /// for all else.
    pub leverage: f64,
}

/// A margin requirement, in money.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Requirement {
    /// What must be there, before proceeds.
    pub margin: f64,
    /// What the options sold are worth, which counts towards it.
    pub proceeds: f64,
}

impl Requirement {
    /// What the customer must bring: the manual's margin call. Below 0 for a credit left over.
    pub fn call(&self) -> f64 {
        self.margin - self.proceeds
    }
}

/// Why there is no requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarginError {
    /// Not one price for each leg.
    Prices,
    /// This leg's strike or multiplier is not above 0, or one of its numbers is not finite.
    BadLeg(usize),
    /// This leg's price is not a finite number ≥ 0.
    BadPrice(usize),
    /// The spot or the leverage is not finite and above 0.
    BadUnderlying,
}

impl fmt::Display for MarginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prices => write!(f, "one price is needed for each leg"),
            Self::BadLeg(leg) => {
                write!(f, "leg {leg}: strike and multiplier must be above 0, all numbers finite")
            }
            Self::BadPrice(leg) => write!(f, "leg {leg}: the price must be at least 0"),
            Self::BadUnderlying => write!(f, "spot and leverage must be above 0"),
        }
    }
}

impl std::error::Error for MarginError {}

/// Options sold, in units of the underlying.
#[derive(Debug, Clone, Copy)]
struct Sold {
    kind: Kind,
    strike: f64,
    expiry: f64,
    price: f64,
    units: f64,
    /// Beside the price, a unit.
    base: f64,
}

/// The requirement of a margin account.
pub fn margin(account: &Margined<'_>, phase: Phase) -> Result<Requirement, MarginError> {
    account.check()?;
    let mut sold = account.sold();
    let proceeds = sold.iter().map(|s| s.price * s.units).sum();
    let shares = account.shares();
    let mut margin = account.of_shares(shares, &mut sold, phase) + account.paid();
    sold.retain(|s| s.units > 0.0);
    margin += uncovered(sold.clone()).min(account.largest_loss(&sold));
    Ok(Requirement { margin, proceeds })
}

impl Margined<'_> {
    fn check(&self) -> Result<(), MarginError> {
        if self.prices.len() != self.legs.len() {
            return Err(MarginError::Prices);
        }
        if let Some(leg) = self.legs.iter().position(|leg| !leg.is_valid()) {
            return Err(MarginError::BadLeg(leg));
        }
        let good = |x: f64| x.is_finite() && x > 0.0;
        if !(good(self.spot) && good(self.leverage)) {
            return Err(MarginError::BadUnderlying);
        }
        let read = self.legs.iter().map(|leg| leg.expiry().is_some());
        let bad = |(price, read): (&f64, bool)| read && !(price.is_finite() && *price >= 0.0);
        match self.prices.iter().zip(read).position(bad) {
            Some(leg) => Err(MarginError::BadPrice(leg)),
            None => Ok(()),
        }
    }

    fn sold(&self) -> Vec<Sold> {
        let sold = |(leg, price): (&Leg, &f64)| match leg.instrument {
            Instrument::Option { kind, strike, expiry } if leg.quantity < 0.0 => {
                let (units, base) = (-leg.units(), self.base(kind, strike));
                Some(Sold { kind, strike, expiry, price: *price, units, base })
            }
            _ => None,
        };
        self.legs.iter().zip(self.prices).filter_map(sold).collect()
    }

    /// What an uncovered option takes beside its price.
    fn base(&self, kind: Kind, strike: f64) -> f64 {
        let share = match self.class {
            UnderlyingClass::Equity => 0.2,
            UnderlyingClass::BroadIndex => 0.15,
        };
        let out = kind.payoff(strike, self.spot);
        let least = match kind {
            Kind::Call => self.spot,
            Kind::Put => strike,
        };
        (share * self.leverage * self.spot - out).max(0.1 * self.leverage * least)
    }

    /// What options bought cost.
    fn paid(&self) -> f64 {
        let bought = |(leg, _): &(&Leg, &f64)| leg.expiry().is_some() && leg.quantity > 0.0;
        self.legs.iter().zip(self.prices).filter(bought).map(|(leg, p)| leg.units() * p).sum()
    }

    fn shares(&self) -> f64 {
        self.legs.iter().filter(|leg| leg.expiry().is_none()).map(Leg::units).sum()
    }

    /// What shares take; options that they cover are taken off `sold`, those deepest in the money
    /// first.
    fn of_shares(&self, shares: f64, sold: &mut [Sold], phase: Phase) -> f64 {
        let (spot, kind) = (self.spot, if shares > 0.0 { Kind::Call } else { Kind::Put });
        let mut left = shares.abs();
        sold.sort_by(|a, b| (kind.sign() * a.strike).total_cmp(&(kind.sign() * b.strike)));
        let mut margin = 0.0;
        for option in sold.iter_mut().filter(|option| option.kind == kind) {
            let units = option.units.min(left);
            left -= units;
            option.units -= units;
            margin += units
                * match (phase, kind) {
                    (Phase::Initial, _) => self.of_share(kind, phase),
                    (Phase::Maintenance, Kind::Call) => 0.25 * spot.min(option.strike),
                    // A put in the money takes that amount too.
                    (Phase::Maintenance, Kind::Put) => {
                        self.of_share(kind, phase) + kind.payoff(spot, option.strike)
                    }
                };
        }
        margin + left * self.of_share(kind, phase)
    }

    /// What a share takes, long where calls would be covered by it.
    fn of_share(&self, covers: Kind, phase: Phase) -> f64 {
        match (phase, covers) {
            (Phase::Initial, Kind::Call) => 0.5 * self.spot,
            (Phase::Initial, Kind::Put) => 1.5 * self.spot,
            (Phase::Maintenance, Kind::Call) => 0.25 * self.spot,
            (Phase::Maintenance, Kind::Put) if self.spot < 5.0 => self.spot + self.spot.max(2.5),
            (Phase::Maintenance, Kind::Put) => self.spot + (0.3 * self.spot).max(5.0),
        }
    }

    /// The most that what is sold can lose at expiry against what is bought, premiums aside. What ends
    /// before an option sold is no cover.
    fn largest_loss(&self, sold: &[Sold]) -> f64 {
        let last = sold.iter().map(|s| s.expiry).fold(f64::NEG_INFINITY, f64::max);
        let covers = |leg: &&Leg| leg.quantity > 0.0 && leg.expiry().is_some_and(|t| t >= last);
        let short = |s: &Sold| Leg::option(s.kind, s.strike, s.expiry, -s.units, 1.0);
        let mut legs: Vec<Leg> = self.legs.iter().filter(covers).copied().collect();
        if legs.is_empty() {
            // A put sold alone is no spread, although it cannot lose more than its strike.
            return f64::INFINITY;
        }
        legs.extend(sold.iter().map(short));
        Payoff::of_any_expiry(&legs, 0.0).max_loss()
    }
}

/// Calls and puts sold in pairs, those that take most with each other: the greater of both and the
/// other's price. What has no pair takes its own.
fn uncovered(sold: Vec<Sold>) -> f64 {
    let all = |s: &Sold| s.price + s.base;
    let (mut calls, mut puts): (Vec<_>, Vec<_>) =
        sold.into_iter().partition(|s| s.kind == Kind::Call);
    for side in [&mut calls, &mut puts] {
        // The last is taken first.
        side.sort_by(|a, b| all(a).total_cmp(&all(b)));
    }
    let mut margin = 0.0;
    while let (Some(call), Some(put)) = (calls.last_mut(), puts.last_mut()) {
        let units = call.units.min(put.units);
        let base = if all(call) > all(put) { call.base } else { put.base };
        margin += units * (base + call.price + put.price);
        call.units -= units;
        put.units -= units;
        calls.retain(|s| s.units > 0.0);
        puts.retain(|s| s.units > 0.0);
    }
    margin + calls.iter().chain(&puts).map(|s| s.units * all(s)).sum::<f64>()
}
