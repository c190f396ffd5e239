//! How Mills' ratio M(a) = Φ(−a)/φ(a) falls between two places, without the difference of two of its values.
//!
//! An option out of the money is worth the density times M(a₁) − M(a₂), and of that difference few digits
//! are left where the places are near each other, or far out. Here none are lost.

/// Where the approximation begins.
pub(super) const LOWEST: f64 = -1.5;
/// u = 1 − 10/(a + 6.5) is −1 at the lowest a and 1 at infinity.
const SHIFT: f64 = 6.5;
const SPAN: f64 = 10.0;

/// (a + 6.5) M(a) as a polynomial in u, the form of Shepherd & Laframboise (1981), Math. Comp. 36(153).
/// The coefficients are the Chebyshev series to the 27th term, worked out in 60 digits and written as a
/// polynomial; what is left out is below 1e-16.
const C: [f64; 28] = [
    2.665_677_689_682_237_6,
    -4.035_603_171_439_448,
    5.274_585_381_921_272,
    -5.979_308_851_997_201,
    5.877_815_521_688_355,
    -4.984_755_364_203_319,
    3.604_805_437_336_102_7,
    -2.174_240_893_993_715,
    1.046_997_691_480_099,
    -0.362_735_331_765_538_4,
    0.058_665_697_559_116_07,
    0.021_494_837_792_811_26,
    -0.017_353_493_091_074_375,
    0.003_132_068_258_901_893,
    0.001_735_773_678_879_500_3,
    -0.001_002_510_083_274_661_3,
    -5.683_637_526_488_572e-5,
    0.000_189_591_644_767_298_67,
    -2.134_649_452_788_755_8e-5,
    -3.280_122_568_493_512e-5,
    7.394_503_426_457_959e-6,
    5.791_600_844_671_621e-6,
    -1.629_972_190_849_254_5e-6,
    -1.021_677_314_827_934_9e-6,
    2.585_782_174_398_673e-7,
    1.518_486_025_059_382_4e-7,
    -2.230_770_020_577_216_3e-8,
    -1.294_737_796_174_735_8e-8,
];

/// (M(a₁) − M(a₂))/(a₂ − a₁), to a relative error of 2e-15; −M′(a) where both are a. Both are at least
/// [`LOWEST`].
///
/// With p the polynomial and d = a + 6.5, M = p/d, and p(u₁) − p(u₂) is u₁ − u₂ = 10 (a₁ − a₂)/(d₁ d₂) times
/// the polynomial that division of p(u) − p(u₁) by u − u₁ gives (Ruffini and Horner), at u₂.
#[inline(always)]
pub(super) fn mills_slope(a1: f64, a2: f64) -> f64 {
    let (i1, i2) = (1.0 / (a1 + SHIFT), 1.0 / (a2 + SHIFT));
    let (u1, u2) = (1.0 - SPAN * i1, 1.0 - SPAN * i2);
    let (mut value, mut quotient) = (C[27], 0.0);
    for c in C[..27].iter().rev() {
        quotient = quotient * u1 + value;
        value = value * u2 + c;
    }
    (value - SPAN * i1 * quotient) * i1 * i2
}
