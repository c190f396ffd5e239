//! `momentum`: the return over `n` rows without the last `skip`.

use datafusion::common::{Result, plan_err};
use trademl_math::returns::Change;

use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "momentum",
    family: "features",
    summary: "Momentum that leaves out the latest rows: x[t-skip] / x[t-n] − 1; the defaults are \
              the 12–1 month momentum of daily closes.",
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
            default: Some("252"),
            unit: "rows",
            meaning: "far end of the span, > skip",
        },
        Argument {
            name: "skip",
            role: Role::Constant(Kind::Integer),
            default: Some("21"),
            unit: "rows",
            meaning: "latest rows left out, ≥ 0",
        },
    ],
    returns: "simple return [1]",
    nulls: "a NULL row gives NULL and counts as absent: lags count the rows with a value; the \
            first n rows with a value give NULL",
    errors: "x ≤ 0, NaN or infinite (function, value and row are named); skip < 0; skip ≥ n",
    lookahead: Lookahead::Past,
    source: "Jegadeesh & Titman (1993), Returns to Buying Winners and Selling Losers, J. Finance \
             48(1)",
    example: "SELECT day, round(momentum(x, 3, 1) OVER (ORDER BY day), 4) AS mom \
              FROM (VALUES (1, 8.0), (2, 10.0), (3, 12.0), (4, 5.0)) AS t(day, x) \
              ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 0.5",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Price],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            let (n, skip) = span(call)?;
            Ok(Box::new(Change::momentum(n, skip)))
        }),
    }
    .function()
}

/// `n` and `skip`, checked against each other.
fn span(call: &Call) -> Result<(usize, usize)> {
    let (n, skip) = (call.count("n", 1)?, call.count("skip", 0)?);
    if skip >= n {
        return plan_err!("{}: skip is {skip}, expected less than n = {n}", CONTRACT.name);
    }
    Ok((n, skip))
}
