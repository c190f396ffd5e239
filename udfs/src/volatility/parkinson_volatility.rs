//! `parkinson_volatility`: annualised volatility from highs and lows.

use trademl_math::volatility::parkinson::parkinson;

use super::arguments::{HIGH, LOW, PERIODS_PER_YEAR, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "parkinson_volatility",
    family: "volatility",
    summary: "Parkinson volatility: sqrt(periods_per_year / (4 n ln 2) · sum of ln(high / low)² \
              over n rows); about five times as efficient as closes where there is no drift, \
              but blind to gaps between bars.",
    arguments: &[HIGH, LOW, rows("n", "20", "window, ≥ 1"), PERIODS_PER_YEAR],
    returns: "volatility [annualised decimal]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n − 1 rows \
            with values give NULL, as does a window that holds a high below its low",
    errors: "an argument NaN or infinite or ≤ 0 (function, value and row are named); n < 1; \
             periods_per_year ≤ 0",
    lookahead: Lookahead::Past,
    source: "Parkinson (1980), The Extreme Value Method for Estimating the Variance of the Rate \
             of Return, J. Business 53(1)",
    example: "SELECT i, round(parkinson_volatility(high, low, 2, 252) OVER (ORDER BY i), 6) AS \
              vol FROM (VALUES (1, 102.0, 99.0), (2, 103.0, 100.5), (3, 105.0, 103.0), (4, \
              103.5, 101.0), (5, 100.0, 98.0), (6, 101.0, 98.0)) AS t(i, high, low) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 0.260649\n\
              3 0.210344\n\
              4 0.209707\n\
              5 0.213817\n\
              6 0.244677",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Price],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            let (n, periods_per_year) = (call.count("n", 1)?, call.positive("periods_per_year")?);
            Ok(Box::new(parkinson(n, periods_per_year)))
        }),
    }
    .function()
}
