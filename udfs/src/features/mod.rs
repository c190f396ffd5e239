//! Features: one value a row from the rows before it.

use crate::function::Function;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![]
}
