//! Sharpe ratio and what can be inferred from it: annualised, Sortino, probabilistic, deflated, and
//! the lengths of record they need.
//!
//! Inside, a Sharpe ratio `SR` is per period, its deviation has one degree of freedom less than
//! observations, and skewness `γ₃` and raw kurtosis `γ₄` (normal: 3) are population moments. The
//! estimator's variance is
//!
//! ```text
//! V[SR] = (1 − γ₃·SR + (γ₄ − 1)/4·SR²) / (n − 1)
//! ```
//!
//! Sources: Bailey & López de Prado (2012), The Sharpe Ratio Efficient Frontier; (2014), The
//! Deflated Sharpe Ratio; Bailey, Borwein, López de Prado & Zhu (2014), Pseudo-Mathematics and
//! Financial Charlatanism.

use statrs::function::erf::{erfc, erfc_inv};

const EULER_MASCHERONI: f64 = 0.577_215_664_901_532_9;

/// A per-period Sharpe ratio with the moments that decide its precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharpeEstimate {
    /// Mean over deviation of the returns, per period.
    pub sharpe: f64,
    /// Number of returns.
    pub observations: f64,
    /// Population skewness of the returns.
    pub skewness: f64,
    /// Population kurtosis of the returns, raw: a normal has 3.
    pub kurtosis: f64,
}

impl SharpeEstimate {
    /// Estimates from excess returns, one per period. `None` for fewer than two returns or constant
    /// ones: their deviation is 0.
    pub fn from_returns(returns: &[f64]) -> Option<Self> {
        // Compared, because rounding can give equal values a deviation above 0.
        if returns.len() < 2 || returns.iter().all(|r| *r == returns[0]) {
            return None;
        }
        let n = returns.len() as f64;
        let mean = mean(returns)?;
        let (mut m2, mut m3, mut m4) = (0.0, 0.0, 0.0);
        for r in returns {
            let d = r - mean;
            m2 += d * d;
            m3 += d * d * d;
            m4 += d * d * d * d;
        }
        let estimate = Self {
            sharpe: mean / (m2 / (n - 1.0)).sqrt(),
            observations: n,
            skewness: (m3 / n) / (m2 / n).powf(1.5),
            kurtosis: (m4 / n) / (m2 / n).powi(2),
        };
        (estimate.sharpe.is_finite() && estimate.kurtosis.is_finite()).then_some(estimate)
    }

    /// The ratio a year, for `periods_per_year` periods a year: `SR·√p`.
    pub fn annualised(&self, periods_per_year: f64) -> f64 {
        self.sharpe * periods_per_year.sqrt()
    }

    /// Probability that the true Sharpe ratio exceeds `benchmark` (per period): the probabilistic
    /// Sharpe ratio, Bailey & López de Prado (2012), eq. 11. `None` where the estimator's variance
    /// is not positive.
    pub fn probabilistic(&self, benchmark: f64) -> Option<f64> {
        let spread = self.spread();
        (spread > 0.0 && self.observations > 1.0).then(|| {
            let z = (self.sharpe - benchmark) * (self.observations - 1.0).sqrt() / spread.sqrt();
            normal_cdf(z)
        })
    }

    /// Probability that the true Sharpe ratio exceeds what the best of `n_trials` trials without
    /// skill reaches, when Sharpe ratios vary by `trial_variance` (per period) between trials: the
    /// deflated Sharpe ratio, Bailey & López de Prado (2014), eqs. 1 and 2.
    pub fn deflated(&self, n_trials: f64, trial_variance: f64) -> Option<f64> {
        self.probabilistic(trial_variance.sqrt() * expected_maximum(n_trials))
    }

    /// Observations needed until the true Sharpe ratio exceeds `benchmark` (per period) with
    /// `confidence`: Bailey & López de Prado (2012), eq. 13. `None` if the estimate does not exceed
    /// the benchmark or `confidence` is outside (0.5, 1).
    pub fn minimum_track_record(&self, benchmark: f64, confidence: f64) -> Option<f64> {
        let reachable = self.sharpe > benchmark && confidence > 0.5 && confidence < 1.0;
        reachable.then(|| {
            let z = normal_quantile(confidence) / (self.sharpe - benchmark);
            1.0 + self.spread() * z * z
        })
    }

