//! Small convex quadratic programs: one step of sequential quadratic programming.

use nalgebra::{DMatrix, DVector};

use super::polish::{Matrix, Vector};

const SWEEPS: usize = 400;

/// The d that minimises `½dᵀHd − hᵀd` subject to `value + gradient·d ≥ 0` for every constraint, and the
/// sum of their multipliers. `None` if H is not positive definite. Constraints that contradict each
/// other are met as well as they can be together.
///
/// Hildreth (1957), Naval Research Logistics Quarterly 4(1): coordinate ascent on the dual.
pub(super) fn solve(
    h: &Matrix,
    g: &Vector,
    constraints: &[(f64, Vector)],
) -> Option<(Vector, f64)> {
    let cholesky = h.cholesky()?;
    let free = cholesky.solve(g);
    let n = constraints.len();
    let reach: Vec<Vector> = constraints.iter().map(|(_, a)| cholesky.solve(a)).collect();
    let mut gram = DMatrix::from_fn(n, n, |i, j| constraints[i].1.dot(&reach[j]));
    // A little give: multipliers stay bounded where constraints contradict each other.
    for i in 0..n {
        gram[(i, i)] *= 1.0 + 1e-9;
    }
    let slack = DVector::from_fn(n, |i, _| constraints[i].0 + constraints[i].1.dot(&free));
    let mut multipliers = DVector::zeros(n);
    for _ in 0..SWEEPS {
        let mut moved = 0.0_f64;
        for i in 0..n {
            if gram[(i, i)] > 0.0 {
                let residual = slack[i] + gram.row(i).transpose().dot(&multipliers);
                let next = (multipliers[i] - residual / gram[(i, i)]).max(0.0);
                moved = moved.max((next - multipliers[i]).abs() * gram[(i, i)].sqrt());
                multipliers[i] = next;
            }
        }
        if moved < 1e-14 {
            break;
        }
    }
    let step = reach.iter().zip(multipliers.iter()).fold(free, |d, (r, m)| d + r * *m);
    step.iter().all(|x| x.is_finite()).then(|| (step, multipliers.sum()))
}
