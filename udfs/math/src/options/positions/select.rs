//! Whole quantities of candidate strategies that make the most of a budget under limits on the Greeks.
//!
//! An integer program of few rows, solved by branch and bound (Land & Doig 1960, Econometrica 28(3)) on
//! its linear relaxation. A branch is cut off only by a bound that holds for any multipliers (weak
//! duality), so that rounding in the relaxation costs time, never the optimum.

use std::fmt;

use super::relaxation::{Problem, ROWS, Relaxed};

/// A strategy that can be bought 0 to `most` times; its other side is a candidate of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Expected profit of one, before costs, in money.
    pub expected_pnl: f64,
    /// What trading one costs, in money; taken off the profit.
    pub cost: f64,
    /// What one takes of the budget: its premium, or its margin.
    pub capital: f64,
    /// Units of the underlying.
    pub delta: f64,
    /// Per 1 of the underlying.
    pub gamma: f64,
    /// Per 1.00 of volatility.
    pub vega: f64,
    /// A year.
    pub theta: f64,
    /// The largest quantity.
    pub most: u32,
}

/// What the choice must keep to, all ≥ 0; ∞ for no limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Of Σ quantity · capital.
    pub budget: f64,
    /// Of |Σ quantity · delta|.
    pub delta: f64,
    /// Of |Σ quantity · gamma|.
    pub gamma: f64,
    /// Of |Σ quantity · vega|.
    pub vega: f64,
    /// Of |Σ quantity · theta|.
    pub theta: f64,
}

/// The best quantities found.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// One for each candidate.
    pub quantities: Vec<u32>,
    /// Σ quantity · (expected profit − cost).
    pub expected_pnl: f64,
    /// No choice earns more than this. At an optimum it is `expected_pnl`.
    pub bound: f64,
    /// Whether it is proven that no choice earns more than `expected_pnl`, to 1e-9 of it. If not, the
    /// search ended at [`NODES`].
    pub optimal: bool,
}

/// Why nothing can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectError {
    /// A number of this candidate is not finite.
    NotFinite(usize),
    /// A limit is NaN or below 0.
    BadLimit,
}

impl fmt::Display for SelectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite(candidate) => write!(f, "candidate {candidate}: not a finite number"),
            Self::BadLimit => write!(f, "limits must be at least 0"),
        }
    }
}

impl std::error::Error for SelectError {}

/// Branches after which the search gives up the proof.
pub const NODES: usize = 200_000;

/// What limits of the relaxation are wider by, in units of a row's largest number: it only bounds.
const SLACK: f64 = 1e-12;

/// The quantities with the highest expected profit net of cost. Buying nothing is always a choice.
/// Deterministic; of several optima the first in the order of the search.
pub fn select(candidates: &[Candidate], limits: &Limits) -> Result<Selection, SelectError> {
    let problem = problem(candidates, limits)?;
    let mut search = Search {
        problem: &problem,
        best: vec![0.0; candidates.len()],
        earns: 0.0,
        nodes: 0,
        open: f64::NEG_INFINITY,
    };
    search.run(most(candidates, limits.budget));
    let bound = search.earns.max(search.open);
    Ok(Selection {
        expected_pnl: search.earns,
        bound,
        optimal: !search.is_better(bound),
        quantities: search.best.iter().map(|quantity| *quantity as u32).collect(),
    })
}

/// How often each can be bought at most; where nothing brings credit, no more than the budget pays.
fn most(candidates: &[Candidate], budget: f64) -> Vec<f64> {
    let no_credit = candidates.iter().all(|c| c.capital >= 0.0);
    let most = candidates.iter().map(|c| {
        let paid = match no_credit && c.capital > 0.0 {
            // A quotient that was rounded down must not cost one.
            true => (budget / c.capital * (1.0 + 1e-12)).floor(),
            false => f64::INFINITY,
        };
        f64::from(c.most).min(paid)
    });
    most.collect()
}

