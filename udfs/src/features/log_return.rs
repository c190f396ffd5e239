//! `log_return`: the logarithmic change of a price over `n` rows.

use trademl_math::returns::Change;

use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "log_return",
    family: "features",
    summary: "Log return over the last n rows: ln(x[t] / x[t-n]).",
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
    returns: "log return [1]",
    nulls: "a NULL row gives NULL and counts as absent: lags count the rows with a value; the \
            first n rows with a value give NULL",
    errors: "x ≤ 0, NaN or infinite (function, value and row are named); n < 1",
    lookahead: Lookahead::Past,
    source: "definition",
    example: "SELECT day, round(log_return(x, 1) OVER (ORDER BY day), 4) AS ret \
              FROM (VALUES (1, 100.0), (2, 110.0), (3, 99.0)) AS t(day, x) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 0.0953\n\
              3 -0.1054",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Price],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            Ok(Box::new(Change::log_return(call.count("n", 1)?)))
        }),
    }
    .function()
}
