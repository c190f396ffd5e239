//! Statistics of the last rows of a series.
//!
//! ```text
//! doubling.rs   the last n rows as one mergeable state, a column of rows at a time
//! dense.rs      sums of them where no row lacks a value
//! brief.rs      likewise, of few rows in one pass; both are made of short.rs
//! frame.rs      the same a row at a time, for kernels that chain
//! sum.rs, extreme.rs, product.rs, moments.rs, comoments.rs, weighted.rs    states
//! block.rs, number.rs, mask.rs    numbers side by side, and what comparing them gives
//! sorted.rs     the last n rows in order
//! quantile.rs, rank.rs    kernels of them
//! rolling.rs    kernels of them, with a least number of values
//! ```

#![expect(clippy::inline_always, reason = "wide instructions reach only what is inlined")]

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
mod product;
mod quantile;
mod rank;
#[expect(clippy::module_inception)]
mod rolling;
mod short;
mod sorted;
mod sum;
#[cfg(test)]
mod sums_checks;
mod weighted;

pub use block::Block;
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
pub use quantile::quantile;
pub use rank::rank;
pub use rolling::*;
pub use sorted::Sorted;
pub use sum::Sum;
pub use weighted::Weighted;
