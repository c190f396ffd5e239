//! Universes: which names there were on a date, told from rows up to it.

use crate::function::Function;

mod issuers;
mod top_by_adv;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![top_by_adv::function(), issuers::function()]
}
