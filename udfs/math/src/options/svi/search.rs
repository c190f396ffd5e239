//! The global search over centre and width of a slice.

use super::quotes::Scaled;
use super::reduced::Point;

/// Widths grow by this factor from one level of the grid to the next.
const RATIO: f64 = 1.7;
/// Distance of neighbouring centres of a level, in widths.
const STEP: f64 = 0.8;
/// Centres outside the quotes, in widths from the outermost.
const OUTSIDE: [f64; 4] = [0.8, 2.0, 4.0, 8.0];
/// Local minima of the grid that are followed.
const BASINS: usize = 5;
/// How many of them without a bend.
const KINKS: usize = 2;
/// How many basins are kept after how many steps of descent.
const ROUNDS: [(usize, usize); 3] = [(4, 5), (2, 10), (2, 60)];

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
        let (kink, levels) = self.levels();
        let mut grid = vec![self.kinks(self.centres(kink), kink)];
        for sigma in levels {
            grid.push(self.centres(sigma).map(|mu| self.roughly_best(mu, sigma)).collect());
        }
        // Between close quotes there are many kinks, all much alike: they must not crowd out the rest.
        let mut basins = local_minima(&grid);
        basins.sort_by(|p, q| p.error.total_cmp(&q.error));
        let mut kinks = 0;
        basins.retain(|p| {
            kinks += usize::from(p.sigma == kink);
            p.sigma != kink || kinks <= KINKS
        });
        basins.truncate(BASINS);
        // A narrow basin may show on the grid only as the best of its width.
        for level in &grid[1..] {
            if let Some(best) = level.iter().min_by(|p, q| p.error.total_cmp(&q.error))
                && !basins.contains(best)
            {
                basins.push(*best);
            }
        }
        let bounds = self.bounds();
        let mut descents: Vec<Descent<'_>> =
            basins.iter().map(|start| Descent::new(self, start, &bounds)).collect();
        // The better a basin looks after a few steps, the further it is followed.
        for (keep, iterations) in ROUNDS {
            descents.iter_mut().for_each(|d| d.advance(iterations));
            descents.sort_by(|p, q| p.point.error.total_cmp(&q.point.error));
            descents.truncate(keep);
        }
        descents.into_iter().map(|d| d.point).collect()
    }

    /// The distance of the quotes on either side; 0 outside.
    fn gap_around(&self, mu: f64) -> f64 {
        let after = self.distinct.partition_point(|x| *x < mu);
        let before = after.checked_sub(1).and_then(|i| self.distinct.get(i));
        before.zip(self.distinct.get(after)).map_or(0.0, |(low, high)| high - low)
    }

    /// Widths: one that makes a kink, and from a part of the usual gap of the quotes to ten times their
    /// range.
    fn levels(&self) -> (f64, Vec<f64>) {
        let (first, last) = self.ends();
        let range = last - first;
        let mut gaps: Vec<f64> = self.distinct.windows(2).map(|p| p[1] - p[0]).collect();
        gaps.sort_by(f64::total_cmp);
        let gap = gaps[gaps.len() / 2];
        let mut levels = Vec::new();
        let mut sigma = (0.6 * gap).max(5e-3 * range);
        while sigma < 10.0 * range {
            levels.push(sigma);
            sigma *= RATIO;
        }
        (1e-3 * gap, levels)
    }

    /// Quotes and quarters of the gaps between them no closer than the width allows to tell apart, and
    /// some on either side.
    fn centres(&self, sigma: f64) -> impl Iterator<Item = f64> + '_ {
        let (first, last) = self.ends();
        let step = STEP * sigma;
        let parts = [0.0, 0.25, 0.5, 0.75];
        let between =
            self.distinct.windows(2).flat_map(move |p| parts.map(|s| p[0] + s * (p[1] - p[0])));
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
}

