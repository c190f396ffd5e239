//! The parameters of a GARCH(1,1) by quasi-maximum likelihood.

/// σ²ₜ₊₁ = ω + α rₜ² + β σ²ₜ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// ω > 0, in squared returns.
    pub omega: f64,
    /// α ≥ 0.
    pub alpha: f64,
    /// β ≥ 0, α + β < 1.
    pub beta: f64,
}

impl Parameters {
    /// The variance of the row after one with the given variance and return.
    pub fn next(self, variance: f64, x: f64) -> f64 {
        self.omega + self.alpha * (x * x) + self.beta * variance
    }

    /// The variance of the row after the last one, from the backcast on.
    pub fn filter(self, returns: &[f64]) -> f64 {
        let backcast = backcast(returns);
        let first = self.omega + (self.alpha + self.beta) * backcast;
        returns.iter().fold(first, |variance, x| self.next(variance, *x))
    }
}

/// The variance that stands for the rows before the first: the mean of the first 75 squared returns
/// with weights falling by 6 % a row, as in the Python package `arch`.
pub fn backcast(returns: &[f64]) -> f64 {
    let (mut sum, mut weights, mut weight) = (0.0, 0.0, 1.0);
    for x in returns.iter().take(75) {
        sum += weight * (x * x);
        weights += weight;
        weight *= 0.94;
    }
    if weights > 0.0 { sum / weights } else { 0.0 }
}

/// ω is at least this share of the mean squared return: with returns that stop moving the likelihood
/// would have no maximum.
const FLOOR: f64 = 1e-8;
const ITERATIONS: usize = 300;

/// The parameters that maximise the Gaussian likelihood of returns with mean 0, started from the
/// backcast; `None` if all returns are 0.
///
/// Bollerslev (1986), J. Econometrics 31(3). BFGS with the exact gradient from the
/// best point of a fixed grid, under ω > 0, α > 0, β > 0, α + β < 1: the result is a function of the
/// returns alone.
pub fn fit(returns: &[f64]) -> Option<Parameters> {
    let scale = returns.iter().map(|x| x * x).sum::<f64>() / returns.len() as f64;
    if !(scale.is_normal() && scale.is_finite()) {
        return None;
    }
    let squares: Vec<f64> = returns.iter().map(|x| x * x / scale).collect();
    let likelihood = Likelihood { squares: &squares, first: backcast(returns) / scale };
    let mut best = (f64::INFINITY, [0.0; 3]);
    for alpha in [0.02, 0.05, 0.1, 0.2, 0.4] {
        for sum in [0.5, 0.8, 0.95, 0.99] {
            let point = free(1.0 - sum, alpha, sum - alpha);
            let value = likelihood.value(point);
            if value < best.0 {
                best = (value, point);
            }
        }
    }
    let (omega, alpha, beta) = bound(minimise(&likelihood, best.1));
    Some(Parameters { omega: omega * scale, alpha, beta })
}

/// From ω, α, β to three numbers without bounds.
fn free(omega: f64, alpha: f64, beta: f64) -> [f64; 3] {
    let rest = (1.0 - alpha - beta).ln();
    [(omega - FLOOR).ln(), alpha.ln() - rest, beta.ln() - rest]
}

/// And back.
fn bound([a, u, v]: [f64; 3]) -> (f64, f64, f64) {
    let top = u.max(v).max(0.0);
    let (eu, ev, one) = ((u - top).exp(), (v - top).exp(), (-top).exp());
    let sum = eu + ev + one;
    (FLOOR + a.exp(), eu / sum, ev / sum)
}

/// Minus the mean log likelihood, without its constant.
struct Likelihood<'a> {
    squares: &'a [f64],
    first: f64,
}

