//! `zscore`: standard score of a value within its cross-section.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;
use trademl_math::zscore::zscore as kernel;

use super::of_values::of_values;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "zscore",
    family: "sections",
    summary: "Standard score within the partition: (x − mean) / sample standard deviation \
              (divisor n − 1). Partition by the date, so that a partition is one cross-section.",
    arguments: &[Argument {
        name: "x",
        role: Role::Column(Kind::Float),
        default: None,
        unit: "any",
        meaning: "value to compare across the section",
    }],
    returns: "score [standard deviations]",
    nulls: "a NULL row gives NULL and does not enter mean and deviation; a partition with fewer \
            than two values, or with all values equal, gives NULL",
    errors: "x NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Full,
    source: "definition",
    example: "SELECT symbol, round(zscore(x) OVER (PARTITION BY day), 4) AS z \
              FROM (VALUES (1, 'A', 1.0), (1, 'B', 2.0), (1, 'C', 3.0)) AS t(day, symbol, x) \
              ORDER BY symbol\n\
              ----\n\
              A -1.0\n\
              B 0.0\n\
              C 1.0",
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
    of_values(&CONTRACT, columns, |x| kernel(x).unwrap_or_default())
}
