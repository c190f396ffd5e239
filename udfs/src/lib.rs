//! The SQL functions of trademl-sql: one list, one file a function, one contract each.
//!
//! ```text
//! function.rs    what a function must say about itself
//! scalar.rs, aggregate.rs, window.rs, relation/    the four hosts that connect kernels to DataFusion
//! exact/         SQL's own aggregates, exact over floats
//! fill.rs        what stands behind SAMPLE BY … FILL
//! <family>/<function>.rs    the functions; numerics live in trademl-math
//! ```
//!
//! This crate knows no tables, files, clocks, network or configuration.

pub mod aggregate;
pub mod arguments;
pub mod backtest;
pub mod bars;
pub mod calendar;
pub mod candlesticks;
pub mod exact;
pub mod features;
pub mod fill;
pub mod function;
mod host;
pub mod indicators;
mod known_calendar;
pub mod labels;
pub mod liquidity;
pub mod models;
pub mod options;
mod panel;
pub mod portfolio;
pub mod relation;
pub mod rolling;
pub mod scalar;
pub mod sections;
pub mod statistics;
pub mod strategies;
mod structs;
pub mod universe;
pub mod validation;
pub mod volatility;
pub mod window;

pub use function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};

/// Every function, in documentation order. This is the one list.
pub fn functions() -> Vec<Function> {
    [
        calendar::functions(),
        rolling::functions(),
        sections::functions(),
        universe::functions(),
        features::functions(),
        volatility::functions(),
        liquidity::functions(),
        candlesticks::functions(),
        indicators::functions(),
        bars::functions(),
        labels::functions(),
        validation::functions(),
        statistics::functions(),
        options::functions(),
        strategies::functions(),
        portfolio::functions(),
        backtest::functions(),
    ]
    .concat()
}
