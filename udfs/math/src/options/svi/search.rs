//! The global search over centre and width of a slice.

use super::quotes::Scaled;
use super::reduced::Point;

/// Widths grow by this factor from one level of the grid to the next.
const RATIO: f64 = 1.7;
/// Distance of neighbouring centres of a level, in widths.
const STEP: f64 = 0.8;
/// Centres outside the quotes, in widths from the outermost.
const OUTSIDE: [f64; 4] = [0.8, 2.0, 4.0, 8.0];
/// Basins that are followed to the bottom.
const BASINS: usize = 5;
const ITERATIONS: usize = 80;

/// The bounds of width and centre, in the units of [`Scaled`].
struct Bounds {
    log_sigma: (f64, f64),
    mu: (f64, f64),
}

impl Scaled {
    fn bounds(&self) -> Bounds {
        let (first, last) = self.ends();
        let range = last - first;
        Bounds {
            log_sigma: ((1e-6 * range).ln(), (1e3 * range).ln()),
            mu: (first - 1e3 * range, last + 1e3 * range),
        }
    }

    fn ends(&self) -> (f64, f64) {
        (self.distinct[0], self.distinct[self.distinct.len() - 1])
    }

    /// The best points found: a grid whose centres lie as close as the width of the bend or the quotes
    /// allow to tell apart, then the bottoms of the deepest basins of the grid, best first.
    pub(super) fn search(&self) -> Vec<Point> {
        let levels = self.levels();
        let mut grid: Vec<Vec<Point>> = Vec::with_capacity(levels.len());
        let mut enough = f64::INFINITY;
        for sigma in levels {
            let level: Vec<Point> =
                self.centres(sigma).map(|mu| self.best(mu, sigma, enough)).collect();
            // A bound from every level spares the costly case where it cannot matter.
            enough = level.iter().fold(enough, |least, p| least.min(4.0 * p.error.max(0.0)));
            grid.push(level);
        }
        let mut basins = local_minima(&grid);
        basins.sort_by(|p, q| p.error.total_cmp(&q.error));
        basins.truncate(BASINS);
        let bounds = self.bounds();
        let mut bottoms: Vec<Point> =
            basins.into_iter().map(|start| self.descend(&start, &bounds)).collect();
        bottoms.sort_by(|p, q| p.error.total_cmp(&q.error));
        bottoms
    }

    /// Widths: one that makes a kink, then from a part of the usual gap of the quotes to ten times their
    /// range.
    fn levels(&self) -> Vec<f64> {
        let (first, last) = self.ends();
        let range = last - first;
        let mut gaps: Vec<f64> = self.distinct.windows(2).map(|p| p[1] - p[0]).collect();
        gaps.sort_by(f64::total_cmp);
        let gap = gaps[gaps.len() / 2];
        let mut levels = vec![1e-3 * gap];
        let mut sigma = (0.3 * gap).max(3e-3 * range);
        while sigma < 10.0 * range {
            levels.push(sigma);
            sigma *= RATIO;
        }
        levels
    }

