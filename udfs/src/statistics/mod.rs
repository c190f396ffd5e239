//! Performance statistics of return series: aggregates from simple returns, one a period, to one
//! number.
//!
//! Rows with a NULL in any argument are left out, as in every SQL aggregate. A number that is not
//! defined (too few returns, a deviation of 0) is NULL; returns that are not finite are an error.

use crate::function::Function;

mod cagr;
mod deflated_sharpe_ratio;
mod max_drawdown;
mod probabilistic_sharpe_ratio;
mod returns;
mod sharpe_ratio;
mod sortino_ratio;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![
        sharpe_ratio::function(),
        sortino_ratio::function(),
        max_drawdown::function(),
        cagr::function(),
        probabilistic_sharpe_ratio::function(),
        deflated_sharpe_ratio::function(),
    ]
}
