//! Whether something holds of all values of a slice, with the widest instructions that there are.
//! All are looked at: leaving early costs more than it saves.

use fearless_simd::{Level as Processor, Simd};

use crate::dispatch::dispatch;

/// Whether all values are finite numbers of at least `least`.
pub fn all_at_least(x: &[f64], least: f64) -> bool {
    dispatch!(Processor::new(), simd => simd.vectorize(
        #[inline(always)]
        || x.iter().fold(true, |all, x| all & (least..=f64::MAX).contains(x)),
    ))
}

/// Whether there is a NaN.
pub fn any_nan(x: &[f64]) -> bool {
    dispatch!(Processor::new(), simd => simd.vectorize(
        #[inline(always)]
        || x.iter().fold(false, |any, x| any | x.is_nan()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_many_is_seen_wherever_it_is() {
        for rows in [0, 1, 7, 33, 100] {
            let mut x = vec![2.0; rows];
            assert!(all_at_least(&x, 2.0) && !any_nan(&x));
            for row in 0..rows {
                for wrong in [1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                    x[row] = wrong;
                    assert!(!all_at_least(&x, 2.0), "{wrong} in row {row} of {rows}");
                    assert_eq!(any_nan(&x), wrong.is_nan());
                }
                x[row] = 2.0;
            }
        }
    }
}