    /// Quotes and the middles between them no closer than the width, and some on either side.
    fn centres(&self, sigma: f64) -> impl Iterator<Item = f64> + '_ {
        let (first, last) = self.ends();
        let step = STEP * sigma;
        let between = self.distinct.windows(2).flat_map(|p| [p[0], 0.5 * (p[0] + p[1])]);
        let mut previous = f64::NEG_INFINITY;
        let inside = between.chain([last]).filter(move |x| {
            let far = *x - previous >= step;
            if far {
                previous = *x;
            }
            far
        });
        let left = OUTSIDE.into_iter().rev().map(move |d| first - d * sigma);
        let right = OUTSIDE.into_iter().map(move |d| last + d * sigma);
        left.chain(inside).chain(right)
    }

    /// The bottom of a basin by BFGS on the best error over (μ, ln σ), within bounds. Nocedal & Wright
    /// (2006), algorithm 6.1.
    fn descend(&self, start: &Point, bounds: &Bounds) -> Point {
        // Steps in μ are told in widths.
        let unit = start.sigma;
        let at = |z: [f64; 2]| {
            let mu = (z[0] * unit).clamp(bounds.mu.0, bounds.mu.1);
            let log_sigma = z[1].clamp(bounds.log_sigma.0, bounds.log_sigma.1);
            self.best(mu, log_sigma.exp(), f64::INFINITY)
        };
        let slope = |p: &Point| {
            let [mu, width] = self.gradient(p);
            [mu * unit, width]
        };
        let mut z = [start.mu / unit, start.sigma.ln()];
        let mut point = at(z);
        let mut gradient = slope(&point);
        let identity = [[1.0, 0.0], [0.0, 1.0]];
        let mut inverse = identity;
        let mut fresh = true;
        for _ in 0..ITERATIONS {
            let mut direction = inverse.map(|row| -(row[0] * gradient[0] + row[1] * gradient[1]));
            let mut fall = direction[0] * gradient[0] + direction[1] * gradient[1];
            if fall >= 0.0 || fall.is_nan() {
                (inverse, fresh) = (identity, true);
                direction = gradient.map(|g| -g);
                fall = -(gradient[0] * gradient[0] + gradient[1] * gradient[1]);
            }
            let length = direction[0].abs().max(direction[1].abs());
            // What is left to gain is lost in rounding.
            if !(fresh || -fall > 1e-11 * point.error) || length == 0.0 {
                break;
            }
            // A first step of a tenth, later ones of 1 at most: the basin is about that wide.
            let mut step = if fresh { 0.1 / length } else { (1.0 / length).min(1.0) };
            let found = (0..25).find_map(|_| {
                let to = [z[0] + step * direction[0], z[1] + step * direction[1]];
                let next = at(to);
                let lower = next.error <= point.error + 1e-4 * step * fall;
                step *= if fresh { 0.2 } else { 0.4 };
                lower.then_some((to, next))
            });
            let Some((to, next)) = found else {
                if fresh {
                    break;
                }
                (inverse, fresh) = (identity, true);
                continue;
            };
            let turned = slope(&next);
            let s = [to[0] - z[0], to[1] - z[1]];
            let y = [turned[0] - gradient[0], turned[1] - gradient[1]];
            let curvature = s[0] * y[0] + s[1] * y[1];
            let size = y[0] * y[0] + y[1] * y[1];
            if curvature > 1e-12 * (size * (s[0] * s[0] + s[1] * s[1])).sqrt() {
                if fresh {
                    inverse = identity.map(|row| row.map(|v| v * curvature / size));
                }
                let hy = inverse.map(|row| row[0] * y[0] + row[1] * y[1]);
                let more = (1.0 + (y[0] * hy[0] + y[1] * hy[1]) / curvature) / curvature;
                for i in 0..2 {
                    for j in 0..2 {
                        inverse[i][j] +=
                            more * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / curvature;
                    }
                }
                fresh = false;
            }
            (z, point, gradient) = (to, next, turned);
        }
        point
    }
}

/// Points of the grid that are no higher than their neighbours in the level and the nearest ones of the
/// levels next to it.
fn local_minima(grid: &[Vec<Point>]) -> Vec<Point> {
    let lowest_near = |level: Option<&Vec<Point>>, mu: f64| {
        let Some(level) = level else {
            return f64::INFINITY;
        };
        let after = level.partition_point(|p| p.mu < mu);
        let near = [after.checked_sub(1).and_then(|i| level.get(i)), level.get(after)];
        near.into_iter().flatten().map(|p| p.error).fold(f64::INFINITY, f64::min)
    };
    let mut found = Vec::new();
    for (i, level) in grid.iter().enumerate() {
        for (j, point) in level.iter().enumerate() {
            let beside = [j.checked_sub(1).and_then(|j| level.get(j)), level.get(j + 1)];
            let narrower = i.checked_sub(1).and_then(|i| grid.get(i));
            let minimum = beside.into_iter().flatten().all(|p| point.error <= p.error)
                && point.error <= lowest_near(narrower, point.mu)
                && point.error <= lowest_near(grid.get(i + 1), point.mu);
            if minimum {
                found.push(*point);
            }
        }
    }
    found
}
