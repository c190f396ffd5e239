//! `section_demean`: less the mean of the partition.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;
use trademl_math::section;

use super::of_values::of_values;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "section_demean",
    family: "sections",
    summary: "Less the mean of the partition. Partition by the date, so that a \
              partition is one cross-section.",
    arguments: &[Argument {
        name: "x",
        role: Role::Column(Kind::Float),
        default: None,
        unit: "any",
        meaning: "value to compare across the section",
    }],
    returns: "difference, in the unit of x",
    nulls: "a NULL row gives NULL and does not count",
    errors: "x NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Full,
    source: "definition",
    example: "SELECT symbol, round(section_demean(x) OVER (PARTITION BY day), 4) AS r \
              FROM (VALUES (1, 'A', 1.0), (1, 'B', 1.0), (1, 'C', 4.0), (1, 'D', NULL)) \
              AS t(day, symbol, x) ORDER BY symbol\n\
              ----\n\
              A -1.0\n\
              B -1.0\n\
              C 2.0\n\
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
    of_values(&CONTRACT, columns, section::demean)
}
