//! Growth and the losses on the way: compound annual growth, maximum drawdown, Calmar ratio.
//!
//! All take simple returns, oldest first, each ≥ −1, of a wealth that starts at 1.

/// Largest loss from a peak of wealth, as a positive share of that peak, in [0, 1]. The starting
/// wealth counts as a peak. `None` without returns.
pub fn max_drawdown(returns: &[f64]) -> Option<f64> {
    // Wealth over its peak instead of wealth: it neither overflows nor vanishes on long series.
    let mut of_peak = 1.0_f64;
    let mut lowest = 1.0_f64;
    for r in returns {
        of_peak = (of_peak * (1.0 + r)).min(1.0);
        lowest = lowest.min(of_peak);
    }
    (!returns.is_empty()).then_some(1.0 - lowest)
}

/// Compound annual growth rate `(Π(1 + r))^(p/n) − 1` of `n` returns, `periods_per_year` = p. −1
/// when everything was lost, `None` without returns.
pub fn cagr(returns: &[f64], periods_per_year: f64) -> Option<f64> {
    let log_wealth: f64 = returns.iter().map(|r| r.ln_1p()).sum();
    let growth = (log_wealth * (periods_per_year / returns.len() as f64)).exp_m1();
    growth.is_finite().then_some(growth)
}

/// Compound annual growth over maximum drawdown, Young (1991). `None` without a drawdown.
pub fn calmar(returns: &[f64], periods_per_year: f64) -> Option<f64> {
    let drawdown = max_drawdown(returns).filter(|d| *d > 0.0)?;
    Some(cagr(returns, periods_per_year)? / drawdown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn worked_by_hand() {
        // Wealth 1.1, 0.55, 0.66: half of the peak is lost, two thirds of a year gives 0.66^(3/2).
        let returns = [0.1, -0.5, 0.2];
        assert_eq!(max_drawdown(&returns), Some(0.5));
        let growth = cagr(&returns, 4.5).unwrap();
        assert!((growth - (0.66_f64.powf(1.5) - 1.0)).abs() < 1e-15);
        assert!((calmar(&returns, 4.5).unwrap() - growth / 0.5).abs() < 1e-15);
    }

    #[test]
    fn the_first_loss_counts() {
        assert_eq!(max_drawdown(&[-0.25, 0.5]), Some(0.25));
        assert_eq!(max_drawdown(&[0.25, 0.5]), Some(0.0));
    }

    #[test]
    fn ruin_is_final() {
        assert_eq!(max_drawdown(&[0.5, -1.0, 3.0]), Some(1.0));
        assert_eq!(cagr(&[0.5, -1.0, 3.0], 252.0), Some(-1.0));
    }

    #[test]
    fn too_little_is_none() {
        assert_eq!(max_drawdown(&[]), None);
        assert_eq!(cagr(&[], 252.0), None);
        assert_eq!(calmar(&[0.1], 252.0), None);
    }

    #[test]
    fn long_series_keep_their_digits() {
        // 1.1^20000 is beyond the largest f64.
        let mut returns = vec![0.1; 20_000];
        returns.push(-0.5);
        assert_eq!(max_drawdown(&returns), Some(0.5));
        assert!((cagr(&vec![0.1; 20_000], 1.0).unwrap() - 0.1).abs() < 1e-12);
    }

    proptest! {
        /// Against the definition: the worst ratio of a later wealth to an earlier one.
        #[test]
        fn max_drawdown_is_the_worst_pair(returns in prop::collection::vec(-0.9..0.9, 1..40)) {
            let mut wealth = vec![1.0];
            for r in &returns {
                wealth.push(wealth[wealth.len() - 1] * (1.0 + r));
            }
            let pairs = (0..wealth.len()).flat_map(|i| (i..wealth.len()).map(move |j| (i, j)));
            let worst = pairs.map(|(i, j)| 1.0 - wealth[j] / wealth[i]).fold(0.0, f64::max);
            prop_assert!((max_drawdown(&returns).unwrap() - worst).abs() < 1e-12);
        }
    }
}
