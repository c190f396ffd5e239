//! Digital options, and the vertical spreads that come close to them.
//!
//! Rubinstein & Reiner (1991), Unscrambling the binary code, Risk 4(9): with w = 1 for a call, −1 for a
//! put, cash-or-nothing is worth X e^(−rT) Φ(w d₂) and asset-or-nothing S e^(−qT) Φ(w d₁).

use super::black_scholes::European;
use super::kind::Kind;
use super::normal::{cdf, pdf};
use super::status::{Status, Valuation};

/// What a digital option pays if it ends in the money.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Payout {
    /// This amount.
    Cash(f64),
    /// The underlying.
    Asset,
}

/// A European digital option: all or nothing at expiry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Digital {
    /// The terms; the strike is where it begins to pay.
    pub terms: European,
    /// What it pays.
    pub payout: Payout,
}

/// The sensitivities of a digital option, in the units of [`super::greeks::Greek`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DigitalGreeks {
    /// ∂V/∂S.
    pub delta: f64,
    /// ∂²V/∂S².
    pub gamma: f64,
    /// ∂V/∂σ.
    pub vega: f64,
    /// −∂V/∂T, per year.
    pub theta: f64,
}

/// V = `unit` · Φ(w `d`), with what its derivatives need.
struct Parts {
    unit: f64,
    /// Growth of `unit` per year that passes.
    growth: f64,
    d: f64,
    /// The other of d₁ and d₂.
    other: f64,
    stdev: f64,
}

impl Digital {
    /// The price today. Where time or volatility is 0 and the forward is the strike, it is undefined.
    pub fn price(&self) -> Valuation {
        let parts = match self.parts() {
            Ok(parts) => parts,
            Err(status) => return Valuation::none(status),
        };
        let probability = cdf(self.terms.kind.sign() * parts.d);
        Valuation::new(parts.unit * probability, self.terms.status())
    }

    /// The sensitivities; the price's status where there are none.
    pub fn greeks(&self) -> Result<DigitalGreeks, Status> {
        let European { kind, underlying, time, rate, volatility, .. } = self.terms;
        let Parts { unit, growth, d, other, stdev } = self.parts()?;
        let value = unit * cdf(kind.sign() * d);
        let is_asset = self.payout == Payout::Asset;
        // The unit is the underlying itself, or does not depend on it.
        let held = if is_asset { value / underlying } else { 0.0 };
        if d.is_infinite() {
            let theta = growth * value;
            return Ok(DigitalGreeks { delta: held, gamma: 0.0, vega: 0.0, theta });
        }
        let density = kind.sign() * unit * pdf(d);
        let drift = (rate - self.terms.dividend_yield()) / stdev - other / (2.0 * time);
        // By the other of d₁ and d₂ for both payouts: ∂²/∂S² of S Φ(d₁) is φ(d₁) (1 − d₁/stdev)/(S stdev).
        let gamma = -density * other / (underlying * underlying * stdev * stdev);
        let greeks = DigitalGreeks {
            delta: held + density / (underlying * stdev),
            gamma,
            vega: -density * other / volatility,
            theta: growth * value - density * drift,
        };
        let all = [greeks.delta, greeks.gamma, greeks.vega, greeks.theta];
        if all.iter().all(|x| x.is_finite()) { Ok(greeks) } else { Err(Status::Overflow) }
    }

    fn parts(&self) -> Result<Parts, Status> {
        let European { time, rate, volatility, .. } = self.terms;
        let moneyness = self.terms.log_moneyness();
        let stdev = volatility * time.sqrt();
        let (d1, d2) = match self.terms.status() {
            Status::Valued => (moneyness / stdev + 0.5 * stdev, moneyness / stdev - 0.5 * stdev),
            Status::Expired | Status::ZeroVolatility if moneyness == 0.0 => {
                return Err(Status::Undefined);
            }
            Status::Expired | Status::ZeroVolatility => {
                let certain = f64::INFINITY.copysign(moneyness);
                (certain, certain)
            }
            invalid => return Err(invalid),
        };
        match self.payout {
            Payout::Cash(cash) if !cash.is_finite() => Err(Status::NotFinite),
            Payout::Cash(cash) => {
                let unit = cash * (-rate * time).exp();
                Ok(Parts { unit, growth: rate, d: d2, other: d1, stdev })
            }
            Payout::Asset => {
                let (unit, growth) = (self.terms.asset_forward(), self.terms.dividend_yield());
                Ok(Parts { unit, growth, d: d1, other: d2, stdev })
            }
        }
    }
}

/// The price of a vertical spread: the option bought, its like with another strike sold. Over the
/// distance of the strikes, a narrow one is nearly a cash-or-nothing option of 1 that can be hedged.
/// It loses as many digits as both prices share.
pub fn vertical_spread(bought: European, sold_strike: f64) -> Valuation {
    let sold = European { strike: sold_strike, ..bought }.price();
    match (bought.price().value(), sold.value()) {
        (Some(a), Some(b)) => Valuation::new(a - b, sold.status()),
        (None, _) => bought.price(),
        (_, None) => sold,
    }
}

/// The strikes of a spread that pays at most as much as a digital option of 1 with this strike, or at
/// least: the ramp of the payoff is on one side of the strike. Bought first, then sold.
pub fn spread_strikes(kind: Kind, strike: f64, width: f64, at_least: bool) -> [f64; 2] {
    let away = if at_least { -kind.sign() } else { kind.sign() };
    let other = strike + away * width;
    if at_least { [other, strike] } else { [strike, other] }
}

#[cfg(test)]
mod tests {
    use super::super::black_scholes::Carry;
    use super::super::greeks::Greek;
    use super::*;

