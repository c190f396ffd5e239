//! Bars: trades cut at events of count, volume, value, imbalance or the clock.
//!
//! The first time column of a bar is its end, the event time it is known at.

use crate::function::Function;

mod dollar_bars;
mod imbalance_bars;
mod tick_bars;
mod time_bars;
mod trades;
mod volume_bars;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![
        time_bars::function(),
        tick_bars::function(),
        volume_bars::function(),
        dollar_bars::function(),
        imbalance_bars::function(),
    ]
}