    /// `n − 1` times the estimator's variance.
    fn spread(&self) -> f64 {
        1.0 - self.skewness * self.sharpe + (self.kurtosis - 1.0) / 4.0 * self.sharpe.powi(2)
    }
}

/// Mean return above `target` over the downside deviation `√(Σ min(0, r − target)² / n)`, a year.
/// `target` is per period. `None` without a return below the target. Sortino & Price (1994).
pub fn sortino(returns: &[f64], target: f64, periods_per_year: f64) -> Option<f64> {
    let squares: f64 = returns.iter().map(|r| (r - target).min(0.0).powi(2)).sum();
    let downside = (squares / returns.len() as f64).sqrt();
    let ratio = (mean(returns)? - target) / downside * periods_per_year.sqrt();
    ratio.is_finite().then_some(ratio)
}

/// Expected maximum of `n_trials` independent standard normal variables, Bailey & López de Prado
/// (2014), eq. 1. One trial expects 0; an effective number of trials may be fractional.
pub fn expected_maximum(n_trials: f64) -> f64 {
    // −Z⁻¹[p] rather than Z⁻¹[1 − p], which loses digits for many trials.
    let highest = |p: f64| -normal_quantile(p);
    let expected = (1.0 - EULER_MASCHERONI) * highest(1.0 / n_trials)
        + EULER_MASCHERONI * highest(1.0 / (n_trials * std::f64::consts::E));
    expected.max(0.0)
}

