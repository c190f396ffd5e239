//! Scales from values to coordinates, and the round numbers and dates that mark them.

use chrono::{Datelike, NaiveDate};

use crate::number::fixed;

/// How values are spread along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// Equal differences are equally far apart.
    Linear,
    /// Equal ratios are equally far apart; values must be above 0.
    Log,
}

/// A map from `low..high` to the coordinates `from..to`.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    spread: Spread,
}

impl Scale {
    /// The scale; an empty range is widened, so that every scale has an extent.
    pub fn new(spread: Spread, (low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        let (low, high) = if high > low {
            (low, high)
        } else if spread == Spread::Log {
            (low / 1.1, low * 1.1)
        } else {
            (low - low.abs().max(1.0) * 0.05, low + low.abs().max(1.0) * 0.05)
        };
        Self { low, high, from, to, spread }
    }

    /// The coordinate of `value`.
    pub fn at(&self, value: f64) -> f64 {
        let share = match self.spread {
            Spread::Linear => (value - self.low) / (self.high - self.low),
            Spread::Log => (value / self.low).ln() / (self.high / self.low).ln(),
        };
        self.from + share * (self.to - self.from)
    }

    /// About `count` round values in the range, with their labels.
    pub fn ticks(&self, count: usize, percent: bool) -> Vec<(f64, String)> {
        if self.spread == Spread::Log {
            let ticks = log_ticks(self.low, self.high);
            if ticks.len() >= 3 {
                return ticks.into_iter().map(|value| (value, shortest(value))).collect();
            }
        }
        linear_ticks(self.low, self.high, count, percent)
    }
}

/// The range of `values` with its ends moved to round numbers, for a linear axis.
pub fn round_range((low, high): (f64, f64), count: usize) -> (f64, f64) {
    let step = round_step((high - low) / count as f64);
    if step <= 0.0 || !step.is_finite() {
        return (low, high);
    }
    ((low / step).floor() * step, (high / step).ceil() * step)
}

/// The smallest and largest of `values`, which are finite.
pub fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((value.min(low), value.max(high))),
    })
}

