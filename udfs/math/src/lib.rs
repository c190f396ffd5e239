//! The numerics of trademl-sql: pure functions and state machines over floats, one file a model, without
//! Arrow, DataFusion or I/O. `kernel.rs` says what every kernel over a series is.

pub mod backtest;
pub mod bars;
pub mod candlesticks;
pub mod cpcv;
pub mod drawdown;
pub mod exact;
pub mod fractional_difference;
pub mod gaussian_hmm;
pub mod hmm_regime;
pub mod impact;
pub mod indicators;
pub mod kernel;
pub mod labels;
pub mod liquidity;
pub mod neutralize;
pub mod options;
pub mod panel;
pub mod pbo;
pub mod portfolio;
pub mod rank_correlation;
pub mod returns;
pub mod ridge;
pub mod rolling;
pub mod scan;
pub mod section;
pub mod sessions;
pub mod sharpe;
pub mod shrinkage;
pub mod sizing;
pub mod tree_ensemble;
pub mod triple_barrier;
pub mod universe;
pub mod volatility;
pub mod windowed;
pub mod zscore;
