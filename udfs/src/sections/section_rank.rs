//! `section_rank`: rank within the partition, as a share; equals have their mean rank.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;
use trademl_math::section;

use super::of_values::of_values;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "section_rank",
    family: "sections",
    summary: "Rank within the partition, as a share; equals have their mean rank. \
              Partition by the date, so that a partition is one cross-section.",
    arguments: &[Argument {
        name: "x",
        role: Role::Column(Kind::Float),
        default: None,
        unit: "any",
        meaning: "value to compare across the section",
    }],
    returns: "share in (0, 1]",
    nulls: "a NULL row gives NULL and does not count",
    errors: "x NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Full,
    source: "definition; pandas rank(pct=True)",
    example: "SELECT symbol, round(section_rank(x) OVER (PARTITION BY day), 4) AS r \
              FROM (VALUES (1, 'A', 1.0), (1, 'B', 1.0), (1, 'C', 4.0), (1, 'D', NULL)) \
              AS t(day, symbol, x) ORDER BY symbol\n\
              ----\n\
              A 0.5\n\
              B 0.5\n\
              C 1.0\n\
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
    of_values(&CONTRACT, columns, section::rank)
}
