//! Backtests: from target weights to returns net of costs.

use crate::function::Function;

#[expect(clippy::module_inception, reason = "one SQL function, one file of its name")]
mod backtest;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![backtest::function()]
}
