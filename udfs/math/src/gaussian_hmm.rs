//! A hidden Markov model of one series: in each of a few states values are normal with a mean and a
//! deviation of their own, and the state follows a Markov chain.
//!
//! Rabiner (1989), Proc. IEEE 77(2): scaled forward recursion (eqs. 92–94), re-estimation (eqs. 40,
//! 52–54). States are numbered from the smallest deviation up, so 1 is the calm one. A variance is kept
//! at or above 10⁻⁶ of that of all values, or likelihood would grow without bound on a single value.
//!
//! Everything is deterministic: EM starts from groups of equal size by distance from the median, the
//! nearest first, with a probability of 0.95 to stay.

/// Fewest rows a state in a fit.
pub const LEAST_ROWS: usize = 10;
/// Most states.
pub const MOST_STATES: usize = 4;

const VARIANCE_FLOOR: f64 = 1e-6;
const STAY: f64 = 0.95;
const MOST_ROUNDS: usize = 200;
/// EM ends when the log-likelihood of a value grows by less.
const TOLERANCE: f64 = 1e-9;

/// The probability of each state; those beyond the number of states are 0.
pub type Probabilities = [f64; MOST_STATES];

/// The parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GaussianHmm {
    states: usize,
    /// Probabilities before the first value.
    pub start: Probabilities,
    /// Row: from; column: to.
    pub transition: [Probabilities; MOST_STATES],
    /// Mean in each state.
    pub mean: Probabilities,
    /// Variance in each state.
    pub variance: Probabilities,
}

impl GaussianHmm {
    /// Fits `states` (2 … 4) to finite values by EM. `None` if there are fewer than ten values a
    /// state, or all are equal.
    pub fn fit(x: &[f64], states: usize) -> Option<Self> {
        Self::initial(x, states)?.refined(x)
    }

    /// Goes on with EM from these parameters, on other values.
    pub fn refined(mut self, x: &[f64]) -> Option<Self> {
        let floor = VARIANCE_FLOOR * variance(x)?;
        let mut before = f64::NEG_INFINITY;
        for _ in 0..MOST_ROUNDS {
            let (next, likelihood) = self.round(x, floor);
            // Parameters without a finite likelihood are worse than the last ones.
            if !likelihood.is_finite() {
                break;
            }
            self = next;
            if likelihood - before < TOLERANCE * x.len() as f64 {
                break;
            }
            before = likelihood;
        }
        Some(self.by_variance())
    }

    /// The start of EM.
    fn initial(x: &[f64], states: usize) -> Option<Self> {
        if !(2..=MOST_STATES).contains(&states) || x.len() < 10 * states {
            return None;
        }
        let floor = VARIANCE_FLOOR * variance(x)?;
        let mut sorted = x.to_vec();
        sorted.sort_by(f64::total_cmp);
        let median = sorted[sorted.len() / 2];
        sorted.sort_by(|a, b| (a - median).abs().total_cmp(&(b - median).abs()));
        let mut model = Self {
            states,
            start: [0.0; MOST_STATES],
            transition: [[0.0; MOST_STATES]; MOST_STATES],
            mean: [0.0; MOST_STATES],
            variance: [1.0; MOST_STATES],
        };
        let count = states as f64;
        for s in 0..states {
            let group = &sorted[s * x.len() / states..(s + 1) * x.len() / states];
            let n = group.len() as f64;
            model.start[s] = 1.0 / count;
            model.mean[s] = group.iter().sum::<f64>() / n;
            let squares: f64 = group.iter().map(|v| (v - model.mean[s]).powi(2)).sum();
            model.variance[s] = (squares / n).max(floor);
            model.transition[s][..states].fill((1.0 - STAY) / (count - 1.0));
            model.transition[s][s] = STAY;
        }
        Some(model)
    }

    /// How many states there are.
    pub fn states(&self) -> usize {
        self.states
    }

