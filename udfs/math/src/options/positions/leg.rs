//! One line of a position.

use super::super::kind::Kind;

/// What a leg holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Instrument {
    /// European where it is valued; an early assignment is an event ([`super::delta_hedge`]).
    Option {
        /// Call or put.
        kind: Kind,
        /// Strike, in the unit of the underlying.
        strike: f64,
        /// When it ends, in years on the clock of the position.
        expiry: f64,
    },
    /// The underlying itself.
    Underlying,
}

/// A number of contracts of an option, or of lots of the underlying.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leg {
    /// What is held.
    pub instrument: Instrument,
    /// Contracts; below 0 sold.
    pub quantity: f64,
    /// Units of the underlying a contract is on, > 0: 100 for US equity options.
    pub multiplier: f64,
}

impl Leg {
    /// An option.
    pub fn option(kind: Kind, strike: f64, expiry: f64, quantity: f64, multiplier: f64) -> Self {
        let instrument = Instrument::Option { kind, strike, expiry };
        Self { instrument, quantity, multiplier }
    }

    /// Units of the underlying held outright.
    pub fn underlying(units: f64) -> Self {
        Self { instrument: Instrument::Underlying, quantity: units, multiplier: 1.0 }
    }

    /// Units of the underlying that the leg is on, signed: quantity · multiplier.
    pub fn units(&self) -> f64 {
        self.quantity * self.multiplier
    }

    /// What the leg is worth at expiry, in money; an underlying is worth its price.
    pub fn payoff(&self, underlying: f64) -> f64 {
        let unit = match self.instrument {
            Instrument::Option { kind, strike, .. } => kind.payoff(underlying, strike),
            Instrument::Underlying => underlying,
        };
        self.units() * unit
    }

    /// When it ends; the underlying does not.
    pub fn expiry(&self) -> Option<f64> {
        match self.instrument {
            Instrument::Option { expiry, .. } => Some(expiry),
            Instrument::Underlying => None,
        }
    }

    pub(super) fn is_valid(&self) -> bool {
        let option = match self.instrument {
            Instrument::Option { strike, expiry, .. } => {
                strike.is_finite() && strike > 0.0 && expiry.is_finite()
            }
            Instrument::Underlying => true,
        };
        let multiplier = self.multiplier.is_finite() && self.multiplier > 0.0;
        option && multiplier && self.quantity.is_finite()
    }
}
