//! `amihud_illiquidity`: how far a unit of money moves the price.

use trademl_math::liquidity::amihud::amihud;

use super::arguments::{column, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "amihud_illiquidity",
    family: "liquidity",
    summary: "Amihud illiquidity: the mean of |ret| / dollar_volume over the last n rows with \
              trades. The tables of the paper multiply it by 10⁶.",
    arguments: &[
        column("ret", "1 per period", "return of the row"),
        column("dollar_volume", "currency", "value traded in the row, ≥ 0; see dollar_volume()"),
        rows("n", "20", "window, rows with trades, ≥ 1"),
    ],
    returns: "illiquidity [1/currency]",
    nulls: "a row with a NULL argument or without trades gives NULL and counts as absent; the \
            first n − 1 rows with trades give NULL",
    errors: "an argument NaN or infinite; dollar_volume < 0 (function, value and row are \
             named); n < 1",
    lookahead: Lookahead::Past,
    source: "Amihud (2002), Illiquidity and Stock Returns, J. Financial Markets 5(1), eq. 1",
    example: "SELECT i, round(1e6 * amihud_illiquidity(ret, dollar_volume, 2) OVER (ORDER BY \
              i), 6) AS illiq FROM (VALUES (1, 0.01, 1000.0), (2, -0.02, 500.0), (3, 0.015, \
              0.0), (4, -0.005, 2000.0), (5, 0.03, 1500.0)) AS t(i, ret, dollar_volume) ORDER \
              BY i\n\
              ----\n\
              1 NULL\n\
              2 25.0\n\
              3 NULL\n\
              4 21.25\n\
              5 11.25",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite, Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(amihud(call.count("n", 1)?)))),
    }
    .function()
}
