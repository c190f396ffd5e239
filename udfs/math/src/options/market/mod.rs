//! What a quote of a listed option has to go through before a model sees it: its symbol, its expiry as
//! an instant, the forward and the discount factor it is on, and whether it can be trusted.

pub mod contract;
pub mod day_count;
pub mod osi_symbol;
pub mod outside_calendar;
pub mod parity;
mod parity_regression;
pub mod quote_flags;
pub mod rate_curve;
mod repeated_median;
pub mod settlement;
