//! Statistics of the last rows of a series.
//!
//! ```text
//! frame.rs      the last n rows as one mergeable state, O(1) a row, nothing ever subtracted
//! sum.rs, extreme.rs, product.rs, moments.rs, comoments.rs, weighted.rs    states
//! sorted.rs     the last n rows in order: quantiles and ranks
//! rolling.rs    kernels of them, with a least number of values
//! ```

mod comoments;
mod extreme;
mod frame;
mod moments;
mod product;
#[expect(clippy::module_inception)]
mod rolling;
mod sorted;
mod sum;
mod weighted;

pub use comoments::Comoments;
pub use extreme::{Extreme, Greatest, Least, Side};
pub use frame::{Frame, Statistic};
pub use moments::{Moments, rolling_std};
pub use product::Product;
pub use rolling::{Intercept, Rolling, Volatility};
pub use sorted::{Sorted, SortedKernel};
pub use sum::Sum;
pub use weighted::Weighted;
