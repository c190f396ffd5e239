//! Whether something holds of all values of a slice, with the widest instructions that there are.

use fearless_simd::{Level as Processor, Simd, dispatch};

/// Whether all values are finite numbers of at least `least`.
pub fn all_at_least(x: &[f64], least: f64) -> bool {
    // Without a branch: leaving early costs more than it saves.
    #[inline(always)]
    fn all(x: &[f64], least: f64) -> bool {
        x.iter().fold(true, |all, x| all & (*x >= least) & (*x <= f64::MAX))
    }
    dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || all(x, least)))
}

/// Whether there is a NaN.
pub fn any_nan(x: &[f64]) -> bool {
    #[inline(always)]
    fn any(x: &[f64]) -> bool {
        x.iter().fold(false, |any, x| any | x.is_nan())
    }
    dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || any(x)))
}
