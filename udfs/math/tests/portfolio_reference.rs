//! Portfolios and a backtest against numpy and pandas: numbers by `tests/reference/portfolio.py`
//! (numpy 2.4.6, pandas 3.1.1).

use chrono::{Datelike, NaiveDate, Weekday};
use trademl_math::backtest::{self, Backtest, Day, Quote};
use trademl_math::impact::TradingCost;
use trademl_math::panel::{Panel, Row};
use trademl_math::portfolio::{self, Portfolios};
use trademl_math::sizing::Binding;

const DAYS: usize = 60;
const NAMES: usize = 9;

fn noise(t: usize, i: usize, seed: usize) -> f64 {
    ((t * 7919 + i * 104_729 + t * i * 31 + seed * 613) % 1009) as f64 / 1009.0 - 0.5
}

fn ret(t: usize, i: usize) -> f64 {
    let missing = (i == 7 && t < 35)
        || (i == 2 && (10..55).contains(&t) && (t - 10).is_multiple_of(7))
        || (i == 8 && !t.is_multiple_of(5));
    if missing {
        f64::NAN
    } else {
        0.04 * (1.0 + i as f64 / 4.0) * noise(t, i, 1) + 0.03 * noise(t, 0, 2)
    }
}

fn score(t: usize, i: usize) -> f64 {
    if i == 4 { f64::NAN } else { noise(t, i, 3) }
}

fn panel<T: Copy>(dates: &[i32], value: impl Fn(usize, usize) -> T) -> Panel<T> {
    let cell = |t: usize, i: usize| Row { date: dates[t], symbol: i as u32, value: value(t, i) };
    Panel::new((0..dates.len()).flat_map(|t| (0..NAMES).map(move |i| cell(t, i))).collect())
        .unwrap()
}

fn close(ours: f64, theirs: f64, tolerance: f64) {
    assert!((ours - theirs).abs() <= tolerance * theirs.abs().max(1.0), "{ours} against {theirs}");
}

struct Case {
    day: usize,
    window: usize,
    target: f64,
    gross: f64,
    name: f64,
    long_only: bool,
    volatility: f64,
    /// One a name.
    weights: &'static str,
    binding: Binding,
}

#[rustfmt::skip]
const CASES: [Case; 5] = [
    Case { day: 20, window: 30, target: 0.1, gross: 2.0, name: 0.5, long_only: false,
        volatility: 0.1, binding: Binding::Volatility,
        weights: "0.201400167253288 -0.201119982017191 0.045738095967339 -0.233073132065981 0.0 \
            0.276868791923884 -0.0898139410613384 0.0 0.0" },
    Case { day: 40, window: 30, target: 0.3, gross: 2.0, name: 0.3, long_only: false,
        volatility: 0.232_918_256_862_111_32, binding: Binding::NameCap,
        weights: "-0.3 -0.3 -0.3 0.3 0.0 \
            0.3 0.3 0.0 0.0" },
    Case { day: 50, window: 30, target: 0.9, gross: 1.0, name: 0.5, long_only: false,
        volatility: 0.101_737_571_407_144_01, binding: Binding::GrossCap,
        weights: "-0.256952770648241 0.0274170133681731 0.144886077391484 -0.142926402938743 0.0 \
            0.319043118832154 -0.100120826413016 0.00865379040818906 0.0" },
    Case { day: 50, window: 30, target: 0.9, gross: 3.0, name: 0.2, long_only: false,
        volatility: 0.142_705_368_799_700_1, binding: Binding::NameCap,
        weights: "-0.2 0.152017756732884 0.2 -0.2 0.0 \
            0.2 -0.2 0.047982243267116 0.0" },
    Case { day: 59, window: 20, target: 0.15, gross: 2.0, name: 0.45, long_only: true,
        volatility: 0.15, binding: Binding::Volatility,
        weights: "0.45 0.0 0.0 0.265625143729955 0.0 \
            0.45 0.0 0.0 0.0" },
];

#[test]
fn portfolios_agree_with_numpy() {
    let dates: Vec<i32> = (0..DAYS as i32).collect();
    let (scores, returns) = (panel(&dates, score), panel(&dates, ret));
    for case in CASES {
        let rules = portfolio::Rules {
            target_volatility: case.target,
            gross_cap: case.gross,
            name_cap: case.name,
            window: case.window,
            long_only: case.long_only,
            rebalance: 1,
            kelly: 0.25,
            expected_sharpe: None,
            periods_per_year: 252.0,
        };
        let mut portfolios = Portfolios::new(&scores, &returns, rules);
        let mut day = 0;
        let decision = loop {
            let (_, decision) = portfolios.advance().unwrap();
            if day == case.day {
                break decision.clone();
            }
            day += 1;
        };
        close(decision.volatility, case.volatility, 1e-11);
        close(decision.kelly_fraction, 0.25 * case.volatility / case.target, 1e-11);
        for (position, weight) in decision.positions.iter().zip(case.weights.split(' ')) {
            let weight: f64 = weight.parse().unwrap();
            close(position.weight, weight, 1e-11);
            let binding = if weight == 0.0 {
                Binding::None
            } else if weight.abs() >= case.name {
                Binding::NameCap
            } else {
                case.binding
            };
            assert_eq!(position.binding, binding);
        }
    }
}

