//! `corwin_schultz_spread`: the spread from highs and lows of two days.

use trademl_math::liquidity::corwin_schultz::corwin_schultz;

use super::arguments::{CLOSE, HIGH, LOW, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "corwin_schultz_spread",
    family: "liquidity",
    summary: "Corwin–Schultz relative spread: the mean of the last n two-day spreads 2 (e^α − \
              1) / (1 + e^α), each floored at 0, with α = (√(2β) − √β) / (3 − 2√2) − √(γ / (3 − \
              2√2)), β the sum of ln(high / low)² of the two days and γ = ln(higher high / \
              lower low)². Where the close of the first day is outside the range of the second, \
              high and low of the second are first shifted by the gap.",
    arguments: &[HIGH, LOW, CLOSE, rows("n", "20", "window, pairs of days, ≥ 1")],
    returns: "spread [share of the price]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n rows with \
            values give NULL, as does a window that holds a high below its low",
    errors: "an argument NaN or infinite or ≤ 0 (function, value and row are named); n < 1",
    lookahead: Lookahead::Past,
    source: "Corwin & Schultz (2012), A Simple Way to Estimate Bid-Ask Spreads from Daily High \
             and Low Prices, J. Finance 67(2), eqs. 14 and 18; overnight adjustment p. 726, \
             floor p. 727",
    example: "SELECT i, round(corwin_schultz_spread(high, low, close, 2) OVER (ORDER BY i), 6) \
              AS spread FROM (VALUES (1, 102.0, 99.0, 101.0), (2, 103.0, 100.5, 102.0), (3, \
              105.0, 103.0, 103.5), (4, 103.5, 101.0, 101.5), (5, 100.0, 98.0, 98.5), (6, \
              101.0, 98.0, 100.5)) AS t(i, high, low, close) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 0.0\n\
              4 0.0\n\
              5 0.0\n\
              6 0.007414",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Price],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(corwin_schultz(call.count("n", 1)?)))),
    }
    .function()
}
