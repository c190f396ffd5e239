//! Spearman's rank correlation.

/// The correlation of the ranks of two series of equal length; ties share their mean rank.
///
/// `None` for fewer than two pairs, if a series is constant, or holds NaN.
pub fn rank_correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    if x.len() != y.len() || x.len() < 2 || x.iter().chain(y).any(|v| v.is_nan()) {
        return None;
    }
    let (x, y) = (doubled_ranks(x), doubled_ranks(y));
    // Twice the rank is an integer, and so is twice its mean, n + 1: all sums below are exact.
    let centre = x.len() as i128 + 1;
    let (mut xy, mut xx, mut yy) = (0_i128, 0_i128, 0_i128);
    for (a, b) in x.iter().zip(&y) {
        let (a, b) = (i128::from(*a) - centre, i128::from(*b) - centre);
        xy += a * b;
        xx += a * a;
        yy += b * b;
    }
    (xx > 0 && yy > 0).then(|| xy as f64 / (xx as f64 * yy as f64).sqrt())
}

/// Twice the rank of each value, counted from 1.
fn doubled_ranks(values: &[f64]) -> Vec<i64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0; values.len()];
    let mut from = 0;
    for ties in order.chunk_by(|a, b| values[*a] == values[*b]) {
        // Places from + 1 … from + n, whose mean is from + (n + 1)/2.
        let doubled = 2 * from as i64 + ties.len() as i64 + 1;
        for i in ties {
            ranks[*i] = doubled;
        }
        from += ties.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::rank_correlation;

    /// `scipy.stats.spearmanr` 1.17.1.
    #[test]
    fn equals_scipy() {
        let cases: [(&[f64], &[f64], f64); 3] = [
            (&[1.0, 2.0, 3.0, 4.0, 5.0], &[5.0, 6.0, 7.0, 8.0, 7.0], 0.820_782_681_668_123_5),
            (&[106.0, 100.0, 86.0, 101.0, 99.0], &[7.0, 27.0, 2.0, 50.0, 28.0], 0.3),
            (&[1.0, 1.0, 2.0, 0.0, -0.0], &[3.0, 1.0, 1.0, 2.0, 9.0], -0.675_922_588_044_844),
        ];
        for (x, y, expected) in cases {
            let found = rank_correlation(x, y).expect("varies");
            assert!((found - expected).abs() < 1e-15, "{found} is not {expected}");
        }
    }

    #[test]
    fn without_variation_there_is_none() {
        assert_eq!(rank_correlation(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(rank_correlation(&[1.0], &[1.0]), None);
        assert_eq!(rank_correlation(&[1.0, f64::NAN], &[1.0, 2.0]), None);
        assert_eq!(rank_correlation(&[1.0, 2.0, 3.0], &[-1.0, -2.0, -3.0]), Some(-1.0));
    }
}
