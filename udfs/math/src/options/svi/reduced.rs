//! The quasi-explicit step: for a given centre m and width σ the best level, tilt and steepness of the
//! wings, exactly.
//!
//! Zeliade Systems (2009), Quasi-explicit calibration of Gatheral's SVI model: for given (m, σ) the
//! slice is linear in a, d = ρb and c = b. The paper's box a ≥ 0 is replaced by what no arbitrage asks,
//! `a + σ√(c² − d²) ≥ 0` and Lee's `c + |d| ≤ 2`: a convex problem.

use fearless_simd::prelude::*;
use fearless_simd::{Level as Processor, f64x4};

use super::quotes::Scaled;
use crate::dispatch::dispatch;

/// A slice in the units of [`Scaled`]: `a + β(x − μ) + γ√((x − μ)² + σ²)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) mu: f64,
    pub(super) sigma: f64,
    pub(super) a: f64,
    pub(super) beta: f64,
    pub(super) gamma: f64,
    /// The weighted mean squared error.
    pub(super) error: f64,
    /// Whether w ≥ 0 holds with equality.
    pub(super) grounded: bool,
}

/// |ρ| and the share of Lee's bound are at most 1 less this: both must stay below 1 after rounding.
const MARGIN: f64 = 1e-9;
/// How closely a grid settles ρ where w ≥ 0 binds.
const ROUGH: f64 = 1e-3;
/// Values of ρ that are tried at once.
const RAYS: usize = 16;
pub(super) const STEEPEST_TILT: f64 = 1.0 - MARGIN;

impl Scaled {
    /// Lee's bound on γ + |β|.
    pub(super) fn lee(&self) -> f64 {
        2.0 * (1.0 - MARGIN) * self.spread / self.level
    }

    /// The best point for μ and σ.
    pub(super) fn best(&self, mu: f64, sigma: f64) -> Point {
        dispatch!(Processor::new(), simd => simd.vectorize(
            #[inline(always)]
            || self.moments(simd, mu, sigma).best(self.lee(), 1e-8),
        ))
    }

    /// The best point for μ and σ to the few digits a grid needs, in less time.
    pub(super) fn roughly_best(&self, mu: f64, sigma: f64) -> Point {
        dispatch!(Processor::new(), simd => simd.vectorize(
            #[inline(always)]
            || self.rough_moments(simd, mu, sigma).best(self.lee(), ROUGH),
        ))
    }

    #[inline(always)]
    fn rough_moments<V: Simd>(&self, simd: V, mu: f64, sigma: f64) -> Moments {
        let mut sums = [f64x4::splat(simd, 0.0); 3];
        for ((x, p), bend) in self.x.iter().zip(&self.weight).zip(&self.bend) {
            let [x, p, bend] = [x, p, bend].map(|row| f64x4::simd_from(simd, *row));
            let y = x - mu;
            let pr = p * (y * y + sigma * sigma).sqrt();
            sums[0] += pr;
            sums[1] += pr * x;
            sums[2] += pr * bend;
        }
        let [mean, tilt, with_bend] = sums.map(total);
        self.moments_of(mu, sigma, mean, tilt, with_bend)
    }

    /// The best points without a bend, σ = 0, for ascending centres, from running sums. Their width is
    /// told as `sigma`.
    pub(super) fn kinks(&self, centres: impl Iterator<Item = f64>, sigma: f64) -> Vec<Point> {
        let mut rows = self.x.iter().flatten().zip(self.weight.iter().flatten());
        let mut bends = self.bend.iter().flatten();
        let mut next = rows.next().zip(bends.next());
        // Σp, Σpx, Σpx², Σp·bend and Σpx·bend of the quotes below the centre.
        let mut below = [0.0; 5];
        let lee = self.lee();
        centres
            .map(|mu| {
                while let Some(((x, p), bend)) = next.filter(|((x, p), _)| **p > 0.0 && **x < mu) {
                    let row = [1.0, *x, x * x, *bend, x * bend];
                    below.iter_mut().zip(row).for_each(|(sum, value)| *sum += p * value);
                    next = rows.next().zip(bends.next());
                }
                let mean = -mu - 2.0 * (below[1] - mu * below[0]);
                let tilt = 1.0 - 2.0 * (below[2] - mu * below[1]);
                let with_bend = -2.0 * (below[4] - mu * below[3]);
                let found = self.moments_of(mu, 0.0, mean, tilt, with_bend).best(lee, ROUGH);
                Point { sigma, ..found }
            })
            .collect()
    }

