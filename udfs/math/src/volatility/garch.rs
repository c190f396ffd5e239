//! Volatility by a GARCH(1,1), with given parameters or fitted as the rows go by.

use super::garch_fit::{Parameters, fit};
use crate::kernel::Kernel;

/// √(periods per year · σ²ₜ₊₁) with σ²ₜ₊₁ = ω + α rₜ² + β σ²ₜ and returns of mean 0: the value of a
/// row is the forecast for the next one.
///
/// Bollerslev (1986), J. Econometrics 31(3).
#[derive(Debug, Clone)]
pub struct Garch {
    parameters: Option<Parameters>,
    variance: f64,
    refits: Option<Refits>,
    periods_per_year: f64,
}

/// When parameters are fitted again, and what to.
#[derive(Debug, Clone)]
struct Refits {
    first: usize,
    every: usize,
    returns: Vec<f64>,
}

impl Garch {
    /// With given parameters, α + β < 1; σ² starts at ω / (1 − α − β). No warm-up.
    pub fn given(parameters: Parameters, periods_per_year: f64) -> Self {
        let Parameters { omega, alpha, beta } = parameters;
        let variance = omega / (1.0 - alpha - beta);
        Self { parameters: Some(parameters), variance, refits: None, periods_per_year }
    }

    /// Fitted at row `first ≥ 1` and every `every ≥ 1` rows from there, each time to all rows so far,
    /// which it keeps; σ² is then computed anew from the first row. Warm-up `first − 1` rows, and as
    /// long as all returns are 0.
    pub fn fitted(first: usize, every: usize, periods_per_year: f64) -> Self {
        let refits = Refits { first: first.max(1), every: every.max(1), returns: Vec::new() };
        Self { parameters: None, variance: f64::NAN, refits: Some(refits), periods_per_year }
    }

    fn update(&mut self, x: f64) -> f64 {
        self.variance = self.parameters.map_or(f64::NAN, |p| p.next(self.variance, x));
        if let Some(refits) = &mut self.refits {
            refits.returns.push(x);
            let since = refits.returns.len().checked_sub(refits.first);
            let due = since.is_some_and(|rows| rows % refits.every == 0);
            if let Some(parameters) = due.then(|| fit(&refits.returns)).flatten() {
                self.parameters = Some(parameters);
                self.variance = parameters.filter(&refits.returns);
            }
        }
        (self.variance * self.periods_per_year).sqrt()
    }
}

impl Kernel for Garch {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        for (out, x) in outputs[0].iter_mut().zip(inputs[0]) {
            *out = self.update(*x);
        }
    }

    fn size(&self) -> usize {
        self.refits.as_ref().map_or(0, |refits| refits.returns.capacity() * size_of::<f64>())
    }
}
