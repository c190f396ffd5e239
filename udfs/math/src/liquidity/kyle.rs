//! Kyle's lambda: how far net buying moves the price.

use crate::kernel::Kernel;
use crate::rolling::Comoments;
use crate::windowed::Windowed;

/// The least squares slope, with an intercept, of the change of the price on the signed volume of the
/// same row, over the last `n ≥ 2` changes; inputs are prices and signed volumes. Warm-up `n` rows;
/// no value where the signed volume does not vary.
///
/// Kyle (1985), Econometrica 53(6), in which Δp = λ · net order flow.
pub fn kyle(n: usize) -> impl Kernel {
    let mut last: Option<f64> = None;
    let pair = move |[price, signed]: [f64; 2]| last.replace(price).map(|p| (signed, price - p));
    Windowed::new(n, pair, |window: Comoments| window.slope())
}
