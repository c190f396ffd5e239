//! The price of the underlying at which an American option is better exercised.
//!
//! Andersen, Lake & Offengenden (2016), High-performance American option pricing, J. Computational
//! Finance 20(1): the boundary of a put solves a fixed-point equation, their system B,
//!
//! ```text
//! B(τ) = K e^(−(r−q)τ) N(τ) / D(τ)
//! N(τ) = Φ(d₋(τ, B(τ)/K)) + r ∫₀^τ e^(ru) Φ(d₋(τ − u, B(τ)/B(u))) du
//! D(τ) = Φ(d₊(τ, B(τ)/K)) + q ∫₀^τ e^(qu) Φ(d₊(τ − u, B(τ)/B(u))) du
//! ```
//!
//! which is solved for ln²(B/X), X = B(0+), at Chebyshev's nodes of √τ: here by Newton's method on the whole
//! system, which also converges where their fixed-point iteration does not. The integrals are over the angle θ with u = τ cos²θ, in which both ends are smooth. A call is a put
//! with spot and strike, and rate and yield, exchanged (Carr & Chesney 1996).

use std::f64::consts::{FRAC_PI_2, PI};
use std::sync::LazyLock;

use nalgebra::{DMatrix, DVector};

use super::gauss_legendre::gauss_legendre;
use super::kind::Kind;
use super::normal::{cdf, pdf};
use super::status::Status;

/// Intervals between the nodes of √τ.
const NODES: usize = 24;
/// Points of the integrals in the equation.
const POINTS: usize = 40;
const ITERATIONS: usize = 60;

/// A put of strike 1: rate, yield and volatility. A call's rate and yield are exchanged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct UnitPut {
    pub rate: f64,
    pub dividend_yield: f64,
    pub volatility: f64,
}

/// When exercise can be best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Exercise {
    Never,
    /// Below a boundary that is this just before expiry.
    Below(f64),
    /// Between two boundaries (Andersen & Lake 2021).
    Between,
}

impl UnitPut {
    /// Waiting costs r − q S, which has to be above 0 for some S < 1.
    pub fn exercise(&self) -> Exercise {
        let (r, q) = (self.rate, self.dividend_yield);
        match (r > 0.0, q > r) {
            (true, true) => Exercise::Below(r / q),
            (true, false) => Exercise::Below(1.0),
            (false, _) if q >= r => Exercise::Never,
            (false, _) if r == 0.0 => Exercise::Below(1.0),
            _ => Exercise::Between,
        }
    }

    /// d₋ and d₊ of a ratio over some time.
    pub fn d(&self, time: f64, ln_ratio: f64) -> [f64; 2] {
        let stdev = self.volatility * time.sqrt();
        let middle = (ln_ratio + (self.rate - self.dividend_yield) * time) / stdev;
        [middle - 0.5 * stdev, middle + 0.5 * stdev]
    }

    /// ln(B/X) to start from: between X and the perpetual boundary, much as Barone-Adesi & Whaley (1987)
    /// have it.
    fn guess(&self, last: f64, time: f64) -> f64 {
        let perpetual = self.perpetual().clamp(1e-4 * last, (1.0 - 1e-6) * last);
        let spread = 2.0 * self.volatility * time.sqrt();
        let fall = (spread + (self.dividend_yield - self.rate).max(0.0) * time) / (1.0 - perpetual);
        ((perpetual + (last - perpetual) * (-fall).exp()) / last).ln()
    }

    /// The boundary of a put that never expires. Merton (1973), with a yield.
    fn perpetual(&self) -> f64 {
        let variance = self.volatility * self.volatility;
        let drift = (self.rate - self.dividend_yield) / variance - 0.5;
        let root = -drift - (drift * drift + 2.0 * self.rate / variance).sqrt();
        if root < 0.0 { root / (root - 1.0) } else { 0.0 }
    }
}

