//! Small convex quadratic programs: one step of sequential quadratic programming.

use nalgebra::{DMatrix, DVector};

use super::polish::{Matrix, Vector};

const ROUNDS: usize = 100;

/// The d that minimises `½dᵀHd − hᵀd` subject to `value + gradient·d ≥ 0` for every constraint, and the
/// sum of their multipliers. `None` if H is not positive definite. Constraints that contradict each
/// other are met as well as they can be together.
///
/// The dual is a least-squares problem with multipliers ≥ 0, solved by the active sets of Lawson &
/// Hanson (1974), Solving Least Squares Problems, chapter 23.
pub(super) fn solve(
    h: &Matrix,
    g: &Vector,
    constraints: &[(f64, Vector)],
) -> Option<(Vector, f64)> {
    let cholesky = h.cholesky()?;
    let free = cholesky.solve(g);
    let n = constraints.len();
    let reach: Vec<Vector> = constraints.iter().map(|(_, a)| cholesky.solve(a)).collect();
    let gram = DMatrix::from_fn(n, n, |i, j| constraints[i].1.dot(&reach[j]));
    let slack: Vec<f64> = constraints.iter().map(|(value, a)| value + a.dot(&free)).collect();
    let mut multipliers = vec![0.0; n];
    let mut active: Vec<usize> = Vec::new();
    for _ in 0..ROUNDS {
        // The constraint that the step breaks most, in the metric of H.
        let broken = |i: usize| {
            let pushed: f64 = active.iter().map(|j| gram[(i, *j)] * multipliers[*j]).sum();
            (slack[i] + pushed) / gram[(i, i)].sqrt().max(f64::MIN_POSITIVE)
        };
        let worst = (0..n)
            .filter(|i| !active.contains(i))
            .map(|i| (broken(i), i))
            .min_by(|x, y| x.0.total_cmp(&y.0));
        match worst {
            Some((residual, i)) if residual < -1e-12 => active.push(i),
            _ => break,
        }
        // Multipliers of the active ones; those that would turn negative leave.
        while !active.is_empty() {
            let m = active.len();
            let square = DMatrix::from_fn(m, m, |i, j| {
                // A little give where constraints depend on each other.
                gram[(active[i], active[j])] * if i == j { 1.0 + 1e-13 } else { 1.0 }
            });
            let wanted = square.lu().solve(&DVector::from_fn(m, |i, _| -slack[active[i]]))?;
            // How far all stay at 0 or above, and which reaches 0 first.
            let first = (0..m)
                .filter(|i| wanted[*i] <= 0.0)
                .map(|i| (multipliers[active[i]] / (multipliers[active[i]] - wanted[i]), i))
                .min_by(|x, y| x.0.total_cmp(&y.0));
            let reached = first.map_or(1.0, |(share, _)| share.clamp(0.0, 1.0));
            for (i, z) in active.iter().zip(wanted.iter()) {
                multipliers[*i] += reached * (z - multipliers[*i]);
            }
            let Some((_, leaves)) = first else {
                break;
            };
            multipliers[active.remove(leaves)] = 0.0;
        }
    }
    let step = reach.iter().zip(&multipliers).fold(free, |d, (r, m)| d + r * *m);
    step.iter().all(|x| x.is_finite()).then(|| (step, multipliers.iter().sum()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The projection of (2, 2, −1, 0, 0) on x ≤ 1, x + y ≤ 2, z ≥ 0, by hand (1, 1, 0, 0, 0).
    #[test]
    fn a_projection_by_hand() {
        let plane = |value: f64, a: [f64; 5]| (value, Vector::from_column_slice(&a));
        let constraints = [
            plane(1.0, [-1.0, 0.0, 0.0, 0.0, 0.0]),
            plane(2.0, [-1.0, -1.0, 0.0, 0.0, 0.0]),
            plane(0.0, [0.0, 0.0, 1.0, 0.0, 0.0]),
        ];
        let g = Vector::from_column_slice(&[2.0, 2.0, -1.0, 0.0, 0.0]);
        let (d, multipliers) = solve(&Matrix::identity(), &g, &constraints).unwrap();
        let expected = Vector::from_column_slice(&[1.0, 1.0, 0.0, 0.0, 0.0]);
        assert!((d - expected).norm() < 1e-8 && (multipliers - 2.0).abs() < 1e-8, "{d}");
    }
}
