//! Who was the more eager one in a trade: buyer or seller.

use crate::kernel::Kernel;
use crate::windowed::Rows;

/// Prices that differ by less than this share are equal: the middle of two decimal prices is not
/// exactly the float nearest to it.
const EQUAL: f64 = 1e-12;

/// +1 for a buy and −1 for a sell by Lee and Ready's rule; inputs are price, bid and ask, NaN where
/// missing.
///
/// Quote rule: above the middle of bid and ask it is a buy, below a sell. Tick rule, for a trade at the
/// middle or without quotes: the direction of the last change of the price, up to this trade. No value
/// without a price, or where the tick rule finds no change yet.
///
/// Lee & Ready (1991), J. Finance 46(2). Which quote was in force (theirs was 5 seconds old) is up to
/// whoever joins quotes to trades.
pub fn trade_sign() -> impl Kernel {
    let (mut last, mut tick): (Option<f64>, f64) = (None, f64::NAN);
    Rows(move |[price, bid, ask]: [f64; 3]| {
        if price.is_nan() {
            return f64::NAN;
        }
        let change = last.replace(price).map_or(0.0, |last| price - last);
        if change != 0.0 {
            tick = change.signum();
        }
        let distance = price - f64::midpoint(bid, ask);
        match distance.abs() > EQUAL * price.abs() {
            true => distance.signum(),
            false => tick,
        }
    })
}
