//! `dispersion`: the spread of a cross-section.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::{Result, internal_err};
use trademl_math::liquidity::dispersion::dispersion;

use super::arguments::column;
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "dispersion",
    family: "liquidity",
    summary: "Cross-sectional dispersion: the sample standard deviation (divisor n − 1) of x \
              within the partition, the same on each of its rows. Partition by the date, so \
              that a partition is one cross-section.",
    arguments: &[column("x", "any", "value, usually the return of the date")],
    returns: "dispersion [unit of x]",
    nulls: "a NULL row gives NULL and does not enter; fewer than two values give NULL",
    errors: "x NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Full,
    source: "definition; of returns: Stivers & Sun (2010), J. Financial and Quantitative \
             Analysis 45(4)",
    example: "SELECT d, s, round(dispersion(x) OVER (PARTITION BY d), 6) AS spread FROM (VALUES \
              (1, 'A', 0.01), (1, 'B', -0.02), (1, 'C', 0.04), (2, 'A', 0.03), (2, 'B', NULL), \
              (2, 'C', 0.01), (3, 'A', 0.05)) AS t(d, s, x) ORDER BY d, s\n\
              ----\n\
              1 A 0.03\n\
              1 B 0.03\n\
              1 C 0.03\n\
              2 A 0.014142\n\
              2 B NULL\n\
              2 C 0.014142\n\
              3 A NULL",
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
    let Some(x) = columns.first().and_then(|c| c.as_primitive_opt::<Float64Type>()) else {
        return internal_err!("{}: the column is not a float column", CONTRACT.name);
    };
    let present: Vec<f64> = x.iter().flatten().collect();
    let value = Some(dispersion(&present)).filter(|value| !value.is_nan());
    Ok(Arc::new(x.iter().map(|row| row.and(value)).collect::<Float64Array>()))
}
