//! Volatility from closes, bars and returns. Results are annualised with √periods per year.

mod bar;
pub mod bipower_variation;
pub mod close_to_close;
pub mod downside;
pub mod ewma;
pub mod garch;
pub mod garch_fit;
pub mod garman_klass;
pub mod parkinson;
pub mod realized_quarticity;
pub mod rogers_satchell;
pub mod yang_zhang;
