//! What holds for every portfolio and backtest.

use proptest::prelude::*;
use trademl_math::backtest::{self, Backtest, Day, Quote};
use trademl_math::impact::TradingCost;
use trademl_math::panel::{Panel, Row};
use trademl_math::portfolio::{self, Decision, Portfolios};

const NAMES: usize = 5;
const SESSIONS: usize = 24;

/// One optional value per session and name.
type Table = Vec<Vec<Option<f64>>>;

fn table(values: std::ops::Range<f64>) -> impl Strategy<Value = Table> {
    let cell = prop::option::weighted(0.9, values);
    prop::collection::vec(prop::collection::vec(cell, NAMES), SESSIONS)
}

/// Positive prices from returns; a missing return is a missing price.
fn prices(returns: &Table, adv: f64) -> Vec<Row<Quote>> {
    let mut level = [100.0; NAMES];
    let mut rows = vec![];
    for (date, day) in (0..).zip(returns) {
        for (symbol, ret) in (0..).zip(day) {
            let price = ret.map_or(f64::NAN, |r| {
                level[symbol as usize] *= 1.0 + r;
                level[symbol as usize]
            });
            rows.push(Row { date, symbol, value: Quote { price, adv } });
        }
    }
    rows
}

fn rows(table: &Table) -> Vec<Row<f64>> {
    let day = |(date, day): (i32, &Vec<Option<f64>>)| {
        let row = move |(symbol, v): (u32, &Option<f64>)| Row {
            date,
            symbol,
            value: v.unwrap_or(f64::NAN),
        };
        (0..).zip(day).map(row).collect::<Vec<_>>()
    };
    (0..).zip(table).flat_map(day).collect()
}

fn until<T: Copy>(rows: &[Row<T>], date: i32) -> Vec<Row<T>> {
    rows.iter().copied().filter(|r| r.date <= date).collect()
}

fn reversed<T: Copy>(rows: &[Row<T>]) -> Vec<Row<T>> {
    rows.iter().copied().rev().collect()
}

fn run(targets: Vec<Row<f64>>, prices: Vec<Row<Quote>>, rules: backtest::Rules) -> Vec<Day> {
    let (targets, prices) = (Panel::new(targets).unwrap(), Panel::new(prices).unwrap());
    Backtest::new(&targets, &prices, rules).collect()
}

fn build(
    scores: Vec<Row<f64>>,
    returns: Vec<Row<f64>>,
    rules: portfolio::Rules,
) -> Vec<(i32, Decision)> {
    let (scores, returns) = (Panel::new(scores).unwrap(), Panel::new(returns).unwrap());
    let mut portfolios = Portfolios::new(&scores, &returns, rules);
    let mut all = vec![];
    while let Some((date, decision)) = portfolios.advance() {
        all.push((date, decision.clone()));
    }
    all
}

/// Debug text shows every bit of a float, and NaN equal to NaN.
fn bits<T: std::fmt::Debug>(values: &[T]) -> Vec<String> {
    values.iter().map(|v| format!("{v:?}")).collect()
}

const FREE: TradingCost =
    TradingCost { half_spread_bps: 0.0, commission_bps: 0.0, impact_eta: 0.0 };
const RULES: backtest::Rules = backtest::Rules {
    capital: 1e6,
    cost: TradingCost { half_spread_bps: 2.0, commission_bps: 1.0, impact_eta: 0.5 },
    max_participation: 0.1,
    borrow_rate: 0.02,
    lag: 1,
    vol_window: 5,
    stale_limit: 2,
};

prop_compose! {
    fn portfolio_rules()(
        target_volatility in 0.02..0.5_f64,
        gross_cap in 0.2..3.0_f64,
        name_cap in 0.05..0.8_f64,
        window in 2..15_usize,
        long_only: bool,
        rebalance in 1..6_usize,
        expected_sharpe in prop::option::of(0.2..3.0_f64),
    ) -> portfolio::Rules {
        portfolio::Rules {
            target_volatility, gross_cap, name_cap, window, long_only, rebalance, expected_sharpe,
            kelly: 0.25, periods_per_year: 252.0,
        }
    }
}

