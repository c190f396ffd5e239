//! Rolling statistics: window functions over the last n rows of a series.
//!
//! All count rows: one with a NULL is among the n, without a value.

use crate::function::Function;

mod arguments;
mod rolling_argmax;
mod rolling_argmin;
mod rolling_beta;
mod rolling_corr;
mod rolling_count;
mod rolling_cov;
mod rolling_decay_linear;
mod rolling_intercept;
mod rolling_kurt;
mod rolling_max;
mod rolling_mean;
mod rolling_median;
mod rolling_min;
mod rolling_product;
mod rolling_quantile;
mod rolling_rank;
mod rolling_residual;
mod rolling_rsquare;
mod rolling_skew;
mod rolling_slope;
mod rolling_std;
mod rolling_sum;
mod rolling_var;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![
        rolling_count::function(),
        rolling_sum::function(),
        rolling_mean::function(),
        rolling_product::function(),
        rolling_var::function(),
        rolling_std::function(),
        rolling_skew::function(),
        rolling_kurt::function(),
        rolling_min::function(),
        rolling_max::function(),
        rolling_argmin::function(),
        rolling_argmax::function(),
        rolling_median::function(),
        rolling_quantile::function(),
        rolling_rank::function(),
        rolling_corr::function(),
        rolling_cov::function(),
        rolling_beta::function(),
        rolling_slope::function(),
        rolling_intercept::function(),
        rolling_rsquare::function(),
        rolling_residual::function(),
        rolling_decay_linear::function(),
    ]
}
