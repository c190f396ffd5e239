//! Triple-barrier labels: which of take-profit, stop-loss and time is touched first.
//!
//! López de Prado (2018), Advances in Financial Machine Learning, ch. 3. For an entry at row t with
//! close pₜ, σₜ is the sample standard deviation of the last `window` log returns up to and including
//! row t, so it is known at entry. Over the rows t+1 … t+`horizon` the path return pₛ/pₜ − 1 is
//! compared with +`take_profit`·σₜ and −`stop_loss`·σₜ; reaching a barrier counts as touching it. Unless
//! highs and lows are given only closes are looked at: what happened within a session is not known to
//! them.
//!
//! Two choices differ from the book's code: σ is a rolling and not an exponentially weighted deviation
//! (its memory is finite, so a label depends on a known number of rows), and a label at the vertical
//! barrier is 0 and not the sign of the return.

use crate::returns::log_returns;
use crate::rolling::rolling_std;

/// How wide and how long the barriers are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Barriers {
    /// Upper barrier in units of σ, > 0.
    pub take_profit: f64,
    /// Lower barrier in units of σ, > 0.
    pub stop_loss: f64,
    /// Rows after the entry until the vertical barrier, ≥ 1.
    pub horizon: usize,
    /// Log returns in σ, ≥ 2.
    pub window: usize,
}

/// The barrier that ended a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The upper barrier.
    TakeProfit,
    /// The lower barrier.
    StopLoss,
    /// The vertical barrier.
    Time,
}

impl Outcome {
    /// 1, −1 or 0.
    pub fn label(self) -> i16 {
        match self {
            Self::TakeProfit => 1,
            Self::StopLoss => -1,
            Self::Time => 0,
        }
    }

    /// `tp`, `sl` or `time`.
    pub fn word(self) -> &'static str {
        match self {
            Self::TakeProfit => "tp",
            Self::StopLoss => "sl",
            Self::Time => "time",
        }
    }
}

/// The label of one entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Label {
    /// Row of the entry.
    pub entry: usize,
    /// Row of the first touch. Rows after it do not matter.
    pub exit: usize,
    /// What was touched.
    pub outcome: Outcome,
    /// Simple return from entry to exit.
    pub ret: f64,
    /// Per-row volatility at entry.
    pub sigma: f64,
}

/// The rows a position is followed over; all slices of one length.
#[derive(Debug, Clone, Copy)]
pub struct Path<'a> {
    /// Closes, > 0.
    pub closes: &'a [f64],
    /// Highs and lows, high ≥ low. Without them a barrier is touched by closes only, and the return
    /// is that of the close. With them it is the barrier's, or where a bar lies beyond the barrier
    /// as a whole that of its nearest price. A bar that reaches both barriers touches the stop
    /// first: which came first is not known, and the worse is assumed.
    pub range: Option<(&'a [f64], &'a [f64])>,
    /// σ at each row, known there; 0 and NaN are no entry. Without it that of `window` log returns.
    pub sigmas: Option<&'a [f64]>,
    /// Above 0 is long, below short, 0 and NaN no entry. Returns are the position's, and so are the
    /// barriers: a short one takes its profit below. Without it every entry is long.
    pub sides: Option<&'a [f64]>,
}

impl Barriers {
    /// Rows a series needs so that at least one entry has its volatility and its whole horizon.
    pub fn least_rows(&self) -> usize {
        self.window.saturating_add(self.horizon).saturating_add(1)
    }

    /// Labels the entries of one series of positive, finite closes, oldest first.
    ///
    /// No label: the first `window` rows; entries with σ = 0, whose barriers have no width; entries
    /// that touched nothing yet and whose horizon reaches beyond the last row.
    pub fn label<'a>(&'a self, closes: &'a [f64]) -> impl Iterator<Item = Label> + 'a {
        self.label_path(Path { closes, range: None, sigmas: None, sides: None })
    }

    /// Labels as [`Self::label`] does, on a path of which more is known.
    pub fn label_path<'a>(&'a self, path: Path<'a>) -> impl Iterator<Item = Label> + 'a {
        let (first, sigmas) = match path.sigmas {
            Some(given) => (0, given.to_vec()),
            None => (self.window, rolling_std(&log_returns(path.closes), self.window)),
        };
        let entries = sigmas.into_iter().enumerate().map(move |(i, sigma)| (i + first, sigma));
        entries.filter_map(move |(entry, sigma)| self.first_touch(&path, entry, sigma))
    }

