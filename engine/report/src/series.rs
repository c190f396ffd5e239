//! The curves behind the pictures: wealth by strategy, drawdown, monthly returns, rolling Sharpe.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use trademl_math::sharpe::SharpeEstimate;

use crate::EquityPoint;
use crate::number::finite;

/// Sessions in a year, the window of the rolling Sharpe ratio.
pub const YEAR: usize = 252;

/// A dated series: dates ascend, each occurs once, values are finite.
pub type Series = Vec<(NaiveDate, f64)>;

/// The wealth of one strategy.
pub struct Strategy {
    /// Its name.
    pub name: String,
    /// After costs.
    pub net: Series,
    /// Before costs.
    pub gross: Series,
}

/// The wealth of all strategies and of their benchmark.
pub struct Curves {
    /// In the order of their first point.
    pub strategies: Vec<Strategy>,
    /// Empty when no strategy has one.
    pub benchmark: Series,
}

impl Curves {
    /// Sorts `points` by strategy and date. Of points with the same strategy and date the last counts.
    pub fn of(points: &[EquityPoint]) -> Self {
        let mut names: Vec<&str> = Vec::new();
        let mut by_strategy: BTreeMap<&str, BTreeMap<NaiveDate, &EquityPoint>> = BTreeMap::new();
        for point in points {
            let dates = by_strategy.entry(&point.strategy).or_default();
            if dates.is_empty() {
                names.push(&point.strategy);
            }
            dates.insert(point.date, point);
        }
        let series = |name: &str, value: fn(&EquityPoint) -> Option<f64>| -> Series {
            by_strategy[name]
                .iter()
                .filter_map(|(date, point)| Some((*date, finite(value(point))?)))
                .collect()
        };
        let benchmark = names
            .iter()
            .map(|name| series(name, |point| point.benchmark))
            .find(|series| !series.is_empty())
            .unwrap_or_default();
        let strategies = names
            .into_iter()
            .map(|name| Strategy {
                name: name.to_owned(),
                net: series(name, |point| point.net),
                gross: series(name, |point| point.gross),
            })
            .collect();
        Self { strategies, benchmark }
    }
}

/// Wealth over its highest value so far, less 1: 0 at a peak, −0.2 when a fifth is lost.
pub fn drawdown(wealth: &[(NaiveDate, f64)]) -> Series {
    let mut peak = f64::NEG_INFINITY;
    wealth
        .iter()
        .filter_map(|&(date, level)| {
            peak = peak.max(level);
            (peak > 0.0).then(|| (date, level / peak - 1.0))
        })
        .collect()
}

/// Returns by (year, month): the month's last wealth over the one before the month, less 1. The
/// first month counts from the first point.
pub fn monthly_returns(wealth: &[(NaiveDate, f64)]) -> BTreeMap<(i32, u32), f64> {
    compounded(wealth, |date| (date.year(), date.month()))
}

/// Returns by year, as [`monthly_returns`].
pub fn yearly_returns(wealth: &[(NaiveDate, f64)]) -> BTreeMap<i32, f64> {
    compounded(wealth, Datelike::year)
}

fn compounded<K: Ord>(
    wealth: &[(NaiveDate, f64)],
    period: impl Fn(&NaiveDate) -> K,
) -> BTreeMap<K, f64> {
    let Some(&(_, first)) = wealth.first() else { return BTreeMap::new() };
    let mut last = BTreeMap::new();
    for (date, level) in wealth {
        last.insert(period(date), *level);
    }
    let mut before = first;
    let mut returns = BTreeMap::new();
    for (key, level) in last {
        if before > 0.0 {
            returns.insert(key, level / before - 1.0);
        }
        before = level;
    }
    returns
}

/// Sharpe ratio per year of the last [`YEAR`] returns, dated by the last of them.
pub fn rolling_sharpe(wealth: &[(NaiveDate, f64)]) -> Series {
    let returns: Series = wealth
        .windows(2)
        .filter(|pair| pair[0].1 > 0.0)
        .map(|pair| (pair[1].0, pair[1].1 / pair[0].1 - 1.0))
        .collect();
    let values: Vec<f64> = returns.iter().map(|(_, value)| *value).collect();
    values
        .windows(YEAR)
        .zip(returns.iter().skip(YEAR - 1))
        .filter_map(|(window, (date, _))| {
            let estimate = SharpeEstimate::from_returns(window)?;
            Some((*date, estimate.annualised(YEAR as f64)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, of_month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, of_month).unwrap()
    }

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-12
    }

    #[test]
    fn points_are_sorted_by_strategy_and_date() {
        let point = |strategy: &str, date, net| EquityPoint {
            strategy: strategy.into(),
            date,
            net: Some(net),
            ..EquityPoint::default()
        };
        let curves = Curves::of(&[
            point("b", day(2020, 1, 3), 1.1),
            point("a", day(2020, 1, 2), 2.0),
            point("b", day(2020, 1, 2), 1.0),
            point("b", day(2020, 1, 6), f64::NAN),
        ]);
        assert_eq!(curves.strategies.iter().map(|s| &s.name).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(curves.strategies[0].net, [(day(2020, 1, 2), 1.0), (day(2020, 1, 3), 1.1)]);
        assert!(curves.benchmark.is_empty());
    }

    #[test]
    fn drawdown_is_measured_from_the_peak() {
        let wealth: Series =
            [1.0, 1.25, 1.0, 1.5].iter().zip(1..).map(|(w, d)| (day(2020, 1, d), *w)).collect();
        let values: Vec<f64> = drawdown(&wealth).into_iter().map(|(_, value)| value).collect();
        assert!(values.iter().zip([0.0, 0.0, -0.2, 0.0]).all(|(a, b)| close(*a, b)), "{values:?}");
    }

    #[test]
    fn monthly_returns_compound_to_the_year() {
        let wealth = [
            (day(2020, 1, 2), 1.0),
            (day(2020, 1, 31), 1.1),
            (day(2020, 3, 31), 1.21),
            (day(2021, 1, 29), 0.605),
        ];
        let months = monthly_returns(&wealth);
        assert!(close(months[&(2020, 1)], 0.1) && close(months[&(2020, 3)], 0.1));
        assert!(!months.contains_key(&(2020, 2)));
        assert!(close(yearly_returns(&wealth)[&2020], 0.21));
        assert!(close(yearly_returns(&wealth)[&2021], -0.5));
    }

    #[test]
    fn rolling_sharpe_of_alternating_returns() {
        // Returns alternate 3 % and −1 %: mean 1 %, sample deviation 2 %·√(252/251) in each window.
        let mut wealth = vec![(day(2020, 1, 1), 1.0)];
        for step in 0..260 {
            let (date, level) = wealth[step];
            let grown = if step % 2 == 0 { 1.03 } else { 0.99 };
            wealth.push((date.succ_opt().unwrap(), level * grown));
        }
        let sharpe = rolling_sharpe(&wealth);
        assert_eq!(sharpe.len(), 260 - YEAR + 1);
        assert_eq!(sharpe[0].0, wealth[YEAR].0);
        let expected = 0.01 / (0.02 * (252.0_f64 / 251.0).sqrt()) * 252.0_f64.sqrt();
        assert!(sharpe.iter().all(|(_, value)| (value - expected).abs() < 1e-9), "{sharpe:?}");
    }
}
