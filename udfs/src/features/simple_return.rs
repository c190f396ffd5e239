//! `simple_return`: the relative change of a price over `n` rows.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use trademl_math::rolling::simple_return as kernel;

use super::values_only::{Domain, values_only};
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::window::WindowFunction;

const CONTRACT: Contract = Contract {
    name: "simple_return",
    family: "features",
    summary: "Simple return over the last n rows: x[t] / x[t-n] − 1.",
    arguments: &[
        Argument {
            name: "x",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "price",
            meaning: "price or index level, > 0",
        },
        Argument {
            name: "n",
            role: Role::Constant(Kind::Integer),
            default: Some("1"),
            unit: "rows",
            meaning: "lag, ≥ 1",
        },
    ],
    returns: "simple return [1]",
    nulls: "a NULL row gives NULL and counts as absent: lags count the rows with a value; the \
            first n rows with a value give NULL",
    errors: "x ≤ 0, NaN or infinite (function, value and row are named); n < 1",
    lookahead: Lookahead::Past,
    source: "definition",
    example: "SELECT day, round(simple_return(x, 1) OVER (ORDER BY day), 4) AS ret \
              FROM (VALUES (1, 100.0), (2, 110.0), (3, 99.0)) AS t(day, x) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 0.1\n\
              3 -0.1",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |call| call.count("n", 1).map(drop),
        evaluate,
    }
    .function()
}

fn evaluate(call: &Call, columns: &[ArrayRef]) -> Result<ArrayRef> {
    let n = call.count("n", 1)?;
    values_only(&CONTRACT, columns, Domain::Price, |x| kernel(x, n))
}