/// 1, 2 or 5 times a power of ten, at least `rough`.
fn round_step(rough: f64) -> f64 {
    if rough <= 0.0 || !rough.is_finite() {
        return 0.0;
    }
    let power = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|multiple| multiple * power)
        .find(|step| *step >= rough * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

fn linear_ticks(low: f64, high: f64, count: usize, percent: bool) -> Vec<(f64, String)> {
    let step = round_step((high - low) / count as f64);
    if step <= 0.0 {
        return Vec::new();
    }
    let shown = if percent { step * 100.0 } else { step };
    let digits = (-(shown * (1.0 + 1e-9)).log10().floor()).clamp(0.0, 9.0) as usize;
    let first = (low / step - 1e-9).ceil();
    (0..=2 * count)
        .map(|place| (first + place as f64) * step)
        .take_while(|value| *value <= high + step * 1e-9)
        .map(|value| {
            let label = if percent { value * 100.0 } else { value };
            (value, fixed(label, digits).replace('-', "−") + if percent { "%" } else { "" })
        })
        .collect()
}

/// Powers of ten within the range, with their doubles and fivefolds where there is room.
fn log_ticks(low: f64, high: f64) -> Vec<f64> {
    let decades = (high / low).log10();
    let multiples: &[f64] = match decades {
        decades if decades > 4.0 => &[1.0],
        decades if decades > 1.0 => &[1.0, 2.0, 5.0],
        _ => &[1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0],
    };
    let first = low.log10().floor() as i32;
    let last = high.log10().ceil() as i32;
    (first..=last)
        .flat_map(|power| multiples.iter().map(move |multiple| multiple * 10_f64.powi(power)))
        .filter(|value| *value >= low * (1.0 - 1e-9) && *value <= high * (1.0 + 1e-9))
        .collect()
}

fn shortest(value: f64) -> String {
    let digits = (2.0 - value.log10().floor()).clamp(0.0, 9.0) as usize;
    let text = fixed(value, digits);
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A date as a number of days, for a scale.
pub fn days(date: NaiveDate) -> f64 {
    f64::from(date.num_days_from_ce())
}

/// First days of years, months or single days within the range, about `count` of them.
pub fn date_ticks(start: NaiveDate, end: NaiveDate, count: usize) -> Vec<(NaiveDate, String)> {
    let span = (end - start).num_days() as f64 / count as f64;
    let pick = |steps: &[u32], unit: f64| {
        steps.iter().copied().find(|step| f64::from(*step) * unit >= span * 0.99)
    };
    if let Some(step) = pick(&[1, 2, 7, 14], 1.0) {
        return start
            .iter_days()
            .take_while(|date| *date <= end)
            .step_by(step as usize)
            .map(|date| (date, date.format("%d %b").to_string()))
            .collect();
    }
    if let Some(step) = pick(&[1, 3, 6], 30.4) {
        return months(start, end)
            .filter(|date| date.month0() % step == 0)
            .map(|date| {
                let format = if date.month() == 1 { "%Y" } else { "%b %Y" };
                (date, date.format(format).to_string())
            })
            .collect();
    }
    let step = pick(&[1, 2, 5, 10, 20, 50, 100], 365.25).unwrap_or(1000);
    months(start, end)
        .filter(|date| date.month() == 1 && date.year().rem_euclid(step as i32) == 0)
        .map(|date| (date, date.year().to_string()))
        .collect()
}

/// The first days of the months within the range.
fn months(start: NaiveDate, end: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let first = start.year() * 12 + start.month0() as i32;
    let last = end.year() * 12 + end.month0() as i32;
    (first..=last)
        .filter_map(|month| {
            NaiveDate::from_ymd_opt(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1)
        })
        .filter(move |date| *date >= start && *date <= end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: Vec<(f64, String)>) -> Vec<String> {
        ticks.into_iter().map(|(_, label)| label).collect()
    }

    fn day(year: i32, month: u32, of_month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, of_month).unwrap()
    }

    #[test]
    fn ticks_are_round() {
        let scale = Scale::new(Spread::Linear, (-0.37, 0.0), (0.0, 1.0));
        assert_eq!(labels(scale.ticks(4, true)), ["−30%", "−20%", "−10%", "0%"]);
        let scale = Scale::new(Spread::Linear, (0.97, 1.04), (0.0, 1.0));
        assert_eq!(labels(scale.ticks(4, false)), ["0.98", "1.00", "1.02", "1.04"]);
        let scale = Scale::new(Spread::Log, (0.8, 120.0), (0.0, 1.0));
        assert_eq!(labels(scale.ticks(5, false)), ["1", "2", "5", "10", "20", "50", "100"]);
        assert_eq!(round_range((-0.37, 0.02), 4), (-0.4, 0.1));
    }

    #[test]
    fn a_constant_has_an_axis() {
        for spread in [Spread::Linear, Spread::Log] {
            let scale = Scale::new(spread, (3.0, 3.0), (0.0, 100.0));
            assert!((scale.at(3.0) - 50.0).abs() < 1e-9);
        }
    }

    #[test]
    fn dates_are_marked_at_round_places() {
        let names = |start, end, count| -> Vec<String> {
            date_ticks(start, end, count).into_iter().map(|(_, label)| label).collect()
        };
        assert_eq!(
            names(day(1990, 1, 2), day(2022, 12, 28), 7),
            ["1995", "2000", "2005", "2010", "2015", "2020"]
        );
        assert_eq!(names(day(2020, 11, 5), day(2021, 7, 1), 4), ["2021", "Apr 2021", "Jul 2021"]);
        assert_eq!(names(day(2020, 1, 1), day(2020, 1, 3), 8), ["01 Jan", "02 Jan", "03 Jan"]);
        assert_eq!(names(day(2020, 1, 1), day(2020, 1, 1), 8), ["01 Jan"]);
    }
}
