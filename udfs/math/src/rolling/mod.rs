//! Statistics of the last rows of a series.
//!
//! ```text
//! doubling.rs   the last n rows as one mergeable state, a column of rows at a time
//! windows.rs    the last n rows where none lacks a value, by a reduction.rs
//! dense.rs      such windows of many rows
//! brief.rs      such windows of few rows, in one pass; both are made of parts.rs,
//!               pieces.rs and short.rs
//! frame.rs      the same a row at a time, for kernels that chain
//! written.rs    where results go
//! sum.rs, extreme.rs, product.rs, moments.rs, comoments.rs, weighted.rs    states
//! block.rs, number.rs, mask.rs    numbers side by side, and what comparing them gives
//! sorted.rs     the last n rows in order
//! quantile.rs, rank.rs    kernels of them
//! rolling.rs    kernels of them, with a least number of values
//! ```

#![expect(clippy::inline_always, reason = "wide instructions reach only what is inlined")]
#![expect(clippy::needless_range_loop, reason = "numbers of constant loops stay in registers")]

mod block;
mod brief;
mod columnar;
mod comoments;
mod dense;
mod doubling;
mod extreme;
mod frame;
mod history;
mod mask;
mod moments;
mod number;
mod parts;
mod pieces;
mod product;
mod quantile;
mod rank;
mod reduction;
#[expect(clippy::module_inception)]
mod rolling;
mod short;
mod sorted;
mod sum;
#[cfg(test)]
mod sums_checks;
mod weighted;
mod windows;
mod written;

pub use block::{Block, Rows, at, read};
pub use columnar::{Columnar, Parts};
pub use comoments::Comoments;
pub use doubling::Doubling;
pub use extreme::{Extreme, Greatest, Least, Side};
pub use frame::{Frame, Statistic};
pub use history::LANES;
pub use mask::Mask;
pub use moments::{Moments, rolling_std};
pub use number::{Lanes, Number};
pub use product::Product;
pub use quantile::{order_statistic, quantile};
pub use rank::rank;
pub use reduction::{ByPlace, FromLast, Join, PlacedRange, Range, Reduction, Sums};
pub use rolling::*;
pub use sorted::Sorted;
pub use sum::Sum;
pub use weighted::Weighted;
pub use windows::windows;
pub(crate) use written::{Place, Written};
