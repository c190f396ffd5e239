//! Weights of labels in training.
//!
//! López de Prado (2018), Advances in Financial Machine Learning, §§4.6–4.7.

use super::concurrency::Spans;

/// Return attribution: |Σ rₜ / cₜ| over the bars of each label, with the log return rₜ into bar t and
/// the labels cₜ that share it; then scaled so that the weights sum to the number of labels.
///
/// Gives the unscaled and the scaled weights. As in the book (snippet 4.10), the return into the entry
/// bar counts; the first bar has none, it counts as 0. Where every sum is 0 so are the weights.
pub fn return_attribution(spans: &Spans, prices: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let change = |bar: usize| match bar {
        0 => 0.0,
        _ => (prices[bar] / prices[bar - 1]).ln(),
    };
    let raw: Vec<f64> = spans.sums(change).into_iter().map(f64::abs).collect();
    let total: f64 = raw.iter().sum();
    let scale = if total > 0.0 { raw.len() as f64 / total } else { 0.0 };
    let scaled = raw.iter().map(|w| w * scale).collect();
    (raw, scaled)
}

/// Time decay, linear in cumulative average uniqueness (snippet 4.11): the newest label has weight 1.
///
/// `last` in (−1, 1] is the weight the oldest label tends to: 1 is no decay, 0 decays to nothing, below
/// 0 the oldest share −`last` of cumulative uniqueness has weight 0. `uniqueness` is oldest label first.
pub fn time_decay(uniqueness: &[f64], last: f64) -> Vec<f64> {
    let cumulative: Vec<f64> = uniqueness
        .iter()
        .scan(0.0, |sum, u| {
            *sum += u;
            Some(*sum)
        })
        .collect();
    let total = cumulative.last().copied().unwrap_or(0.0);
    let slope = if last >= 0.0 { (1.0 - last) / total } else { 1.0 / ((last + 1.0) * total) };
    cumulative.iter().map(|sum| (1.0 - slope * (total - sum)).max(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decay_of_ten_unique_labels() {
        // AFML snippet 4.11 with c = 0.5: 0.55 … 1.0 in steps of 0.05.
        for (i, w) in time_decay(&[1.0; 10], 0.5).iter().enumerate() {
            assert!((w - (0.55 + 0.05 * i as f64)).abs() < 1e-15);
        }
        assert_eq!(time_decay(&[1.0; 3], 1.0), [1.0; 3]);
        // c = −0.5: slope 1/(0.5·4): weights 1 − (4 − k)/2 = −0.5 → 0, 0, 0.5, 1.
        assert_eq!(time_decay(&[1.0; 4], -0.5), [0.0, 0.0, 0.5, 1.0]);
        // c = 0: 1/4, 2/4, 3/4, 1.
        assert_eq!(time_decay(&[1.0; 4], 0.0), [0.25, 0.5, 0.75, 1.0]);
        assert!(time_decay(&[], 0.5).is_empty());
    }

    #[test]
    fn attribution_by_hand() {
        // Log returns 0.1, 0.2, −0.3 into bars 1, 2, 3; c = 1, 2, 2, 1; labels {0–2}, {1–3}.
        let prices = [0.0, 0.1, 0.3, 0.0].map(f64::exp);
        let spans = Spans::new(vec![(0, 2), (1, 3)], 4).unwrap();
        let (raw, scaled) = return_attribution(&spans, &prices);
        // 0 + 0.1/2 + 0.2/2 = 0.15; 0.1/2 + 0.2/2 − 0.3 = −0.15.
        assert!(raw.iter().all(|w| (w - 0.15).abs() < 1e-15));
        assert!(scaled.iter().all(|w| (w - 1.0).abs() < 1e-14));
        let flat = return_attribution(&spans, &[7.0; 4]);
        assert_eq!(flat, (vec![0.0; 2], vec![0.0; 2]));
    }
}
