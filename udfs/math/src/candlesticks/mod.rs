//! Japanese candlestick patterns as in TA-Lib (C library 0.8.1), with its default candle settings.
//!
//! ```text
//! candle.rs     one candle and what is measured on it
//! setting.rs    what is long, short, near … against the candles before
//! pattern.rs    the kernel: a window of the last candles, and the words predicates are written in
//! single.rs, pairs.rs, triples.rs, longer.rs    the patterns, by how many candles they are made of
//! ```
//!
//! Constants have TA-Lib's names. Where a pattern's usual description and TA-Lib's code differ,
//! the code is followed; in particular no pattern asks for a preceding trend unless said so.

pub mod candle;
pub mod longer;
pub mod pairs;
pub mod pattern;
pub mod setting;
pub mod single;
pub mod triples;

pub use candle::Candle;
pub use pattern::{Candlesticks, Pattern};
