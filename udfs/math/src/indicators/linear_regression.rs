//! The least squares line through the last `n` values over their rows. The first n − 1 rows have none.

use crate::kernel::Kernel;
use crate::rolling::{line, rise};

/// What is read off the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Its value at the latest row (TA-Lib LINEARREG).
    End,
    /// Its value one row later (TSF).
    Next,
    /// Its value at the oldest row (`LINEARREG_INTERCEPT`).
    Intercept,
    /// Its rise a row (`LINEARREG_SLOPE`).
    Slope,
    /// The angle of the rise, degrees (`LINEARREG_ANGLE`).
    Angle,
}

/// A reading off the line through the last `n ≥ 2` values.
pub fn linear_regression(n: usize, reading: Reading) -> Box<dyn Kernel> {
    let n = n.max(2);
    let half = (n as f64 - 1.0) / 2.0;
    match reading {
        Reading::End => line(n, half),
        Reading::Next => line(n, half + 1.0),
        Reading::Intercept => line(n, -half),
        Reading::Slope => rise(n),
        Reading::Angle => Box::new(Angle(rise(n))),
    }
}

/// The angle of a rise, degrees.
struct Angle(Box<dyn Kernel>);

impl Kernel for Angle {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        self.0.push(inputs, outputs);
        outputs[0].iter_mut().for_each(|rise| *rise = rise.atan().to_degrees());
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}