    /// Moments of r = √((x − μ)² + σ²) from its mean and its mean products with x and the bend.
    #[inline(always)]
    fn moments_of(&self, mu: f64, sigma: f64, mean: f64, tilt: f64, with_bend: f64) -> Moments {
        let square = 1.0 + mu * mu + sigma * sigma;
        let rest = (square - mean * mean - tilt * tilt).max(1e-14 * square);
        Moments { mu, sigma, mean, tilt, rest, with_bend, slope: self.slope, error: self.rest }
    }

    /// Moments of r by way of r less its tangent at x = 0, which is written without cancellation.
    #[inline(always)]
    fn moments<V: Simd>(&self, simd: V, mu: f64, sigma: f64) -> Moments {
        let radius = (mu * mu + sigma * sigma).sqrt();
        let lean = mu / radius;
        let mut sums = [f64x4::splat(simd, 0.0); 4];
        for ((x, p), bend) in self.x.iter().zip(&self.weight).zip(&self.bend) {
            let [x, p, bend] = [x, p, bend].map(|row| f64x4::simd_from(simd, *row));
            let y = x - mu;
            let over = 1.0 / ((y * y + sigma * sigma).sqrt() + radius);
            let r = x * x * over * (1.0 + lean * (y - mu) * over);
            let pr = p * r;
            sums[0] += pr;
            sums[1] += pr * x;
            sums[2] += pr * r;
            sums[3] += pr * bend;
        }
        let [mean, slope, square, with_bend] = sums.map(total);
        Moments {
            mu,
            sigma,
            mean: radius + mean,
            tilt: slope - lean,
            rest: (square - mean * mean - slope * slope).max(1e-14 * square),
            with_bend,
            slope: self.slope,
            error: self.rest,
        }
    }

    /// The derivatives of the best error in μ and ln σ: those of the Lagrangian at the best point.
    pub(super) fn gradient(&self, point: &Point) -> [f64; 2] {
        dispatch!(Processor::new(), simd => simd.vectorize(
            #[inline(always)]
            || self.slopes(simd, point),
        ))
    }

    #[inline(always)]
    fn slopes<V: Simd>(&self, simd: V, point: &Point) -> [f64; 2] {
        let Point { mu, sigma, a, beta, gamma, .. } = *point;
        let mut sums = [f64x4::splat(simd, 0.0); 3];
        for ((x, p), w) in self.x.iter().zip(&self.weight).zip(&self.w) {
            let [x, p, w] = [x, p, w].map(|row| f64x4::simd_from(simd, *row));
            let y = x - mu;
            let r = (y * y + sigma * sigma).sqrt();
            let error = p * (w - (a + beta * y + gamma * r));
            let over = error / r;
            sums[0] += error;
            sums[1] += over * y;
            sums[2] += over;
        }
        let [error, sine, over] = sums.map(total);
        let mut width = -2.0 * gamma * sigma * sigma * over;
        if point.grounded {
            width += 2.0 * error * sigma * ((gamma - beta) * (gamma + beta)).max(0.0).sqrt();
        }
        [2.0 * (beta * error + gamma * sine), width]
    }
}

#[inline(always)]
fn total<V: Simd>(sums: f64x4<V>) -> f64 {
    let [a, b, c, d] = sums.into();
    (a + b) + (c + d)
}

/// What the error is made of for given μ and σ: with x of mean 0 and deviation 1 and w of mean 1 it is
/// `error + (β − slope + γ·tilt)² + γ²·rest − 2γ·with_bend`, a at its best.
struct Moments {
    mu: f64,
    sigma: f64,
    /// Of r = √((x − μ)² + σ²): its mean, its mean product with x, what is left of its mean square, and
    /// its mean product with the bend of the quotes.
    mean: f64,
    tilt: f64,
    rest: f64,
    with_bend: f64,
    slope: f64,
    error: f64,
}

