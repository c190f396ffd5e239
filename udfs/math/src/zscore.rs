//! Standard scores of one cross-section.

/// (xᵢ − mean) / s with the sample standard deviation s (divisor n − 1); `None` where the score is
/// undefined: fewer than two values, or all values equal.
///
/// Deviations from the least value keep their digits when the level is far above the spread. They are
/// summed as whole numbers, so that a score does not depend on the order the rows arrived in. Values
/// must be finite.
pub fn zscore(x: &[f64]) -> Option<Vec<f64>> {
    let (least, greatest) =
        x.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, greatest), x| {
            (least.min(*x), greatest.max(*x))
        });
    // Half of it, as the difference may be beyond the numbers.
    let half = greatest / 2.0 - least / 2.0;
    if half <= 0.0 {
        return None;
    }
    let n = x.len() as f64;
    // In 0 … 1; parts that are below the least number of their kind are nothing beside the rest.
    let places: Vec<f64> = x.iter().map(|x| (x / 2.0 - least / 2.0) / half).collect();
    let mean = sum(places.iter().copied()) / n;
    let squares = sum(places.iter().map(|place| (place - mean) * (place - mean)));
    let deviation = (squares / (n - 1.0)).sqrt();
    Some(places.into_iter().map(|place| (place - mean) / deviation).collect())
}

/// The sum of numbers in 0 … 1, in whole parts of 2⁻⁶².
fn sum(x: impl Iterator<Item = f64>) -> f64 {
    const PARTS: f64 = (1_u64 << 62) as f64;
    x.map(|x| i128::from((x * PARTS) as i64)).sum::<i128>() as f64 / PARTS
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
