//! Windows of the last n rows where no row lacks a value.

use super::brief::{self, Brief};
use super::dense::Dense;
use super::reduction::Reduction;
use crate::kernel::Kernel;

/// What a reduction tells of the last `n ≥ 1` rows, all of which must have values; `n − 1` rows of
/// warm-up.
pub fn windows<R, const K: usize, const C: usize, const O: usize>(
    n: usize,
    reduction: R,
) -> Box<dyn Kernel>
where
    R: Reduction<K, C, O> + 'static,
{
    match n < brief::ROWS {
        true => Box::new(Brief::new(n, reduction)),
        false => Box::new(Dense::new(n, reduction)),
    }
}
