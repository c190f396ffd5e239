//! `section_scale`: divided by the sum of absolute values of the partition, so that weights add up to a gross exposure of 1.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;
use trademl_math::section;

use super::of_values::of_values;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "section_scale",
    family: "sections",
    summary: "Divided by the sum of absolute values of the partition, so that weights \
              add up to a gross exposure of 1. Partition by the date, so that a \
              partition is one cross-section.",
    arguments: &[Argument {
        name: "x",
        role: Role::Column(Kind::Float),
        default: None,
        unit: "any",
        meaning: "value to compare across the section",
    }],
    returns: "share [1]",
    nulls: "a NULL row gives NULL and does not count; a partition of zeros gives NULL",
    errors: "x NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Full,
    source: "Kakushadze (2016), 101 Formulaic Alphas, scale",
    example: "SELECT symbol, round(section_scale(x) OVER (PARTITION BY day), 4) AS r \
              FROM (VALUES (1, 'A', 1.0), (1, 'B', 1.0), (1, 'C', 4.0), (1, 'D', NULL)) \
              AS t(day, symbol, x) ORDER BY symbol\n\
              ----\n\
              A 0.1667\n\
              B 0.1667\n\
              C 0.6667\n\
              D NULL",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Section(evaluate),
    }
    .function()
}

fn evaluate(_: &Call, columns: &[ArrayRef]) -> Result<ArrayRef> {
    of_values(&CONTRACT, columns, section::scale)
}
