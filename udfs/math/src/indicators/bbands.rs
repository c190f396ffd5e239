//! Bollinger bands: a moving average, and above and below it multiples of the standard deviation
//! (over n) of the last `n` values. They begin where both have a value.
//!
//! Bollinger (2001), Bollinger on Bollinger Bands.

use super::moving_average::moving_average;
use crate::kernel::Kernel;
use crate::rolling::{Doubling, Moments};

/// The bands; outputs upper, middle, lower.
pub struct BBands {
    n: f64,
    windows: Doubling<Moments<2>, 1, 2>,
    /// `None`: the windows' mean.
    average: Option<Box<dyn Kernel>>,
    up: f64,
    down: f64,
}

impl BBands {
    /// Over `n ≥ 1` values with an average of type `matype`; `None` if there is no such type.
    pub fn new(n: usize, up: f64, down: f64, matype: i64) -> Option<Self> {
        let average = match matype {
            0 => None,
            _ => Some(moving_average(matype, n)?),
        };
        Some(Self { n: n as f64, windows: Doubling::new(n), average, up, down })
    }
}

impl Kernel for BBands {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let ([x, ..], [upper, middle, lower, ..]) = (inputs, outputs) else { return };
        let Self { n, windows, average, up, down } = self;
        let full = |state: &Moments<2>| if state.count >= *n { 0.0 } else { f64::NAN };
        let Some(average) = average else {
            windows.push([x], [upper, middle, lower], |state, [last]| {
                let (middle, deviation) = (last + state.mean, state.variance(0.0).sqrt());
                let none = full(&state);
                [middle + deviation * *up + none, middle + none, middle - deviation * *down + none]
            });
            return;
        };
        average.push(&[x], &mut [middle]);
        windows.push([x], [upper, lower], |state, _| {
            let deviation = state.variance(0.0).sqrt() + full(&state);
            [deviation * *up, deviation * *down]
        });
        for ((upper, middle), lower) in
            upper.iter_mut().zip(middle.iter_mut()).zip(lower.iter_mut())
        {
            (*upper, *lower) = (*middle + *upper, *middle - *lower);
            *middle = if upper.is_nan() { f64::NAN } else { *middle };
        }
    }

    fn size(&self) -> usize {
        self.windows.size() + self.average.as_ref().map_or(0, |average| average.size())
    }
}
