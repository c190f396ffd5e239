//! `hmm_regime`: the state of a hidden Markov model that was fitted to past rows only.

use crate::gaussian_hmm::{GaussianHmm, LEAST_ROWS, MOST_STATES, Probabilities, most_probable};
use crate::kernel::Kernel;

/// Filtered probabilities from parameters fitted to past rows only.
///
/// Fitted first on row `fit`, to the rows up to it; then every `refit` rows to all rows so far, from the
/// parameters of before; after a fit the filter runs again from the first row. Gives the most probable
/// state, from 1, and four probabilities, NaN beyond the number of states; NaN before row `fit`, and
/// while all rows are equal. With `refit` 0 the first fit stays, and rows are not kept.
#[derive(Debug, Clone)]
pub struct HmmRegime {
    states: usize,
    fit: usize,
    refit: usize,
    /// Rows kept for the fits; none once there are no more.
    rows: Vec<f64>,
    count: usize,
    model: Option<(GaussianHmm, Probabilities)>,
}

impl HmmRegime {
    /// `None` unless 2 ≤ `states` ≤ 4 and `fit` ≥ 10·`states`.
    pub fn new(states: usize, fit: usize, refit: usize) -> Option<Self> {
        let empty = Self { states, fit, refit, rows: vec![], count: 0, model: None };
        ((2..=MOST_STATES).contains(&states) && fit >= LEAST_ROWS * states).then_some(empty)
    }

    fn update(&mut self, x: f64) -> Option<Probabilities> {
        self.count += 1;
        if let Some((model, now)) = &mut self.model {
            *now = model.step(Some(now), x).0;
        }
        if self.model.is_none() || self.refit > 0 {
            self.rows.push(x);
            let due = match (self.count.checked_sub(self.fit), self.refit) {
                (None, _) => false,
                (Some(0), _) => true,
                // All rows were equal when a fit was due: try again with each row.
                (Some(_), 0) => self.model.is_none(),
                (Some(since), every) => since % every == 0 || self.model.is_none(),
            };
            if due {
                self.learn();
            }
        }
        self.model.as_ref().map(|(_, now)| *now)
    }

    fn learn(&mut self) {
        let model = match &self.model {
            Some((model, _)) => model.refined(&self.rows),
            None => GaussianHmm::fit(&self.rows, self.states),
        };
        if let Some(model) = model {
            let now = self
                .rows
                .iter()
                .fold(None, |now: Option<Probabilities>, x| Some(model.step(now.as_ref(), *x).0));
            self.model = now.map(|now| (model, now));
            if self.refit == 0 {
                self.rows = vec![];
            }
        }
    }
}

impl Kernel for HmmRegime {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        for (row, x) in inputs[0].iter().enumerate() {
            let now = self.update(*x);
            write(outputs, row, now.as_ref(), self.states);
        }
    }

    fn size(&self) -> usize {
        self.rows.capacity() * size_of::<f64>()
    }
}

/// Writes state and probabilities of a row.
fn write(outputs: &mut [&mut [f64]], row: usize, p: Option<&Probabilities>, states: usize) {
    for (i, output) in outputs.iter_mut().enumerate() {
        output[row] = match (p, i) {
            (Some(p), 0) => most_probable(p) as f64,
            (Some(p), i) if i <= states => p[i - 1],
            _ => f64::NAN,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gaussian_hmm::tests::simulated;
    use crate::kernel::run;

    #[test]
    fn the_kernel_is_fits_to_the_past_and_their_filters() {
        let (x, _) = simulated(400);
        for refit in [0, 100] {
            let mut kernel = HmmRegime::new(2, 100, refit).unwrap();
            let out = run(&mut kernel, &[&x], 5);
            assert!(out.iter().all(|o| o[..99].iter().all(|v| v.is_nan())));
            let mut model = GaussianHmm::fit(&x[..100], 2).unwrap();
            for t in 99..400 {
                if refit > 0 && t > 99 && (t - 99) % 100 == 0 {
                    model = model.refined(&x[..=t]).unwrap();
                }
                let p = model.filtered(&x[..=t]).pop().unwrap();
                assert_eq!(
                    (out[0][t], out[1][t], out[2][t]),
                    (most_probable(&p) as f64, p[0], p[1])
                );
                assert!(out[3][t].is_nan() && out[4][t].is_nan());
            }
        }
    }

    #[test]
    fn a_flat_start_has_no_fit() {
        assert!(HmmRegime::new(5, 100, 0).is_none() && HmmRegime::new(2, 19, 0).is_none());
        // The first row that moves has one.
        let (x, _) = simulated(60);
        let mut kernel = HmmRegime::new(2, 20, 0).unwrap();
        let flat = [vec![0.5; 40], x].concat();
        let out = run(&mut kernel, &[&flat], 5);
        assert!(
            out[0][..40].iter().all(|v| v.is_nan()) && out[1][60..].iter().all(|v| v.is_finite())
        );
    }
}