    fn digital(kind: Kind, payout: Payout, strike: f64) -> Digital {
        let terms = European {
            kind,
            underlying: 100.0,
            strike,
            time: 0.75,
            rate: 0.06,
            carry: Carry::DividendYield(0.02),
            volatility: 0.35,
        };
        Digital { terms, payout }
    }

    #[track_caller]
    fn close(was: f64, expected: f64, tolerance: f64) {
        let error = (was - expected).abs() / expected.abs().max(1e-3);
        assert!(error < tolerance, "{was} is not {expected}");
    }

    /// Haug (2007), The Complete Guide to Option Pricing Formulas, sections 4.19.2 and 4.19.3.
    #[test]
    fn as_published() {
        let put = digital(Kind::Put, Payout::Cash(10.0), 80.0).terms;
        let terms = European { carry: Carry::Futures, ..put };
        let cash = Digital { terms, payout: Payout::Cash(10.0) };
        close(cash.price().value().unwrap(), 2.6710, 3e-5);
        let terms = European {
            underlying: 70.0,
            strike: 65.0,
            time: 0.5,
            rate: 0.07,
            carry: Carry::DividendYield(0.05),
            volatility: 0.27,
            ..put
        };
        close(Digital { terms, payout: Payout::Asset }.price().value().unwrap(), 20.2069, 3e-5);
    }

    /// A vanilla option is an asset-or-nothing less a cash-or-nothing of the strike, and so are its
    /// sensitivities.
    #[test]
    fn vanilla_is_the_difference() {
        for kind in [Kind::Call, Kind::Put] {
            for strike in [70.0, 100.0, 104.0, 140.0] {
                let asset = digital(kind, Payout::Asset, strike);
                let cash = Digital { payout: Payout::Cash(strike), ..asset };
                let vanilla = asset.terms;
                let (a, c) = (asset.greeks().unwrap(), cash.greeks().unwrap());
                let w = kind.sign();
                let price = asset.price().value().unwrap() - cash.price().value().unwrap();
                close(w * price, vanilla.price().value().unwrap(), 1e-12);
                let vanilla = |greek| vanilla.greek(greek).value().unwrap();
                close(w * (a.delta - c.delta), vanilla(Greek::Delta), 1e-12);
                close(w * (a.gamma - c.gamma), vanilla(Greek::Gamma), 1e-12);
                close(w * (a.vega - c.vega), vanilla(Greek::Vega), 1e-12);
                close(w * (a.theta - c.theta), vanilla(Greek::Theta), 1e-12);
                // And a cash-or-nothing of 1 is minus w of the dual delta.
                let unit = Digital { payout: Payout::Cash(1.0), ..asset };
                close(unit.price().value().unwrap(), -w * vanilla(Greek::DualDelta), 1e-13);
            }
        }
    }

    /// By central differences of the price.
    #[test]
    fn greeks_are_the_slopes() {
        for payout in [Payout::Cash(10.0), Payout::Asset] {
            for kind in [Kind::Call, Kind::Put] {
                let option = digital(kind, payout, 95.0);
                let price = |change: &dyn Fn(&mut European)| {
                    let mut moved = option;
                    change(&mut moved.terms);
                    moved.price().value().unwrap()
                };
                let h = 1e-4;
                let slope = |up: f64, down: f64| (up - down) / (2.0 * h);
                let greeks = option.greeks().unwrap();
                let at = |h: f64| price(&|t| t.underlying += h);
                close(greeks.delta, slope(at(h), at(-h)), 1e-7);
                let second = (at(1e-2) - 2.0 * at(0.0) + at(-1e-2)) / 1e-4;
                close(greeks.gamma, second, 1e-5);
                let at = |h: f64| price(&|t| t.volatility += h);
                close(greeks.vega, slope(at(h), at(-h)), 1e-6);
                let at = |h: f64| price(&|t| t.time -= h);
                close(greeks.theta, slope(at(h), at(-h)), 1e-6);
            }
        }
    }

    #[test]
    fn spreads_enclose_the_digital() {
        for kind in [Kind::Call, Kind::Put] {
            let option = digital(kind, Payout::Cash(1.0), 95.0);
            let value = option.price().value().unwrap();
            let spread = |at_least| {
                let [bought, sold] = spread_strikes(kind, 95.0, 0.01, at_least);
                let bought = European { strike: bought, ..option.terms };
                vertical_spread(bought, sold).value().unwrap() / 0.01
            };
            let (less, more) = (spread(false), spread(true));
            assert!(less < value && value < more && more - less < 1e-3, "{less} {value} {more}");
        }
        let terms = digital(Kind::Call, Payout::Asset, 95.0).terms;
        assert_eq!(vertical_spread(terms, -1.0).status(), Status::NonPositiveStrike);
    }

    #[test]
    fn limits() {
        let option = digital(Kind::Call, Payout::Cash(10.0), 95.0);
        let expired = Digital { terms: European { time: 0.0, ..option.terms }, ..option };
        assert_eq!(expired.price(), Valuation::new(10.0, Status::Expired));
        assert_eq!(expired.greeks().unwrap().gamma, 0.0);
        let mut at_strike = expired;
        at_strike.terms.strike = 100.0;
        assert_eq!(at_strike.price(), Valuation::none(Status::Undefined));
        assert_eq!(at_strike.greeks(), Err(Status::Undefined));
        let mut wrong = option;
        wrong.terms.volatility = -1.0;
        assert_eq!(wrong.price(), Valuation::none(Status::NegativeVolatility));
        wrong = Digital { payout: Payout::Cash(f64::NAN), ..option };
        assert_eq!(wrong.price(), Valuation::none(Status::NotFinite));
    }
}
