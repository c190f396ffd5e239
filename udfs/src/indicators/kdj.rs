//! `kdj`: KDJ stochastic.

use trademl_math::indicators::stochastic::Kdj;

use super::arguments::{CLOSE, HIGH, LOW, integer};
use super::average::average_type;
use super::stoch::stochastic;
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "kdj",
    family: "indicators",
    summary: "KDJ: the slow stochastic (`stoch`) with Wilder's averages, and J = 3K − 2D.",
    arguments: &[
        HIGH,
        LOW,
        CLOSE,
        integer("fastk_period", "9", "rows", "rows of the range, ≥ 1"),
        integer("slowk_period", "3", "rows", "rows of the average of the fast K, ≥ 1"),
        average_type("slowk_matype", "13"),
        integer("slowd_period", "3", "rows", "rows of the average of the slow K, ≥ 1"),
        average_type("slowd_matype", "13"),
    ],
    returns: "struct of k and d, each 0 … 100, and j [1]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first rows with \
            values give NULL: fastk_period − 1, and those of both averages",
    errors: "an argument NaN or infinite (function, value and row are named); fastk_period, \
             slowk_period or slowd_period < 1 or > 100 000; slowk_matype or slowd_matype that is \
             no type of average",
    lookahead: Lookahead::Past,
    source: "Lane (1984), Lane's Stochastics, Stocks & Commodities 2(3); TA-Lib KDJ",
    example: "SELECT day, round(s['k'], 4) AS k, round(s['d'], 4) AS d, round(s['j'], 4) AS j \
              FROM (SELECT day, kdj(high, low, close, 3, 2, slowd_period => 2) OVER (ORDER BY \
              day) AS s FROM (VALUES (1, 11.0, 9.5, 10.5), (2, 12.0, 10.0, 11.5), \
              (3, 12.5, 11.0, 12.0), (4, 12.25, 10.5, 10.75), (5, 11.5, 10.25, 11.25), \
              (6, 13.0, 11.0, 12.75)) AS t(day, high, low, close)) ORDER BY day\n\
              ----\n\
              1 NULL NULL NULL\n\
              2 NULL NULL NULL\n\
              3 NULL NULL NULL\n\
              4 NULL NULL NULL\n\
              5 50.5556 53.6111 44.4444\n\
              6 70.7323 62.1717 87.8535",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(&["k", "d", "j"]),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(Kdj(stochastic(call)?)))),
    }
    .function()
}
