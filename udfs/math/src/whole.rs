//! Whole numbers that are given as floats.

use fearless_simd::{Level as Processor, Simd};

use crate::dispatch::dispatch;

/// Floats of this size are whole: what is added to it is rounded to a whole number, in the last bits.
const WHOLE: f64 = 6_755_399_441_055_744.0;

/// The integers that are as large as these numbers, each whole and below 2⁵¹; anything for a NaN.
pub fn integers(x: &[f64]) -> Vec<i64> {
    let mut integers = vec![0; x.len()];
    dispatch!(Processor::new(), simd => simd.vectorize(
        #[inline(always)]
        || for (integer, x) in integers.iter_mut().zip(x) {
            *integer = (x + WHOLE).to_bits().wrapping_sub(WHOLE.to_bits()).cast_signed();
        },
    ));
    integers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_a_cast() {
        let most = (1_i64 << 51) - 1;
        let whole = [0, 1, -1, 80, 100, -200, 123_456_789_012, most, -most];
        let x: Vec<f64> = whole.iter().map(|x| *x as f64).collect();
        assert_eq!(integers(&x), whole);
        assert_eq!(integers(&[-0.0, f64::NAN])[0], 0);
    }
}
