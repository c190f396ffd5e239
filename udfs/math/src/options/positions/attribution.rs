//! The P&L of a hedged position, step by step, by what brought it about.
//!
//! Taylor's expansion of each leg in spot, volatility, rate and yield about a base point, the
//! derivatives at that point ([`TimePart`]); what it leaves is the residual, so that the parts add up to
//! the P&L by construction.

use super::super::black_scholes::European;
use super::delta_hedge::{HedgeStep, HedgedStep, on_steps};
use super::leg::Leg;
use super::position::{Market, PositionError, PositionGreeks, Unit};
use crate::exact::Sum;

/// How time is told from the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TimePart {
    /// V(t + Δt) − V(t) with all else unchanged, repriced; Greeks at t + Δt, so that their decay is
    /// counted. Exact where spot, volatility and rates stand still.
    #[default]
    RollDown,
    /// As that, with the spot rolled to its forward S·e^((r − q)Δt); spot moves count from there.
    /// Exact where the spot moves along its forward.
    RollForward,
    /// Theta · Δt, Greeks at t: what a risk report of the step before would have foretold.
    Theta,
}

/// The P&L of a step by its parts, in money.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Attribution {
    /// Passing time, as the convention has it.
    pub time: f64,
    /// Delta · ΔS of the legs.
    pub delta: f64,
    /// ½ gamma · ΔS².
    pub gamma: f64,
    /// Vega · Δσ, each leg's own.
    pub vega: f64,
    /// Vanna · ΔS · Δσ.
    pub vanna: f64,
    /// ½ volga · Δσ².
    pub volga: f64,
    /// Rho · Δr.
    pub rho: f64,
    /// Phi · Δq.
    pub phi: f64,
    /// Time value lost or won by early exercise and assignment.
    pub exercise: f64,
    /// Shares · ΔS of the hedge.
    pub hedge: f64,
    /// Interest on cash.
    pub interest: f64,
    /// Dividends on shares.
    pub dividends: f64,
    /// Costs of trades, ≤ 0.
    pub cost: f64,
    /// What the parts above leave of the total.
    pub residual: f64,
    /// The step's P&L.
    pub total: f64,
}

impl Attribution {
    /// All parts but the residual.
    pub fn parts(&self) -> [f64; 13] {
        let market = [self.time, self.delta, self.gamma, self.vega, self.vanna, self.volga];
        let [time, delta, gamma, vega, vanna, volga] = market;
        let (rho, phi, exercise, hedge) = (self.rho, self.phi, self.exercise, self.hedge);
        let (interest, dividends, cost) = (self.interest, self.dividends, self.cost);
        [
            time, delta, gamma, vega, vanna, volga, rho, phi, exercise, hedge, interest, dividends,
            cost,
        ]
    }

    /// The total less the parts, rounded once.
    fn left(&self) -> f64 {
        let terms = self.parts().map(|part| -part);
        if !(self.total.is_finite() && terms.iter().all(|x| x.is_finite())) {
            return f64::NAN;
        }
        let mut sum = Sum::default();
        sum.add(self.total);
        sum.add_all(&terms);
        sum.over(1)
    }

    /// Adds the parts of `units` of an option.
    fn add(&mut self, units: f64, time: f64, greeks: &PositionGreeks, by: &Moves) {
        self.time += units * time;
        self.delta += units * greeks.delta * by.spot;
        self.gamma += units * 0.5 * greeks.gamma * by.spot * by.spot;
        self.vega += units * greeks.vega * by.volatility;
        self.vanna += units * greeks.vanna * by.spot * by.volatility;
        self.volga += units * 0.5 * greeks.volga * by.volatility * by.volatility;
        self.rho += units * greeks.rho * by.rate;
        self.phi += units * greeks.phi * by.dividend_yield;
    }
}

/// What changed since the base point.
struct Moves {
    spot: f64,
    volatility: f64,
    rate: f64,
    dividend_yield: f64,
}

/// Explains what [`super::delta_hedge::delta_hedge`] gave for these legs on this path; one row a step.
/// An error is on the step that it names.
pub fn attribute(
    legs: &[Leg],
    path: &[HedgeStep<'_>],
    steps: &[HedgedStep],
    convention: TimePart,
) -> Result<Vec<Attribution>, (usize, PositionError)> {
    let legs = on_steps(legs, path);
    let mut rows = Vec::with_capacity(steps.len());
    for (i, (step, done)) in path.iter().zip(steps).enumerate() {
        let mut row = Attribution {
            exercise: done.exercise_pnl,
            hedge: done.hedge_pnl,
            interest: done.interest,
            dividends: done.dividends,
            cost: -done.cost,
            total: done.pnl,
            ..Attribution::default()
        };
        if let Some(before) = i.checked_sub(1) {
            let (from, held) = (&path[before].market, &steps[before].contracts);
            from.check(legs.len()).map_err(|error| (before, error))?;
            step.market.check(legs.len()).map_err(|error| (i, error))?;
            for (j, (leg, quantity)) in legs.iter().zip(held).enumerate() {
                let leg = Leg { quantity: *quantity, ..*leg };
                explain(&mut row, j, &leg, [(before, from), (i, &step.market)], convention)?;
            }
        }
        row.residual = row.left();
        rows.push(row);
    }
    Ok(rows)
}

/// Adds the parts of a leg from the market of one step to that of the next.
fn explain(
    row: &mut Attribution,
    j: usize,
    leg: &Leg,
    [(before, from), (now, to)]: [(usize, &Market<'_>); 2],
    convention: TimePart,
) -> Result<(), (usize, PositionError)> {
    if leg.quantity == 0.0 {
        return Ok(());
    }
    let unpriced = |status| (before, PositionError::Unpriced(j, status));
    let Unit::Option(start) = from.unit(j, leg).map_err(|error| (before, error))? else {
        row.delta += leg.units() * (to.spot - from.spot);
        return Ok(());
    };
    let ends = leg.expiry() == Some(to.time);
    let passed = to.time - from.time;
    let left = if ends { 0.0 } else { start.time - passed };
    let base = match convention {
        TimePart::RollDown => European { time: left, ..start },
        TimePart::RollForward => {
            let growth = ((from.rate - from.dividend_yield) * passed).exp();
            European { time: left, underlying: from.spot * growth, ..start }
        }
        TimePart::Theta => start,
    };
    // At its end an option at the strike has no delta; that of the step before stands in.
    let greeks = match Unit::Option(base).greeks() {
        Ok(greeks) => greeks,
        Err(_) => Unit::Option(start).greeks().map_err(unpriced)?,
    };
    let time = match convention {
        TimePart::Theta => greeks.theta * passed,
        TimePart::RollDown | TimePart::RollForward => {
            let price = |option| Unit::Option(option).price().map_err(unpriced);
            price(base)? - price(start)?
        }
    };
    let mut moves =
        Moves { spot: to.spot - base.underlying, volatility: 0.0, rate: 0.0, dividend_yield: 0.0 };
    // What an option pays at its end rests on the spot alone.
    if let (false, Unit::Option(end)) = (ends, to.unit(j, leg).map_err(|error| (now, error))?) {
        moves.volatility = end.volatility - start.volatility;
        moves.rate = to.rate - from.rate;
        moves.dividend_yield = to.dividend_yield - from.dividend_yield;
    }
    row.add(leg.units(), time, &greeks, &moves);
    Ok(())
}
