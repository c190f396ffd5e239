//! Volatility: window functions over closes, bars or returns, annualised with √periods per year.
//!
//! NULL policy of the whole family: a row with a NULL argument gives NULL and is otherwise treated as
//! absent, so windows count the rows that have values.

use crate::function::Function;

mod arguments;
mod bipower_variation;
mod close_to_close_volatility;
mod downside_volatility;
mod ewma_volatility;
mod garch_volatility;
mod garman_klass_volatility;
mod parkinson_volatility;
mod realized_quarticity;
mod rogers_satchell_volatility;
mod yang_zhang_volatility;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![
        close_to_close_volatility::function(),
        parkinson_volatility::function(),
        garman_klass_volatility::function(),
        rogers_satchell_volatility::function(),
        yang_zhang_volatility::function(),
        downside_volatility::function(),
        realized_quarticity::function(),
        bipower_variation::function(),
        ewma_volatility::function(),
        garch_volatility::function(),
    ]
}
