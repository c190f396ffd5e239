//! Backtests: from target weights to returns net of costs.

use crate::function::Function;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![]
}