    /// One step of the filter: the probabilities of the states at a value, from those before it, and
    /// the log density of the value given the earlier ones. `None` before the first value.
    pub fn step(&self, before: Option<&Probabilities>, x: f64) -> (Probabilities, f64) {
        let mut now = [0.0; MOST_STATES];
        for (to, p) in now.iter_mut().enumerate().take(self.states) {
            *p = match before {
                None => self.start[to],
                Some(before) => {
                    (0..self.states).map(|from| before[from] * self.transition[from][to]).sum()
                }
            };
        }
        let (density, peak) = self.density(x);
        let mut total = 0.0;
        for s in 0..self.states {
            now[s] *= density[s];
            total += now[s];
        }
        if total > 0.0 {
            now.iter_mut().for_each(|p| *p /= total);
            return (now, total.ln() + peak);
        }
        // Only reachable through states that cannot be: the value alone decides.
        let total: f64 = density[..self.states].iter().sum();
        for s in 0..self.states {
            now[s] = density[s] / total;
        }
        (now, f64::NEG_INFINITY)
    }

    /// Densities divided by the greatest one, whose logarithm comes with them: far out nothing
    /// vanishes in all states at once.
    fn density(&self, x: f64) -> (Probabilities, f64) {
        let mut log = [f64::NEG_INFINITY; MOST_STATES];
        for (s, log) in log.iter_mut().enumerate().take(self.states) {
            let z = (x - self.mean[s]).powi(2) / self.variance[s];
            *log = -0.5 * (z + (std::f64::consts::TAU * self.variance[s]).ln());
        }
        let peak = log.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if peak == f64::NEG_INFINITY {
            // So far out that squares overflow: the value tells nothing.
            return ([1.0; MOST_STATES], peak);
        }
        (log.map(|l| (l - peak).exp()), peak)
    }

    /// The probabilities of the states at each value, given it and the values before it.
    pub fn filtered(&self, x: &[f64]) -> Vec<Probabilities> {
        self.forward(x).0
    }

    /// Filtered probabilities, and the log-likelihood of all values.
    fn forward(&self, x: &[f64]) -> (Vec<Probabilities>, f64) {
        let mut all: Vec<Probabilities> = Vec::with_capacity(x.len());
        let mut likelihood = 0.0;
        for value in x {
            let (now, log) = self.step(all.last(), *value);
            likelihood += log;
            all.push(now);
        }
        (all, likelihood)
    }

    /// The probabilities of the states at each value, given all values: looks ahead.
    ///
    /// Kim (1994), J. Econometrics 60, from the filtered ones backwards.
    pub fn smoothed(&self, x: &[f64]) -> Vec<Probabilities> {
        let mut all = self.filtered(x);
        for t in (1..all.len()).rev() {
            let ratio = self.ratios(&all[t - 1], &all[t]);
            let now = &mut all[t - 1];
            for (from, p) in now.iter_mut().enumerate().take(self.states) {
                let later = (0..self.states).map(|to| self.transition[from][to] * ratio[to]);
                *p *= later.sum::<f64>();
            }
            let total: f64 = now.iter().sum();
            if total > 0.0 {
                now.iter_mut().for_each(|p| *p /= total);
            }
        }
        all
    }

    /// Smoothed over predicted probability of each state.
    fn ratios(&self, filtered: &Probabilities, later: &Probabilities) -> Probabilities {
        let mut ratio = [0.0; MOST_STATES];
        for (to, ratio) in ratio.iter_mut().enumerate().take(self.states) {
            let from = (0..self.states).map(|from| filtered[from] * self.transition[from][to]);
            let predicted: f64 = from.sum();
            if predicted > 0.0 {
                *ratio = later[to] / predicted;
            }
        }
        ratio
    }

    /// One round of EM: the next parameters and the log-likelihood of these.
    fn round(&self, x: &[f64], floor: f64) -> (Self, f64) {
        let (filtered, likelihood) = self.forward(x);
        let mut moves = [[0.0; MOST_STATES]; MOST_STATES];
        let mut smoothed = filtered.clone();
        for t in (1..x.len()).rev() {
            let ratio = self.ratios(&filtered[t - 1], &smoothed[t]);
            let mut now = [0.0; MOST_STATES];
            for from in 0..self.states {
                for to in 0..self.states {
                    let both = filtered[t - 1][from] * self.transition[from][to] * ratio[to];
                    moves[from][to] += both;
                    now[from] += both;
                }
            }
            smoothed[t - 1] = now;
        }
        let mut next = *self;
        if let Some(first) = smoothed.first() {
            next.start = *first;
        }
        for s in 0..self.states {
            let left: f64 = moves[s].iter().sum();
            if left > 0.0 {
                next.transition[s] = moves[s].map(|m| m / left);
            }
            let weight: f64 = smoothed.iter().map(|p| p[s]).sum();
            if weight > 0.0 {
                let pairs = || smoothed.iter().map(|p| p[s]).zip(x);
                next.mean[s] = pairs().map(|(p, x)| p * x).sum::<f64>() / weight;
                let squares = pairs().map(|(p, x)| p * (x - next.mean[s]).powi(2));
                next.variance[s] = (squares.sum::<f64>() / weight).max(floor);
            }
        }
        (next, likelihood)
    }

