//! From the numbers of a call to the option that is valued.

use trademl_math::options::black_scholes::{Carry, European};
use trademl_math::options::implied_volatility::Quote;
use trademl_math::options::kind::Kind;

/// An option on an asset: spot, strike, time, rate, volatility, dividend yield.
pub(super) fn on_asset(
    kind: Kind,
    [underlying, strike, time, rate, volatility, dividend_yield]: [f64; 6],
) -> European {
    let carry = Carry::DividendYield(dividend_yield);
    European { kind, underlying, strike, time, rate, carry, volatility }
}

/// An option on a future: forward, strike, time, rate, volatility.
pub(super) fn on_future(
    kind: Kind,
    [underlying, strike, time, rate, volatility]: [f64; 5],
) -> European {
    European { kind, underlying, strike, time, rate, carry: Carry::Futures, volatility }
}

/// The price of an option on an asset; not a number if an argument is none: price, spot, strike, time, rate, dividend yield.
pub(super) fn quoted_on_asset(
    kind: Kind,
    numbers @ [price, spot, strike, time, rate, dividend_yield]: [f64; 6],
) -> Quote {
    let price = if numbers.iter().all(|x| x.is_finite()) { price } else { f64::NAN };
    // All as of today, so that the bounds are the spot itself where there is no yield.
    let (forward, strike) = (spot * (-dividend_yield * time).exp(), strike * (-rate * time).exp());
    Quote { kind, price, forward, strike, time, discount: 1.0 }
}

/// The price of an option on a future, likewise: price, forward, strike, time, rate.
pub(super) fn quoted_on_future(
    kind: Kind,
    numbers @ [price, forward, strike, time, rate]: [f64; 5],
) -> Quote {
    let price = if numbers.iter().all(|x| x.is_finite()) { price } else { f64::NAN };
    Quote { kind, price, forward, strike, time, discount: (-rate * time).exp() }
}
