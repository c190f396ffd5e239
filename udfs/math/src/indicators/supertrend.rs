//! Supertrend: a band at a multiple of the average true range (Wilder's, `n` rows) from the middle of
//! the bar, which only moves towards the price until the close passes it. Up-trends show the lower
//! band and 1, down-trends the upper band and −1. The first n rows have none; it begins with an
//! up-trend, as in TA-Lib.
//!
//! Seban (2009), Tout le monde mérite d'être riche.

use super::filter::{Filter, each_row};
use super::true_range::TrueRange;
use super::wilder::Wilder;
use crate::kernel::Kernel;

/// The band; inputs high, low, close; outputs the band and the trend.
#[derive(Debug, Clone)]
pub struct Supertrend {
    range: TrueRange,
    smooth: Wilder,
    multiple: f64,
    state: Option<State>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    upper: f64,
    lower: f64,
    is_up: bool,
    close: f64,
}

impl Supertrend {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize, multiple: f64) -> Self {
        Self { range: TrueRange::new(), smooth: Wilder::new(n), multiple, state: None }
    }

    fn update(&mut self, high: f64, low: f64, close: f64) -> Option<[f64; 2]> {
        let range = self.range.update(high, low, close)?;
        let width = self.multiple * self.smooth.update(range)?;
        let middle = f64::midpoint(high, low);
        let (mut upper, mut lower) = (middle + width, middle - width);
        let mut is_up = true;
        if let Some(before) = self.state {
            if upper >= before.upper && before.close <= before.upper {
                upper = before.upper;
            }
            if lower <= before.lower && before.close >= before.lower {
                lower = before.lower;
            }
            is_up = if before.is_up { close >= lower } else { close > upper };
        }
        self.state = Some(State { upper, lower, is_up, close });
        Some(if is_up { [lower, 1.0] } else { [upper, -1.0] })
    }
}

impl Kernel for Supertrend {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        each_row(inputs, outputs, |[high, low, close]| self.update(high, low, close));
    }
}