/// Years of backtest below which the best of `n_trials` trials without skill is expected to show an
/// annual Sharpe ratio of `sharpe`: Bailey et al. (2014), Theorem 1.
pub fn minimum_backtest_years(n_trials: f64, sharpe: f64) -> f64 {
    (expected_maximum(n_trials) / sharpe).powi(2)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn normal_cdf(z: f64) -> f64 {
    0.5 * erfc(-z / std::f64::consts::SQRT_2)
}

fn normal_quantile(p: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erfc_inv(2.0 * p)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn close(was: f64, expected: f64) {
        assert!(
            (was - expected).abs() < 1e-11 * expected.abs().max(1.0),
            "{was} is not {expected}"
        );
    }

    fn estimate(sharpe: f64, observations: f64, skewness: f64, kurtosis: f64) -> SharpeEstimate {
        SharpeEstimate { sharpe, observations, skewness, kurtosis }
    }

    #[test]
    fn expected_maximum_as_published() {
        close(expected_maximum(10.0), 1.574_598_301_346);
        close(expected_maximum(1.0), 0.0);
        close(minimum_backtest_years(45.0, 1.0), 4.998_087_004_443);
        close(minimum_backtest_years(7.0, 1.0), 1.923_143_406_664);
    }

    /// The numerical example of The Deflated Sharpe Ratio.
    #[test]
    fn deflated_as_published() {
        let (sharpe, variance) = (2.5 / 250.0_f64.sqrt(), 1.0 / 500.0_f64);
        close(variance.sqrt() * expected_maximum(100.0), 0.113_172_001_865);
        let skewed = estimate(sharpe, 1250.0, -3.0, 10.0);
        close(skewed.deflated(100.0, variance).unwrap(), 0.900_396_834_449);
        close(skewed.deflated(46.0, variance).unwrap(), 0.950_501_706_876);
        let normal = estimate(sharpe, 1250.0, 0.0, 3.0);
        close(normal.deflated(88.0, variance).unwrap(), 0.950_490_816_676);
        assert_eq!(normal.deflated(1.0, variance), normal.probabilistic(0.0));
    }

    /// The hedge fund example of The Sharpe Ratio Efficient Frontier.
    #[test]
    fn probabilistic_as_published() {
        let at = |n, skew, kurt| estimate(0.458, n, skew, kurt).probabilistic(0.0).unwrap();
        close(at(24.0, 0.0, 3.0), 0.981_674_919_091);
        close(at(24.0, -2.448, 10.164), 0.913_361_083_861);
        close(at(36.0, -2.448, 10.164), 0.953_505_218_865);
    }

    #[test]
    fn minimum_track_record_as_published() {
        let years = |periods: f64| {
            let normal = estimate(2.0 / periods.sqrt(), 1.0, 0.0, 3.0);
            normal.minimum_track_record(1.0 / periods.sqrt(), 0.95).unwrap() / periods
        };
        close(years(250.0), 2.731_187_801_728);
        close(years(52.0), 2.828_833_586_945);
        close(years(12.0), 3.239_800_696_445);
        assert_eq!(estimate(0.1, 9.0, 0.0, 3.0).minimum_track_record(0.1, 0.95), None);
    }

    /// Expected values: numpy 2.4 and scipy.stats 1.17 (`skew`, `kurtosis(fisher=False)`).
    #[test]
    fn moments_match_scipy() {
        let returns = [0.01, -0.02, 0.015, 0.03, -0.005, 0.0, 0.012, -0.011];
        let e = SharpeEstimate::from_returns(&returns).unwrap();
        close(e.sharpe, 0.241_993_456_372_448_3);
        close(e.annualised(252.0), 3.841_527_026_798_741_6);
        close(e.skewness, 0.086_148_915_643_195_78);
        close(e.kurtosis, 2.153_521_640_059_341_5);
        close(e.probabilistic(0.0).unwrap(), 0.739_409_464_616_808_7);
        close(sortino(&returns, 0.0, 252.0).unwrap(), 7.445_959_151_936_552);
        close(sortino(&returns, 0.001, 12.0).unwrap(), 1.129_479_292_713_598);
    }

    #[test]
    fn too_little_is_none() {
        assert_eq!(SharpeEstimate::from_returns(&[]), None);
        assert_eq!(SharpeEstimate::from_returns(&[0.1]), None);
        assert_eq!(SharpeEstimate::from_returns(&[0.1; 30]), None);
        assert_eq!(sortino(&[], 0.0, 252.0), None);
        assert_eq!(sortino(&[0.1, 0.2], 0.0, 252.0), None);
        assert_eq!(sortino(&[0.0, 0.0], 0.0, 252.0), None);
    }

    proptest! {
        #[test]
        fn probabilistic_falls_with_the_benchmark(
            returns in prop::collection::vec(-0.2..0.2, 3..60),
            low in -1.0..1.0,
            step in 0.0..1.0,
        ) {
            let e = SharpeEstimate::from_returns(&returns).unwrap();
            if let Some(at_low) = e.probabilistic(low) {
                let at_high = e.probabilistic(low + step).unwrap();
                prop_assert!((0.0..=1.0).contains(&at_low) && at_high <= at_low);
            }
        }

        #[test]
        fn deflated_falls_with_the_number_of_trials(
            sharpe in -0.3..0.3, n in 1.0..1e6, more in 0.0..1e6, variance in 0.0..0.1,
        ) {
            let e = estimate(sharpe, 500.0, -1.0, 6.0);
            prop_assert!(e.deflated(n + more, variance).unwrap() <= e.deflated(n, variance).unwrap());
        }

        #[test]
        fn sharpe_does_not_depend_on_scale(
            returns in prop::collection::vec(-0.2..0.2, 3..60), scale in 0.01..100.0,
        ) {
            let scaled: Vec<f64> = returns.iter().map(|r| r * scale).collect();
            let (e, s) = (SharpeEstimate::from_returns(&returns), SharpeEstimate::from_returns(&scaled));
            let (e, s) = (e.unwrap(), s.unwrap());
            prop_assert!((e.sharpe - s.sharpe).abs() < 1e-9 * (1.0 + e.sharpe.abs()));
            prop_assert!((e.kurtosis - s.kurtosis).abs() < 1e-9 * e.kurtosis);
        }
    }
}
