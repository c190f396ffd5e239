//! American options on an asset that pays a continuous yield, or on a future.
//!
//! Andersen, Lake & Offengenden (2016), J. Computational Finance 20(1): the European price and what
//! exercise at the boundary earns (Kim 1990),
//!
//! ```text
//! V = P + ∫₀^T [r K e^(−rt) Φ(−d₋(t, S/B(T − t))) − q S e^(−qt) Φ(−d₊(t, S/B(T − t)))] dt
//! ```

use super::black_scholes::European;
use super::exercise_boundary::{Exercise, ExerciseBoundary, UnitPut};
use super::gauss_legendre::gauss_legendre;
use super::kind::Kind;
use super::normal::cdf;
use super::status::{Status, Valuation};

/// Points of the integral of the premium.
const POINTS: usize = 96;

/// An American option of the terms of a European one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct American {
    /// The terms.
    pub terms: European,
}

impl American {
    /// The price today, in the unit of the underlying, to 1e-8 of the strike for a life of 5 years and to
    /// 1e-7 for one of 30.
    pub fn price(&self) -> Valuation {
        let European { kind, underlying, strike, time, .. } = self.terms;
        let european = self.terms.price();
        if european.status() == Status::ZeroVolatility {
            return Valuation::new(self.best_of_certain(), Status::ZeroVolatility);
        }
        let (Some(without), Status::Valued) = (european.value(), european.status()) else {
            return european;
        };
        let boundary = match self.exercise_boundary() {
            Ok(boundary) => boundary,
            Err(status) => return Valuation::none(status),
        };
        let Some(today) = boundary.at(time) else { return european };
        let payoff = kind.payoff(underlying, strike);
        if kind.sign() * (underlying - today) >= 0.0 {
            return Valuation::new(payoff, Status::Valued);
        }
        let premium = self.premium(&boundary);
        Valuation::new((without + premium).max(payoff).max(without), Status::Valued)
    }

    /// The boundary of early exercise over the option's life; the status that the price would have,
    /// where there is none because an input is not valid, or the option is at a limit.
    pub fn exercise_boundary(&self) -> Result<ExerciseBoundary, Status> {
        let European { kind, strike, time, .. } = self.terms;
        match self.terms.status() {
            Status::Valued => (),
            status => return Err(status),
        }
        let put = self.put();
        match put.exercise() {
            Exercise::Never => Ok(ExerciseBoundary::never(kind, strike, time)),
            Exercise::Below(last) => ExerciseBoundary::solve(kind, strike, put, last, time),
            Exercise::Between => Err(Status::DoubleBoundary),
        }
    }

    /// The put of strike 1 that it is a multiple of.
    fn put(&self) -> UnitPut {
        let (rate, dividend_yield) = (self.terms.rate, self.terms.dividend_yield());
        let volatility = self.terms.volatility;
        match self.terms.kind {
            Kind::Put => UnitPut { rate, dividend_yield, volatility },
            Kind::Call => UnitPut { rate: dividend_yield, dividend_yield: rate, volatility },
        }
    }

    /// What the right to exercise early is worth.
    fn premium(&self, boundary: &ExerciseBoundary) -> f64 {
        let European { kind, underlying, strike, time, .. } = self.terms;
        let put = self.put();
        // A call on S at K is a put on K at S.
        let (spot, strike) = match kind {
            Kind::Put => (underlying, strike),
            Kind::Call => (strike, underlying),
        };
        let ln_spot = (spot / strike).ln();
        let mut sum = 0.0;
        for [x, weight] in gauss_legendre(POINTS) {
            let (sin, cos) = (x * std::f64::consts::FRAC_PI_2).sin_cos();
            let (passed, left) = (time * sin * sin, time * cos * cos);
            let Some(ln_boundary) = boundary.ln_ratio(left) else { return 0.0 };
            let [below, above] = put.d(passed, ln_spot - ln_boundary);
            let paid = put.rate * strike * (-put.rate * passed).exp() * cdf(-below);
            let given = put.dividend_yield * (-put.dividend_yield * passed).exp();
            sum += weight * sin * cos * (paid - given * spot * cdf(-above));
        }
        std::f64::consts::PI * time * sum
    }

    /// Without volatility the time to exercise is known: now, at expiry, or where waiting begins to
    /// cost more than it brings.
    fn best_of_certain(&self) -> f64 {
        let European { kind, underlying, strike, time, rate, .. } = self.terms;
        let dividend_yield = self.terms.dividend_yield();
        let paid = |t: f64| {
            let asset = underlying * (-dividend_yield * t).exp();
            kind.payoff(asset, strike * (-rate * t).exp())
        };
        let turn = (rate * strike / (dividend_yield * underlying)).ln() / (rate - dividend_yield);
        let between = if turn > 0.0 && turn < time { paid(turn) } else { 0.0 };
        paid(0.0).max(paid(time)).max(between)
    }
}
