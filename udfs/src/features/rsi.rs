//! `rsi`: Wilder's relative strength index.

use datafusion::common::plan_datafusion_err;
use trademl_math::kernel::Each;
use trademl_math::rsi::Rsi;

use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

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
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            let mut state =
                Rsi::new(call.count("n", 2)?).ok_or_else(|| plan_datafusion_err!("n"))?;
            Ok(Box::new(Each(move |x| state.update(x).unwrap_or(f64::NAN))))
        }),
    }
    .function()
}
