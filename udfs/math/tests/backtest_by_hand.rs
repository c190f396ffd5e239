//! Backtests small enough to work out in a comment.

use trademl_math::backtest::{Backtest, Day, Quote, Rules};
use trademl_math::impact::TradingCost;
use trademl_math::panel::{Panel, Row};

const FREE: TradingCost =
    TradingCost { half_spread_bps: 0.0, commission_bps: 0.0, impact_eta: 0.0 };
const RULES: Rules = Rules {
    capital: 1000.0,
    cost: FREE,
    max_participation: 1.0,
    borrow_rate: 0.0,
    lag: 1,
    vol_window: 20,
    stale_limit: 1,
};

fn targets(rows: &[(i32, u32, f64)]) -> Panel<f64> {
    let row = |(date, symbol, value): &(i32, u32, f64)| Row {
        date: *date,
        symbol: *symbol,
        value: *value,
    };
    Panel::new(rows.iter().map(row).collect()).unwrap()
}

/// One row per session: (date, price of each symbol).
fn prices<const N: usize>(rows: &[(i32, [f64; N])], adv: f64) -> Panel<Quote> {
    let row = |(date, prices): &(i32, [f64; N])| {
        let date = *date;
        prices
            .iter()
            .zip(0..)
            .map(move |(price, symbol)| Row { date, symbol, value: Quote { price: *price, adv } })
            .collect::<Vec<_>>()
    };
    Panel::new(rows.iter().flat_map(row).collect()).unwrap()
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{a} {b}");
}

#[test]
fn three_days_two_names_by_hand() {
    // Friday 1: decide +0.5 / −0.5 of 1000. Monday 4: buy 500 of the first at 10, sell 500 of the second
    // at 20, for 10 bp: cost 1, equity 999. Tuesday 5: the first gains 10 % = 50, the second 4 % = 20
    // against us; one day of borrow on 500 at 36.5 % = 0.5; nothing to trade as there is no new decision:
    // 999 + 50 − 20 − 0.5 = 1028.5. Friday 8: flat prices, three days of borrow on 520: 1.56.
    let targets = targets(&[(1, 0, 0.5), (1, 1, -0.5)]);
    let prices =
        prices(&[(1, [9.0, 21.0]), (4, [10.0, 20.0]), (5, [11.0, 20.8]), (8, [11.0, 20.8])], 1e9);
    let cost = TradingCost { half_spread_bps: 7.0, commission_bps: 3.0, impact_eta: 0.0 };
    let rules = Rules { cost, borrow_rate: 0.365, ..RULES };
    let days: Vec<Day> = Backtest::new(&targets, &prices, rules).collect();
    assert_eq!(days.iter().map(|d| d.date).collect::<Vec<_>>(), [1, 4, 5, 8]);
    assert_eq!((days[0].equity, days[0].turnover, days[0].trades), (1000.0, 0.0, 0));
    close(days[1].equity, 999.0);
    close(days[1].cost_return, 0.001);
    close(days[1].turnover, 1.0);
    close(days[1].gross_exposure, 1000.0 / 999.0);
    assert_eq!((days[1].trades, days[1].positions), (2, 2));
    close(days[2].equity, 1028.5);
    close(days[2].gross_return, 30.0 / 999.0);
    close(days[2].borrow_return, 0.5 / 999.0);
    close(days[2].net_exposure, 30.0 / 1028.5);
    assert_eq!(days[2].trades, 0);
    close(days[3].equity, 1028.5 - 1.56);
    close(days[3].drawdown, 1.56 / 1028.5);
}

#[test]
fn what_is_not_filled_is_tried_again() {
    // ADV 3000 at 10 %: 300 a day of the wanted 500. The 2nd day wants 500 − 300 = 200 more.
    let targets = targets(&[(1, 0, 0.5)]);
    let prices = prices(&[(1, [10.0]), (2, [10.0]), (3, [10.0]), (4, [10.0])], 3000.0);
    let rules = Rules { max_participation: 0.1, ..RULES };
    let days: Vec<Day> = Backtest::new(&targets, &prices, rules).collect();
    assert_eq!(days.iter().map(|d| d.unfilled).collect::<Vec<_>>(), [0.0, 200.0, 0.0, 0.0]);
    assert_eq!(days.iter().map(|d| d.turnover).collect::<Vec<_>>(), [0.0, 0.3, 0.2, 0.0]);
}

#[test]
fn impact_uses_the_volatility_known_at_the_trade() {
    // Returns up to the trade on day 3: +10 %, −10 %; their sample deviation is √(2·0.01) = 0.141421.
    // Participation 500/50000 = 1 %: eta 1 costs 0.141421·0.1 = 1.41421 % of 500.
    let targets = targets(&[(2, 0, 0.5)]);
    let prices = prices(&[(1, [10.0]), (2, [11.0]), (3, [9.9]), (4, [9.9])], 50_000.0);
    let rules = Rules { cost: TradingCost { impact_eta: 1.0, ..FREE }, ..RULES };
    let days: Vec<Day> = Backtest::new(&targets, &prices, rules).collect();
    assert_eq!(days.len(), 3);
    close(days[1].equity, 1000.0 - 500.0 * 0.02_f64.sqrt() * 0.1);
}

#[test]
fn a_lost_price_keeps_its_value_and_is_closed_after_the_limit() {
    let nan = f64::NAN;
    let targets = targets(&[(1, 0, 0.5), (1, 1, 0.25)]);
    let rows =
        [(1, [1.0, 1.0]), (2, [1.0, 1.0]), (3, [nan, 1.1]), (4, [nan, 1.1]), (5, [9.0, 1.1])];
    let prices = prices(&rows, 1e9);
    let days: Vec<Day> = Backtest::new(&targets, &prices, RULES).collect();
    assert_eq!(days.iter().map(|d| d.positions).collect::<Vec<_>>(), [0, 2, 2, 1, 1]);
    assert_eq!(days.iter().map(|d| d.stale_closes).collect::<Vec<_>>(), [0, 0, 0, 1, 0]);
    // Closed at 1, so the jump to 9 is not ours.
    close(days[4].equity, 1025.0);
}

#[test]
fn names_left_out_are_sold_and_the_later_of_two_weekend_decisions_counts() {
    let targets = targets(&[(1, 0, 1.0), (3, 1, 0.5), (4, 1, 0.8)]);
    let prices = prices(&[(1, [1.0, 1.0]), (2, [1.0, 1.0]), (5, [1.0, 1.0]), (6, [1.0, 1.0])], 1e9);
    let days: Vec<Day> = Backtest::new(&targets, &prices, RULES).collect();
    assert_eq!(days.iter().map(|d| d.trades).collect::<Vec<_>>(), [0, 1, 2, 0]);
    close(days[2].net_exposure, 0.8);
}

#[test]
fn ruin_ends_trading() {
    // Short one unit of equity in a name that triples: 1000 − 2000 = −1000.
    let targets = targets(&[(1, 0, -1.0), (3, 0, -1.0)]);
    let prices = prices(&[(1, [1.0]), (2, [1.0]), (3, [3.0]), (4, [1.0])], 1e9);
    let days: Vec<Day> = Backtest::new(&targets, &prices, RULES).collect();
    assert_eq!(
        days.iter().map(|d| d.equity).collect::<Vec<_>>(),
        [1000.0, 1000.0, -1000.0, -1000.0]
    );
    assert_eq!((days[3].net_return, days[3].positions, days[3].drawdown), (0.0, 0, 2.0));
}
