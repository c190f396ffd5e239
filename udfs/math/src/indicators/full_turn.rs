//! How many rows a full turn takes, from the tangent of a row's angle.
//!
//! The next row of a cycle waits for it, so that it is found without the arctangent, its reductions and
//! their branches: 2π / atan(r) = q(r²) / r, where q, a quotient of two polynomials that do not wait for
//! each other, is 2π·r / atan(r). Its coefficients make it exact at the Chebyshev nodes of the r² of 6 to
//! 50 rows; between them it is off by up to 5e-16 of itself.

use std::f64::consts::TAU;

use super::cycle::at_most;

/// The square of the tangent of a sixth of a turn, and a little: beyond it there are fewer than 6 rows.
const WIDEST: f64 = 3.02;

const ABOVE: [f64; 9] = [
    TAU,
    20.555_229_273_654_483,
    26.614_830_183_116_677,
    17.421_557_713_020_796,
    6.120_773_247_584_247,
    1.134_443_808_908_48,
    0.102_069_018_829_571_38,
    0.003_706_426_165_494_019,
    3.457_956_087_898_621_6e-5,
];

const BELOW: [f64; 9] = [
    0.999_999_999_999_997,
    2.938_133_011_956_246_3,
    3.345_393_001_424_989_5,
    1.872_202_558_271_783_2,
    0.540_844_107_848_107_3,
    0.077_841_843_102_570_14,
    0.004_957_642_647_105_51,
    0.000_106_207_229_523_159_32,
    3.222_722_044_318_117e-7,
];

/// The rows of a turn by the angle of this tangent each: right from 6 to 50, less than 6 or more than 50
/// where there are, negative of a negative tangent.
#[inline(always)]
pub fn rows(tangent: f64) -> f64 {
    let square = at_most(tangent * tangent, WIDEST);
    polynomial(ABOVE, square) / (polynomial(BELOW, square) * tangent)
}

/// By powers of x, in terms that do not wait for each other.
#[inline(always)]
fn polynomial([a, b, c, d, e, f, g, h, i]: [f64; 9], x: f64) -> f64 {
    let (x2, x4) = (x * x, (x * x) * (x * x));
    let first = (a + b * x) + (c + d * x) * x2;
    let second = (e + f * x) + (g + h * x) * x2;
    (first + second * x4) + i * (x4 * x4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_those_of_the_angle() {
        for step in 0..=4400 {
            let angle = TAU / (6.0 + f64::from(step) * 0.01);
            let error = rows(angle.tan()) * angle / TAU - 1.0;
            assert!(error.abs() < 2e-15, "{angle}: {error}");
        }
    }

    #[test]
    fn other_angles_are_beyond_the_bounds() {
        for tangent in [1.74, 3.0, 1e9, f64::MAX, f64::INFINITY, -1e-300, -0.5, -f64::INFINITY] {
            assert!(rows(tangent) < 6.0, "{tangent}");
        }
        for tangent in [0.126, 0.05, 1e-300, 0.0] {
            assert!(rows(tangent) > 50.0, "{tangent}");
        }
    }
}
