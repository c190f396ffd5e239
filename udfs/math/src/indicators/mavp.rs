//! Moving average with a period of its own in each row, cut to whole rows and to the bounds. The
//! rows before the longest period's first average have none.
//!
//! An average of each period runs all the time. As in TA-Lib, those of the shorter periods begin so
//! late that all have their first value in one row.

use super::filter::{Filter, each_row};
use super::moving_average::{moving_average, warm_up};
use crate::kernel::Kernel;

/// The average; inputs the series and the periods.
pub struct Mavp {
    least: usize,
    row: usize,
    /// By period from the least: the row it begins in, and the average.
    averages: Vec<(usize, Box<dyn Filter>)>,
}

impl Mavp {
    /// Periods from `least ≥ 1` to `most ≥ least`; `None` if they are in the wrong order or there is
    /// no such type of average. Memory grows with the sum of the periods.
    pub fn new(least: usize, most: usize, matype: i64) -> Option<Self> {
        let longest = warm_up(matype, most);
        let average = |n| Some((longest - warm_up(matype, n), moving_average(matype, n)?));
        let averages: Option<Vec<_>> = (least..=most).map(average).collect();
        let averages = averages.filter(|averages| !averages.is_empty())?;
        Some(Self { least, row: 0, averages })
    }

    fn update(&mut self, x: f64, period: f64) -> Option<f64> {
        let row = self.row;
        self.row += 1;
        let chosen = (period as usize).saturating_sub(self.least).min(self.averages.len() - 1);
        let mut value = None;
        for (i, (begin, average)) in self.averages.iter_mut().enumerate() {
            if row >= *begin {
                let now = average.update(x);
                value = if i == chosen { now } else { value };
            }
        }
        value
    }
}

impl Kernel for Mavp {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[x, period]| self.update(x, period).map(|value| [value]));
    }

    fn size(&self) -> usize {
        let slots = self.averages.capacity() * size_of::<(usize, Box<dyn Filter>)>();
        slots + self.averages.iter().map(|(_, average)| average.bytes()).sum::<usize>()
    }
}
