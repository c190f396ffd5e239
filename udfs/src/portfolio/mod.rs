//! Portfolios: from scores to target weights.

use crate::function::Function;

mod build_portfolio;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![build_portfolio::function()]
}
