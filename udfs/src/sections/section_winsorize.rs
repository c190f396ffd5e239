//! `section_winsorize`: values beyond two quantiles of the partition are set to them.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::{Result, plan_err};
use trademl_math::section;

use super::of_values::of_values;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "section_winsorize",
    family: "sections",
    summary: "Values beyond two quantiles of the partition are set to them. Partition \
              by the date, so that a partition is one cross-section.",
    arguments: &[
        Argument {
            name: "x",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "any",
            meaning: "value to compare across the section",
        },
        Argument {
            name: "lower",
            role: Role::Constant(Kind::Float),
            default: Some("0.01"),
            unit: "1",
            meaning: "lower quantile, 0 … upper",
        },
        Argument {
            name: "upper",
            role: Role::Constant(Kind::Float),
            default: Some("0.99"),
            unit: "1",
            meaning: "upper quantile, lower … 1",
        },
    ],
    returns: "value, in the unit of x",
    nulls: "a NULL row gives NULL and does not count",
    errors: "x NaN or infinite (function, value and row are named); 0 ≤ lower ≤ upper ≤ \
             1 does not hold",
    lookahead: Lookahead::Full,
    source: "Tukey (1962), Annals of Mathematical Statistics 33(1); quantiles linear \
             (Hyndman & Fan 1996, type 7)",
    example: "SELECT symbol, round(section_winsorize(x, 0.0, 0.5) OVER (PARTITION BY \
              day), 4) AS r FROM (VALUES (1, 'A', 1.0), (1, 'B', 1.0), (1, 'C', 4.0), \
              (1, 'D', NULL)) AS t(day, symbol, x) ORDER BY symbol\n\
              ----\n\
              A 1.0\n\
              B 1.0\n\
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

fn evaluate(call: &Call, columns: &[ArrayRef]) -> Result<ArrayRef> {
    let (lower, upper) = bounds(call)?;
    of_values(&CONTRACT, columns, |x| section::winsorize(x, lower, upper))
}

fn bounds(call: &Call) -> Result<(f64, f64)> {
    let (lower, upper) = (call.float("lower")?, call.float("upper")?);
    if 0.0 <= lower && lower <= upper && upper <= 1.0 {
        return Ok((lower, upper));
    }
    plan_err!("expected 0 ≤ lower ≤ upper ≤ 1, was lower = {lower}, upper = {upper}")
}
