//! `close_to_close_volatility`: annualised sample deviation of log returns of closes.

use trademl_math::volatility::close_to_close::close_to_close;

use super::arguments::{CLOSE, PERIODS_PER_YEAR, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "close_to_close_volatility",
    family: "volatility",
    summary: "Annualised sample standard deviation (divisor n − 1) of the last n log returns of \
              the closes: sqrt(periods_per_year) · stddev(ln(close[t] / close[t-1])).",
    arguments: &[CLOSE, rows("n", "20", "window, ≥ 2"), PERIODS_PER_YEAR],
    returns: "volatility [annualised decimal]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n rows with \
            values give NULL, since n returns need n + 1 closes",
    errors: "an argument NaN or infinite or ≤ 0 (function, value and row are named); n < 2; \
             periods_per_year ≤ 0",
    lookahead: Lookahead::Past,
    source: "definition; merged moments after Chan et al. (1983), eq. 2.1",
    example: "SELECT i, round(close_to_close_volatility(close, 2, 252) OVER (ORDER BY i), 6) AS \
              vol FROM (VALUES (1, 101.0), (2, 102.0), (3, 103.5), (4, 101.5), (5, 98.5), (6, \
              100.5)) AS t(i, close) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 0.053279\n\
              4 0.382902\n\
              5 0.117744\n\
              6 0.56241",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Price],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            let (n, periods_per_year) = (call.count("n", 2)?, call.positive("periods_per_year")?);
            Ok(Box::new(close_to_close(n, periods_per_year)))
        }),
    }
    .function()
}
