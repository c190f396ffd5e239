//! A slice of the implied-volatility surface as stochastic-volatility-inspired (SVI) total variance.
//!
//! Throughout, `k = ln(K/F)` is the log-moneyness to the forward and `w = σ²·t` the Black total
//! implied variance. Source unless said otherwise: Gatheral & Jacquier (2014), Arbitrage-free SVI
//! volatility surfaces, Quantitative Finance 14(1).

pub mod butterfly;
pub mod calendar;
mod constraints;
pub mod durrleman;
pub mod fit;
pub mod jump_wings;
pub(crate) mod laurent;
pub mod natural;
mod polish;
mod quadratic;
pub mod quotes;
pub mod raw;
mod reduced;
pub mod refit;
pub mod robust;
mod search;
mod tangent;
