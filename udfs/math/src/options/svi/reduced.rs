//! The quasi-explicit step: for a given centre m and width σ the best level, tilt and steepness of the
//! wings, exactly.
//!
//! Zeliade Systems (2009), Quasi-explicit calibration of Gatheral's SVI model: for given (m, σ) the
//! slice is linear in a, d = ρb and c = b. The paper's box a ≥ 0 is replaced by what no arbitrage asks,
//! `a + σ√(c² − d²) ≥ 0` and Lee's `c + |d| ≤ 2`: a convex problem.

use super::quotes::{LANES, Scaled};

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
pub(super) const STEEPEST_TILT: f64 = 1.0 - MARGIN;

impl Scaled {
    /// Lee's bound on γ + |β|.
    pub(super) fn lee(&self) -> f64 {
        2.0 * (1.0 - MARGIN) * self.spread / self.level
    }

    /// The best point for μ and σ.
    pub(super) fn best(&self, mu: f64, sigma: f64) -> Point {
        self.moments(mu, sigma).best(self.lee(), 1e-8)
    }

    /// The best point for μ and σ to the few digits a grid needs, in less time.
    pub(super) fn roughly_best(&self, mu: f64, sigma: f64) -> Point {
        let mut sums = [[0.0; LANES]; 3];
        for ((x, p), bend) in self.x.iter().zip(&self.weight).zip(&self.bend) {
            for lane in 0..LANES {
                let y = x[lane] - mu;
                let pr = p[lane] * (y * y + sigma * sigma).sqrt();
                sums[0][lane] += pr;
                sums[1][lane] += pr * x[lane];
                sums[2][lane] += pr * bend[lane];
            }
        }
        let [mean, tilt, with_bend] = sums.map(|s| (s[0] + s[1]) + (s[2] + s[3]));
        self.moments_of(mu, sigma, mean, tilt, with_bend).best(self.lee(), ROUGH)
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
    fn moments_of(&self, mu: f64, sigma: f64, mean: f64, tilt: f64, with_bend: f64) -> Moments {
        let square = 1.0 + mu * mu + sigma * sigma;
        let rest = (square - mean * mean - tilt * tilt).max(1e-14 * square);
        Moments { mu, sigma, mean, tilt, rest, with_bend, slope: self.slope, error: self.rest }
    }

    /// Moments of r by way of r less its tangent at x = 0, which is written without cancellation.
    fn moments(&self, mu: f64, sigma: f64) -> Moments {
        let radius = (mu * mu + sigma * sigma).sqrt();
        let lean = mu / radius;
        let mut sums = [[0.0; LANES]; 4];
        for ((x, p), bend) in self.x.iter().zip(&self.weight).zip(&self.bend) {
            for lane in 0..LANES {
                let x = x[lane];
                let y = x - mu;
                let over = 1.0 / ((y * y + sigma * sigma).sqrt() + radius);
                let r = x * x * over * (1.0 + lean * (y - mu) * over);
                let pr = p[lane] * r;
                sums[0][lane] += pr;
                sums[1][lane] += pr * x;
                sums[2][lane] += pr * r;
                sums[3][lane] += pr * bend[lane];
            }
        }
        let [mean, slope, square, with_bend] = sums.map(|s| (s[0] + s[1]) + (s[2] + s[3]));
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
        let Point { mu, sigma, a, beta, gamma, .. } = *point;
        let mut sums = [[0.0; LANES]; 3];
        for ((x, p), w) in self.x.iter().zip(&self.weight).zip(&self.w) {
            for lane in 0..LANES {
                let y = x[lane] - mu;
                let r = (y * y + sigma * sigma).sqrt();
                let error = p[lane] * (w[lane] - (a + beta * y + gamma * r));
                let over = error / r;
                sums[0][lane] += error;
                sums[1][lane] += over * y;
                sums[2][lane] += over;
            }
        }
        let [error, sine, over] = sums.map(|s| (s[0] + s[1]) + (s[2] + s[3]));
        let mut width = -2.0 * gamma * sigma * sigma * over;
        if point.grounded {
            width += 2.0 * error * sigma * ((gamma - beta) * (gamma + beta)).max(0.0).sqrt();
        }
        [2.0 * (beta * error + gamma * sine), width]
    }
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

    fn error(&self, beta: f64, gamma: f64) -> f64 {
        let off = beta - self.slope + gamma * self.tilt;
        self.error + off * off + gamma * (gamma * self.rest - 2.0 * self.with_bend)
    }

    /// The best (error, β, γ) with |β| ≤ γ and γ + |β| within Lee's bound, a free: the minimum of a
    /// convex quadratic over a quadrilateral, inside or on one of the edges.
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
    fn along(&self, factor: f64, offset: f64) -> f64 {
        let q = factor + self.tilt;
        let gamma = (q * (self.slope - offset) + self.with_bend) / (q * q + self.rest);
        if gamma.is_nan() { 0.0 } else { gamma }
    }

    /// The best point with w ≥ 0, where the best one without falls below. For a given
    /// ρ = 2τ/(1 + τ²) the problem is a quadratic in (a, γ) with one linear bound; the best error as a
    /// function of ρ is quasi-convex, because sections of a convex set by planes through an axis
    /// project to an interval. A scan, then golden sections.
    fn grounded(&self, lee: f64, tolerance: f64) -> Point {
        const GOLDEN: f64 = 0.618_033_988_749_894_9;
        let limit = STEEPEST_TILT / (1.0 + ((1.0 - STEEPEST_TILT) * (1.0 + STEEPEST_TILT)).sqrt());
        // Where γ = 0 is best the error does not depend on ρ, and sections would see no slope.
        let scan = |i: i32| limit * f64::from(i) / 6.0;
        let best = (-6..=6)
            .min_by(|i, j| {
                let error = |i: i32| self.along_ray(scan(i), lee).error;
                error(*i).total_cmp(&error(*j))
            })
            .unwrap_or(0);
        let (mut low, mut high) = (scan((best - 1).max(-6)), scan((best + 1).min(6)));
        let mut inner = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
        let mut at = inner.map(|tau| self.along_ray(tau, lee));
        while high - low > tolerance {
            if at[0].error <= at[1].error {
                high = inner[1];
                inner = [high - GOLDEN * (high - low), inner[0]];
                at = [self.along_ray(inner[0], lee), at[0]];
            } else {
                low = inner[0];
                inner = [inner[1], low + GOLDEN * (high - low)];
                at = [at[1], self.along_ray(inner[1], lee)];
            }
        }
        if at[0].error <= at[1].error { at[0] } else { at[1] }
    }

    /// The best point with ρ = 2τ/(1 + τ²) and w ≥ 0.
    fn along_ray(&self, tau: f64, lee: f64) -> Point {
        let over = 1.0 / (1.0 + tau * tau);
        let (rho, complement) = (2.0 * tau * over, (1.0 - tau) * (1.0 + tau) * over);
        let longest = lee / (1.0 + rho.abs());
        let depth = self.sigma * complement;
        let height = self.mean - rho * self.mu;
        let point = |a: f64, gamma: f64, error: f64, grounded: bool| Point {
            mu: self.mu,
            sigma: self.sigma,
            a,
            beta: rho * gamma,
            gamma,
            error,
            grounded,
        };
        let gamma = self.along(rho, 0.0).clamp(0.0, longest);
        let a = 1.0 - gamma * height;
        if a + gamma * depth >= 0.0 {
            return point(a, gamma, self.error(rho * gamma, gamma), false);
        }
        let (e0, e1) = (height - depth, rho + self.tilt);
        let square = e0 * e0 + e1 * e1 + self.rest;
        let product = e0 + e1 * self.slope + self.with_bend;
        let gamma = (product / square).clamp(0.0, longest);
        let all = 1.0 + self.slope * self.slope + self.error;
        point(-gamma * depth, gamma, all + gamma * (gamma * square - 2.0 * product), true)
    }
}