/// The early-exercise boundary of an American option by time to expiry.
#[derive(Debug, Clone, PartialEq)]
pub struct ExerciseBoundary {
    kind: Kind,
    strike: f64,
    longest: f64,
    /// Of a put of strike 1, just before expiry; `None` if it is never exercised early.
    last: Option<f64>,
    /// ln(B/X) at the nodes of √(τ/longest).
    drops: Row,
}

impl ExerciseBoundary {
    /// The price of the underlying at and below which a put, at and above which a call is better
    /// exercised when so many years are left; `None` if it never is, or for a time outside the
    /// option's life. With no time left it is the limit just before expiry.
    pub fn at(&self, time_to_expiry: f64) -> Option<f64> {
        let alive = (0.0..=self.longest).contains(&time_to_expiry);
        let ratio = self.ln_ratio(if alive { time_to_expiry } else { return None })?.exp();
        Some(match self.kind {
            Kind::Put => self.strike * ratio,
            Kind::Call => self.strike / ratio,
        })
    }

    /// ln B of the put of strike 1.
    pub(super) fn ln_ratio(&self, time_to_expiry: f64) -> Option<f64> {
        let basis = basis((time_to_expiry / self.longest).sqrt());
        Some(self.last?.ln() + drop(&basis, &self.drops))
    }

    /// One of which nothing is asked but that it is never reached.
    pub(super) fn never(kind: Kind, strike: f64, longest: f64) -> Self {
        Self { kind, strike, longest, last: None, drops: [0.0; NODES + 1] }
    }

    /// Solves the equation for the `longest` time.
    pub(super) fn solve(
        kind: Kind,
        strike: f64,
        put: UnitPut,
        last: f64,
        longest: f64,
    ) -> Result<Self, Status> {
        // Further from X, or nearer, where the equation cannot be evaluated at the first guess.
        for stretch in [1.0, 0.5, 0.2, 2.0] {
            let mut boundary = Self { last: Some(last), ..Self::never(kind, strike, longest) };
            for (drop, root) in boundary.drops.iter_mut().zip(GRID.roots) {
                *drop = stretch * put.guess(last, root * root * longest);
            }
            if boundary.newton(put, last.ln()).is_some() {
                return Ok(boundary);
            }
        }
        Err(Status::NotConverged)
    }

    /// Newton's iteration with backtracking; `None` if it does not settle.
    fn newton(&mut self, put: UnitPut, last: f64) -> Option<()> {
        let (mut jacobian, mut residual) = self.equation(put, last);
        for _ in 0..ITERATIONS {
            let step = jacobian.lu().solve(&residual)?;
            // A NaN in the step or the residual makes the norm NaN, and ends in `None`.
            let settled = step.norm() < 1e-10;
            // None may come nearer to X than half the way.
            let nearer = step.iter().zip(&self.drops[1..]).map(|(step, drop)| step / drop);
            let mut scale = 1.0 / nearer.fold(1.0, |most, part| f64::max(most, 2.0 * part));
            let before = self.drops;
            loop {
                for (i, step) in step.iter().enumerate() {
                    self.drops[i + 1] = before[i + 1] - scale * step;
                }
                if settled {
                    return Some(());
                }
                let was = residual.norm();
                let (slopes, now) = self.equation(put, last);
                if now.norm() < was {
                    (jacobian, residual) = (slopes, now);
                    break;
                }
                scale *= 0.5;
                if scale < 1e-6 {
                    return None;
                }
            }
        }
        None
    }

