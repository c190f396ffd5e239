//! Features: window functions, one value a row from the rows before it.
//!
//! NULL policy of the whole family: a row whose input is NULL gives NULL and is
//! otherwise treated as absent, so lags and windows count the rows that have a value.

use crate::function::Function;

mod fractional_difference;
mod hmm;
mod hmm_regime;
mod hmm_smoothed;
mod log_return;
mod momentum;
mod rolling_volatility;
mod simple_return;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![
        simple_return::function(),
        log_return::function(),
        momentum::function(),
        rolling_volatility::function(),
        fractional_difference::function(),
        hmm_regime::function(),
        hmm_smoothed::function(),
    ]
}
