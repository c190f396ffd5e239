//! What is left of a cross-section once groups and factors are taken out: the residuals of its
//! least-squares regression on a dummy for each group, and on factors.

use nalgebra::{DMatrix, DVector};

use crate::section::order;

/// Residuals of `x` on groups (by number, all of one without groups) and factors. No bit depends on
/// the order in which the rows come.
pub fn neutralize(x: &[f64], groups: &[usize], factors: &[Vec<f64>]) -> Vec<f64> {
    let mut order = order(x);
    break_ties(&mut order, x, factors);
    let sorted = |values: &[f64]| order.iter().map(|i| values[*i]).collect::<Vec<f64>>();
    let groups: Vec<usize> = order.iter().map(|i| groups[*i]).collect();
    let factors: Vec<Vec<f64>> = factors.iter().map(|factor| sorted(factor)).collect();
    let mut out = vec![f64::NAN; x.len()];
    for (i, value) in order.iter().zip(residuals(&sorted(x), &groups, &factors)) {
        out[*i] = value;
    }
    out
}

/// Values and factors are first taken from the means of their groups, which is the regression on
/// the dummies (Frisch & Waugh 1933; Lovell 1963); the rest is least squares by singular values, in
/// which factors that say the same are no matter.
fn residuals(x: &[f64], groups: &[usize], factors: &[Vec<f64>]) -> Vec<f64> {
    let count = groups.iter().max().map_or(0, |last| last + 1);
    let within = |values: &[f64]| {
        let mut sums = vec![(0.0, 0.0); count];
        for (value, group) in values.iter().zip(groups) {
            sums[*group].0 += value;
            sums[*group].1 += 1.0;
        }
        let means: Vec<f64> = sums.iter().map(|(sum, n)| sum / n).collect();
        values.iter().zip(groups).map(|(v, g)| v - means[*g]).collect::<Vec<f64>>()
    };
    let y = within(x);
    // By the greatest, so that units do not decide what is singular, nor squares leave the numbers.
    let columns: Vec<Vec<f64>> = factors
        .iter()
        .filter_map(|factor| {
            let unit = factor.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
            let factor = within(&factor.iter().map(|v| v / unit).collect::<Vec<_>>());
            let norm = factor.iter().map(|v| v * v).sum::<f64>().sqrt();
            let level = factors.len() as f64 * f64::EPSILON * factor.len() as f64;
            (norm > level).then(|| factor.iter().map(|v| v / norm).collect())
        })
        .collect();
    if columns.is_empty() {
        return y;
    }
    // Rows that were equal may differ by their groups now.
    let mut order = order(&y);
    break_ties(&mut order, &y, &columns);
    let sorted =
        DMatrix::from_fn(y.len(), columns.len(), |row, column| columns[column][order[row]]);
    let gram = sorted.tr_mul(&sorted);
    let moments = sorted.tr_mul(&DVector::from_fn(y.len(), |row, _| y[order[row]]));
    match gram.svd(true, true).solve(&moments, 1e-12) {
        Ok(slopes) => {
            let design =
                DMatrix::from_fn(y.len(), columns.len(), |row, column| columns[column][row]);
            (&DVector::from_vec(y) - design * slopes).iter().copied().collect()
        }
        Err(_) => vec![f64::NAN; y.len()],
    }
}

/// Puts equals in the order of their factors.
fn break_ties(order: &mut [usize], x: &[f64], factors: &[Vec<f64>]) {
    for equals in order.chunk_by_mut(|a, b| x[*a].to_bits() == x[*b].to_bits()) {
        equals.sort_unstable_by(|a, b| {
            let factors = factors.iter().map(|factor| factor[*a].total_cmp(&factor[*b]));
            factors.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_alone_lose_their_means() {
        let left = neutralize(&[1.0, 3.0, 10.0, 20.0], &[0, 0, 1, 1], &[]);
        assert_eq!(left, [-1.0, 1.0, -5.0, 5.0]);
    }

    #[test]
    fn residuals_are_orthogonal_to_all_that_was_taken_out() {
        let groups = [0, 1, 0, 1, 2, 2, 0, 1, 2, 0];
        let noise = |k: f64| (0..10).map(|i| (f64::from(i) * k).sin()).collect::<Vec<f64>>();
        let (x, f, g) = (noise(1.7), noise(2.9), noise(0.6));
        let twice: Vec<f64> = f.iter().map(|v| 2.0 * v + 1.0).collect();
        let left = neutralize(&x, &groups, &[f.clone(), g.clone(), twice]);
        let dot = |a: &[f64]| a.iter().zip(&left).map(|(a, b)| a * b).sum::<f64>();
        assert!(dot(&f).abs() < 1e-12 && dot(&g).abs() < 1e-12);
        for group in 0..3 {
            let of: f64 =
                left.iter().zip(groups).filter(|(_, g)| *g == group).map(|(v, _)| v).sum();
            assert!(of.abs() < 1e-12);
        }
        // And nothing else was: the rest is a combination of what was taken out.
        assert!(left.iter().any(|v| v.abs() > 0.01));
    }

    #[test]
    fn a_line_is_taken_out_as_by_its_formula() {
        // y on x by hand: slope 1.4, intercept 0.5, of Anscombe-like points (numpy.polyfit 2.4.6).
        let left = neutralize(&[2.0, 3.0, 5.0, 6.0], &[0; 4], &[vec![1.0, 2.0, 3.0, 4.0]]);
        let by_hand = [0.1, -0.3, 0.3, -0.1];
        assert!(left.iter().zip(by_hand).all(|(a, b)| (a - b).abs() < 1e-12), "{left:?}");
    }

    #[test]
    fn units_of_a_factor_are_no_matter() {
        let factor = [1.0, 2.0, 3.0, 4.0];
        for unit in [1e-300, 1e-18, 1.0, 1e18, 1e300] {
            let factor = factor.map(|f| f * unit).to_vec();
            let left = neutralize(&[2.0, 3.0, 5.0, 6.0], &[0; 4], &[factor]);
            let by_hand = [0.1, -0.3, 0.3, -0.1];
            assert!(left.iter().zip(by_hand).all(|(a, b)| (a - b).abs() < 1e-12), "{left:?}");
        }
        // Nothing is in a factor that is zero, or the same for all.
        let same = neutralize(&[1.0, 3.0], &[0; 2], &[vec![0.0; 2], vec![1e-300; 2]]);
        assert_eq!(same, [-1.0, 1.0]);
    }

    #[test]
    fn the_order_of_rows_changes_no_bit() {
        // Equal values and factors, in groups of different means.
        let x: Vec<f64> = (0..12).map(|i| [0.1, 1.0, 2.0][i % 3]).collect();
        let factor: Vec<f64> = (0..12).map(|i| f64::from(u8::from(i % 5 < 2))).collect();
        let groups: Vec<usize> = (0..12).map(|i| i * i % 7 % 3).collect();
        let left = neutralize(&x, &groups, std::slice::from_ref(&factor));
        for shift in 1..200 {
            let rows: Vec<usize> =
                (0..12).map(|i| (i * [1, 5, 7, 11][shift % 4] + shift) % 12).collect();
            let of = |values: &[f64]| rows.iter().map(|row| values[*row]).collect::<Vec<f64>>();
            let groups: Vec<usize> = rows.iter().map(|row| groups[*row]).collect();
            assert_eq!(neutralize(&of(&x), &groups, &[of(&factor)]), of(&left), "{shift}");
        }
    }
}
