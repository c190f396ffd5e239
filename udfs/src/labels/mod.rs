//! Labels: what happened after a row. They look forward by type.

use crate::function::Function;

mod triple_barrier;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![triple_barrier::function()]
}
