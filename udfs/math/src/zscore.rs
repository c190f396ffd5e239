//! Standard scores of one cross-section.

/// (xᵢ − mean) / s with the sample standard deviation s (divisor n − 1); `None` where the score is
/// undefined: fewer than two values, or all values equal.
///
/// The sums run over the values in ascending order, so that a score does not depend on the order the
/// rows arrived in. Values must be finite.
pub fn zscore(x: &[f64]) -> Option<Vec<f64>> {
    let mut sorted = x.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let (first, last) = (*sorted.first()?, *sorted.last()?);
    if first == last {
        return None;
    }
    // Deviations from the median keep their digits when the level is far above the spread.
    let pivot = sorted[sorted.len() / 2];
    let n = sorted.len() as f64;
    let mean = sorted.iter().map(|v| v - pivot).sum::<f64>() / n;
    let squares: f64 = sorted.iter().map(|v| (v - pivot - mean).powi(2)).sum();
    let deviation = (squares / (n - 1.0)).sqrt();
    Some(x.iter().map(|v| (v - pivot - mean) / deviation).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_section() {
        // Mean 3, sample variance 10/4 = 2.5.
        let z = zscore(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        let s = 2.5_f64.sqrt();
        for (a, b) in z.iter().zip([-2.0 / s, -1.0 / s, 0.0, 1.0 / s, 2.0 / s]) {
            assert!((a - b).abs() < 1e-15);
        }
    }

    #[test]
    fn undefined_sections() {
        assert_eq!(zscore(&[]), None);
        assert_eq!(zscore(&[1.0]), None);
        assert_eq!(zscore(&[0.1; 7]), None);
        assert_eq!(zscore(&[0.0, -0.0]), None);
    }

    #[test]
    fn the_order_of_rows_changes_no_bit() {
        let x: Vec<f64> = (0..997_i32).map(|i| f64::from(i * 7919 % 997).sqrt() + 1e6).collect();
        let z = zscore(&x).unwrap();
        let back: Vec<f64> = x.iter().rev().copied().collect();
        let reversed: Vec<f64> = zscore(&back).unwrap().into_iter().rev().collect();
        assert_eq!(z, reversed);
    }

    #[test]
    fn a_high_level_costs_no_digits() {
        let z = zscore(&[1e9, 1e9 + 1.0, 1e9 + 2.0]).unwrap();
        assert_eq!(z, [-1.0, 0.0, 1.0]);
    }
}
