//! The undiscounted price of an option on a forward.
//!
//! ```text
//! call = F Φ(d₁) − K Φ(d₂),  put = K Φ(−d₂) − F Φ(−d₁),  d₁,₂ = ln(F/K)/s ± s/2
//! ```
//!
//! with s the standard deviation of ln F until expiry, σ√T. Black (1976), J. Financial Economics
//! 3(1). What is computed is the out-of-the-money side, by the expansions of Jäckel (2015), Let's Be
//! Rational, to which the intrinsic value is added: neither side loses digits to the other.

use implied_vol::{DefaultSpecialFn, PriceBlackScholesNormalised};

use super::branchless::ln_ratio;
use super::kind::Kind;
use super::status::{Status, Valuation};

/// The undiscounted price, in the unit of forward and strike; `stdev` is σ√T.
///
/// Out of the money the relative error is about (1 + ln²(F/K)/s²) · 2e-16: what rounding d₁ costs.
pub fn undiscounted_price(kind: Kind, forward: f64, strike: f64, stdev: f64) -> Valuation {
    if [forward, strike, stdev].iter().any(|x| !x.is_finite()) {
        return Valuation::none(Status::NotFinite);
    }
    if !is_positive(forward) {
        return Valuation::none(Status::NonPositiveUnderlying);
    }
    if !is_positive(strike) {
        return Valuation::none(Status::NonPositiveStrike);
    }
    if stdev < 0.0 {
        return Valuation::none(Status::NegativeVolatility);
    }
    if stdev == 0.0 {
        return Valuation::new(kind.payoff(forward, strike), Status::ZeroVolatility);
    }
    let time_value = time_value(forward, strike, ln_ratio(forward, strike), stdev);
    Valuation::new(kind.payoff(forward, strike) + time_value, Status::Valued)
}

/// Above 0 and not below the normal numbers, which have no full precision.
pub(super) fn is_positive(x: f64) -> bool {
    x >= f64::MIN_POSITIVE
}

/// The price of the side that is out of the money: what the option is worth beyond the payoff on the
/// forward. `log_moneyness` is ln(F/K), `stdev` > 0.
pub(super) fn time_value(forward: f64, strike: f64, log_moneyness: f64, stdev: f64) -> f64 {
    let normalised = PriceBlackScholesNormalised::builder()
        .log_moneyness(log_moneyness)
        .total_volatility(stdev)
        .build_unchecked()
        .calculate::<DefaultSpecialFn>();
    // √(F K), where the product could overflow.
    forward.sqrt() * strike.sqrt() * normalised
}
