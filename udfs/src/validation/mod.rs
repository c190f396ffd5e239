//! Validation: cross-validation splits that do not leak, and tests for overfitting.
//!
//! Both need rows of all symbols or trials together, so they are relations without a key.

use crate::function::Function;

mod cpcv_splits;
mod probability_of_backtest_overfitting;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![cpcv_splits::function(), probability_of_backtest_overfitting::function()]
}
