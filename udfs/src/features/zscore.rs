//! `zscore`: standard score of a value within its cross-section.

use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, Float64Array};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::{Result, internal_err};
use trademl_math::zscore::zscore as kernel;

use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "zscore",
    family: "features",
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
    let Some(x) = columns.first().and_then(|c| c.as_primitive_opt::<Float64Type>()) else {
        return internal_err!("{}: the column is not a float column", CONTRACT.name);
    };
    let present: Vec<f64> = x.iter().flatten().collect();
    let mut scores = kernel(&present).unwrap_or_default().into_iter();
    let rows = (0..x.len()).map(|row| if x.is_valid(row) { scores.next() } else { None });
    Ok(Arc::new(rows.collect::<Float64Array>()))
}
