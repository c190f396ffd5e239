//! Sums of floats that are exact until they are told, so that neither the order of rows nor the
//! number of partitions changes a bit of them.

mod moments;
mod scaled;
mod sum;

pub use moments::Moments;
pub use sum::Sum;
