//! The linear relaxation of a choice of quantities: maximise Σ vⱼxⱼ with lᵢ ≤ Σ aᵢⱼxⱼ ≤ hᵢ and
//! bounds on each xⱼ, by the dual simplex method for bounded variables (Chvátal 1983, Linear
//! Programming, chapters 8 and 10).
//!
//! Each row's sum is a variable too, basic at first. With every xⱼ at the bound that earns more this is
//! optimal but for the rows; a row that is outside its limits leaves to the limit, and what costs least
//! to move takes its place.

/// Budget, delta, gamma, vega, theta.
pub(super) const ROWS: usize = 5;
const TOLERANCE: f64 = 1e-11;
const ITERATIONS: usize = 500;

/// The program.
#[derive(Debug)]
pub(super) struct Problem {
    pub values: Vec<f64>,
    /// What one of each moves, in the units of `caps`: what a choice is held to.
    pub given: Vec<[f64; ROWS]>,
    pub caps: [f64; ROWS],
    /// The same for the relaxation, its rows scaled by their largest number.
    pub columns: Vec<[f64; ROWS]>,
    pub low: [f64; ROWS],
    pub high: [f64; ROWS],
}

/// An optimum of the relaxation, or a point near it, and what no choice exceeds.
#[derive(Debug)]
pub(super) struct Relaxed {
    pub point: Vec<f64>,
    pub bound: f64,
}

impl Problem {
    pub fn value(&self, x: &[f64]) -> f64 {
        self.values.iter().zip(x).map(|(v, x)| v * x).sum()
    }

    /// Whether a choice keeps to the limits, but for the rounding of its own sums. The first row is
    /// the budget, which credits may exceed.
    pub fn holds(&self, x: &[f64]) -> bool {
        (0..ROWS).all(|row| {
            let terms = self.given.iter().zip(x).map(|(column, x)| column[row] * x);
            let (sum, size) =
                terms.fold((0.0, 0.0), |(sum, size), t: f64| (sum + t, size + t.abs()));
            let amount = if row == 0 { sum } else { f64::abs(sum) };
            amount <= self.caps[row] + 8.0 * f64::EPSILON * size
        })
    }

    /// `None` if nothing between the bounds keeps to the rows.
    pub fn relax(&self, from: &[f64], to: &[f64]) -> Option<Relaxed> {
        let mut simplex = Simplex::new(self, from, to);
        for _ in 0..ITERATIONS {
            let Some((row, target)) = simplex.leaving() else { break };
            match simplex.entering(row, target) {
                Some(entering) => simplex.pivot(row, entering, target),
                None if simplex.cannot_reach(row, target) => return None,
                // Only what is too small to divide by could move it: the bound holds all the same.
                None => break,
            }
        }
        let bound = self.bound(from, to, &simplex.multipliers());
        let point = simplex.at[..from.len()].to_vec();
        let inside = |(x, (l, u)): (&f64, (&f64, &f64))| x.clamp(*l, *u);
        let point = point.iter().zip(from.iter().zip(to)).map(inside).collect();
        Some(Relaxed { point, bound })
    }

    /// Σ max (vⱼ − λ·aⱼ) xⱼ + Σ max λᵢ·rowᵢ: above every choice, whatever λ is.
    fn bound(&self, from: &[f64], to: &[f64], multipliers: &[f64; ROWS]) -> f64 {
        let mut sum = 0.0;
        let mut lambda = *multipliers;
        for (i, lambda) in lambda.iter_mut().enumerate() {
            let limit = if *lambda > 0.0 { self.high[i] } else { self.low[i] };
            // A row without this limit has no price.
            if limit.is_infinite() {
                *lambda = 0.0;
            }
            sum += if *lambda == 0.0 { 0.0 } else { *lambda * limit };
        }
        for (j, column) in self.columns.iter().enumerate() {
            let priced: f64 = column.iter().zip(lambda).map(|(a, lambda)| a * lambda).sum();
            let reduced = self.values[j] - priced;
            sum += reduced * if reduced > 0.0 { to[j] } else { from[j] };
        }
        sum
    }
}

/// The dictionary: each basic variable as a sum of the others.
struct Simplex {
    /// [basic × others].
    rows: Vec<Vec<f64>>,
    /// The objective in the others.
    reduced: Vec<f64>,
    basic: Vec<usize>,
    others: Vec<usize>,
    /// The value of every variable: quantities, then rows.
    at: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
}