proptest! {
    #[test]
    fn portfolios_keep_their_caps(
        scores in table(-2.0..2.0), returns in table(-0.1..0.1), rules in portfolio_rules(),
    ) {
        for (date, decision) in build(rows(&scores), rows(&returns), rules) {
            let weights = || decision.positions.iter().map(|p| p.weight);
            prop_assert!(weights().map(f64::abs).sum::<f64>() <= rules.gross_cap);
            prop_assert!(weights().all(|w| w.abs() <= rules.name_cap));
            prop_assert!(decision.volatility <= rules.volatility_limit());
            prop_assert!(decision.kelly_fraction <= rules.kelly * (1.0 + 1e-12));
            prop_assert!(rules.long_only || weights().sum::<f64>().abs() < 1e-12);
            prop_assert!(!rules.long_only || weights().all(|w| w >= 0.0));
            prop_assert!(decision.positions.iter().all(|p| p.score.is_finite() || p.weight == 0.0));
            prop_assert!(decision.decided <= date && date < decision.decided + rules.rebalance as i32);
        }
    }

    #[test]
    fn portfolios_depend_on_the_past_only_and_not_on_row_order(
        scores in table(-2.0..2.0), returns in table(-0.1..0.1), rules in portfolio_rules(),
        cut in 0..SESSIONS as i32,
    ) {
        let (scores, returns) = (rows(&scores), rows(&returns));
        let all = bits(&build(scores.clone(), returns.clone(), rules));
        prop_assert_eq!(&bits(&build(reversed(&scores), reversed(&returns), rules)), &all);
        let past = bits(&build(until(&scores, cut), until(&returns, cut), rules));
        prop_assert_eq!(&past[..], &all[..past.len()]);
        prop_assert_eq!(past.len(), cut as usize + 1);
    }

    #[test]
    fn backtests_depend_on_the_past_only_and_not_on_row_order(
        weights in table(-0.5..0.5), returns in table(-0.1..0.1), adv in 1e5..1e8_f64,
        cut in 0..SESSIONS as i32, lag in 1..3_usize,
    ) {
        let (targets, prices) = (rows(&weights), prices(&returns, adv));
        let rules = backtest::Rules { lag, ..RULES };
        let all = bits(&run(targets.clone(), prices.clone(), rules));
        prop_assert_eq!(&bits(&run(reversed(&targets), reversed(&prices), rules)), &all);
        let past = bits(&run(until(&targets, cut), until(&prices, cut), rules));
        prop_assert_eq!(&past[..], &all[..past.len()]);
        prop_assert_eq!(past.len(), cut as usize + 1);
        // A decision acts `lag` sessions later: without the last ones nothing changes.
        let late = bits(&run(until(&targets, SESSIONS as i32 - 1 - lag as i32), prices, rules));
        prop_assert_eq!(&late, &all);
    }

    #[test]
    fn the_account_adds_up(
        weights in table(-0.5..0.5), returns in table(-0.1..0.1), adv in 1e5..1e8_f64,
    ) {
        let mut equity = RULES.capital;
        let mut peak = equity;
        for day in run(rows(&weights), prices(&returns, adv), RULES) {
            let net = day.gross_return - day.cost_return - day.borrow_return;
            prop_assert!((day.net_return - net).abs() <= 1e-12);
            prop_assert!((day.equity / (equity * (1.0 + day.net_return)) - 1.0).abs() <= 1e-12);
            // At most 10 % of ADV in each of the names traded.
            let most = RULES.max_participation * adv * day.trades as f64;
            prop_assert!(day.turnover * equity <= most * (1.0 + 1e-12));
            prop_assert!(day.net_exposure.abs() <= day.gross_exposure + 1e-12);
            equity = day.equity;
            peak = f64::max(peak, equity);
            prop_assert!((day.drawdown - (1.0 - equity / peak)).abs() <= 1e-12);
        }
    }

    #[test]
    fn one_name_never_trades_more_than_its_share(
        weight in prop::collection::vec(-1.0..1.0_f64, SESSIONS),
        returns in table(-0.1..0.1), adv in 1e4..1e7_f64,
    ) {
        let targets = (0..).zip(weight).map(|(date, value)| Row { date, symbol: 0, value }).collect();
        let mut equity = RULES.capital;
        for day in run(targets, prices(&returns, adv), RULES) {
            prop_assert!(day.turnover * equity <= RULES.max_participation * adv * (1.0 + 1e-12));
            equity = day.equity;
        }
    }

    #[test]
    fn free_full_fills_compound_directly(weights in table(-0.3..0.3), returns in table(-0.1..0.1)) {
        // Every price present: each day earns Σ w·r of the weights decided the day before the last.
        let returns: Table =
            returns.iter().map(|d| d.iter().map(|r| Some(r.unwrap_or(0.01))).collect()).collect();
        let rules = backtest::Rules { cost: FREE, borrow_rate: 0.0, max_participation: 1.0, ..RULES };
        let days = run(rows(&weights), prices(&returns, 1e15), rules);
        let mut equity = RULES.capital;
        for t in 0..SESSIONS {
            if t >= 2 {
                let earned = |(w, r): (&Option<f64>, &Option<f64>)| w.unwrap_or(0.0) * r.unwrap_or(0.0);
                equity *= 1.0 + weights[t - 2].iter().zip(&returns[t]).map(earned).sum::<f64>();
            }
            prop_assert!((days[t].equity / equity - 1.0).abs() < 1e-11);
        }
    }

    #[test]
    fn costs_rise_with_eta(
        weights in prop::collection::vec(-0.4..0.4_f64, NAMES), returns in table(-0.1..0.1),
        low in 0.0..1.0_f64, more in 0.01..1.0_f64,
    ) {
        // One decision, filled at once: the same trades at both etas.
        let targets: Vec<_> =
            (0..).zip(weights).map(|(symbol, value)| Row { date: 8, symbol, value }).collect();
        let cost = |impact_eta| {
            let rules = backtest::Rules {
                cost: TradingCost { impact_eta, ..RULES.cost }, max_participation: 1.0, ..RULES
            };
            let days = run(targets.clone(), prices(&returns, 1e8), rules);
            days.iter().map(|d| d.cost_return).take(2).sum::<f64>()
        };
        let (cheap, dear) = (cost(low), cost(low + more));
        prop_assert!(dear > cheap || dear == 0.0);
    }
}
