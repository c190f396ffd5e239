//! A quoted option in the coordinates that its volatility is found in.

use super::branchless::ln_ratio;

/// An option in units of √(F K), on its side out of the money.
#[derive(Debug, Clone, Copy)]
pub(super) struct Normalised {
    /// |ln(F/K)|.
    pub log_moneyness: f64,
    /// |F − K|.
    pub spread: f64,
    /// Undiscounted; NaN if it is not plainly that of an option with a volatility.
    pub price: f64,
}

impl Normalised {
    /// Without branches. `sign` is 1 for a call, −1 for a put.
    #[inline(always)]
    pub fn new(sign: f64, price: f64, forward: f64, strike: f64, time: f64, discount: f64) -> Self {
        let positive = |x: f64| (f64::MIN_POSITIVE..=f64::MAX).contains(&x);
        let value = time_value(sign, price, forward, strike, discount);
        let unit = forward.sqrt() * strike.sqrt();
        let good = positive(price)
            & positive(forward)
            & positive(strike)
            & positive(time)
            & positive(discount)
            & positive(value / unit)
            & positive(forward - value)
            & positive(strike - value);
        Self {
            log_moneyness: ln_ratio(forward, strike).abs(),
            spread: (forward - strike).abs() / unit,
            price: if good { value / unit } else { f64::NAN },
        }
    }
}

/// price/discount less the intrinsic value, with one rounding's error. `sign` as above.
#[inline(always)]
pub(super) fn time_value(sign: f64, price: f64, forward: f64, strike: f64, discount: f64) -> f64 {
    // F − K = difference + left exactly (Knuth's two-sum), and its products with the discount are
    // of an exact high and low part (fused).
    let (a, b) = (sign * forward, -sign * strike);
    let difference = a + b;
    let shadow = difference - a;
    let left = (a - (difference - shadow)) + (b - shadow);
    let high = difference * discount;
    let low = difference.mul_add(discount, -high) + left * discount;
    let beyond = if difference > 0.0 { (price - high) - low } else { price };
    beyond / discount
}
