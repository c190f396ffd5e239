//! The last digits of a fit: Levenberg–Marquardt in all five parameters.

use nalgebra::{SMatrix, SVector};

use super::quotes::{LANES, Scaled};
use super::reduced::{Point, STEEPEST_TILT};

pub(super) type Vector = SVector<f64, 5>;
pub(super) type Matrix = SMatrix<f64, 5, 5>;

const ITERATIONS: usize = 60;

impl Scaled {
    /// The local minimum next to a point strictly within its bounds. The reduced search knows the error
    /// up to rounding of mean squares; this works on the errors themselves, so that a slice without
    /// noise is met to the last digits.
    pub(super) fn polish(&self, start: Point) -> Point {
        let mut point = Point { error: self.squares(&start), ..start };
        let mut damping = 1e-6;
        let (mut hessian, mut gradient) = self.normal_equations(&point);
        for _ in 0..ITERATIONS {
            let mut damped = hessian;
            for i in 0..5 {
                damped[(i, i)] *= 1.0 + damping;
            }
            let next = damped.cholesky().map(|c| self.moved(&point, &c.solve(&gradient)));
            match next {
                Some(next) if self.allows(&next) && next.error < point.error => {
                    let gain = point.error - next.error;
                    point = next;
                    if gain <= 1e-12 * point.error {
                        break;
                    }
                    damping = (0.1 * damping).max(1e-15);
                    (hessian, gradient) = self.normal_equations(&point);
                }
                _ if damping > 1e8 => break,
                _ => damping *= 10.0,
            }
        }
        point
    }

    fn moved(&self, point: &Point, step: &Vector) -> Point {
        let mut next = Point {
            mu: point.mu + step[3],
            sigma: point.sigma * step[4].clamp(-1.0, 1.0).exp(),
            a: point.a + step[0],
            beta: point.beta + step[1],
            gamma: point.gamma + step[2],
            error: 0.0,
            grounded: false,
        };
        next.error = self.squares(&next);
        next
    }

    fn allows(&self, p: &Point) -> bool {
        let depth = p.sigma * ((p.gamma - p.beta) * (p.gamma + p.beta)).max(0.0).sqrt();
        let (first, last) = (self.distinct[0], self.distinct[self.distinct.len() - 1]);
        p.beta.abs() <= STEEPEST_TILT * p.gamma
            && p.gamma + p.beta.abs() <= self.lee()
            && p.a + depth >= 0.0
            && p.sigma >= 1e-6 * (last - first)
    }

    pub(super) fn squares(&self, point: &Point) -> f64 {
        let mut sums = [0.0; LANES];
        for ((x, p), w) in self.x.iter().zip(&self.weight).zip(&self.w) {
            for lane in 0..LANES {
                let y = x[lane] - point.mu;
                let r = (y * y + point.sigma * point.sigma).sqrt();
                let error = w[lane] - (point.a + point.beta * y + point.gamma * r);
                sums[lane] += p[lane] * error * error;
            }
        }
        (sums[0] + sums[1]) + (sums[2] + sums[3])
    }

    /// The normal equations, `JᵀPJ` and `JᵀP·error`, for (a, β, γ, μ, ln σ).
    pub(super) fn normal_equations(&self, point: &Point) -> (Matrix, Vector) {
        let Point { mu, sigma, a, beta, gamma, .. } = *point;
        let (mut hessian, mut gradient) = (Matrix::zeros(), Vector::zeros());
        for ((x, p), w) in self.x.iter().zip(&self.weight).zip(&self.w) {
            for lane in 0..LANES {
                let y = x[lane] - mu;
                let r = (y * y + sigma * sigma).sqrt();
                let error = w[lane] - (a + beta * y + gamma * r);
                let row = [1.0, y, r, -beta - gamma * y / r, gamma * sigma * sigma / r];
                for i in 0..5 {
                    let weighted = p[lane] * row[i];
                    gradient[i] += weighted * error;
                    for j in 0..=i {
                        hessian[(i, j)] += weighted * row[j];
                    }
                }
            }
        }
        hessian.fill_upper_triangle_with_lower_triangle();
        (hessian, gradient)
    }
}
