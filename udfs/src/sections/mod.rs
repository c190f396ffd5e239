//! Cross-sections: window functions over `PARTITION BY date`, each name against the others.
//!
//! No bit of a result depends on the order of the rows.

use crate::function::Function;

mod neutralize;
mod of_values;
mod section_bucket;
mod section_demean;
mod section_rank;
mod section_scale;
mod section_winsorize;
mod zscore;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![
        section_rank::function(),
        zscore::function(),
        section_winsorize::function(),
        section_demean::function(),
        section_scale::function(),
        neutralize::function(),
        section_bucket::function(),
    ]
}
