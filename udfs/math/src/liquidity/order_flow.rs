//! Order flow imbalance at the best quotes.

use crate::kernel::Kernel;
use crate::rolling::Sum;
use crate::windowed::Windowed;

/// Σ eₖ over the last `n ≥ 1` changes of the quotes; inputs are bid, bid size, ask and ask size.
///
/// eₖ = qᵇₖ [bₖ ≥ bₖ₋₁] − qᵇₖ₋₁ [bₖ ≤ bₖ₋₁] − qᵃₖ [aₖ ≤ aₖ₋₁] + qᵃₖ₋₁ [aₖ ≥ aₖ₋₁]: buyers who come less
/// buyers who go, less the same of sellers. Warm-up `n` rows.
///
/// Cont, Kukanov & Stoikov (2014), J. Financial Econometrics 12(1), section 2.
pub fn order_flow(n: usize) -> impl Kernel {
    let mut last: Option<[f64; 4]> = None;
    let event = move |quote: [f64; 4]| {
        let [bid, bid_size, ask, ask_size] = quote;
        let [bid0, bid_size0, ask0, ask_size0] = last.replace(quote)?;
        let given = |condition: bool, size: f64| if condition { size } else { 0.0 };
        let buyers = given(bid >= bid0, bid_size) - given(bid <= bid0, bid_size0);
        let sellers = given(ask <= ask0, ask_size) - given(ask >= ask0, ask_size0);
        Some(buyers - sellers)
    };
    Windowed::new(n, event, |window: Sum| window.sum)
}
