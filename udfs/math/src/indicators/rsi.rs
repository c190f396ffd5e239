//! Relative strength index as in TA-Lib: 100 · G / (G + L) with Wilder's averages of gains and losses.
//!
//! Wilder (1978), New Concepts in Technical Trading Systems, section VI. Where nothing ever moved,
//! G + L = 0 and the index is 0, as TA-Lib 0.8.1 has it.

use super::chain::Chain;
use super::gains::Gains;
use super::rows::Rows;
use crate::rolling::Number;

/// The index, 0 … 100; `n` rows of warm-up.
#[derive(Debug, Clone)]
pub struct Rsi(Gains);

impl Rsi {
    /// An index over `n ≥ 2` changes.
    pub fn new(n: usize) -> Self {
        Self(Gains::new(n))
    }
}

#[inline(always)]
fn index<N: Number>([gain, loss]: [N; 2]) -> N {
    let (sum, none) = (gain + loss, gain.all(0.0));
    N::less(none, sum, gain.all(100.0) * (gain / sum), none)
}

impl Chain<1, 1> for Rsi {
    fn is_warm(&self) -> bool {
        self.0.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [x]: [N; 1]) -> Option<[N; 1]> {
        Some([index(self.0.next(level, x)?)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::run;

    /// The price example of the `StockCharts` RSI article (33 closes).
    const CLOSES: [f64; 33] = [
        44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826,
        45.8931, 46.0328, 45.6140, 46.2820, 46.2820, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439,
        46.2122, 46.2521, 45.7137, 46.4515, 45.7835, 45.3548, 44.0288, 44.1783, 44.2181, 44.5672,
        43.4205, 42.6628, 43.1314,
    ];

    /// `talib.RSI(np.array(CLOSES), 14)[14:]`, Python TA-Lib 0.8.2 (C library 0.8.1).
    const TALIB_14: [f64; 19] = [
        70.532_789_483_694_97,
        66.318_561_805_172_32,
        66.549_829_935_527_63,
        69.406_305_338_844_33,
        66.355_169_056_271_8,
        57.974_855_714_308_184,
        62.929_606_754_596_99,
        63.257_147_562_545_27,
        56.059_298_715_263_225,
        62.377_071_443_180_41,
        54.707_573_081_261_29,
        50.422_774_411_456_395,
        39.989_823_145_376_61,
        41.460_481_975_705_62,
        41.868_916_092_543_266,
        45.463_212_445_286_736,
        37.304_042_089_859_66,
        33.079_522_994_388_46,
        37.772_952_114_434_84,
    ];

    /// `talib.RSI(np.array(CLOSES), 5)[5:]`, same library.
    const TALIB_5: [f64; 28] = [
        61.835_396_941_005_03,
        67.193_614_024_103_88,
        72.989_110_590_863_18,
        78.915_778_796_744_09,
        81.772_369_308_451_36,
        72.102_565_321_172_46,
        74.843_840_500_792_54,
        54.701_569_605_386_545,
        70.519_911_389_251_15,
        70.519_911_389_251_15,
        57.424_135_250_555_665,
        58.460_229_890_925_575,
        69.987_699_086_711_64,
        59.643_172_196_709_39,
        38.132_074_254_299_184,
        57.126_472_454_812_51,
        58.251_356_114_902_27,
        40.380_873_875_014_05,
        60.918_339_584_582_135,
        43.830_547_093_049_9,
        35.779_396_516_278_09,
        20.921_167_907_010_3,
        25.293_375_941_476_963,
        26.643_064_737_214_08,
        38.771_503_884_285_03,
        23.094_086_959_300_785,
        17.312_179_909_840_42,
        30.720_905_978_912_832,
    ];

    /// The values after the warm-up, which must be there and without value.
    fn rsi(x: &[f64], n: usize) -> Vec<f64> {
        let mut all = run(&mut Rsi::new(n), &[x], 1).remove(0);
        let values = all.split_off(n.min(x.len()));
        assert!(all.iter().all(|v| v.is_nan()));
        values
    }

    #[test]
    fn agrees_with_talib() {
        for (n, expected) in [(14, &TALIB_14[..]), (5, &TALIB_5[..])] {
            let ours = rsi(&CLOSES, n);
            assert_eq!(ours.len(), expected.len());
            for (a, b) in ours.iter().zip(expected) {
                assert!((a - b).abs() < 1e-11, "n={n}: {a} {b}");
            }
        }
    }

    // TA-Lib on the same three series: 0, 100 and 0 throughout.
    #[test]
    fn degenerate_series() {
        let up: Vec<f64> = (1..=20).map(f64::from).collect();
        let down: Vec<f64> = up.iter().rev().copied().collect();
        assert_eq!(rsi(&[5.0; 20], 14), [0.0; 6]);
        assert_eq!(rsi(&up, 14), [100.0; 6]);
        assert_eq!(rsi(&down, 14), [0.0; 6]);
        assert!(rsi(&up[..14], 14).is_empty());
    }
}