impl Likelihood<'_> {
    fn value(&self, point: [f64; 3]) -> f64 {
        let (omega, alpha, beta) = bound(point);
        let mut h = omega + (alpha + beta) * self.first;
        let mut sum = Logs::default();
        let mut ratios = 0.0;
        for y in self.squares {
            sum.add(h);
            ratios += y / h;
            h = omega + alpha * y + beta * h;
        }
        (sum.total() + ratios) / (2.0 * self.squares.len() as f64)
    }

    fn gradient(&self, point: [f64; 3]) -> [f64; 3] {
        let (omega, alpha, beta) = bound(point);
        let mut h = omega + (alpha + beta) * self.first;
        let mut dh = [1.0, self.first, self.first];
        let mut sum = [0.0; 3];
        for y in self.squares {
            let weight = (1.0 - y / h) / h;
            for (s, d) in sum.iter_mut().zip(dh) {
                *s += weight * d;
            }
            dh = [1.0 + beta * dh[0], y + beta * dh[1], h + beta * dh[2]];
            h = omega + alpha * y + beta * h;
        }
        let [o, a, b] = sum.map(|s| s / (2.0 * self.squares.len() as f64));
        let mixed = alpha * beta;
        [
            o * (omega - FLOOR),
            a * alpha * (1.0 - alpha) - b * mixed,
            b * beta * (1.0 - beta) - a * mixed,
        ]
    }
}

/// A sum of logarithms as few logarithms of products.
struct Logs {
    product: f64,
    sum: f64,
}

impl Default for Logs {
    fn default() -> Self {
        Self { product: 1.0, sum: 0.0 }
    }
}

impl Logs {
    fn add(&mut self, x: f64) {
        self.product *= x;
        if !(1e-100..1e100).contains(&self.product) {
            self.sum += self.product.ln();
            self.product = 1.0;
        }
    }

    fn total(&self) -> f64 {
        self.sum + self.product.ln()
    }
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// BFGS with a line search that halves the step. Nocedal & Wright (2006), Numerical Optimization,
/// algorithm 6.1 and eq. 6.17.
fn minimise(f: &Likelihood<'_>, start: [f64; 3]) -> [f64; 3] {
    const IDENTITY: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let (mut x, mut value, mut gradient) = (start, f.value(start), f.gradient(start));
    let mut inverse = IDENTITY;
    let mut fresh = true;
    for _ in 0..ITERATIONS {
        let mut direction = inverse.map(|row| -dot(row, gradient));
        if dot(direction, gradient) >= 0.0 {
            (inverse, fresh) = (IDENTITY, true);
            direction = gradient.map(|g| -g);
        }
        // No step multiplies a parameter by more than e².
        let longest = direction.iter().fold(0.0_f64, |most, d| most.max(d.abs()));
        let mut step = (2.0 / longest).min(1.0);
        let slope = dot(direction, gradient);
        // What the step would gain is lost in rounding.
        if slope.abs() < 1e-13 {
            break;
        }
        let found = (0..30).find_map(|_| {
            let to = std::array::from_fn(|i| x[i] + step * direction[i]);
            let at = f.value(to);
            let enough = at <= value + 1e-4 * step * slope;
            step *= 0.5;
            enough.then_some((to, at))
        });
        let Some((to, at)) = found else {
            if fresh {
                break;
            }
            (inverse, fresh) = (IDENTITY, true);
            continue;
        };
        let next = f.gradient(to);
        let s: [f64; 3] = std::array::from_fn(|i| to[i] - x[i]);
        let y: [f64; 3] = std::array::from_fn(|i| next[i] - gradient[i]);
        let curvature = dot(s, y);
        if curvature > 1e-12 * (dot(s, s) * dot(y, y)).sqrt() {
            if fresh {
                let size = curvature / dot(y, y);
                inverse = IDENTITY.map(|row| row.map(|v| v * size));
            }
            let hy = inverse.map(|row| dot(row, y));
            let more = (1.0 + dot(y, hy) / curvature) / curvature;
            for i in 0..3 {
                for j in 0..3 {
                    inverse[i][j] += more * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / curvature;
                }
            }
            fresh = false;
        }
        (x, value, gradient) = (to, at, next);
    }
    x
}
