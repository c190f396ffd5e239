//! The value and the Greeks of a position: sums over its legs.

use std::fmt;

use super::super::black_scholes::{Carry, European};
use super::super::greeks::Greek;
use super::super::implied_volatility::Quote;
use super::super::status::Status;
use super::leg::{Instrument, Leg};

/// Why a position has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PositionError {
    /// This leg's strike or multiplier is not above 0, or one of its numbers is not finite.
    BadLeg(usize),
    /// Not one mark for each leg.
    Marks,
    /// The time, spot, rate or yield is not finite, or the spot is not above 0.
    BadMarket,
    /// This leg has no value or no Greeks: the status says why.
    Unpriced(usize, Status),
}

impl fmt::Display for PositionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadLeg(leg) => {
                write!(f, "leg {leg}: strike and multiplier must be above 0, all numbers finite")
            }
            Self::Marks => write!(f, "one mark is needed for each leg"),
            Self::BadMarket => write!(f, "time, spot, rate and yield must be finite, spot above 0"),
            Self::Unpriced(leg, status) => write!(f, "leg {leg}: {}", status.name()),
        }
    }
}

impl std::error::Error for PositionError {}

/// How the market values an option leg.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mark {
    /// Its implied volatility a year.
    Volatility(f64),
    /// Its price a unit; Greeks are at the volatility that the price implies.
    Price(f64),
}

/// What is known at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Market<'a> {
    /// Years, on the clock of the expiries.
    pub time: f64,
    /// The underlying's price, > 0.
    pub spot: f64,
    /// Riskless rate a year, continuously compounded.
    pub rate: f64,
    /// Dividend yield a year, continuously compounded.
    pub dividend_yield: f64,
    /// One for each leg; an underlying's is not read.
    pub marks: &'a [Mark],
}

/// Sensitivities of a position in money, in the units of [`Greek`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PositionGreeks {
    /// ∂V/∂S: units of the underlying.
    pub delta: f64,
    /// ∂²V/∂S².
    pub gamma: f64,
    /// ∂V/∂σ, all volatilities moving alike, per 1.00.
    pub vega: f64,
    /// By calendar time, a year.
    pub theta: f64,
    /// ∂V/∂r, per 1.00.
    pub rho: f64,
    /// ∂V/∂q, per 1.00.
    pub phi: f64,
    /// ∂²V/∂S∂σ.
    pub vanna: f64,
    /// ∂²V/∂σ².
    pub volga: f64,
}

impl PositionGreeks {
    /// Adds the sensitivities of `units` of what has these.
    fn add(&mut self, units: f64, of: Self) {
        self.delta += units * of.delta;
        self.gamma += units * of.gamma;
        self.vega += units * of.vega;
        self.theta += units * of.theta;
        self.rho += units * of.rho;
        self.phi += units * of.phi;
        self.vanna += units * of.vanna;
        self.volga += units * of.volga;
    }
}

/// A leg as the market sees it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unit {
    Option(European),
    Underlying(f64),
}

impl Unit {
    pub fn price(&self) -> Result<f64, Status> {
        match self {
            Self::Option(option) => option.price().value().ok_or(option.price().status()),
            Self::Underlying(spot) => Ok(*spot),
        }
    }

    pub fn greeks(&self) -> Result<PositionGreeks, Status> {
        use Greek::{Delta, Gamma, Phi, Rho, Theta, Vanna, Vega, Volga};
        let Self::Option(option) = self else {
            return Ok(PositionGreeks { delta: 1.0, ..PositionGreeks::default() });
        };
        let all = option.some_greeks([Delta, Gamma, Vega, Theta, Rho, Phi, Vanna, Volga]);
        let mut values = [0.0; 8];
        for (value, of) in values.iter_mut().zip(all) {
            *value = of.value().ok_or(of.status())?;
        }
        let [delta, gamma, vega, theta, rho, phi, vanna, volga] = values;
        Ok(PositionGreeks { delta, gamma, vega, theta, rho, phi, vanna, volga })
    }
}

impl Market<'_> {
    pub(super) fn check(&self, legs: usize) -> Result<(), PositionError> {
        let all = [self.time, self.spot, self.rate, self.dividend_yield];
        if self.marks.len() != legs {
            Err(PositionError::Marks)
        } else if all.iter().any(|x| !x.is_finite()) || self.spot <= 0.0 {
            Err(PositionError::BadMarket)
        } else {
            Ok(())
        }
    }

    /// The leg `i` with the volatility of its mark.
    pub(super) fn unit(&self, i: usize, leg: &Leg) -> Result<Unit, PositionError> {
        let Instrument::Option { kind, strike, expiry } = leg.instrument else {
            return Ok(Unit::Underlying(self.spot));
        };
        let (rate, time) = (self.rate, expiry - self.time);
        let volatility = match self.marks[i] {
            Mark::Volatility(volatility) => volatility,
            // What has ended has its payoff at any volatility.
            Mark::Price(_) if time == 0.0 => 0.0,
            Mark::Price(price) => {
                let forward = self.spot * ((rate - self.dividend_yield) * time).exp();
                let discount = (-rate * time).exp();
                let quote = Quote { kind, price, forward, strike, time, discount };
                let implied = quote.implied_volatility();
                implied.value().ok_or(PositionError::Unpriced(i, implied.status()))?
            }
        };
        let carry = Carry::DividendYield(self.dividend_yield);
        let underlying = self.spot;
        Ok(Unit::Option(European { kind, underlying, strike, time, rate, carry, volatility }))
    }

    /// What one unit of leg `i` is worth.
    pub(super) fn price(&self, i: usize, leg: &Leg) -> Result<f64, PositionError> {
        match (self.marks[i], leg.expiry()) {
            (Mark::Price(price), Some(expiry)) if self.time < expiry => match price.is_finite() {
                true => Ok(price),
                false => Err(PositionError::Unpriced(i, Status::NotFinite)),
            },
            _ => self.unit(i, leg)?.price().map_err(|status| PositionError::Unpriced(i, status)),
        }
    }
}

/// Checks legs.
pub(super) fn check(legs: &[Leg]) -> Result<(), PositionError> {
    match legs.iter().position(|leg| !leg.is_valid()) {
        Some(leg) => Err(PositionError::BadLeg(leg)),
        None => Ok(()),
    }
}

/// What the legs are worth together, in money. Legs of quantity 0 are not valued.
pub fn value(legs: &[Leg], market: &Market<'_>) -> Result<f64, PositionError> {
    check(legs)?;
    market.check(legs.len())?;
    let mut sum = 0.0;
    for (i, leg) in legs.iter().enumerate().filter(|(_, leg)| leg.quantity != 0.0) {
        sum += leg.units() * market.price(i, leg)?;
    }
    Ok(sum)
}

/// The sensitivities of the legs together, by Black, Scholes and Merton at each leg's own volatility.
pub fn greeks(legs: &[Leg], market: &Market<'_>) -> Result<PositionGreeks, PositionError> {
    check(legs)?;
    market.check(legs.len())?;
    let mut sum = PositionGreeks::default();
    for (i, leg) in legs.iter().enumerate().filter(|(_, leg)| leg.quantity != 0.0) {
        let of = market.unit(i, leg)?.greeks();
        sum.add(leg.units(), of.map_err(|status| PositionError::Unpriced(i, status))?);
    }
    Ok(sum)
}
