//! The sensitivities of a European option's price, to the third order.
//!
//! Derivatives by time are by calendar time, a year: what a year that passes would bring, other things
//! equal. So theta is −∂V/∂T for the time to expiry T, and charm, veta and color have that sign too.
//! Haug (2007), The Complete Guide to Option Pricing Formulas, 2nd ed., chapter 2, whose units and signs
//! these are, except that nothing is divided by 100 or 365.
//!
//! With F = S e^((r − q) T), d₁,₂ = ln(F/K)/(σ√T) ± σ√T/2, D = e^(−qT), w = 1 for a call, −1 for a put.

use super::black_scholes::{Carry, European};
use super::europeans::Europeans;
use super::status::{Status, Valuation};

/// A sensitivity of a European option's price V.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Greek {
    /// ∂V/∂S.
    Delta,
    /// ∂V/∂K.
    DualDelta,
    /// ∂V/∂σ, per 1.00 of volatility.
    Vega,
    /// −∂V/∂T, per year.
    Theta,
    /// ∂V/∂r, per 1.00 of rate. An option on a future has −T·V: the future's price does not move.
    Rho,
    /// ∂V/∂q, per 1.00 of dividend yield. An option on a future has none.
    Phi,
    /// Elasticity, S/V ∂V/∂S.
    Lambda,
    /// ∂²V/∂S².
    Gamma,
    /// ∂²V/∂K².
    DualGamma,
    /// ∂²V/∂S∂σ.
    Vanna,
    /// −∂²V/∂S∂T, per year.
    Charm,
    /// ∂²V/∂σ², also vomma.
    Volga,
    /// −∂²V/∂σ∂T, per year.
    Veta,
    /// ∂³V/∂S³.
    Speed,
    /// ∂³V/∂S²∂σ.
    Zomma,
    /// −∂³V/∂S²∂T, per year.
    Color,
    /// ∂³V/∂σ³.
    Ultima,
}

impl Greek {
    /// All of them, by order.
    pub const ALL: [Self; 17] = [
        Self::Delta,
        Self::DualDelta,
        Self::Vega,
        Self::Theta,
        Self::Rho,
        Self::Phi,
        Self::Lambda,
        Self::Gamma,
        Self::DualGamma,
        Self::Vanna,
        Self::Charm,
        Self::Volga,
        Self::Veta,
        Self::Speed,
        Self::Zomma,
        Self::Color,
        Self::Ultima,
    ];

    /// Its name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delta => "delta",
            Self::DualDelta => "dual_delta",
            Self::Vega => "vega",
            Self::Theta => "theta",
            Self::Rho => "rho",
            Self::Phi => "phi",
            Self::Lambda => "lambda",
            Self::Gamma => "gamma",
            Self::DualGamma => "dual_gamma",
            Self::Vanna => "vanna",
            Self::Charm => "charm",
            Self::Volga => "volga",
            Self::Veta => "veta",
            Self::Speed => "speed",
            Self::Zomma => "zomma",
            Self::Color => "color",
            Self::Ultima => "ultima",
        }
    }
}

impl European {
    /// One sensitivity. Where time or volatility is 0, the limit, if there is one.
    pub fn greek(&self, greek: Greek) -> Valuation {
        let [value] = self.some_greeks([greek]);
        value
    }

    /// Several sensitivities, for the price of little more than one.
    pub fn some_greeks<const N: usize>(&self, greeks: [Greek; N]) -> [Valuation; N] {
        let dividend_yield = [self.dividend_yield()];
        let column = Europeans {
            kind: &[self.kind],
            underlying: &[self.underlying],
            strike: &[self.strike],
            time: &[self.time],
            rate: &[self.rate],
            carry: match self.carry {
                Carry::DividendYield(_) => Carry::DividendYield(&dividend_yield),
                Carry::Futures => Carry::Futures,
            },
            volatility: &[self.volatility],
        };
        let (mut values, mut status) = ([[f64::NAN]; N], [Status::Valued]);
        let mut wanted = greeks.iter().zip(&mut values);
        let mut wanted: [_; N] = std::array::from_fn(|_| match wanted.next() {
            Some((greek, value)) => (*greek, &mut value[..]),
            None => unreachable!("as many as N"),
        });
        column.greeks(&mut wanted, &mut status);
        let [status] = status;
        std::array::from_fn(|i| match values[i] {
            [value] if !value.is_nan() => Valuation::new(value, status),
            _ if status != Status::Valued => Valuation::none(status),
            _ if greeks[i] == Greek::Phi => Valuation::none(Status::Undefined),
            _ => Valuation::none(Status::Overflow),
        })
    }

    /// What a sensitivity tends to as time or volatility tends to 0; NaN where it has no limit.
    pub(super) fn greek_limit(&self, greek: Greek) -> f64 {
        let (asset, strike) = (self.asset_forward(), self.strike_value());
        // The option is the forward contract, or nothing.
        let exercised =
            if self.kind.sign() * (asset - strike) > 0.0 { self.kind.sign() } else { 0.0 };
        let dividend_yield = self.dividend_yield();
        let value = match greek {
            Greek::Delta => asset / self.underlying,
            Greek::DualDelta => -strike / self.strike,
            Greek::Theta => dividend_yield * asset - self.rate * strike,
            Greek::Rho if self.carry == Carry::Futures => -self.time * (asset - strike),
            Greek::Rho => self.time * strike,
            Greek::Phi if self.carry == Carry::Futures => f64::NAN,
            Greek::Phi => -self.time * asset,
            Greek::Lambda if exercised == 0.0 => f64::NAN,
            Greek::Lambda => return asset / (asset - strike),
            Greek::Charm => dividend_yield * asset / self.underlying,
            _ => 0.0,
        };
        // −0 is 0.
        exercised * value + 0.0
    }
}
