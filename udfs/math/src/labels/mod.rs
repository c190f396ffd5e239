//! Labels and their weights: what happened after a row, and how much of it other labels share.

pub mod concurrency;
pub mod cusum;
pub mod horizon;
pub mod sequential_bootstrap;
pub mod trend_scanning;
pub mod volatility;
pub mod weights;