fn problem(candidates: &[Candidate], limits: &Limits) -> Result<Problem, SelectError> {
    let caps = [limits.budget, limits.delta, limits.gamma, limits.vega, limits.theta];
    if !caps.iter().all(|cap| *cap >= 0.0) {
        return Err(SelectError::BadLimit);
    }
    let mut given = Vec::with_capacity(candidates.len());
    let mut unit = [0.0_f64; ROWS];
    for (i, c) in candidates.iter().enumerate() {
        let column = [c.capital, c.delta, c.gamma, c.vega, c.theta];
        if !column.iter().chain([&c.expected_pnl, &c.cost]).all(|x| x.is_finite()) {
            return Err(SelectError::NotFinite(i));
        }
        for (unit, x) in unit.iter_mut().zip(column) {
            *unit = unit.max(x.abs());
        }
        given.push(column);
    }
    let unit = unit.map(|unit| if unit > 0.0 { unit } else { 1.0 });
    let mut columns = given.clone();
    for column in &mut columns {
        for (x, unit) in column.iter_mut().zip(unit) {
            *x /= unit;
        }
    }
    let mut high = caps;
    for (high, unit) in high.iter_mut().zip(unit) {
        *high = *high / unit + SLACK;
    }
    // Credits may exceed any amount.
    let mut low = high.map(|high| -high);
    low[0] = f64::NEG_INFINITY;
    let values = candidates.iter().map(|c| c.expected_pnl - c.cost).collect();
    Ok(Problem { values, given, caps, columns, low, high })
}

struct Search<'a> {
    problem: &'a Problem,
    best: Vec<f64>,
    earns: f64,
    nodes: usize,
    /// The highest bound of a branch that was not searched.
    open: f64,
}

impl Search<'_> {
    fn is_better(&self, value: f64) -> bool {
        value > self.earns + 1e-9 * self.earns.abs()
    }

    /// Searches all quantities up to `most`.
    fn run(&mut self, most: Vec<f64>) {
        let mut open = vec![(vec![0.0; most.len()], most)];
        while let Some((from, to)) = open.pop() {
            self.nodes += 1;
            // The one pushed last is searched first.
            if let Some(halves) = self.branch(from, to) {
                open.extend(halves);
            }
        }
    }

    /// Looks at the quantities between `from` and `to`; what is left to search of them.
    fn branch(&mut self, from: Vec<f64>, to: Vec<f64>) -> Option<[(Vec<f64>, Vec<f64>); 2]> {
        let Relaxed { point, bound } = self.problem.relax(&from, &to)?;
        if !self.is_better(bound) {
            return None;
        }
        if self.nodes > NODES {
            self.open = self.open.max(bound);
            return None;
        }
        let whole: Vec<f64> = point.iter().map(|x| x.round()).collect();
        // Quantities rounded down are often a choice, which cuts off branches early.
        let down: Vec<f64> = point.iter().map(|x| (x + 1e-9).floor()).collect();
        for choice in [&whole, &down] {
            let earns = self.problem.value(choice);
            if earns > self.earns && self.problem.holds(choice) {
                self.earns = earns;
                self.best.clone_from(choice);
            }
        }
        if !self.is_better(bound) {
            return None;
        }
        let fraction = |i: &usize| (point[*i] - whole[*i]).abs();
        let free = (0..point.len()).filter(|i| from[*i] < to[*i]);
        let i = free.max_by(|i, j| fraction(i).total_cmp(&fraction(j)).then(j.cmp(i)))?;
        let split = point[i].floor().clamp(from[i], to[i] - 1.0);
        let (mut lower, mut upper) = ((from.clone(), to.clone()), (from, to));
        (lower.1[i], upper.0[i]) = (split, split + 1.0);
        Some(if point[i] - split > 0.5 { [lower, upper] } else { [upper, lower] })
    }
}
