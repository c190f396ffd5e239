//! What a slice free of arbitrage must satisfy, linearised where it binds.

use super::polish::Vector;
use super::quotes::Scaled;
use super::raw::RawSvi;
use super::reduced::{Point, STEEPEST_TILT};

/// Inequalities are met with this much to spare, so that they hold after rounding: g, and differences of
/// total variance and of slopes in the scale of the quotes.
const SPARE: f64 = 1e-8;
/// Stationary points where g is above this cannot bind in the next step.
const NEAR: f64 = 0.3;

impl Scaled {
    /// Value and gradient in (a, β, γ, μ, ln σ) of everything that must not be negative at a point:
    /// Lee's bound, the tilt, w, g at its stationary points, and the difference to an earlier slice at
    /// its stationary points and in the slopes of the wings.
    pub(super) fn constraints(
        &self,
        point: &Point,
        slice: &RawSvi,
        earlier: Option<&RawSvi>,
    ) -> Vec<(f64, Vector)> {
        let Point { beta, gamma, sigma, a, .. } = *point;
        let plane = |value: f64, beta: f64, gamma: f64| {
            (value, Vector::from_column_slice(&[0.0, beta, gamma, 0.0, 0.0]))
        };
        let lee = self.lee();
        let tilt = STEEPEST_TILT;
        let mut all = vec![
            plane(lee - gamma - beta, -1.0, -1.0),
            plane(lee - gamma + beta, 1.0, -1.0),
            plane(tilt * gamma - beta, -1.0, tilt),
            plane(tilt * gamma + beta, 1.0, tilt),
        ];
        let root = ((gamma - beta) * (gamma + beta)).max(1e-18).sqrt();
        let depth = [1.0, -sigma * beta / root, sigma * gamma / root, 0.0, sigma * root];
        all.push((a + sigma * root - SPARE, Vector::from_column_slice(&depth)));
        let width = sigma.ln() - (1e-6 * self.range()).ln();
        all.push((width, Vector::from_column_slice(&[0.0, 0.0, 0.0, 0.0, 1.0])));
        for k in slice.durrleman_stationary() {
            let g = slice.durrleman(k);
            if g < NEAR {
                all.push((g - SPARE, self.durrleman_gradient(point, slice, k)));
            }
        }
        if let Some(earlier) = earlier {
            let (left, right) = earlier.wing_slopes();
            let unit = self.spread / self.level;
            all.push(plane(gamma + beta - right * unit - SPARE, 1.0, 1.0));
            all.push(plane(gamma - beta - left * unit - SPARE, -1.0, 1.0));
            for k in slice.stationary_above(earlier) {
                let above = (slice.total_variance(k) - earlier.total_variance(k)) / self.level;
                // Far out rows are scaled down, or they would drown the others.
                let scale = 1.0 / (1.0 + ((k - self.centre) / self.spread).abs());
                if above < NEAR {
                    let [value, ..] = self.jet_gradient(point, k);
                    all.push(((above - SPARE) * scale, value * scale));
                }
            }
        }
        all
    }

    /// How far the worst of the constraints is from holding, over the whole line, in the same scale.
    pub(super) fn violation(constraints: &[(f64, Vector)]) -> f64 {
        constraints.iter().fold(0.0_f64, |most, (value, _)| most.max(-value))
    }

    fn range(&self) -> f64 {
        self.distinct[self.distinct.len() - 1] - self.distinct[0]
    }

    fn durrleman_gradient(&self, point: &Point, slice: &RawSvi, k: f64) -> Vector {
        let jet = slice.jet(k);
        let (w, s) = (jet.value, jet.slope);
        let tilt = 1.0 - 0.5 * k * s / w;
        let by_value = tilt * k * s / (w * w) + 0.25 * s * s / (w * w);
        let by_slope = -tilt * k / w - 0.5 * s * (1.0 / w + 0.25);
        let [value, slope, curvature] = self.jet_gradient(point, k);
        let unit = self.level / self.spread;
        value * (by_value * self.level)
            + slope * (by_slope * unit)
            + curvature * (0.5 * unit / self.spread)
    }

    /// The gradients of w, w′ and w″, all in the scale of the quotes.
    fn jet_gradient(&self, point: &Point, k: f64) -> [Vector; 3] {
        let Point { mu, sigma, beta, gamma, .. } = *point;
        let y = (k - self.centre) / self.spread - mu;
        let r = y.hypot(sigma);
        let (sine, bend) = (y / r, (sigma / r).powi(2));
        let third = -3.0 * gamma * bend * sine / (r * r);
        let rows = [
            [1.0, y, r, -beta - gamma * sine, gamma * bend * r],
            [0.0, 1.0, sine, -gamma * bend / r, -gamma * sine * bend],
            [0.0, 0.0, bend / r, -third, gamma * bend * (2.0 - 3.0 * bend) / r],
        ];
        rows.map(|row| Vector::from_column_slice(&row))
    }

    /// A slice in the scale of the quotes.
    pub(super) fn point(&self, slice: &RawSvi) -> Point {
        let gamma = slice.b() * self.spread / self.level;
        Point {
            mu: (slice.m() - self.centre) / self.spread,
            sigma: slice.sigma() / self.spread,
            a: slice.a() / self.level,
            beta: slice.rho() * gamma,
            gamma,
            error: 0.0,
            grounded: false,
        }
    }
}
