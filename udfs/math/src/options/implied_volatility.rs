//! The volatility that explains a European option's price.

use implied_vol::{ImpliedBlackVolatilityNormalised, solver::Jaeckel};

use super::black::is_positive;
use super::branchless::ln_ratio;
use super::implied_deviation::{Deviation, STEPS};
use super::kind::Kind;
use super::normalised::{Normalised, time_value};
use super::status::{Status, Valuation};

/// A quoted option: its price and what its value today rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quote {
    /// Call or put.
    pub kind: Kind,
    /// Price today.
    pub price: f64,
    /// Forward of the underlying at expiry.
    pub forward: f64,
    /// Strike, in the unit of price and forward.
    pub strike: f64,
    /// Years to expiry.
    pub time: f64,
    /// What 1 at expiry is worth today: e^(−rT).
    pub discount: f64,
}

impl Quote {
    /// The volatility a year, on the side out of the money: without branches, and where that does not do by
    /// Jäckel (2015), Let's Be Rational.
    ///
    /// The answer is the volatility of the price as given, to about 1e-14 (1e-13 is tested, to
    /// σ√T = 6), also in the money: the intrinsic value is taken off without rounding. But a price in
    /// the money does not tell its time value better than to its own last place, so the volatility
    /// carries only as much as the price knows. A price at the intrinsic value has volatility 0.
    pub fn implied_volatility(&self) -> Valuation {
        let Self { kind, price, forward, strike, time, discount } = *self;
        let of = Normalised::new(kind.sign(), price, forward, strike, time, discount);
        let mut deviation = Deviation::guess(of.log_moneyness, of.spread, of.price);
        for _ in 0..STEPS {
            if deviation.is_rough() {
                deviation = deviation.improved(of.log_moneyness, of.price);
            }
        }
        let volatility = deviation.settled() / time.sqrt();
        match volatility.is_finite() {
            true => Valuation::new(volatility, Status::Valued),
            false => self.irregular_volatility(),
        }
    }

    /// The same where that does not do.
    pub(super) fn irregular_volatility(&self) -> Valuation {
        if let Some(fault) = self.fault() {
            return Valuation::none(fault);
        }
        let time_value =
            time_value(self.kind.sign(), self.price, self.forward, self.strike, self.discount);
        if time_value < 0.0 {
            return Valuation::none(Status::BelowIntrinsic);
        }
        if time_value == 0.0 {
            return Valuation::new(0.0, Status::ZeroVolatility);
        }
        // Of price and bound as they are, so that it is exact.
        let highest = self.forward.min(self.strike);
        if time_value >= highest {
            return Valuation::none(match self.is_above_bound() {
                true => Status::AboveUpperBound,
                false => Status::AtUpperBound,
            });
        }
        let stdev = ImpliedBlackVolatilityNormalised::builder()
            .log_moneyness(ln_ratio(self.forward, self.strike))
            .normalised_price(time_value / (self.forward.sqrt() * self.strike.sqrt()))
            .build_unchecked()
            .calculate_with::<Jaeckel>();
        match stdev {
            Some(stdev) => Valuation::new(stdev / self.time.sqrt(), Status::Valued),
            // Below the bound by less than the last place of the normalised price.
            None => Valuation::none(Status::AtUpperBound),
        }
    }

    fn fault(&self) -> Option<Status> {
        let inputs = [self.price, self.forward, self.strike, self.time, self.discount];
        if inputs.iter().any(|x| !x.is_finite()) {
            Some(Status::NotFinite)
        } else if !is_positive(self.forward) {
            Some(Status::NonPositiveUnderlying)
        } else if !is_positive(self.strike) {
            Some(Status::NonPositiveStrike)
        } else if !is_positive(self.discount) {
            Some(Status::NonPositiveDiscount)
        } else if self.price < 0.0 {
            Some(Status::NegativePrice)
        } else if self.time < 0.0 {
            Some(Status::NegativeTime)
        } else if self.time == 0.0 {
            Some(Status::Expired)
        } else {
            None
        }
    }

    /// Whether price > bound · discount, exactly.
    fn is_above_bound(&self) -> bool {
        let bound = match self.kind {
            Kind::Call => self.forward,
            Kind::Put => self.strike,
        };
        let product = bound * self.discount;
        self.price - product > bound.mul_add(self.discount, -product)
    }
}
