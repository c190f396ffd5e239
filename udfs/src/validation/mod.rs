//! Validation: cross-validation splits and tests for overfitting.

use crate::function::Function;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![]
}