impl Moments {
    /// The best point; ρ to `tolerance` where w ≥ 0 binds.
    #[inline(always)]
    fn best(&self, lee: f64, tolerance: f64) -> Point {
        let (error, beta, gamma) = self.within_wings(lee);
        let a = 1.0 - gamma * self.mean + beta * self.mu;
        let depth = self.sigma * ((gamma - beta) * (gamma + beta)).max(0.0).sqrt();
        if a + depth >= 0.0 {
            let Self { mu, sigma, .. } = *self;
            Point { mu, sigma, a, beta, gamma, error, grounded: false }
        } else {
            self.grounded(lee, tolerance)
        }
    }

    #[inline(always)]
    fn error(&self, beta: f64, gamma: f64) -> f64 {
        let off = beta - self.slope + gamma * self.tilt;
        self.error + off * off + gamma * (gamma * self.rest - 2.0 * self.with_bend)
    }

    /// The best (error, β, γ) with |β| ≤ γ and γ + |β| within Lee's bound, a free: the minimum of a
    /// convex quadratic over a quadrilateral, inside or on one of the edges.
    #[inline(always)]
    fn within_wings(&self, lee: f64) -> (f64, f64, f64) {
        let gamma = self.with_bend / self.rest;
        let beta = self.slope - gamma * self.tilt;
        if beta.abs() <= STEEPEST_TILT * gamma && gamma + beta.abs() <= lee {
            return (self.error(beta, gamma), beta, gamma);
        }
        let corner = lee / (1.0 + STEEPEST_TILT);
        let mut best = (f64::INFINITY, 0.0, 0.0);
        for side in [-1.0, 1.0] {
            let gamma = self.along(side * STEEPEST_TILT, 0.0).clamp(0.0, corner);
            let steep = self.along(-side, side * lee).clamp(corner, lee);
            for (beta, gamma) in
                [(side * STEEPEST_TILT * gamma, gamma), (side * (lee - steep), steep)]
            {
                let error = self.error(beta, gamma);
                if error < best.0 {
                    best = (error, beta, gamma);
                }
            }
        }
        best
    }

    /// The best γ along `β = offset + factor·γ`.
    #[inline(always)]
    fn along(&self, factor: f64, offset: f64) -> f64 {
        let q = factor + self.tilt;
        let gamma = (q * (self.slope - offset) + self.with_bend) / (q * q + self.rest);
        if gamma.is_nan() { 0.0 } else { gamma }
    }

    /// The best point with w ≥ 0, where the best one without falls below. For a given
    /// ρ = 2τ/(1 + τ²) the problem is a quadratic in (a, γ) with one linear bound; the best error as a
    /// function of ρ is quasi-convex, because sections of a convex set by planes through an axis
    /// project to an interval. So the lowest of many is next to the best.
    #[inline(always)]
    fn grounded(&self, lee: f64, tolerance: f64) -> Point {
        let limit = STEEPEST_TILT / (1.0 + ((1.0 - STEEPEST_TILT) * (1.0 + STEEPEST_TILT)).sqrt());
        let (mut low, mut step) = (-limit, 2.0 * limit / (RAYS + 1) as f64);
        loop {
            let mut errors = [0.0; RAYS];
            for (i, error) in errors.iter_mut().enumerate() {
                *error = self.ray(low + step * (i + 1) as f64, lee).error;
            }
            let mut best = 0;
            for (i, error) in errors.iter().enumerate() {
                best = if *error < errors[best] { i } else { best };
            }
            low += step * best as f64;
            if 2.0 * step <= tolerance {
                return self.along_ray(low + step, lee);
            }
            step *= 2.0 / (RAYS + 1) as f64;
        }
    }

