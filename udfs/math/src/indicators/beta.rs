//! Beta: the slope of the regression of y's simple returns on x's over the last `n` returns; 0 where
//! x's returns do not differ. The first n rows have none. A return from a price of 0 is 0, as in
//! TA-Lib.

use super::comoments::Comoments;
use super::filter::each_row;
use crate::kernel::Kernel;

/// The beta of a series to an index.
#[derive(Debug, Clone)]
pub struct Beta {
    before: Option<(f64, f64)>,
    moments: Comoments,
}

impl Beta {
    /// Over `n ≥ 1` returns.
    pub fn new(n: usize) -> Self {
        Self { before: None, moments: Comoments::new(n) }
    }

    /// Takes the next prices of the index and of the series.
    fn update(&mut self, x: f64, y: f64) -> Option<f64> {
        let (x0, y0) = self.before.replace((x, y))?;
        let change = |before: f64, now| match before.abs() < 1e-14 {
            true => 0.0,
            false => (now - before) / before,
        };
        let m = self.moments.update(change(x0, x), change(y0, y))?;
        Some(if m.xx > 0.0 { m.xy / m.xx } else { 0.0 })
    }
}

impl Kernel for Beta {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[x, y]| self.update(x, y).map(|beta| [beta]));
    }

    fn size(&self) -> usize {
        self.moments.bytes()
    }
}
