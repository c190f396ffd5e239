//! The middle of the best quotes, weighted by size.

/// (bid · ask size + ask · bid size) / (bid size + ask size): nearer to the side with less size, towards
/// which the price is likely to go. NaN if both sizes are 0.
///
/// Stoikov (2018), Quantitative Finance 18(12), where it is the weighted mid-price.
pub fn microprice(bid: f64, bid_size: f64, ask: f64, ask_size: f64) -> f64 {
    let share = bid_size / (bid_size + ask_size);
    bid + (ask - bid) * share
}
