//! Labels: what happened after a row. They look forward by type.

use crate::function::Function;

mod arguments;
mod average_uniqueness;
mod cusum_events;
mod excess_return;
mod horizon_return;
mod iv_change;
mod label_concurrency;
mod meta_label;
mod return_attribution_weight;
mod rows;
mod sequential_bootstrap;
mod spans;
mod time_decay_weight;
mod trend_scanning;
mod triple_barrier;
mod variance_premium;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![
        horizon_return::function(),
        excess_return::function(),
        iv_change::function(),
        variance_premium::function(),
        triple_barrier::function(),
        meta_label::function(),
        trend_scanning::function(),
        cusum_events::function(),
        label_concurrency::function(),
        average_uniqueness::function(),
        sequential_bootstrap::function(),
        return_attribution_weight::function(),
        time_decay_weight::function(),
    ]
}
