//! What trading on predictions would have returned, before costs.

use super::metrics::times;

/// One return per time: the predictions across the rows of a time, less their mean, scaled so that
/// their magnitudes sum to one, times what each row earned.
///
/// A relation with one row a time has no cross-section; there the position is the sign of the
/// prediction's distance from `neutral`. Where predictions do not differ the return is 0.
pub(super) fn returns(
    prediction: &[f64],
    performance: &[f64],
    time: &[i64],
    neutral: f64,
) -> Vec<f64> {
    let single = times(time).all(|rows| rows.len() == 1);
    times(time)
        .map(|rows| {
            let (p, earned) = (&prediction[rows.clone()], &performance[rows]);
            let equal = p.iter().all(|v| *v == p[0]);
            let centre = match (single, equal) {
                (true, _) => neutral,
                // Rounding of the mean must not turn equal predictions into positions.
                (false, true) => p[0],
                (false, false) => p.iter().sum::<f64>() / p.len() as f64,
            };
            let gross: f64 = p.iter().map(|v| (v - centre).abs()).sum();
            let earned: f64 = p.iter().zip(earned).map(|(v, e)| (v - centre) * e).sum();
            if gross > 0.0 { earned / gross } else { 0.0 }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::returns;

    #[test]
    fn long_the_high_and_short_the_low() {
        // Demeaned -1, 0, 1 over gross 2: half of 0.06 less half of 0.02.
        let r = returns(&[1.0, 2.0, 3.0], &[0.02, 0.5, 0.06], &[7, 7, 7], 0.0);
        assert!((r[0] - 0.02).abs() < 1e-17, "{r:?}");
    }

    #[test]
    fn equal_predictions_hold_nothing() {
        assert_eq!(returns(&[0.1, 0.1, 0.1], &[1.0, 2.0, 4.0], &[1, 1, 1], 0.0), [0.0]);
    }

    #[test]
    fn a_single_series_goes_with_the_sign() {
        let r = returns(&[0.7, 0.2, 0.5], &[0.01, 0.02, 0.03], &[1, 2, 3], 0.5);
        assert_eq!(r, [0.01, -0.02, 0.0]);
    }
}
