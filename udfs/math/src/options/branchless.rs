//! exp and ln of a ratio without branches, so that loops over them become vector instructions.
//!
//! Additions and multiplications in a fixed order, never fused: the bits are the same with every
//! instruction set. Errors are below 2 units in the last place.

/// 1.5 · 2⁵²: added and taken away again, it rounds to a whole number, held by the low bits of the sum.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts; the first has 20 zeros at its end, so that its multiples by an exponent are exact.
const LN_2_HIGH: f64 = f64::from_bits(0x3FE6_2E42_FEE0_0000);
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// 2ᵏ for a whole k from −1022 to 1023.
#[inline(always)]
fn power_of_two(k: f64) -> f64 {
    f64::from_bits(((k + ROUND).to_bits() << 52).wrapping_add(1023 << 52))
}

/// eˣ. x is not NaN.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    // Taylor's series to x¹³/13!.
    const C: [f64; 14] = [
        1.0,
        1.0,
        0.5,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5_040.0,
        1.0 / 40_320.0,
        1.0 / 362_880.0,
        1.0 / 3_628_800.0,
        1.0 / 39_916_800.0,
        1.0 / 479_001_600.0,
        1.0 / 6_227_020_800.0,
    ];
    let bounded = x.clamp(-760.0, 710.0);
    let k = (bounded * std::f64::consts::LOG2_E + ROUND) - ROUND;
    let r = (bounded - k * LN_2_HIGH) - k * LN_2_LOW;
    // The last terms of the sum are the largest: 1 + (r + …).
    let mut tail = C[13];
    for c in C[2..13].iter().rev() {
        tail = tail * r + c;
    }
    let power = 1.0 + (r + r * r * tail);
    // In two steps: the result may be below the normal numbers, or 2ᵏ above the largest.
    let half = (k * 0.5 + ROUND) - ROUND;
    power * power_of_two(half) * power_of_two(k - half)
}

/// ln(a/b) for normal positive a and b, with as many digits where they are close to each other.
#[inline(always)]
pub(super) fn ln_ratio(a: f64, b: f64) -> f64 {
    // 2 artanh y = 2 (y + y³/3 + y⁵/5 + …), |y| ≤ (√2 − 1)/(√2 + 1).
    const C: [f64; 11] = [
        1.0 / 3.0,
        1.0 / 5.0,
        1.0 / 7.0,
        1.0 / 9.0,
        1.0 / 11.0,
        1.0 / 13.0,
        1.0 / 15.0,
        1.0 / 17.0,
        1.0 / 19.0,
        1.0 / 21.0,
        1.0 / 23.0,
    ];
    let (m, e) = mantissa(a);
    let (n, f) = mantissa(b);
    let (above, below) = (m > n * std::f64::consts::SQRT_2, n > m * std::f64::consts::SQRT_2);
    let n = if above { n * 2.0 } else { n };
    let m = if below { m * 2.0 } else { m };
    let k = (e - f) + if above { 1.0 } else { 0.0 } - if below { 1.0 } else { 0.0 };
    let y = (m - n) / (m + n);
    let z = y * y;
    let mut tail = C[10];
    for c in C[..10].iter().rev() {
        tail = tail * z + c;
    }
    k * LN_2_HIGH + (2.0 * y + (2.0 * y * z * tail + k * LN_2_LOW))
}

/// m from 1 to 2 and e with x = m · 2ᵉ, for a normal x > 0.
#[inline(always)]
fn mantissa(x: f64) -> (f64, f64) {
    const TWO_52: u64 = 0x4330_0000_0000_0000;
    let bits = x.to_bits();
    let m = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) | (1023 << 52));
    (m, f64::from_bits((bits >> 52) | TWO_52) - 4_503_599_627_370_496.0 - 1023.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(was: f64, expected: f64) {
        assert!((was / expected - 1.0).abs() < 5e-16, "{was:e} is not {expected:e}");
    }

    #[test]
    fn exp_is_the_library_s() {
        for i in -7_080..7_090 {
            let x = f64::from(i) * 0.1 + 0.037;
            close(exp(x), x.exp());
        }
        assert_eq!((exp(0.0), exp(-760.0), exp(f64::NEG_INFINITY)), (1.0, 0.0, 0.0));
        assert_eq!((exp(710.0), exp(f64::INFINITY)), (f64::INFINITY, f64::INFINITY));
        // Below the normal numbers.
        assert!((exp(-740.0) - (-740.0_f64).exp()).abs() <= f64::from_bits(1));
    }

    #[test]
    fn ln_ratio_is_the_library_s() {
        for i in 1..4_000 {
            let x = 1.7_f64.powi(i % 97 - 48) * (1.0 + f64::from(i) * 1e-3);
            close(ln_ratio(x, 1.0), x.ln());
            close(ln_ratio(1.0, x), -x.ln());
            let near = f64::from(i) * 1e-6;
            // What is divided is known exactly, its quotient is not.
            close(ln_ratio(100.0 + near, 100.0), (((100.0 + near) - 100.0) / 100.0).ln_1p());
        }
        assert_eq!(ln_ratio(3.0, 3.0), 0.0);
        close(ln_ratio(1e300, 1e-300), 600.0 * std::f64::consts::LN_10);
    }
}