impl Simplex {
    fn new(problem: &Problem, from: &[f64], to: &[f64]) -> Self {
        let n = from.len();
        let best = |j: usize| if problem.values[j] > 0.0 { to[j] } else { from[j] };
        let mut simplex = Self {
            rows: (0..ROWS).map(|i| problem.columns.iter().map(|c| c[i]).collect()).collect(),
            reduced: problem.values.clone(),
            basic: (n..n + ROWS).collect(),
            others: (0..n).collect(),
            at: (0..n).map(best).chain([0.0; ROWS]).collect(),
            low: [from, &problem.low].concat(),
            high: [to, &problem.high].concat(),
        };
        simplex.settle();
        simplex
    }

    /// The basic variables follow from the others.
    fn settle(&mut self) {
        for (row, basic) in self.rows.iter().zip(&self.basic) {
            self.at[*basic] = row.iter().zip(&self.others).map(|(a, j)| a * self.at[*j]).sum();
        }
    }

    /// The basic variable furthest outside its bounds, and the bound.
    fn leaving(&self) -> Option<(usize, f64)> {
        let outside = |(row, &k): (usize, &usize)| {
            let (below, above) = (self.low[k] - self.at[k], self.at[k] - self.high[k]);
            let target = if below > above { self.low[k] } else { self.high[k] };
            (row, below.max(above) / target.abs().max(1.0), target)
        };
        let furthest = self.basic.iter().enumerate().map(outside);
        let (row, by, target) = furthest.max_by(|a, b| a.1.total_cmp(&b.1))?;
        (by > TOLERANCE).then_some((row, target))
    }

    /// Of those that can move the row towards its bound, the one that loses least by it; of equal
    /// ones the largest pivot, then the first.
    fn entering(&self, row: usize, target: f64) -> Option<usize> {
        let up = target > self.at[self.basic[row]];
        let can = |(i, j): &(usize, &usize)| {
            let (a, j) = (self.rows[row][*i], **j);
            let rising = (a > 0.0) == up;
            let room = if rising { self.at[j] < self.high[j] } else { self.at[j] > self.low[j] };
            a.abs() > TOLERANCE && room
        };
        let loss = |i: usize| (self.reduced[i] / self.rows[row][i]).abs();
        let size = |i: usize| self.rows[row][i].abs();
        let order = |i: &usize, j: &usize| {
            loss(*i).total_cmp(&loss(*j)).then(size(*j).total_cmp(&size(*i)))
        };
        self.others.iter().enumerate().filter(can).map(|(i, _)| i).min_by(order)
    }

    /// Whether the row stays outside its bound wherever the others are within theirs.
    fn cannot_reach(&self, row: usize, target: f64) -> bool {
        let up = target > self.at[self.basic[row]];
        let furthest = self.rows[row].iter().zip(&self.others).map(|(a, j)| match *a {
            0.0 => 0.0,
            a if (a > 0.0) == up => a * self.high[*j],
            a => a * self.low[*j],
        });
        let (sum, size) =
            furthest.fold((0.0, 0.0), |(sum, size), t: f64| (sum + t, size + t.abs()));
        let short = if up { target - sum } else { sum - target };
        short > 1e-12 * size
    }

    /// Exchanges a basic variable, which goes to `target`, with one of the others.
    fn pivot(&mut self, row: usize, entering: usize, target: f64) {
        let leaving = self.basic[row];
        std::mem::swap(&mut self.basic[row], &mut self.others[entering]);
        // b = Σ aⱼxⱼ solved for the one that enters.
        let pivot = self.rows[row][entering];
        let mut solved: Vec<f64> = self.rows[row].iter().map(|a| -a / pivot).collect();
        solved[entering] = 1.0 / pivot;
        let insert = |of: &mut Vec<f64>| {
            let times = std::mem::replace(&mut of[entering], 0.0);
            of.iter_mut().zip(&solved).for_each(|(a, s)| *a += times * s);
        };
        for (i, other) in self.rows.iter_mut().enumerate() {
            if i != row {
                insert(other);
            }
        }
        insert(&mut self.reduced);
        self.rows[row] = solved;
        self.at[leaving] = target;
        self.settle();
    }

    /// What relaxing each row by 1 would earn.
    fn multipliers(&self) -> [f64; ROWS] {
        let n = self.at.len() - ROWS;
        let mut multipliers = [0.0; ROWS];
        for (j, reduced) in self.others.iter().zip(&self.reduced) {
            if let Some(row) = j.checked_sub(n) {
                multipliers[row] = *reduced;
            }
        }
        multipliers
    }
}
