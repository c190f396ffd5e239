//! `yang_zhang_volatility`: annualised volatility from bars and the gaps between them.

use trademl_math::volatility::yang_zhang::yang_zhang;

use super::arguments::{CLOSE, HIGH, LOW, OPEN, PERIODS_PER_YEAR, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "yang_zhang_volatility",
    family: "volatility",
    summary: "Yang–Zhang volatility: sqrt(periods_per_year · (Vo + k Vc + (1 − k) Vrs)) with Vo \
              and Vc the sample variances of ln(open / last close) and ln(close / open), Vrs \
              the mean Rogers–Satchell variance and k = 0.34 / (1.34 + (n + 1) / (n − 1)), over \
              n rows; allows drift and gaps.",
    arguments: &[OPEN, HIGH, LOW, CLOSE, rows("n", "20", "window, ≥ 2"), PERIODS_PER_YEAR],
    returns: "volatility [annualised decimal]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n rows with \
            values give NULL, since the first one has no close before it, as does a window that \
            holds a high below its low",
    errors: "an argument NaN or infinite or ≤ 0 (function, value and row are named); n < 2; \
             periods_per_year ≤ 0",
    lookahead: Lookahead::Past,
    source: "Yang & Zhang (2000), Drift-Independent Volatility Estimation Based on High, Low, \
             Open, and Close Prices, J. Business 73(3); R's TTR, volatility(calc = \
             'yang.zhang')",
    example: "SELECT i, round(yang_zhang_volatility(open, high, low, close, 2, 252) OVER (ORDER \
              BY i), 6) AS vol FROM (VALUES (1, 100.0, 102.0, 99.0, 101.0), (2, 101.5, 103.0, \
              100.5, 102.0), (3, 104.0, 105.0, 103.0, 103.5), (4, 103.0, 103.5, 101.0, 101.5), \
              (5, 99.0, 100.0, 98.0, 98.5), (6, 98.5, 101.0, 98.0, 100.5)) AS t(i, open, high, \
              low, close) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 0.28711\n\
              4 0.344618\n\
              5 0.312499\n\
              6 0.370929",
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
            Ok(Box::new(yang_zhang(n, periods_per_year)))
        }),
    }
    .function()
}
