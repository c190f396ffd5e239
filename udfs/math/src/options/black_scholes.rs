//! European options by Black, Scholes and Merton, and on futures by Black (1976).
//!
//! Black & Scholes (1973), J. Political Economy 81(3); Merton (1973), Bell J. Economics 4(1), for the
//! dividend yield. Both models are one with the forward F = S e^((r − q) T); a future is its own
//! forward, so that its yield is the rate.

use super::black::{is_positive, time_value};
use super::branchless::ln_ratio;
use super::kind::Kind;
use super::status::{Status, Valuation};

/// What holding the underlying brings. `Y` is a yield, or a column of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Carry<Y> {
    /// An asset that pays this yield a year, continuously: dividends, or a foreign rate.
    DividendYield(Y),
    /// A future, which costs nothing to hold (Black 1976).
    Futures,
}

/// A European option with what it is valued on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct European {
    /// Call or put.
    pub kind: Kind,
    /// Spot, or the future's price.
    pub underlying: f64,
    /// Strike, in the same unit.
    pub strike: f64,
    /// Years to expiry.
    pub time: f64,
    /// Riskless rate a year.
    pub rate: f64,
    /// What holding the underlying brings.
    pub carry: Carry<f64>,
    /// Volatility a year.
    pub volatility: f64,
}

impl European {
    /// Whether a price exists, and whether it is a limit.
    pub fn status(&self) -> Status {
        let inputs = [self.underlying, self.strike, self.time, self.rate, self.volatility];
        if inputs.iter().any(|x| !x.is_finite()) || !self.dividend_yield().is_finite() {
            Status::NotFinite
        } else if !is_positive(self.underlying) {
            Status::NonPositiveUnderlying
        } else if !is_positive(self.strike) {
            Status::NonPositiveStrike
        } else if self.time < 0.0 {
            Status::NegativeTime
        } else if self.volatility < 0.0 {
            Status::NegativeVolatility
        } else if self.time == 0.0 {
            Status::Expired
        } else if self.volatility == 0.0 {
            Status::ZeroVolatility
        } else {
            Status::Valued
        }
    }

    /// The price today, in the unit of the underlying.
    pub fn price(&self) -> Valuation {
        let status = self.status();
        let intrinsic = self.kind.sign() * (self.asset_forward() - self.strike_value());
        match status {
            Status::Expired | Status::ZeroVolatility => Valuation::new(intrinsic.max(0.0), status),
            Status::Valued => Valuation::new(intrinsic.max(0.0) + self.time_value(), status),
            _ => Valuation::none(status),
        }
    }

    /// The price of the side that is out of the money, for an option that is `Valued`.
    pub(super) fn time_value(&self) -> f64 {
        let stdev = self.volatility * self.time.sqrt();
        time_value(self.asset_forward(), self.strike_value(), self.log_moneyness(), stdev)
    }

    /// The yield; a future's is the rate.
    pub(super) fn dividend_yield(&self) -> f64 {
        match self.carry {
            Carry::DividendYield(dividend_yield) => dividend_yield,
            Carry::Futures => self.rate,
        }
    }

    /// ln(F/K), without the rounding of F.
    pub(super) fn log_moneyness(&self) -> f64 {
        let growth = (self.rate - self.dividend_yield()) * self.time;
        ln_ratio(self.underlying, self.strike) + growth
    }

    /// The forward, discounted: S e^(−qT).
    pub(super) fn asset_forward(&self) -> f64 {
        self.underlying * (-self.dividend_yield() * self.time).exp()
    }

    /// The strike, discounted: K e^(−rT).
    pub(super) fn strike_value(&self) -> f64 {
        self.strike * (-self.rate * self.time).exp()
    }
}