    /// ln B + (r − q) τ − ln(N/D) at the nodes after the first, and its derivatives by ln B there.
    fn equation(&self, put: UnitPut, last: f64) -> (DMatrix<f64>, DVector<f64>) {
        let (r, q) = (put.rate, put.dividend_yield);
        let mut residual = DVector::zeros(NODES);
        let mut jacobian = DMatrix::zeros(NODES, NODES);
        for i in 1..=NODES {
            let time = GRID.roots[i] * GRID.roots[i] * self.longest;
            let part = |time: f64, ln_ratio: f64| {
                let d = put.d(time, ln_ratio);
                let stdev = put.volatility * time.sqrt();
                [cdf(d[0]), pdf(d[0]) / stdev, cdf(d[1]), pdf(d[1]) / stdev]
            };
            let [mut n, mut n_slope, mut d, mut d_slope] = part(time, last + self.drops[i]);
            // By ln B at other times, of N and D.
            let (mut n_others, mut d_others) = ([0.0; NODES + 1], [0.0; NODES + 1]);
            for ([sin, cos, weight], basis) in GRID.rule.iter().zip(&GRID.bases[i]) {
                let (from, to) = (time * cos * cos, time * sin * sin);
                let other = drop(basis, &self.drops);
                let [value, slope, above, above_slope] = part(to, self.drops[i] - other);
                let paid = time * weight * r * (r * from).exp();
                let yielded = time * weight * q * (q * from).exp();
                n += paid * value;
                n_slope += paid * slope;
                d += yielded * above;
                d_slope += yielded * above_slope;
                for j in 1..=NODES {
                    let moved = if other < 0.0 { basis[j] * self.drops[j] / other } else { 0.0 };
                    n_others[j] -= paid * slope * moved;
                    d_others[j] -= yielded * above_slope * moved;
                }
            }
            residual[i - 1] = last + self.drops[i] + (r - q) * time - (n / d).ln();
            for j in 1..=NODES {
                jacobian[(i - 1, j - 1)] = d_others[j] / d - n_others[j] / n;
            }
            jacobian[(i - 1, i - 1)] += 1.0 - n_slope / n + d_slope / d;
        }
        (jacobian, residual)
    }
}

/// A value at each node.
type Row = [f64; NODES + 1];

/// What the equations of all options share.
struct Grid {
    /// √(τ/longest) of Chebyshev's nodes, from 0 to 1.
    roots: Row,
    /// sin θ, cos θ and weight 2 sin θ cos θ dθ of the integrals.
    rule: Vec<[f64; 3]>,
    /// Of each node, what each node counts at each point of its integral.
    bases: Vec<Vec<Row>>,
}

static GRID: LazyLock<Grid> = LazyLock::new(|| {
    let roots = std::array::from_fn(node);
    let rule: Vec<[f64; 3]> = gauss_legendre(POINTS)
        .into_iter()
        .map(|[x, weight]| {
            let (sin, cos) = (x * FRAC_PI_2).sin_cos();
            [sin, cos, weight * PI * sin * cos]
        })
        .collect();
    let of = |root: &f64| rule.iter().map(|[_, cos, _]| basis(root * cos)).collect();
    let bases = roots.iter().map(of).collect();
    Grid { roots, rule, bases }
});

/// √(τ/longest) of a node, (1 − cos(πi/n))/2.
fn node(i: usize) -> f64 {
    (FRAC_PI_2 * i as f64 / NODES as f64).sin().powi(2)
}

/// What the values at the nodes count at a root between. Berrut & Trefethen (2004), SIAM Review 46(3),
/// eq. 5.4.
fn basis(root: f64) -> Row {
    if let Some(at) = (0..=NODES).find(|i| node(*i) == root) {
        return std::array::from_fn(|i| if i == at { 1.0 } else { 0.0 });
    }
    let weights: Row = std::array::from_fn(|i| {
        let half = if i == 0 || i == NODES { 0.5 } else { 1.0 };
        let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
        half * sign / (root - node(i))
    });
    let sum: f64 = weights.iter().sum();
    weights.map(|w| w / sum)
}

/// ln(B/X) by interpolation of its square.
fn drop(basis: &Row, drops: &Row) -> f64 {
    let square: f64 = basis.iter().zip(drops).map(|(b, d)| b * d * d).sum();
    -square.max(0.0).sqrt()
}
