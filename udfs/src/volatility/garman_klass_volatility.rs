//! `garman_klass_volatility`: annualised volatility from open, high, low and close.

use trademl_math::volatility::garman_klass::garman_klass;

use super::arguments::{CLOSE, HIGH, LOW, OPEN, PERIODS_PER_YEAR, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "garman_klass_volatility",
    family: "volatility",
    summary: "Garman–Klass volatility: sqrt(periods_per_year / n · sum of (ln(high / low)² / 2 \
              − (2 ln 2 − 1) ln(close / open)²) over n rows); assumes no drift and no gap \
              between bars.",
    arguments: &[OPEN, HIGH, LOW, CLOSE, rows("n", "20", "window, ≥ 1"), PERIODS_PER_YEAR],
    returns: "volatility [annualised decimal]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n − 1 rows \
            with values give NULL, as does a window that holds a high below its low, or whose \
            sum is negative because prices lie outside their bars",
    errors: "an argument NaN or infinite or ≤ 0 (function, value and row are named); n < 1; \
             periods_per_year ≤ 0",
    lookahead: Lookahead::Past,
    source: "Garman & Klass (1980), On the Estimation of Security Price Volatilities from \
             Historical Data, J. Business 53(1), the practical estimator; R's TTR, \
             volatility(calc = 'garman.klass')",
    example: "SELECT i, round(garman_klass_volatility(open, high, low, close, 2, 252) OVER \
              (ORDER BY i), 6) AS vol FROM (VALUES (1, 100.0, 102.0, 99.0, 101.0), (2, 101.5, \
              103.0, 100.5, 102.0), (3, 104.0, 105.0, 103.0, 103.5), (4, 103.0, 103.5, 101.0, \
              101.5), (5, 99.0, 100.0, 98.0, 98.5), (6, 98.5, 101.0, 98.0, 100.5)) AS t(i, \
              open, high, low, close) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 0.296963\n\
              3 0.242962\n\
              4 0.22217\n\
              5 0.227278\n\
              6 0.249156",
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
            Ok(Box::new(garman_klass(n, periods_per_year)))
        }),
    }
    .function()
}