    fn first_touch(&self, path: &Path<'_>, entry: usize, sigma: f64) -> Option<Label> {
        let side = match path.sides {
            None => 1.0,
            Some(sides) if sides[entry] > 0.0 => 1.0,
            Some(sides) if sides[entry] < 0.0 => -1.0,
            Some(_) => return None,
        };
        // A σ that is NaN is none.
        if sigma == 0.0 || sigma.is_nan() {
            return None;
        }
        let (upper, lower) = (self.take_profit * sigma, -self.stop_loss * sigma);
        let price = path.closes[entry];
        let gain = |to: f64| side * ((to - price) / price);
        let later = (entry + 1..path.closes.len()).take(self.horizon);
        later.enumerate().find_map(|(i, row)| {
            let ret = gain(path.closes[row]);
            let (worst, best) = match path.range {
                None => (ret, ret),
                Some((high, low)) => {
                    let (a, b) = (gain(high[row]), gain(low[row]));
                    (a.min(b), a.max(b))
                }
            };
            let (outcome, ret) = if worst <= lower {
                (Outcome::StopLoss, lower.min(best))
            } else if best >= upper {
                (Outcome::TakeProfit, upper.max(worst))
            } else if i + 1 == self.horizon {
                (Outcome::Time, ret)
            } else {
                return None;
            };
            Some(Label { entry, exit: row, outcome, ret, sigma })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome::{StopLoss, TakeProfit, Time};
    use super::*;

    /// S&P 500 closes, 60 sessions from 2011-05-02 (package arch 8.0.0, `arch_sp500.csv`).
    const CLOSES: [f64; 60] = [
        1_361.22, 1_356.62, 1_347.32, 1_335.1, 1_340.2, 1_346.29, 1_357.16, 1_342.08, 1_348.65,
        1_337.77, 1_329.47, 1_328.98, 1_340.68, 1_343.6, 1_333.27, 1_317.37, 1_316.28, 1_320.47,
        1_325.69, 1_331.1, 1_345.2, 1_314.55, 1_312.94, 1_300.16, 1_286.17, 1_284.94, 1_279.56,
        1_289.0, 1_270.98, 1_271.83, 1_287.87, 1_265.42, 1_267.64, 1_271.5, 1_278.36, 1_295.52,
        1_287.14, 1_283.5, 1_268.45, 1_280.1, 1_296.67, 1_307.41, 1_320.64, 1_339.67, 1_337.88,
        1_339.22, 1_353.22, 1_343.8, 1_319.49, 1_313.64, 1_317.72, 1_308.87, 1_316.14, 1_305.44,
        1_326.73, 1_325.84, 1_343.8, 1_345.02, 1_337.43, 1_331.94,
    ];

    /// Entry, exit, outcome, return, sigma, by pandas 3.1: `np.log(c).diff().rolling(20).std()`, then
    /// per entry the first of `path >= 2σ`, `path <= -2σ`, the tenth row (snippet 3.1 of the book).
    const EXPECTED: [(usize, usize, Outcome, f64, f64); 34] = [
        (20, 21, StopLoss, -0.022_784_716_027_357, 0.006_984_016_996_365),
        (21, 24, StopLoss, -0.021_589_136_967_023, 0.008_595_923_493_757),
        (22, 24, StopLoss, -0.020_389_355_187_594, 0.008_504_804_175_988),
        (23, 28, StopLoss, -0.022_443_391_582_574, 0.008_538_492_851_699),
        (24, 34, Time, -0.006_072_292_154_225, 0.008_700_307_319_859),
        (25, 35, Time, 0.008_233_847_494_825, 0.008_566_982_282_420),
        (26, 36, Time, 0.005_923_911_344_525, 0.008_216_939_093_128),
        (27, 31, StopLoss, -0.018_293_250_581_846, 0.008_284_201_414_889),
        (28, 35, TakeProfit, 0.019_307_935_608_743, 0.008_534_113_121_709),
        (29, 35, TakeProfit, 0.018_626_703_254_366, 0.008_481_540_783_882),
        (30, 40, Time, 0.006_832_987_801_564, 0.009_068_023_348_692),
        (31, 35, TakeProfit, 0.023_786_568_886_220, 0.009_738_460_092_644),
        (32, 35, TakeProfit, 0.021_993_625_950_585, 0.009_434_910_132_199),
        (33, 40, TakeProfit, 0.019_795_517_105_781, 0.009_460_863_397_797),
        (34, 41, TakeProfit, 0.022_724_428_173_598, 0.009_552_355_900_754),
        (35, 38, StopLoss, -0.020_895_084_599_234, 0.009_846_237_422_061),
        (36, 42, TakeProfit, 0.026_026_694_842_830, 0.009_927_037_144_822),
        (37, 42, TakeProfit, 0.028_936_501_753_019, 0.009_880_959_322_451),
        (38, 40, TakeProfit, 0.022_247_625_054_200, 0.010_056_432_891_248),
        (39, 41, TakeProfit, 0.021_334_270_760_097, 0.010_284_369_275_359),
        (40, 43, TakeProfit, 0.033_161_868_478_487, 0.010_444_815_373_871),
        (41, 43, TakeProfit, 0.024_674_738_605_334, 0.009_390_996_323_730),
        (42, 46, TakeProfit, 0.024_669_857_039_011, 0.009_666_190_107_044),
        (43, 51, StopLoss, -0.022_990_736_524_667, 0.009_843_987_863_964),
        (44, 51, StopLoss, -0.021_683_559_063_593, 0.009_439_687_785_544),
        (45, 49, StopLoss, -0.019_100_670_539_568, 0.009_417_855_523_256),
        (46, 48, StopLoss, -0.024_925_732_696_827, 0.009_472_206_192_659),
        (47, 49, StopLoss, -0.022_443_816_044_054, 0.009_650_368_805_728),
        (48, 58, Time, 0.013_596_162_153_559, 0.010_055_285_159_399),
        (49, 56, TakeProfit, 0.022_959_105_995_554, 0.010_152_014_036_419),
        (50, 56, TakeProfit, 0.019_791_761_527_487, 0.009_832_296_886_346),
        (51, 56, TakeProfit, 0.026_687_142_344_159, 0.009_009_435_851_877),
        (52, 56, TakeProfit, 0.021_016_001_337_244, 0.009_050_554_678_615),
        (53, 56, TakeProfit, 0.029_384_728_520_652, 0.009_317_552_132_044),
    ];

    const BARRIERS: Barriers =
        Barriers { take_profit: 2.0, stop_loss: 2.0, horizon: 10, window: 20 };

    #[test]
    fn agrees_with_pandas() {
        let labels: Vec<_> = BARRIERS.label(&CLOSES).collect();
        assert_eq!(labels.len(), EXPECTED.len());
        for (label, (entry, exit, outcome, ret, sigma)) in labels.iter().zip(EXPECTED) {
            assert_eq!((label.entry, label.exit, label.outcome), (entry, exit, outcome));
            assert!((label.ret - ret).abs() < 1e-14 && (label.sigma - sigma).abs() < 1e-14);
        }
    }

    #[test]
    fn asymmetric_barriers_count_as_in_pandas() {
        let barriers = Barriers { take_profit: 1.5, stop_loss: 0.5, horizon: 5, window: 10 };
        let labels: Vec<_> = barriers.label(&CLOSES).collect();
        let count = |wanted| labels.iter().filter(|l| l.outcome == wanted).count();
        assert_eq!((count(StopLoss), count(TakeProfit), count(Time)), (27, 17, 3));
    }

    #[test]
    fn horizons_that_are_not_over_give_no_label() {
        // Volatile, then quiet: σ is large, so nothing is touched and only time can end a position.
        let closes = [100.0, 140.0, 90.0, 150.0, 150.1, 150.0, 150.1, 150.0];
        let barriers = Barriers { take_profit: 2.0, stop_loss: 2.0, horizon: 3, window: 3 };
        let labels: Vec<_> = barriers.label(&closes).collect();
        let exits: Vec<_> = labels.iter().map(|l| (l.entry, l.exit, l.outcome)).collect();
        assert_eq!(exits, [(3, 6, Time), (4, 7, Time)]);
        assert!((labels[0].ret - (150.1 / 150.0 - 1.0)).abs() < 1e-15);
    }

    #[test]
    fn a_flat_series_has_no_barriers() {
        assert_eq!(BARRIERS.label(&[7.0; 100]).count(), 0);
        assert_eq!(BARRIERS.label(&[]).count(), 0);
        assert_eq!(BARRIERS.label(&[7.0; 5]).count(), 0);
    }

    #[test]
    fn a_touch_on_the_last_row_of_the_horizon_beats_time() {
        let up = [100.0, 101.0, 100.0, 100.0, 100.0, 103.0];
        let barriers = Barriers { take_profit: 2.0, stop_loss: 2.0, horizon: 3, window: 2 };
        let first = barriers.label(&up).next().map(|l| (l.entry, l.exit, l.outcome));
        assert_eq!(first, Some((2, 5, TakeProfit)));
    }

    const NEAR: Barriers = Barriers { take_profit: 1.0, stop_loss: 1.0, horizon: 2, window: 2 };

    fn touched(path: Path<'_>) -> Vec<(usize, usize, Outcome, f64)> {
        let round = |x: f64| (x * 1e12).round() / 1e12;
        NEAR.label_path(path).map(|l| (l.entry, l.exit, l.outcome, round(l.ret))).collect()
    }

    #[test]
    fn a_bar_that_reaches_both_barriers_is_stopped() {
        // σ = 0.1 at row 0 only: barriers at 110 and 90.
        let closes = [100.0, 101.0, 102.0];
        let sigmas = [0.1, 0.0, f64::NAN];
        let on = |high: &[f64], low: &[f64], side: f64| {
            let sides = [side, 1.0, 1.0];
            let path = Path {
                closes: &closes,
                range: Some((high, low)),
                sigmas: Some(&sigmas),
                sides: Some(&sides),
            };
            touched(path)
        };
        assert_eq!(
            on(&[100.0, 111.0, 102.0], &[100.0, 89.0, 102.0], 1.0),
            [(0, 1, StopLoss, -0.1)]
        );
        assert_eq!(
            on(&[100.0, 111.0, 102.0], &[100.0, 89.0, 102.0], -2.0),
            [(0, 1, StopLoss, -0.1)]
        );
        assert_eq!(
            on(&[100.0, 105.0, 110.0], &[100.0, 91.0, 102.0], 1.0),
            [(0, 2, TakeProfit, 0.1)]
        );
        assert_eq!(
            on(&[100.0, 105.0, 109.0], &[100.0, 90.0, 102.0], -1.0),
            [(0, 1, TakeProfit, 0.1)]
        );
        assert_eq!(on(&[100.0, 105.0, 109.0], &[100.0, 91.0, 102.0], 1.0), [(0, 2, Time, 0.02)]);
        assert_eq!(on(&[100.0, 105.0, 109.0], &[100.0, 91.0, 102.0], -1.0), [(0, 2, Time, -0.02)]);
        // The bar lies beyond the barrier: the nearest price is the high of 88, the low of 120.
        assert_eq!(
            on(&[100.0, 88.0, 109.0], &[100.0, 80.0, 102.0], 1.0),
            [(0, 1, StopLoss, -0.12)]
        );
        assert_eq!(
            on(&[100.0, 125.0, 109.0], &[100.0, 120.0, 102.0], 1.0),
            [(0, 1, TakeProfit, 0.2)]
        );
        assert_eq!(on(&[100.0, 111.0, 102.0], &[100.0, 89.0, 102.0], 0.0), []);
    }

    #[test]
    fn a_range_of_closes_and_a_side_of_one_change_nothing() {
        let sigmas: Vec<f64> = std::iter::repeat_n(f64::NAN, 20)
            .chain(rolling_std(&log_returns(&CLOSES), 20))
            .collect();
        let all = |range, sigmas, sides| {
            BARRIERS.label_path(Path { closes: &CLOSES, range, sigmas, sides }).collect::<Vec<_>>()
        };
        let plain: Vec<Label> = BARRIERS.label(&CLOSES).collect();
        assert_eq!(
            all(Some((&CLOSES[..], &CLOSES[..])), Some(&sigmas[..]), Some(&[3.0; 60][..])),
            plain
        );
        // Short, a barrier is touched where long the other one is.
        let short = all(None, None, Some(&[-1.0; 60][..]));
        assert!(short.iter().zip(&plain).all(|(s, l)| s.exit == l.exit && s.ret == -l.ret));
        assert!(short.iter().zip(&plain).all(|(s, l)| s.outcome.label() == -l.outcome.label()));
    }
}
