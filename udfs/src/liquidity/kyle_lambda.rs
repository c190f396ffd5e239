//! `kyle_lambda`: how far net buying moves the price.

use trademl_math::liquidity::kyle::kyle;

use super::arguments::{column, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "kyle_lambda",
    family: "liquidity",
    summary: "Kyle's lambda: the least squares slope, with an intercept, of the change of the \
              price since the row before on the signed volume of the row, over the last n \
              changes.",
    arguments: &[
        column("price", "price", "price at the end of the row, > 0"),
        column(
            "signed_volume",
            "shares",
            "volume bought less volume sold by aggressors in the row; see trade_sign()",
        ),
        rows("n", "20", "window, changes of the price, ≥ 2"),
    ],
    returns: "price impact [price per share]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n rows with \
            values give NULL, as does a window in which the signed volume does not vary",
    errors: "an argument NaN or infinite; price ≤ 0 (function, value and row are named); n < 2",
    lookahead: Lookahead::Past,
    source: "Kyle (1985), Continuous Auctions and Insider Trading, Econometrica 53(6); slope of \
             Δp on signed volume",
    example: "SELECT i, round(1e3 * kyle_lambda(price, signed_volume, 2) OVER (ORDER BY i), 6) \
              AS lambda FROM (VALUES (1, 100.0, 0.0), (2, 101.0, 500.0), (3, 100.5, -200.0), \
              (4, 100.75, 300.0), (5, 100.25, -100.0), (6, 101.25, -100.0)) AS t(i, price, \
              signed_volume) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 2.142857\n\
              4 1.5\n\
              5 1.875\n\
              6 NULL",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Price, Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(kyle(call.count("n", 2)?)))),
    }
    .function()
}
