//! Japanese candlestick patterns as in TA-Lib (C library 0.8.1), with its default candle settings.
//!
//! ```text
//! candle.rs       one candle and what is measured on it
//! chunk.rs        some candles by columns
//! yardstick.rs    means of what is measured on the candles before, by columns
//! setting.rs      what is long, short, near … by these yardsticks
//! window.rs       the last candles at some rows side by side: the words patterns are written in
//! pattern.rs      the kernel
//! single.rs, pairs.rs, triples.rs, longer.rs    the patterns, by how many candles they are made of
//! ```
//!
//! Constants have TA-Lib's names. Where a pattern's usual description and TA-Lib's code differ,
//! the code is followed; in particular no pattern asks for a preceding trend unless said so.

#![expect(clippy::inline_always, reason = "wide instructions reach only what is inlined")]

mod candle;
mod chunk;
pub mod longer;
pub mod pairs;
mod pattern;
mod setting;
pub mod single;
pub mod triples;
mod window;
mod yardstick;

pub use pattern::{Candlesticks, Pattern};
