//! Fractional differences: as stationary as a return, with more of the memory of a price.
//!
//! Hosking (1981), Biometrika 68(1); López de Prado (2018), Advances in Financial Machine Learning,
//! ch. 5: (1 − B)ᵈ xₜ = Σₖ wₖ xₜ₋ₖ with w₀ = 1, wₖ = −wₖ₋₁ · (d − k + 1) / k. The fixed-width window
//! (§5.5) drops the weights from the first one on with |wₖ| < τ; the expanding one (§5.4) weighs every
//! row so far. Both give their first value on the row that fills the fixed window, which depends on d
//! and τ only: the book's own start of the expanding window depends on the length of the series, that
//! is on later rows.

use crate::kernel::Kernel;

/// Which rows a value weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The last rows, as many as there are weights with |w| ≥ τ.
    Fixed,
    /// All rows so far. A row costs as much as there are rows before it.
    Expanding,
}

/// More weights than this are refused: no series is that long.
pub const MOST_WEIGHTS: usize = 1_000_000;

/// The weights of the fixed window, w₀ first; `None` if there are more than [`MOST_WEIGHTS`], or if d
/// is not a finite number ≥ 0 or τ not in (0, 1).
pub fn weights(d: f64, tau: f64) -> Option<Vec<f64>> {
    if !(d.is_finite() && d >= 0.0 && tau > 0.0 && tau < 1.0) {
        return None;
    }
    let mut weights = vec![];
    let mut next = 1.0_f64;
    while next.abs() >= tau {
        if weights.len() == MOST_WEIGHTS {
            return None;
        }
        weights.push(next);
        next = following(next, d, weights.len());
    }
    Some(weights)
}

/// wₖ from wₖ₋₁.
fn following(weight: f64, d: f64, k: usize) -> f64 {
    let k = k as f64;
    -weight * (d - k + 1.0) / k
}

/// The state: the weights and the rows they apply to.
#[derive(Debug, Clone)]
pub struct FractionalDifference {
    d: f64,
    window: Window,
    /// Weights of the fixed window; of the expanding one, those of all rows so far.
    weights: Vec<f64>,
    width: usize,
    /// Rows, oldest first; of the fixed window the last ones end here, older ones go now and then.
    rows: Vec<f64>,
}

impl FractionalDifference {
    /// Order `d` ≥ 0, threshold 0 < `tau` < 1; `None` where [`weights`] gives none.
    pub fn new(d: f64, tau: f64, window: Window) -> Option<Self> {
        let weights = weights(d, tau)?;
        let width = weights.len();
        Some(Self { d, window, weights, width, rows: vec![] })
    }

    /// Rows until the first value, that one included.
    pub fn width(&self) -> usize {
        self.width
    }

    fn update(&mut self, x: f64) -> f64 {
        if self.window == Window::Fixed && self.rows.len() >= 2 * self.width {
            // Once a width of rows, so that a row is moved once.
            self.rows.drain(..=self.rows.len() - self.width);
        }
        self.rows.push(x);
        if self.window == Window::Expanding && self.rows.len() > self.weights.len() {
            let last = self.weights.last().copied().unwrap_or(1.0);
            self.weights.push(following(last, self.d, self.weights.len()));
        }
        if self.rows.len() < self.width {
            return f64::NAN;
        }
        // Oldest first: small terms before large ones.
        let count = self.weights.len().min(self.rows.len());
        let rows = &self.rows[self.rows.len() - count..];
        rows.iter().zip(self.weights[..count].iter().rev()).map(|(x, w)| x * w).sum()
    }
}

impl Kernel for FractionalDifference {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        for (out, x) in outputs[0].iter_mut().zip(inputs[0]) {
            *out = self.update(*x);
        }
    }

    fn size(&self) -> usize {
        (self.weights.capacity() + self.rows.capacity()) * size_of::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::run;

    #[test]
    fn published_weights_and_widths() {
        // Shared reference "AFML": the weights of d = 0.4 and 0.5, the widths of d = 0.4.
        let near = |d: f64, expected: &[f64]| {
            let w = weights(d, 1e-3).unwrap();
            assert!(w.iter().zip(expected).all(|(w, e)| (w - e).abs() < 1e-15), "{w:?}");
        };
        near(0.4, &[1.0, -0.4, -0.12, -0.064, -0.0416, -0.029_952]);
        near(0.5, &[1.0, -0.5, -0.125, -0.0625, -0.039_062_5]);
        let width = |tau| weights(0.4, tau).unwrap().len();
        assert_eq!((width(1e-3), width(1e-4), width(1e-5)), (55, 282, 1458));
    }

    #[test]
    fn whole_orders_are_differences() {
        let x = [3.0, 5.0, 4.0, 8.0, 7.0];
        for window in [Window::Fixed, Window::Expanding] {
            let diff = |d| {
                let mut kernel = FractionalDifference::new(d, 1e-5, window).unwrap();
                run(&mut kernel, &[&x], 1).swap_remove(0)
            };
            assert_eq!(diff(0.0), x);
            assert_eq!(diff(1.0)[1..], [2.0, -1.0, 4.0, -1.0]);
            assert_eq!(diff(2.0)[2..], [-3.0, 5.0, -5.0]);
            assert!(diff(2.0)[..2].iter().all(|v| v.is_nan()));
        }
    }

    #[test]
    fn by_definition() {
        let x: Vec<f64> =
            (0..700).map(|i| 100.0 + (1.7 * f64::from(i * i)).sin() + 0.1 * f64::from(i)).collect();
        // Weights by the gamma function: wₖ = Γ(k − d) / (Γ(−d) Γ(k + 1)), a second formula.
        let gamma = statrs::function::gamma::gamma;
        let w = |k: usize| match k {
            0 => 1.0,
            // Γ(k − d) / Γ(k + 1) by logarithms; Γ(−d) < 0 for 0 < d < 1.
            _ => {
                let (k, d) = (k as f64, 0.4);
                let ln = statrs::function::gamma::ln_gamma;
                (ln(k - d) - ln(k + 1.0)).exp() / gamma(-d)
            }
        };
        for (window, reach) in [(Window::Fixed, 55), (Window::Expanding, usize::MAX)] {
            let mut kernel = FractionalDifference::new(0.4, 1e-3, window).unwrap();
            assert_eq!(kernel.width(), 55);
            let out = run(&mut kernel, &[&x], 1).swap_remove(0);
            assert!(out[..54].iter().all(|v| v.is_nan()));
            for t in 54..700 {
                let sum: f64 = (0..=t).take(reach).map(|k| w(k) * x[t - k]).sum();
                assert!((out[t] - sum).abs() < 1e-10, "{t}: {} {sum}", out[t]);
            }
        }
    }

    #[test]
    fn what_is_refused() {
        assert!(weights(-0.1, 1e-3).is_none() && weights(0.4, 0.0).is_none());
        assert!(weights(0.4, 1.0).is_none() && weights(f64::NAN, 1e-3).is_none());
        assert!(weights(0.1, 1e-12).is_none(), "too many weights");
    }
}
