//! The arctangent of a ratio without a branch or a call, so that several rows are worked on at once; the
//! same bits on every processor.
//!
//! A ratio above 1 is turned over, one above tan(π/8) turned by π/4: atan(r) = π/4 + atan((r − 1) /
//! (r + 1)). Both are done to its two parts, so that there is one division. What is left is within
//! 7/16, where the polynomial of fdlibm's `s_atan.c` (Sun Microsystems, 1993) holds.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4};

/// tan(π/8) = √2 − 1.
const TURN: f64 = std::f64::consts::SQRT_2 - 1.0;

/// (t − atan t) / t³ by powers of t².
const POLYNOMIAL: [f64; 11] = [
    3.333_333_333_333_293e-1,
    -1.999_999_999_987_648_3e-1,
    1.428_571_427_250_346_6e-1,
    -1.111_111_040_546_235_6e-1,
    9.090_887_133_436_507e-2,
    -7.691_876_205_044_83e-2,
    6.661_073_137_387_531e-2,
    -5.833_570_133_790_573_5e-2,
    4.976_877_994_615_932e-2,
    -3.653_157_274_421_691_6e-2,
    1.628_582_011_536_578_2e-2,
];

/// The arctangent of `y` / `x`, −π/2 … π/2 radians, to 3 units in the last place; NaN if both are 0.
#[inline(always)]
pub fn arctangent(y: f64, x: f64) -> f64 {
    let steep = y.abs() > x.abs();
    let (low, high) = if steep { (x.abs(), y.abs()) } else { (y.abs(), x.abs()) };
    let far = low > TURN * high;
    let (above, below) = if far { (low - high, low + high) } else { (low, high) };
    let turned = if steep { -above } else { above } / below;
    let base = if far {
        FRAC_PI_4
    } else if steep {
        FRAC_PI_2
    } else {
        0.0
    };
    (base + (turned - turned * cubic(turned * turned))).copysign(y * x)
}

/// (t − atan t) / t, of t²: terms that do not wait for each other.
#[inline(always)]
fn cubic(z: f64) -> f64 {
    let [a, b, c, d, e, f, g, h, i, j, k] = POLYNOMIAL;
    let (z2, z4) = (z * z, (z * z) * (z * z));
    let first = (a + b * z) + (c + d * z) * z2;
    let second = (e + f * z) + (g + h * z) * z2;
    let third = (i + j * z) + k * z2;
    (first + second * z4 + third * (z4 * z4)) * z
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn of_ratios_at_the_ends() {
        assert_eq!(arctangent(0.0, 3.0), 0.0);
        assert_eq!(arctangent(3.0, 0.0), FRAC_PI_2);
        assert_eq!(arctangent(-2.0, 2.0), -FRAC_PI_4);
        assert_eq!(arctangent(-1e-300, -1e300), 0.0);
        assert!(arctangent(0.0, 0.0).is_nan());
    }

    proptest! {
        #[test]
        fn is_the_arctangent(y in -1.0..1.0, x in -1.0..1.0, scale in -200..200_i32) {
            let y = y * 2_f64.powi(scale);
            let (ours, theirs): (f64, f64) = (arctangent(y, x), (y / x).atan());
            prop_assert!((ours - theirs).abs() <= 3.0 * f64::EPSILON * theirs.abs(), "{ours} {theirs}");
        }
    }
}
