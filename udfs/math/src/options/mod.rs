//! Options: prices in the Black–Scholes–Merton world, American exercise in it, and implied-volatility
//! slices and surfaces.
//!
//! Rates, yields and volatilities are annualised decimals, continuously compounded; time is in years.

#![expect(clippy::inline_always, reason = "wide instructions reach only what is inlined")]

pub mod american;
pub mod black;
pub mod black_scholes;
mod branchless;
pub mod cash_dividends;
pub mod europeans;
pub mod exercise_boundary;
mod gauss_legendre;
mod greek_row;
pub mod greeks;
mod implied_deviation;
pub mod implied_volatility;
pub mod iv_history;
pub mod kind;
pub mod market;
mod mills_slope;
pub mod normal;
mod normalised;
pub mod payoffs;
pub mod positions;
pub mod quotes;
pub mod status;
pub mod surface;
pub mod svi;