/// BFGS on the best error over (μ, ln σ), within bounds: Nocedal & Wright (2006), algorithm 6.1.
struct Descent<'a> {
    quotes: &'a Scaled,
    bounds: &'a Bounds,
    /// Steps in μ are told in widths of the start, or for narrower ones in parts of the gap between
    /// quotes, in which a kink may move.
    unit: f64,
    z: [f64; 2],
    point: Point,
    gradient: [f64; 2],
    inverse: [[f64; 2]; 2],
    /// Whether `inverse` knows nothing yet.
    fresh: bool,
    done: bool,
}

const IDENTITY: [[f64; 2]; 2] = [[1.0, 0.0], [0.0, 1.0]];

fn dot(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

impl<'a> Descent<'a> {
    fn new(quotes: &'a Scaled, start: &Point, bounds: &'a Bounds) -> Self {
        let unit = start.sigma.max(0.25 * quotes.gap_around(start.mu));
        let point = quotes.best(start.mu, start.sigma);
        let mut descent = Self {
            quotes,
            bounds,
            unit,
            z: [start.mu / unit, start.sigma.ln()],
            point,
            gradient: [0.0; 2],
            inverse: IDENTITY,
            fresh: true,
            done: false,
        };
        descent.gradient = descent.slope(&point);
        descent
    }

    fn at(&self, z: [f64; 2]) -> Point {
        let mu = (z[0] * self.unit).clamp(self.bounds.mu.0, self.bounds.mu.1);
        let log_sigma = z[1].clamp(self.bounds.log_sigma.0, self.bounds.log_sigma.1);
        self.quotes.best(mu, log_sigma.exp())
    }

    fn slope(&self, point: &Point) -> [f64; 2] {
        let [mu, width] = self.quotes.gradient(point);
        [mu * self.unit, width]
    }

    fn advance(&mut self, iterations: usize) {
        for _ in 0..iterations {
            if self.done {
                break;
            }
            self.step();
        }
    }

    fn step(&mut self) {
        let mut direction = self.inverse.map(|row| -dot(row, self.gradient));
        let mut fall = dot(direction, self.gradient);
        if fall >= 0.0 || fall.is_nan() {
            (self.inverse, self.fresh) = (IDENTITY, true);
            direction = self.gradient.map(|g| -g);
            fall = -dot(self.gradient, self.gradient);
        }
        let length = direction[0].abs().max(direction[1].abs());
        // What is left to gain is not worth a step.
        if length == 0.0 || (!self.fresh && -fall < 1e-11 * self.point.error) {
            self.done = true;
            return;
        }
        // A first step of a tenth, later ones of 1 at most: the basin is about that wide.
        let mut step = if self.fresh { 0.1 / length } else { (1.0 / length).min(1.0) };
        let found = (0..16).find_map(|_| {
            let to = [self.z[0] + step * direction[0], self.z[1] + step * direction[1]];
            let next = self.at(to);
            let lower = next.error <= self.point.error + 1e-4 * step * fall;
            step *= 0.3;
            lower.then_some((to, next))
        });
        let Some((to, next)) = found else {
            self.done = self.fresh;
            (self.inverse, self.fresh) = (IDENTITY, true);
            return;
        };
        let turned = self.slope(&next);
        let s = [to[0] - self.z[0], to[1] - self.z[1]];
        let y = [turned[0] - self.gradient[0], turned[1] - self.gradient[1]];
        let curvature = dot(s, y);
        if curvature > 1e-12 * (dot(y, y) * dot(s, s)).sqrt() {
            if self.fresh {
                self.inverse = IDENTITY.map(|row| row.map(|v| v * curvature / dot(y, y)));
            }
            let hy = self.inverse.map(|row| dot(row, y));
            let more = (1.0 + dot(y, hy) / curvature) / curvature;
            for i in 0..2 {
                for j in 0..2 {
                    self.inverse[i][j] +=
                        more * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / curvature;
                }
            }
            self.fresh = false;
        }
        (self.z, self.point, self.gradient) = (to, next, turned);
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
