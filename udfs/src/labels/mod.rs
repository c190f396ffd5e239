//! Labels: what happened after a row. They look forward by type.

use crate::function::Function;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![]
}