    /// The best γ with ρ = 2τ/(1 + τ²) and w ≥ 0, without branches. In γ/(1 + τ²) all is a quadratic whose
    /// coefficients are polynomials in τ.
    #[inline(always)]
    fn ray(&self, tau: f64, lee: f64) -> Ray {
        let (unit, wing) = (1.0 + tau * tau, 1.0 + tau.abs());
        let longest = lee / (wing * wing);
        let depth = self.sigma * ((1.0 - tau) * (1.0 + tau));
        let height = self.mean * unit - 2.0 * tau * self.mu;
        // Errors are their squares' mean at γ = 0, and γ² square − 2γ product.
        let lean = 2.0 * tau + self.tilt * unit;
        let square = lean * lean + self.rest * (unit * unit);
        let product = lean * self.slope + self.with_bend * unit;
        let free = within(product / square, longest);
        // Grounded a is −γ·depth and not at its best, which adds to the error.
        let above = height - depth;
        let (more, further) = (square + above * above, product + above);
        let bound = within(further / more, longest);
        let least = self.slope * self.slope + self.error;
        let grounded = 1.0 - free * above < 0.0;
        let (gamma, square, product, least) = if grounded {
            (bound, more, further, 1.0 + least)
        } else {
            (free, square, product, least)
        };
        let a = if grounded { -(gamma * depth) } else { 1.0 - gamma * height };
        Ray { a, gamma, error: least + gamma * (gamma * square - 2.0 * product), grounded }
    }

    #[inline(always)]
    fn along_ray(&self, tau: f64, lee: f64) -> Point {
        let Ray { a, gamma, error, grounded } = self.ray(tau, lee);
        let (beta, gamma) = (2.0 * tau * gamma, (1.0 + tau * tau) * gamma);
        Point { mu: self.mu, sigma: self.sigma, a, beta, gamma, error, grounded }
    }
}

/// The best point on a ray of constant ρ, γ in parts of 1 + τ².
struct Ray {
    a: f64,
    gamma: f64,
    error: f64,
    grounded: bool,
}

/// Between 0 and `longest`; 0 if it is no number.
#[inline(always)]
fn within(gamma: f64, longest: f64) -> f64 {
    let positive = if gamma > 0.0 { gamma } else { 0.0 };
    if positive < longest { positive } else { longest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::svi::quotes::Quotes;

    /// A flat bottom next to 0, which a bend without bounds would fall below.
    fn scaled() -> Scaled {
        let k: Vec<f64> = (0..23).map(|i| -0.6 + 0.05 * f64::from(i)).collect();
        let w: Vec<f64> = k.iter().map(|k| 1e-4 + (k.abs() - 0.2).max(0.0)).collect();
        Quotes::new(&k, &w, None).unwrap().scaled()
    }

    fn centres() -> impl Iterator<Item = (f64, f64)> {
        (-10..=10).flat_map(|i| (-6..=6).map(move |j| (0.2 * f64::from(i), f64::from(j).exp2())))
    }

    #[test]
    fn every_processor_gives_the_same_bits() {
        let scaled = scaled();
        for (mu, sigma) in centres() {
            let [narrow, wide] = [Processor::baseline(), Processor::new()].map(|processor| {
                dispatch!(processor, simd => simd.vectorize(
                    #[inline(always)]
                    || {
                        let best = scaled.moments(simd, mu, sigma).best(scaled.lee(), 1e-8);
                        (best, scaled.slopes(simd, &best))
                    },
                ))
            });
            assert_eq!(narrow, wide, "{mu} {sigma}");
        }
    }

    #[test]
    fn grounded_is_the_best_of_all_rays() {
        let scaled = scaled();
        let mut grounded = 0;
        for (mu, sigma) in centres() {
            let best = scaled.best(mu, sigma);
            if !best.grounded {
                continue;
            }
            grounded += 1;
            let depth = best.sigma * ((best.gamma - best.beta) * (best.gamma + best.beta)).sqrt();
            assert!((best.a + depth).abs() < 1e-9 * (1.0 + depth), "{best:?}");
            let squares = scaled.squares(&best);
            assert!((best.error - squares).abs() < 1e-9 * (1.0 + squares), "{best:?} {squares}");
            let moments = dispatch!(Processor::baseline(), simd => scaled.moments(simd, mu, sigma));
            for i in -999..=999 {
                let other = moments.ray(f64::from(i) * 1e-3, scaled.lee()).error;
                assert!(best.error <= other + 1e-12, "{best:?} {other}");
            }
        }
        assert!(grounded > 50, "{grounded}");
    }
}
