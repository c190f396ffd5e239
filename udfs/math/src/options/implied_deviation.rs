//! The total deviation s = σ√T that explains the price of an option, without branches: for all that is
//! commonly quoted.
//!
//! In units of √(F K) an option out of the money is worth, with h = |ln(F/K)|/s, t = s/2 and Mills' ratio M,
//!
//! ```text
//! b(s) = φ(h) e^(−t²/2) (M(h − t) − M(h + t))
//! ```
//!
//! (Jäckel 2015, Let's Be Rational, Wilmott 75, section 6). The root of ln b(s) − ln b is found from a guess,
//! 0.003 % off where |ln(F/K)| and s are below 2, by steps of Householder's third order, which take an error
//! e to about e⁴: nearly always by one.

use super::branchless::ln_ratio;
use super::mills_slope::{LOWEST, mills_slope};

const SQRT_2_PI: f64 = 2.506_628_274_631_000_5;
const HALF_SQRT_2_PI: f64 = 0.5 * SQRT_2_PI;
/// Newton's step, in parts of s, below which Householder's was the last.
const SETTLED: f64 = 1e-4;
/// Steps at most: so many suffice to |ln(F/K)| = 4.
pub(super) const STEPS: usize = 2;

/// A place on the way to s.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deviation {
    /// s so far.
    pub value: f64,
    /// Newton's step that was last taken, in parts of s; NaN if there was none to take.
    pub step: f64,
}

impl Deviation {
    /// Whether another step is needed.
    #[inline(always)]
    pub fn is_rough(self) -> bool {
        self.step.abs() >= SETTLED
    }

    /// s, or NaN if it was not found.
    #[inline(always)]
    pub fn settled(self) -> f64 {
        if self.step.abs() < SETTLED { self.value } else { f64::NAN }
    }

    /// Where to start. `log_moneyness` is |ln(F/K)|, `spread` |F − K|/√(F K), and `price` that of the side
    /// out of the money, in units of √(F K).
    ///
    /// It is the normal model's deviation, turned into that of its logarithm. With the straddle's price w
    /// and the spread m, the first is w √(π/2) times a function of η = v/artanh v, v = m/w (Choi, Kim & Kwak
    /// 2009, Applied Mathematical Finance 16(3)), which here is a polynomial in √η. How much the two differ
    /// is a quotient of polynomials, fitted to |ln(F/K)| = 2 and s = 2.
    #[inline(always)]
    pub fn guess(log_moneyness: f64, spread: f64, price: f64) -> Self {
        const NORMAL: [f64; 11] = [
            0.398_431_478_35,
            0.030_947_684_73,
            0.819_206_713_93,
            -0.644_556_273_21,
            0.546_499_870_03,
            -0.337_192_475_32,
            9.545_548_653_95,
            -32.372_003_955_28,
            43.526_528_607_79,
            -26.929_783_059_64,
            6.416_388_176_38,
        ];
        // At the money η is 1, the limit of 0/0.
        let spread = if spread > 1e-6 * price { spread } else { 1e-6 * price };
        let straddle = 2.0 * price + spread;
        let root = (2.0 * spread / (straddle * ln_ratio(price + spread, price))).sqrt();
        let mut sum = NORMAL[10];
        for c in NORMAL[..10].iter().rev() {
            sum = sum * root + c;
        }
        let normal = HALF_SQRT_2_PI * straddle * root * sum;
        let (q, x) = (normal * normal, log_moneyness * log_moneyness);
        let over = 1.000_008_1
            + x * (0.066_506_5 - 0.000_705_4 * x)
            + q * (-0.119_611_1 - 0.000_568_4 * x + 0.001_456_2 * q);
        let under = 1.0
            + x * (0.108_138 + 0.002_625_3 * x)
            + q * (-0.161_244_7 - 0.006_271_7 * x + 0.004_524_8 * q);
        Self { value: normal * over / under, step: f64::INFINITY }
    }

    /// After a step of Householder's third order. There is none where M would be needed below [`LOWEST`]:
    /// near the upper bound.
    #[inline(always)]
    pub fn improved(self, log_moneyness: f64, price: f64) -> Self {
        let s = self.value;
        let (h, t) = (log_moneyness / s, 0.5 * s);
        let (h2, t2) = (h * h, t * t);
        // b = φ(h) e^(−t²/2) s m, and ∂b/∂s = φ(h) e^(−t²/2), so that ∂ln b/∂ln s = 1/m.
        let m = mills_slope(h - t, h + t);
        let newton = (ln_ratio(SQRT_2_PI * price, s * m) + 0.5 * (h2 + t2)) * m;
        // s times the second and s² times the third derivative of ln b, both by the first.
        let (k, e) = (h2 - t2, 1.0 / m);
        let second = k - e;
        let third = k * k - 3.0 * h2 - t2 + e * (2.0 * e - 3.0 * k);
        let over = 1.0 + 0.5 * second * newton;
        let under = 1.0 + newton * (second + third * newton * (1.0 / 6.0));
        let valid = s > 0.0 && h - t >= LOWEST;
        Self { value: s + s * (newton * over / under), step: if valid { newton } else { f64::NAN } }
    }
}
