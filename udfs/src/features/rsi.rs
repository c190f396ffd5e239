//! `rsi`: Wilder's relative strength index.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use trademl_math::rsi::rsi as kernel;

use super::values_only::{Domain, values_only};
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::window::WindowFunction;

const CONTRACT: Contract = Contract {
    name: "rsi",
    family: "features",
    summary: "Relative strength index: smoothed gains as a share of smoothed gains and losses, \
              as in TA-Lib.",
    arguments: &[
        Argument {
            name: "x",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "price",
            meaning: "price; only its changes matter",
        },
        Argument {
            name: "n",
            role: Role::Constant(Kind::Integer),
            default: Some("14"),
            unit: "rows",
            meaning: "smoothing span, ≥ 2: the first n changes are averaged, later ones enter \
                      with weight 1/n",
        },
    ],
    returns: "index 0 … 100 [1]; 0 where nothing ever moved",
    nulls: "a NULL row gives NULL and counts as absent: changes are between rows with a value; \
            the first n of them give NULL",
    errors: "x NaN or infinite (function, value and row are named); n < 2",
    lookahead: Lookahead::Past,
    source: "Wilder (1978), New Concepts in Technical Trading Systems, section VI; TA-Lib RSI",
    example: "SELECT day, round(rsi(x, 2) OVER (ORDER BY day), 2) AS rsi \
              FROM (VALUES (1, 10.0), (2, 13.0), (3, 12.0), (4, 12.0)) AS t(day, x) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 75.0\n\
              4 75.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |call| call.count("n", 2).map(drop),
        evaluate,
    }
    .function()
}

fn evaluate(call: &Call, columns: &[ArrayRef]) -> Result<ArrayRef> {
    let n = call.count("n", 2)?;
    values_only(&CONTRACT, columns, Domain::Finite, |x| kernel(x, n))
}
