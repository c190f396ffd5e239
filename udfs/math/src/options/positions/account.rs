//! The account of a hedged position: one step of [`super::delta_hedge`].

use super::delta_hedge::{
    HedgeCosts, HedgeError, HedgeRules, HedgeStep, HedgedStep, Rehedge, Settlement,
};
use super::leg::{Instrument, Leg};
use super::position::{self, Market, PositionError};

/// What goes wrong on a step.
pub(super) enum Fault {
    Position(PositionError),
    Exercise,
}

impl From<PositionError> for Fault {
    fn from(error: PositionError) -> Self {
        Self::Position(error)
    }
}

impl Fault {
    pub fn at(self, step: usize) -> HedgeError {
        match self {
            Self::Position(error) => HedgeError::Position(step, error),
            Self::Exercise => HedgeError::BadExercise(step),
        }
    }
}

/// What is carried from step to step.
pub(super) struct Account {
    legs: Vec<Leg>,
    rules: HedgeRules,
    shares: f64,
    cash: f64,
    cumulative_pnl: f64,
    before: Option<Before>,
}

/// The market of the step before, as far as it is known later.
struct Before {
    time: f64,
    spot: f64,
    rate: f64,
    dividend_yield: f64,
    option_value: f64,
}

impl Account {
    pub fn new(legs: Vec<Leg>, rules: HedgeRules) -> Self {
        let cash = rules.capital;
        Self { legs, rules, shares: 0.0, cash, cumulative_pnl: 0.0, before: None }
    }

    pub fn step(&mut self, step: &HedgeStep<'_>, close: bool) -> Result<HedgedStep, Fault> {
        let market = step.market;
        let (spot, time) = (market.spot, market.time);
        let worth = position::value(&self.legs, &market)?;
        let (mut leg_pnl, mut hedge_pnl, mut interest, mut dividends) = (0.0, 0.0, 0.0, 0.0);
        let mut cost = 0.0;
        match &self.before {
            None => {
                self.cash -= worth;
                cost += self.legs.iter().map(|leg| self.rules.costs.of_leg(leg, spot)).sum::<f64>();
            }
            Some(before) => {
                let passed = time - before.time;
                leg_pnl = worth - before.option_value;
                hedge_pnl = self.shares * (spot - before.spot);
                interest = self.cash * (before.rate * passed).exp_m1();
                let a_share = spot * (before.dividend_yield * passed).exp_m1() + step.dividend;
                dividends = (self.shares + self.underlying()) * a_share;
            }
        }
        self.cash += interest + dividends;
        let exercise_pnl = self.exercise(step.exercises, &market)?;
        self.settle(time, spot);
        let delta = if close {
            cost += self.close(&market)?;
            0.0
        } else {
            let delta = position::greeks(&self.legs, &market)?.delta;
            cost += self.hedge(delta, spot);
            delta
        };
        self.cash -= cost;
        let option_value = position::value(&self.legs, &market)?;
        let pnl = leg_pnl + hedge_pnl + exercise_pnl + interest + dividends - cost;
        self.cumulative_pnl += pnl;
        let Market { rate, dividend_yield, .. } = market;
        self.before = Some(Before { time, spot, rate, dividend_yield, option_value });
        Ok(HedgedStep {
            time,
            option_value,
            contracts: self.legs.iter().map(|leg| leg.quantity).collect(),
            delta,
            hedge_shares: self.shares,
            cash: self.cash,
            interest,
            dividends,
            cost,
            leg_pnl,
            hedge_pnl,
            exercise_pnl,
            pnl,
            cumulative_pnl: self.cumulative_pnl,
            equity: self.cash + self.shares * spot + option_value,
        })
    }

    /// Shares that are legs.
    fn underlying(&self) -> f64 {
        let outright = |leg: &&Leg| leg.instrument == Instrument::Underlying;
        self.legs.iter().filter(outright).map(Leg::units).sum()
    }

    /// Shares at the strike for contracts that are exercised or assigned; what that is worth less
    /// the marks.
    fn exercise(&mut self, all: &[(usize, f64)], market: &Market<'_>) -> Result<f64, Fault> {
        let mut pnl = 0.0;
        for &(i, contracts) in all {
            let leg = self.legs.get_mut(i).ok_or(Fault::Exercise)?;
            let open = contracts > 0.0 && contracts <= leg.quantity.abs();
            let (Instrument::Option { kind, strike, .. }, true) = (leg.instrument, open) else {
                return Err(Fault::Exercise);
            };
            let units = contracts.copysign(leg.quantity) * leg.multiplier;
            let received = kind.sign() * units;
            // A call's assignment brings −(S − K) too where the option was out of the money.
            pnl += received * (market.spot - strike) - units * market.price(i, leg)?;
            leg.quantity -= contracts.copysign(leg.quantity);
            self.shares += received;
            self.cash -= received * strike;
        }
        Ok(pnl)
    }

    /// Options that end now become cash or shares; those out of the money nothing.
    fn settle(&mut self, time: f64, spot: f64) {
        for leg in &mut self.legs {
            let Instrument::Option { kind, strike, expiry } = leg.instrument else { continue };
            if time < expiry {
                continue;
            }
            let units = leg.units();
            match self.rules.settlement {
                Settlement::Cash => self.cash += leg.payoff(spot),
                Settlement::Physical if kind.payoff(spot, strike) > 0.0 => {
                    self.shares += kind.sign() * units;
                    self.cash -= kind.sign() * units * strike;
                }
                Settlement::Physical => (),
            }
            leg.quantity = 0.0;
        }
    }

    /// Trades away what is left; returns the cost.
    fn close(&mut self, market: &Market<'_>) -> Result<f64, PositionError> {
        let costs = self.rules.costs;
        let legs = self.legs.iter().map(|leg| costs.of_leg(leg, market.spot)).sum::<f64>();
        self.cash += position::value(&self.legs, market)? + self.shares * market.spot;
        let shares = costs.of_shares(self.shares, market.spot);
        self.legs.iter_mut().for_each(|leg| leg.quantity = 0.0);
        self.shares = 0.0;
        Ok(legs + shares)
    }

    /// Trades the hedge if it is time to; returns the cost.
    fn hedge(&mut self, delta: f64, spot: f64) -> f64 {
        let options = self.legs.iter().filter(|leg| leg.expiry().is_some());
        let off = (delta + self.shares).abs();
        let trades = match self.rules.rehedge {
            Rehedge::EveryStep => true,
            Rehedge::Shares(threshold) => off > threshold,
            Rehedge::Fraction(threshold) => {
                off > threshold * options.map(|leg| leg.units().abs()).sum::<f64>()
            }
            Rehedge::Never => false,
        };
        if !trades {
            return 0.0;
        }
        let trade = -delta - self.shares;
        self.shares = -delta;
        self.cash -= trade * spot;
        self.rules.costs.of_shares(trade, spot)
    }
}

impl HedgeCosts {
    fn of_leg(&self, leg: &Leg, spot: f64) -> f64 {
        let spread = leg.units().abs() * self.option_half_spread;
        match leg.instrument {
            Instrument::Option { .. } => spread + leg.quantity.abs() * self.option_fee,
            Instrument::Underlying => self.of_shares(leg.units(), spot),
        }
    }

    fn of_shares(&self, shares: f64, spot: f64) -> f64 {
        shares.abs() * (spot * self.share_bps * 1e-4 + self.share_fee)
    }
}