#[test]
fn backtest_agrees_with_an_account_in_pandas() {
    let dates: Vec<i32> = NaiveDate::from_ymd_opt(2024, 1, 1)
        .unwrap()
        .iter_days()
        .filter(|d| !matches!(d.weekday(), Weekday::Sat | Weekday::Sun))
        .take(DAYS)
        .map(|d| d.to_epoch_days())
        .collect();
    let mut level = [50.0; NAMES];
    let mut levels = vec![];
    for t in 0..DAYS {
        for (i, level) in level.iter_mut().enumerate() {
            let r = ret(t, i);
            *level *= 1.0 + if r.is_nan() { 0.0 } else { r };
        }
        levels.push(level);
    }
    let quote = |t: usize, i: usize| {
        let missing = (i == 1 && (20..23).contains(&t)) || (i == 3 && t >= 30);
        let price = if missing { f64::NAN } else { levels[t][i] };
        Quote { price, adv: 2e6 * (i as f64 + 1.0) }
    };
    let prices = panel(&dates, quote);
    let decisions: Vec<usize> = (12..DAYS).step_by(6).collect();
    let decided: Vec<i32> = decisions.iter().map(|t| dates[*t]).collect();
    let targets =
        panel(&decided, |k, i| (score(decisions[k], i) * 1000.0).round_ties_even() / 1000.0);
    let rules = backtest::Rules {
        capital: 1e7,
        cost: TradingCost { half_spread_bps: 2.0, commission_bps: 0.5, impact_eta: 0.8 },
        max_participation: 0.1,
        borrow_rate: 0.05,
        lag: 2,
        vol_window: 10,
        stale_limit: 5,
    };
    let days: Vec<Day> = Backtest::new(&targets, &prices, rules).collect();
    // date, equity, gross, cost, borrow, turnover, gross exposure, net exposure, positions, unfilled,
    // drawdown, trades, stale closes
    let theirs = "\
2024-01-17,10000000,0,0,0,0,0,0,0,0,0,0,0
2024-01-18,10000000,0,0,-0,0,0,0,0,0,0,0,0
2024-01-19,9978677.286529,0,0.002132271347148,-0,0.726,0.7275513368692,-0.2064401864946,8,16260000,0.002132271347148,8,0
2024-01-22,10034109.501,0.007259145464906,0.001512163042933,0.0001919160664446,0.5513489930677,1.284111799872,-0.2281514870729,8,10749615.55941,0,7,0
2024-01-23,10173762.01479,0.01530984159901,0.001288483390017,0.000103579677188,0.3651666880253,1.648002097432,-0.1383385145966,8,7163334.391339,0,6,0
2024-01-30,10431592.10738,-0.01697368823853,0.0028478566975,0.0001009834563081,0.6012980332934,1.323702195201,0.08985044574823,8,18541795.39811,0.0524430783652,6,0
2024-02-14,10899119.42692,0.004620081190204,0.001681524029241,9.271228452323e-05,0.5558418243161,1.422792427397,0.1212768384975,8,16847404.13219,0.009975088520859,7,0
2024-02-19,11071547.30531,0.01597847587389,0.0005560700229417,0.000340668111731,0.256714692833,1.658151480946,-0.1402561412789,7,4542767.867342,0,4,1
2024-02-20,11161847.35635,0.00879670056325,0.0005174757849547,0.000123178604262,0.1261651063112,1.76261038561,-0.06235749699205,7,3195250.822724,0,4,0
2024-02-28,12010795.70643,0.02742016895976,0.0004791539692287,2.427552872515e-05,0.1013603962141,1.235596365053,0.8212518618517,7,12833233.3393,0,3,0
2024-03-22,14807305.99624,0.01598949420147,0.0006007173091849,4.333331720073e-05,0.170721233737,1.30388221436,0.5828325572649,7,15446453.65802,0,5,0";
    assert_eq!(days.len(), DAYS - 12);
    for line in theirs.lines() {
        let (date, numbers) = line.split_once(',').unwrap();
        let date: NaiveDate = date.parse().unwrap();
        let day = days.iter().find(|d| d.date == date.to_epoch_days()).unwrap();
        let ours = [
            day.equity,
            day.gross_return,
            day.cost_return,
            day.borrow_return,
            day.turnover,
            day.gross_exposure,
            day.net_exposure,
            day.positions as f64,
            day.unfilled,
            day.drawdown,
            day.trades as f64,
            day.stale_closes as f64,
        ];
        let theirs: Vec<f64> = numbers.split(',').map(|n| n.parse().unwrap()).collect();
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.into_iter().zip(theirs) {
            close(ours, theirs, 1e-11);
        }
    }
    // And every day: the sums over the table.
    let sum = |f: fn(&Day) -> f64| days.iter().map(f).sum::<f64>();
    close(sum(|d| d.equity), 567_214_730.682_720_4, 1e-12);
    close(sum(|d| d.cost_return), 0.070_129_470_968_375_96, 1e-12);
    close(sum(|d| d.borrow_return), 0.005_097_602_626_014_903, 1e-12);
    close(sum(|d| d.turnover), 15.041_454_223_894_064, 1e-12);
    close(sum(|d| d.unfilled), 587_444_718.379_436_6, 1e-12);
    assert_eq!(days.iter().map(|d| d.trades).sum::<usize>(), 231);
    assert_eq!(days.last().map(|d| d.date), Some(dates[DAYS - 1]));
}
