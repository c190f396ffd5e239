//! `rolling_volatility`: annualised standard deviation of the last `n` returns.

use trademl_math::rolling;

use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "rolling_volatility",
    family: "features",
    summary: "Annualised sample standard deviation (divisor n − 1) of the last n returns.",
    arguments: &[
        Argument {
            name: "ret",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "1 per period",
            meaning: "return of one period",
        },
        Argument {
            name: "n",
            role: Role::Constant(Kind::Integer),
            default: Some("20"),
            unit: "rows",
            meaning: "window, ≥ 2",
        },
        Argument {
            name: "periods_per_year",
            role: Role::Constant(Kind::Float),
            default: Some("252"),
            unit: "1/year",
            meaning: "scales by its square root; 1 leaves the value per period",
        },
    ],
    returns: "volatility [annualised decimal]",
    nulls: "a NULL row gives NULL and counts as absent: the window holds the last n rows with a \
            value; the first n − 1 of them give NULL",
    errors: "ret NaN or infinite (function, value and row are named); n < 2; periods_per_year ≤ 0",
    lookahead: Lookahead::Past,
    source: "definition; merged moments after Chan et al. (1983), eq. 2.1",
    example: "SELECT day, round(rolling_volatility(ret, 2, 252) OVER (ORDER BY day), 4) AS vol \
              FROM (VALUES (1, 0.01), (2, -0.01), (3, -0.01)) AS t(day, ret) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 0.2245\n\
              3 0.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            let (n, periods_per_year) = (call.count("n", 2)?, call.positive("periods_per_year")?);
            Ok(Box::new(rolling::volatility(n, periods_per_year)))
        }),
    }
    .function()
}
