//! How good predictions are, against what happened.

use serde::{Deserialize, Serialize};
use trademl_math::rank_correlation::rank_correlation;

use super::exact;

/// The quality of some predictions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Rows predicted.
    pub rows: usize,
    /// Mean squared error, in the target's unit squared.
    #[serde(with = "exact")]
    pub mse: f64,
    /// Mean absolute error, in the target's unit.
    #[serde(with = "exact")]
    pub mae: f64,
    /// Share of the target's variance explained; `None` for a constant target.
    #[serde(with = "exact::optional")]
    pub r2: Option<f64>,
    /// Information coefficient: the mean over times of the rank correlation of prediction and
    /// target across the rows of that time. `None` if no time has rows that vary.
    #[serde(with = "exact::optional")]
    pub ic: Option<f64>,
    /// Share of rows predicted on the right side of `neutral`, among rows whose target is not on
    /// it. `None` without such rows.
    #[serde(with = "exact::optional")]
    pub hit_rate: Option<f64>,
}

impl Metrics {
    /// Measures predictions; rows of one time must be adjacent, and times ascend. `neutral` parts
    /// up from down: 0 for returns, ½ for probabilities. `None` without rows.
    pub fn of(prediction: &[f64], target: &[f64], time: &[i64], neutral: f64) -> Option<Self> {
        let n = prediction.len();
        if n == 0 || target.len() != n || time.len() != n {
            return None;
        }
        let mean = |f: &dyn Fn(usize) -> f64| (0..n).map(f).sum::<f64>() / n as f64;
        let error = |i: usize| prediction[i] - target[i];
        let mse = mean(&|i| error(i) * error(i));
        let centre = mean(&|i| target[i]);
        let varies = target.iter().any(|t| *t != target[0]);
        let variance = mean(&|i| (target[i] - centre) * (target[i] - centre));
        let sided: Vec<usize> = (0..n).filter(|i| target[*i] != neutral).collect();
        let right = |i: &&usize| (prediction[**i] - neutral) * (target[**i] - neutral) > 0.0;
        let hits = sided.iter().filter(right).count();
        let correlations: Vec<f64> = times(time)
            .filter_map(|r| rank_correlation(&prediction[r.clone()], &target[r]))
            .collect();
        let count = correlations.len();
        Some(Self {
            rows: n,
            mse,
            mae: mean(&|i| error(i).abs()),
            r2: varies.then(|| 1.0 - mse / variance),
            ic: (count > 0).then(|| correlations.iter().sum::<f64>() / count as f64),
            hit_rate: (!sided.is_empty()).then(|| hits as f64 / sided.len() as f64),
        })
    }

    /// The mean of each measure, over those that have it. `None` of nothing.
    pub(super) fn mean(of: &[Self]) -> Option<Self> {
        let average = |f: &dyn Fn(&Self) -> Option<f64>| {
            let values: Vec<f64> = of.iter().filter_map(f).collect();
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        Some(Self {
            rows: of.first()?.rows,
            mse: average(&|m| Some(m.mse))?,
            mae: average(&|m| Some(m.mae))?,
            r2: average(&|m| m.r2),
            ic: average(&|m| m.ic),
            hit_rate: average(&|m| m.hit_rate),
        })
    }
}

/// The ranges of rows that share a time.
pub(super) fn times(time: &[i64]) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut from = 0;
    time.chunk_by(|a, b| a == b).map(move |rows| {
        let range = from..from + rows.len();
        from = range.end;
        range
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let m = Metrics::of(&[1.0, 2.0, -1.0, 1.0], &[2.0, 1.0, -1.0, 0.0], &[1, 1, 2, 2], 0.0);
        let m = m.expect("rows");
        // Errors -1, 1, 0, 1; the target's mean is 0.5 and its variance 1.25.
        assert_eq!((m.mse, m.mae, m.r2), (0.75, 0.75, Some(1.0 - 0.75 / 1.25)));
        // The first time ranks the wrong way round, the second the right way.
        assert_eq!(m.ic, Some(0.0));
        assert_eq!(m.hit_rate, Some(1.0));
    }

    #[test]
    fn a_single_series_has_no_information_coefficient() {
        let m = Metrics::of(&[0.4, 0.6], &[1.0, 1.0], &[1, 2], 0.5).expect("rows");
        assert_eq!((m.ic, m.r2, m.hit_rate), (None, None, Some(0.5)));
        assert_eq!(Metrics::of(&[], &[], &[], 0.0), None);
    }
}
