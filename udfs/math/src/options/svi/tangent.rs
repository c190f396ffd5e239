//! A slice by its value, slope and curvature at the mean log-moneyness of its quotes.
//!
//! Quotes tell these three well and (μ, σ) badly: in a, β and γ the valley of good fits is curved, and
//! descent crawls; in these coordinates it is nearly straight.

use super::polish::{Matrix, Vector};
use super::reduced::Point;

/// Value, slope and curvature at x = 0, μ and σ, in the scale of the quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tangent {
    value: f64,
    slope: f64,
    curvature: f64,
    mu: f64,
    sigma: f64,
}

impl Tangent {
    pub(super) fn new(point: &Point) -> Self {
        let Point { mu, sigma, a, beta, gamma, .. } = *point;
        let r = mu.hypot(sigma);
        Self {
            value: a - beta * mu + gamma * r,
            slope: beta - gamma * mu / r,
            curvature: gamma * sigma * sigma / (r * r * r),
            mu,
            sigma,
        }
    }

    /// The point again; its error is left open.
    pub(super) fn point(&self) -> Point {
        let Self { value, slope, curvature, mu, sigma } = *self;
        let r = mu.hypot(sigma);
        let gamma = curvature * r * (r / sigma).powi(2);
        let beta = slope + gamma * mu / r;
        let a = value + beta * mu - gamma * r;
        Point { mu, sigma, a, beta, gamma, error: f64::NAN, grounded: false }
    }

    /// After a step in (value, slope, curvature, μ, ln σ).
    pub(super) fn moved(&self, step: &Vector) -> Self {
        Self {
            value: self.value + step[0],
            slope: self.slope + step[1],
            curvature: self.curvature + step[2],
            mu: self.mu + step[3],
            sigma: self.sigma * step[4].exp(),
        }
    }

    /// The derivatives of (a, β, γ, μ, ln σ), a row each, in (value, slope, curvature, μ, ln σ).
    pub(super) fn derivatives(&self) -> Matrix {
        let Self { curvature: c, mu, sigma, .. } = *self;
        let Point { beta, gamma, .. } = self.point();
        let (square, r) = (sigma * sigma, mu.hypot(sigma));
        let lean = mu / r;
        let bend = square / (r * r * r);
        let cubes = 1.0 / bend;
        let gammas = [0.0, 0.0, cubes, 3.0 * c * r * mu / square, c * (3.0 * r - 2.0 * cubes)];
        let mut betas = gammas.map(|g| g * lean);
        betas[1] += 1.0;
        betas[3] += gamma * bend;
        betas[4] -= gamma * mu * bend;
        let mut levels: [f64; 5] = std::array::from_fn(|i| betas[i] * mu - gammas[i] * r);
        levels[0] += 1.0;
        levels[3] += beta - gamma * lean;
        levels[4] -= gamma * square / r;
        let rows = [levels, betas, gammas, [0.0, 0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1.0]];
        Matrix::from_fn(|i, j| rows[i][j])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_are_differences() {
        let (mu, sigma, a, beta, gamma) = (0.7, 0.9, -0.3, -0.2, 0.5);
        let start = Point { mu, sigma, a, beta, gamma, error: 0.0, grounded: false };
        let tangent = Tangent::new(&start);
        let list = |p: Point| [p.a, p.beta, p.gamma, p.mu, p.sigma.ln()];
        let back = list(tangent.point());
        assert!(list(start).iter().zip(back).all(|(x, y)| (x - y).abs() < 1e-14));
        let derivatives = tangent.derivatives();
        for j in 0..5 {
            let mut step = Vector::zeros();
            step[j] = 1e-6;
            let (high, low) =
                (list(tangent.moved(&step).point()), list(tangent.moved(&-step).point()));
            for i in 0..5 {
                assert!(((high[i] - low[i]) / 2e-6 - derivatives[(i, j)]).abs() < 1e-7, "{i} {j}");
            }
        }
    }
}