    /// The same model with its states from the smallest variance up.
    fn by_variance(self) -> Self {
        let mut order: Vec<usize> = (0..self.states).collect();
        order.sort_by(|a, b| self.variance[*a].total_cmp(&self.variance[*b]));
        let mut sorted = self;
        for (i, from) in order.iter().enumerate() {
            sorted.start[i] = self.start[*from];
            sorted.mean[i] = self.mean[*from];
            sorted.variance[i] = self.variance[*from];
            for (j, to) in order.iter().enumerate() {
                sorted.transition[i][j] = self.transition[*from][*to];
            }
        }
        sorted
    }
}

/// The population variance; `None` if values are equal.
fn variance(x: &[f64]) -> Option<f64> {
    let first = *x.first()?;
    if x.iter().all(|v| *v == first) {
        return None;
    }
    let n = x.len() as f64;
    let mean = x.iter().map(|v| v - first).sum::<f64>() / n;
    Some(x.iter().map(|v| (v - first - mean).powi(2)).sum::<f64>() / n)
        .filter(|v| *v > 0.0 && v.is_finite())
}

/// The most probable state, from 1; the calmer one of equals.
pub fn most_probable(p: &Probabilities) -> usize {
    let mut best = 0;
    for s in 1..MOST_STATES {
        if p[s] > p[best] {
            best = s;
        }
    }
    best + 1
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A model with parameters that are easy to tell apart.
    fn three() -> GaussianHmm {
        GaussianHmm {
            states: 3,
            start: [0.5, 0.3, 0.2, 0.0],
            transition: [
                [0.8, 0.15, 0.05, 0.0],
                [0.1, 0.7, 0.2, 0.0],
                [0.25, 0.05, 0.7, 0.0],
                [0.0; 4],
            ],
            mean: [0.1, -0.2, 0.5, 0.0],
            variance: [0.04, 0.25, 1.0, 1.0],
        }
    }

    fn normal(x: f64, mean: f64, variance: f64) -> f64 {
        (-(x - mean).powi(2) / (2.0 * variance)).exp() / (std::f64::consts::TAU * variance).sqrt()
    }

    /// The joint density of the values and each sequence of states, one by one.
    fn paths(model: &GaussianHmm, x: &[f64]) -> Vec<(Vec<usize>, f64)> {
        let k = model.states;
        (0..k.pow(x.len() as u32))
            .map(|code| {
                let path: Vec<usize> = (0..x.len()).map(|t| code / k.pow(t as u32) % k).collect();
                let mut joint = model.start[path[0]];
                for t in 0..x.len() {
                    if t > 0 {
                        joint *= model.transition[path[t - 1]][path[t]];
                    }
                    joint *= normal(x[t], model.mean[path[t]], model.variance[path[t]]);
                }
                (path, joint)
            })
            .collect()
    }

    #[test]
    fn filter_and_smoother_agree_with_all_paths() {
        let x = [0.05, -0.4, 1.2, 0.3, 0.2, -1.5, 0.1, 0.15];
        let model = three();
        let (filtered, likelihood) = model.forward(&x);
        let smoothed = model.smoothed(&x);
        let all = paths(&model, &x);
        let whole: f64 = all.iter().map(|(_, p)| p).sum();
        assert!((likelihood - whole.ln()).abs() < 1e-12);
        for t in 0..x.len() {
            let past = paths(&model, &x[..=t]);
            let total: f64 = past.iter().map(|(_, p)| p).sum();
            for s in 0..3 {
                let p: f64 = past.iter().filter(|(path, _)| path[t] == s).map(|(_, p)| p).sum();
                assert!((filtered[t][s] - p / total).abs() < 1e-13);
                let p: f64 = all.iter().filter(|(path, _)| path[t] == s).map(|(_, p)| p).sum();
                assert!((smoothed[t][s] - p / whole).abs() < 1e-13);
            }
            assert_eq!(filtered[t][3], 0.0);
        }
    }

    #[test]
    fn one_round_of_em_is_the_weighted_moments_of_all_paths() {
        let x = [0.05, -0.4, 1.2, 0.3, 0.2, -1.5, 0.1];
        let model = three();
        let (next, _) = model.round(&x, 0.0);
        let all = paths(&model, &x);
        let total: f64 = all.iter().map(|(_, p)| p).sum();
        let expect = |f: &dyn Fn(&[usize]) -> f64| {
            all.iter().map(|(path, p)| p / total * f(path)).sum::<f64>()
        };
        for s in 0..3 {
            let held = expect(&|path| path.iter().filter(|q| **q == s).count() as f64);
            let mean =
                expect(&|path| path.iter().zip(&x).filter(|(q, _)| **q == s).map(|(_, x)| x).sum())
                    / held;
            assert!((next.mean[s] - mean).abs() < 1e-12);
            let squares = |path: &[usize]| {
                path.iter().zip(&x).filter(|(q, _)| **q == s).map(|(_, x)| (x - mean).powi(2)).sum()
            };
            assert!((next.variance[s] - expect(&squares) / held).abs() < 1e-12);
            let left = expect(&|path| path[..6].iter().filter(|q| **q == s).count() as f64);
            for to in 0..3 {
                let moved =
                    expect(&|path| path.windows(2).filter(|w| **w == [s, to]).count() as f64);
                assert!((next.transition[s][to] - moved / left).abs() < 1e-12);
            }
        }
    }

    /// Values of a two-state model, from a fixed seed, and their states.
    pub(crate) fn simulated(n: usize) -> (Vec<f64>, Vec<usize>) {
        let mut seed = 7_u64;
        let mut uniform = || {
            seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = seed;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
        };
        let mut state = 0;
        (0..n)
            .map(|_| {
                let stay = [0.98, 0.95][state];
                if uniform() > stay {
                    state = 1 - state;
                }
                let z = (-2.0 * uniform().ln()).sqrt() * (std::f64::consts::TAU * uniform()).cos();
                ([0.001, -0.002][state] + [0.01, 0.03][state] * z, state)
            })
            .unzip()
    }

    #[test]
    fn em_finds_the_parameters_of_simulated_data() {
        let (x, states) = simulated(20_000);
        let model = GaussianHmm::fit(&x, 2).unwrap();
        let near = |a: f64, b: f64, within: f64| assert!((a - b).abs() < within, "{a} {b}");
        near(model.variance[0].sqrt(), 0.01, 0.000_3);
        near(model.variance[1].sqrt(), 0.03, 0.001);
        near(model.mean[0], 0.001, 0.000_4);
        near(model.mean[1], -0.002, 0.001_5);
        near(model.transition[0][0], 0.98, 0.005);
        near(model.transition[1][1], 0.95, 0.01);
        let right = model
            .filtered(&x)
            .iter()
            .zip(&states)
            .filter(|(p, s)| most_probable(p) == **s + 1)
            .count();
        assert!(right > 18_000, "{right}");
        // Each round raises the likelihood.
        let mut model = GaussianHmm::initial(&x, 3).unwrap();
        let mut before = f64::NEG_INFINITY;
        for _ in 0..30 {
            let (next, likelihood) = model.round(&x, 0.0);
            assert!(likelihood >= before - 1e-7, "{likelihood} after {before}");
            (model, before) = (next, likelihood);
        }
    }

    #[test]
    fn outliers_and_equal_values() {
        let (mut x, _) = simulated(200);
        let model = GaussianHmm::fit(&x, 2).unwrap();
        x.extend([1e6, 1e200]);
        assert!(model.filtered(&x).iter().flatten().all(|p| p.is_finite()));
        assert!(GaussianHmm::fit(&[3.3; 100], 2).is_none());
        assert!(GaussianHmm::fit(&x[..19], 2).is_none());
    }
}
