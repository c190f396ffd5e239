//! Hedged positions: accounts by hand, the accounting identity on any path, the limit of theory, and
//! what their P&L came from.

use proptest::prelude::*;
use trademl_math::options::kind::Kind::{Call, Put};
use trademl_math::options::positions::attribution::{Attribution, TimePart, attribute};
use trademl_math::options::positions::delta_hedge::{
    HedgeCosts, HedgeError, HedgeRules, HedgeStep, HedgedStep, Rehedge, Settlement, delta_hedge,
};
use trademl_math::options::positions::leg::Leg;
use trademl_math::options::positions::position::{Mark, Market, PositionError};
use trademl_math::options::status::Status;

const RULES: HedgeRules = HedgeRules {
    capital: 10_000.0,
    rehedge: Rehedge::Never,
    costs: HedgeCosts { option_half_spread: 0.0, option_fee: 0.0, share_bps: 0.0, share_fee: 0.0 },
    settlement: Settlement::Cash,
    close: false,
};

fn step(time: f64, spot: f64, marks: &[Mark]) -> HedgeStep<'_> {
    let market = Market { time, spot, rate: 0.0, dividend_yield: 0.0, marks };
    HedgeStep { market, dividend: 0.0, exercises: &[] }
}

#[track_caller]
fn close(was: f64, expected: f64) {
    assert!((was - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{was} is not {expected}");
}

/// Two puts at 100 sold for 3, for half a spread of 0.05 and a fee of 1: 600 − 12. At 6 they have lost
/// 600; at the end, at 92, 400 more, and are 200 shares for 20 000.
#[test]
fn sold_puts_by_hand() {
    let legs = [Leg::option(Put, 100.0, 1.0, -2.0, 100.0)];
    let costs = HedgeCosts { option_half_spread: 0.05, option_fee: 1.0, ..RULES.costs };
    let path = [
        step(0.0, 100.0, &[Mark::Price(3.0)]),
        step(0.5, 95.0, &[Mark::Price(6.0)]),
        step(1.0, 92.0, &[Mark::Price(f64::NAN)]),
    ];
    let rules = HedgeRules { costs, settlement: Settlement::Physical, ..RULES };
    let steps = delta_hedge(&legs, &path, &rules).unwrap();
    assert_eq!(steps.iter().map(|s| s.pnl).collect::<Vec<_>>(), [-12.0, -600.0, -400.0]);
    assert_eq!(steps.iter().map(|s| s.cash).collect::<Vec<_>>(), [10_588.0, 10_588.0, -9412.0]);
    assert_eq!(steps[1].option_value, -1200.0);
    assert_eq!((steps[2].hedge_shares, steps[2].equity), (200.0, 8988.0));
    assert_eq!((steps[2].cumulative_pnl, &steps[2].contracts[..]), (-1012.0, &[0.0][..]));
    // In cash the end costs nothing; closed at 6 it costs a trade.
    let cash = delta_hedge(&legs, &path, &HedgeRules { costs, ..RULES }).unwrap();
    assert_eq!((cash[2].hedge_shares, cash[2].cash, cash[2].equity), (0.0, 8988.0, 8988.0));
    let closed = delta_hedge(&legs, &path[..2], &HedgeRules { costs, close: true, ..RULES });
    let end = &closed.unwrap()[1];
    assert_eq!((end.cash, end.equity, end.cost, end.option_value), (9376.0, 9376.0, 12.0, 0.0));
}

/// 100 shares at 50 as a leg, half of them hedged nowhere: 1000 in cash earn 10 % in a year, the shares
/// 0.50 in cash and 4 % of 55 by their yield.
#[test]
fn interest_and_dividends_by_hand() {
    let legs = [Leg::underlying(100.0)];
    let marks = [Mark::Price(0.0)];
    let mut path = [step(0.0, 50.0, &marks), step(1.0, 55.0, &marks)];
    path[0].market.rate = 1.1_f64.ln();
    path[0].market.dividend_yield = 1.04_f64.ln();
    path[1].dividend = 0.5;
    // The rate and yield of the later step are not those of the year.
    path[1].market.rate = 9.0;
    path[1].market.dividend_yield = 9.0;
    let rules = HedgeRules { capital: 6000.0, ..RULES };
    let steps = delta_hedge(&legs, &path, &rules).unwrap();
    close(steps[1].interest, 100.0);
    close(steps[1].dividends, 50.0 + 220.0);
    close(steps[1].leg_pnl, 500.0);
    close(steps[1].equity, 6870.0);
    // Hedged, they are sold: 10 bp of 5000 and 0.01 a share.
    let costs = HedgeCosts { share_bps: 10.0, share_fee: 0.01, ..RULES.costs };
    let rules = HedgeRules { costs, rehedge: Rehedge::EveryStep, ..rules };
    let steps = delta_hedge(&legs, &path, &rules).unwrap();
    assert_eq!(steps[0].hedge_shares, -100.0);
    close(steps[0].cost, 12.0);
    close(steps[1].pnl, 0.1 * 5988.0);
}

/// A call at 90 sold, assigned at 100 while it is worth 11: 1 of time value is won, and a call bought
/// and exercised loses it.
#[test]
fn assignment_by_hand() {
    let sold = [Leg::option(Call, 90.0, 1.0, -2.0, 100.0)];
    let marks = [Mark::Price(11.0)];
    let mut path = [step(0.0, 100.0, &marks), step(0.5, 100.0, &marks)];
    path[1].exercises = &[(0, 1.0)];
    let steps = delta_hedge(&sold, &path, &RULES).unwrap();
    assert_eq!((steps[1].exercise_pnl, steps[1].pnl, steps[1].equity), (100.0, 100.0, 10_100.0));
    assert_eq!((steps[1].hedge_shares, steps[1].contracts[0]), (-100.0, -1.0));
    assert_eq!(steps[1].cash, 10_000.0 + 2200.0 + 9000.0);
    let bought = [Leg::option(Put, 111.0, 1.0, 1.0, 100.0)];
    let marks = [Mark::Price(11.5)];
    let mut path = [step(0.0, 100.0, &marks), step(0.5, 100.0, &marks)];
    path[1].exercises = &[(0, 1.0)];
    let steps = delta_hedge(&bought, &path, &RULES).unwrap();
    assert_eq!((steps[1].exercise_pnl, steps[1].hedge_shares), (-50.0, -100.0));
}

#[test]
fn thresholds() {
    let legs = [Leg::option(Call, 100.0, 1.0, 1.0, 100.0)];
    let marks = [Mark::Volatility(0.2)];
    let path: Vec<_> = [100.0, 102.0, 110.0]
        .iter()
        .zip([0.0, 0.1, 0.2])
        .map(|(s, t)| step(t, *s, &marks))
        .collect();
    let hedges = |rehedge| {
        let steps = delta_hedge(&legs, &path, &HedgeRules { rehedge, ..RULES }).unwrap();
        steps.iter().map(|s| (s.hedge_shares, s.delta)).collect::<Vec<_>>()
    };
    let every = hedges(Rehedge::EveryStep);
    assert!(every.iter().all(|(hedge, delta)| *hedge == -delta));
    // Deltas are about 54, 58 and 73: 10 shares let the second go by, as does a tenth of 100.
    for rule in [Rehedge::Shares(10.0), Rehedge::Fraction(0.1)] {
        let band = hedges(rule);
        assert_eq!([band[0].0, band[1].0, band[2].0], [every[0].0, every[0].0, every[2].0]);
    }
    assert!(hedges(Rehedge::Never).iter().all(|(hedge, _)| *hedge == 0.0));
    assert!(hedges(Rehedge::Shares(f64::INFINITY)).iter().all(|(hedge, _)| *hedge == 0.0));
}

/// Black & Scholes: an option hedged often on a path that realises its volatility costs its hedge,
/// whatever the path. Moves are ±σ√dt, so that every step realises it exactly.
#[test]
fn the_hedge_replicates() {
    let (count, years, volatility) = (4000, 0.5, 0.25_f64);
    let dt = years / f64::from(count);
    let marks = [Mark::Volatility(volatility)];
    let mut spot = 100.0;
    let path: Vec<_> = (0..=count)
        .map(|i| {
            let mut step = step(f64::from(i) * dt, spot, &marks);
            (step.market.rate, step.market.dividend_yield) = (0.05, 0.02);
            let up = noise(i as u64) > 0.0;
            spot *= (volatility * dt.sqrt() * if up { 1.0 } else { -1.0 }).exp();
            step
        })
        .collect();
    for kind in [Call, Put] {
        let legs = [Leg::option(kind, 105.0, years, -1.0, 100.0)];
        let rules = HedgeRules { rehedge: Rehedge::EveryStep, capital: 0.0, ..RULES };
        let steps = delta_hedge(&legs, &path, &rules).unwrap();
        let premium = -steps[0].option_value;
        let lost = steps[steps.len() - 1].equity;
        assert!(lost.abs() < 0.01 * premium, "{lost} of {premium}");
    }
}

#[test]
fn errors() {
    let legs = [Leg::option(Call, 100.0, 1.0, -1.0, 100.0), Leg::underlying(1.0)];
    let marks = [Mark::Volatility(0.2); 2];
    let path = [step(0.0, 100.0, &marks), step(0.5, 100.0, &marks), step(1.0, 100.0, &marks)];
    let fails = |path: &[HedgeStep<'_>], rules: &HedgeRules, error| {
        assert_eq!(delta_hedge(&legs, path, rules), Err(error));
    };
    assert_eq!(delta_hedge(&legs, &[], &RULES), Ok(vec![]));
    let bad = |rehedge| HedgeRules { rehedge, ..RULES };
    fails(&path, &bad(Rehedge::Shares(f64::NAN)), HedgeError::BadRules);
    fails(&path, &bad(Rehedge::Fraction(-1.0)), HedgeError::BadRules);
    fails(&path, &HedgeRules { capital: f64::NAN, ..RULES }, HedgeError::BadRules);
    let costs = HedgeCosts { share_bps: -1.0, ..RULES.costs };
    fails(&path, &HedgeRules { costs, ..RULES }, HedgeError::BadRules);
    fails(&[path[1], path[0]], &RULES, HedgeError::NotAfter(1));
    fails(&path[2..], &RULES, HedgeError::NoStepAtExpiry(0));
    let late = step(1.1, 100.0, &marks);
    fails(&[path[0], late], &RULES, HedgeError::NoStepAtExpiry(0));
    let mut wrong = path;
    wrong[1].dividend = f64::NAN;
    fails(&wrong, &RULES, HedgeError::BadDividend(1));
    for exercises in [&[(0, 2.0)], &[(0, 0.0)], &[(0, f64::NAN)], &[(1, 1.0)], &[(2, 1.0)]] {
        let mut wrong = path;
        wrong[1].exercises = exercises;
        fails(&wrong, &RULES, HedgeError::BadExercise(1));
    }
    let mut wrong = path;
    wrong[1].market.marks = &marks[..1];
    fails(&wrong, &RULES, HedgeError::Position(1, PositionError::Marks));
    let negative = [Mark::Volatility(-0.2); 2];
    wrong[1].market.marks = &negative;
    let status = PositionError::Unpriced(0, Status::NegativeVolatility);
    fails(&wrong, &RULES, HedgeError::Position(1, status));
    let steps = delta_hedge(&legs, &path, &RULES).unwrap();
    assert_eq!(attribute(&legs, &wrong, &steps, TimePart::Theta), Err((1, status)));
}

/// An expiry that is a step up to rounding is that step.
#[test]
fn expiries_meet_steps_up_to_rounding() {
    let legs =
        [Leg::option(Call, 90.0, 0.1 + 0.2, 1.0, 1.0), Leg::option(Put, 90.0, 0.3, 1.0, 1.0)];
    let marks = [Mark::Volatility(0.2); 2];
    let path = [step(0.0, 100.0, &marks), step(0.3, 100.0, &marks)];
    let steps = delta_hedge(&legs, &path, &RULES).unwrap();
    assert_eq!((steps[1].contracts.clone(), steps[1].option_value), (vec![0.0, 0.0], 0.0));
    assert!(attribute(&legs, &path, &steps, TimePart::RollDown).is_ok());
}

/// A fixed sequence between −1 and 1 that looks random (`SplitMix64`).
fn noise(i: u64) -> f64 {
    let mut z = i.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// Days of a market whose spot and volatility move daily, as under Heston: volatility against spot.
fn heston(days: u32, seed: u64) -> (Vec<f64>, Vec<Mark>) {
    let (mut spot, mut volatility) = (100.0, 0.22);
    let (mut spots, mut marks) = (vec![], vec![]);
    // Four uniform numbers have a variance of 4/3.
    let normal =
        |i: u64| (0..4).map(|k| noise(seed * 1_000_003 + 8 * i + k)).sum::<f64>() * 0.75_f64.sqrt();
    for day in 0..=u64::from(days) {
        spots.push(spot);
        marks.push(Mark::Volatility(volatility));
        let (z, w) = (normal(2 * day), normal(2 * day + 1));
        let sd = volatility / 252.0_f64.sqrt();
        spot *= (sd * z - 0.5 * sd * sd).exp();
        let own = -0.7 * z + 0.51_f64.sqrt() * w;
        volatility += 0.01 * (0.22 - volatility) + 0.02 * volatility * own;
    }
    (spots, marks)
}

fn explained(legs: &[Leg], seed: u64, convention: TimePart) -> Vec<Attribution> {
    let (spots, vols) = heston(60, seed);
    let marks: Vec<_> = vols.iter().map(|mark| vec![*mark; legs.len()]).collect();
    let path: Vec<_> = spots
        .iter()
        .zip(&marks)
        .zip(0..)
        .map(|((spot, marks), day)| {
            let mut step = step(f64::from(day) / 252.0, *spot, marks);
            (step.market.rate, step.market.dividend_yield) = (0.04, 0.01);
            step
        })
        .collect();
    let costs = HedgeCosts { option_half_spread: 0.02, share_bps: 1.0, ..RULES.costs };
    let rules = HedgeRules { rehedge: Rehedge::EveryStep, costs, close: true, ..RULES };
    let steps = delta_hedge(legs, &path, &rules).unwrap();
    attribute(legs, &path, &steps, convention).unwrap()
}

/// Σ|residual|, Σ|part|, and that with the deltas of legs and hedge as one part, which nearly cancel.
fn gross(rows: &[Attribution]) -> (f64, f64, f64) {
    let sum = |of: fn(&Attribution) -> f64| rows.iter().map(of).sum::<f64>();
    let parts = sum(|row| row.parts().iter().map(|part| part.abs()).sum());
    let cancels = sum(|r| r.delta.abs() + r.hedge.abs() - (r.delta + r.hedge).abs());
    (sum(|row| row.residual.abs()), parts, parts - cancels)
}

#[test]
fn sixty_days_are_explained() {
    let expiry = 120.0 / 252.0;
    let straddle = [
        Leg::option(Call, 100.0, expiry, -10.0, 100.0),
        Leg::option(Put, 100.0, expiry, -10.0, 100.0),
    ];
    let call = [Leg::option(Call, 105.0, expiry, -10.0, 100.0)];
    for seed in 0..20 {
        for legs in [&straddle[..], &call] {
            for time in [TimePart::RollDown, TimePart::RollForward, TimePart::Theta] {
                let rows = explained(legs, seed, time);
                let (residual, parts, net) = gross(&rows);
                assert!(residual < 0.01 * parts, "{seed} {time:?}: {residual} of {parts}");
                let most = if time == TimePart::Theta { 0.015 } else { 0.01 };
                assert!(residual < most * net, "{seed} {time:?}: {residual} of {net}");
                for row in &rows {
                    let sum = row.parts().iter().sum::<f64>() + row.residual;
                    assert!((sum - row.total).abs() < 1e-9, "{row:?}");
                }
            }
        }
    }
}

fn two_steps(to: Market<'_>, from: Market<'_>, legs: &[Leg], time: TimePart) -> Attribution {
    let step = |market| HedgeStep { market, dividend: 0.0, exercises: &[] };
    let path = [step(from), step(to)];
    let rules = HedgeRules { rehedge: Rehedge::EveryStep, ..RULES };
    let steps: Vec<HedgedStep> = delta_hedge(legs, &path, &rules).unwrap();
    attribute(legs, &path, &steps, time).unwrap()[1]
}

/// A market that stands still is all roll-down; one that moves along its forward all forward roll;
/// legs of the underlying are all delta.
#[test]
fn nothing_is_left_where_one_part_is_all() {
    let marks = [Mark::Volatility(0.3), Mark::Volatility(0.2)];
    let from = Market { time: 0.0, spot: 100.0, rate: 0.05, dividend_yield: 0.01, marks: &marks };
    let legs =
        [Leg::option(Call, 105.0, 0.5, -3.0, 100.0), Leg::option(Put, 95.0, 0.75, 2.0, 100.0)];
    for time in [0.1, 0.25, 0.5] {
        let row = two_steps(Market { time, ..from }, from, &legs, TimePart::RollDown);
        assert!(row.residual.abs() < 1e-9 && row.time.abs() > 1.0, "{row:?}");
        let spot = 100.0 * (0.04 * time).exp();
        let row = two_steps(Market { time, spot, ..from }, from, &legs, TimePart::RollForward);
        assert!(row.residual.abs() < 1e-9 && row.delta.abs() < 1e-9, "{row:?}");
    }
    let legs = [Leg::underlying(70.0), Leg::underlying(-20.0)];
    let to = Market { time: 1.0, spot: 140.0, rate: 0.02, ..from };
    for time in [TimePart::RollDown, TimePart::RollForward, TimePart::Theta] {
        let row = two_steps(to, from, &legs, time);
        assert!((row.delta - 2000.0).abs() < 1e-9 && row.residual.abs() < 1e-9, "{row:?}");
    }
}

/// What is left of a move in spot and volatility is of third order: half the move leaves an eighth.
#[test]
fn the_residual_is_of_third_order() {
    let marks = [Mark::Volatility(0.3)];
    let from = Market { time: 0.0, spot: 100.0, rate: 0.03, dividend_yield: 0.01, marks: &marks };
    let legs = [Leg::option(Call, 108.0, 0.5, 1.0, 100.0)];
    let residual = |h: f64| {
        let marks = [Mark::Volatility(0.3 + 0.05 * h)];
        let to = Market { time: 0.1, spot: 100.0 + 4.0 * h, marks: &marks, ..from };
        two_steps(to, from, &legs, TimePart::RollDown).residual
    };
    let ratio = residual(0.2) / residual(0.1);
    assert!((7.0..9.0).contains(&ratio), "{ratio}");
    // Of a move in the rate alone, of second order.
    let residual = |h: f64| {
        let to = Market { time: 0.1, rate: 0.03 + h, ..from };
        two_steps(to, from, &legs, TimePart::RollDown).residual
    };
    let ratio = residual(0.002) / residual(0.001);
    assert!((3.8..4.2).contains(&ratio), "{ratio}");
}

fn rehedge() -> impl Strategy<Value = Rehedge> {
    prop_oneof![
        Just(Rehedge::EveryStep),
        Just(Rehedge::Never),
        (0..100_u32).prop_map(|x| Rehedge::Shares(f64::from(x))),
        (0..100_u32).prop_map(|x| Rehedge::Fraction(f64::from(x) / 100.0)),
    ]
}

proptest! {
    /// The P&L of the steps is what equity changes by, and equity is what is owned.
    #[test]
    fn accounts_add_up(
        (seed, quantities, rehedge) in (0..1000_u64, [-5..=5_i32, -5..=5_i32, -5..=5_i32], rehedge()),
        (physical, close, assigned) in (any::<bool>(), any::<bool>(), 0..20_usize),
        (spread, fee, bps, dividend) in (0..10_u32, 0..3_u32, 0..20_u32, 0..200_u32),
    ) {
        let [calls, puts, shares] = quantities.map(f64::from);
        let legs = [
            Leg::option(Call, 101.0, 30.0 / 252.0, calls, 100.0),
            Leg::option(Put, 99.0, 45.0 / 252.0, puts, 100.0),
            Leg::underlying(10.0 * shares),
        ];
        let (spots, vols) = heston(40, seed);
        let marks: Vec<_> = vols.iter().map(|mark| [*mark; 3]).collect();
        let event = [(1, puts.abs())];
        let path: Vec<_> = (0..=40).map(|day| {
            let mut step = step(day as f64 / 252.0, spots[day], &marks[day]);
            (step.market.rate, step.market.dividend_yield) = (0.05, 0.02);
            step.dividend = if day == 20 { f64::from(dividend) / 100.0 } else { 0.0 };
            step.exercises = if day == assigned && puts != 0.0 { &event } else { &[] };
            step
        }).collect();
        let rules = HedgeRules {
            rehedge,
            close,
            settlement: if physical { Settlement::Physical } else { Settlement::Cash },
            costs: HedgeCosts {
                option_half_spread: f64::from(spread) / 100.0,
                option_fee: f64::from(fee),
                share_bps: f64::from(bps),
                share_fee: 0.005,
            },
            ..RULES
        };
        let steps = delta_hedge(&legs, &path, &rules).unwrap();
        let mut before = rules.capital;
        for (step, at) in steps.iter().zip(&path) {
            let owned = step.cash + step.hedge_shares * at.market.spot + step.option_value;
            prop_assert!((step.equity - owned).abs() < 1e-9 * owned.abs().max(1.0));
            prop_assert!((step.equity - before - step.pnl).abs() < 1e-8, "{step:?}");
            prop_assert!(step.cost >= 0.0);
            before = step.equity;
        }
        let end = &steps[40];
        prop_assert!((end.equity - rules.capital - end.cumulative_pnl).abs() < 1e-7);
        if close {
            prop_assert_eq!((end.hedge_shares, end.option_value, end.equity), (0.0, 0.0, end.cash));
        }
        // What comes later changes nothing before it.
        let prefix = delta_hedge(&legs, &path[..36], &HedgeRules { close: false, ..rules }).unwrap();
        prop_assert_eq!(&prefix[..], &steps[..36]);
        let rows = attribute(&legs, &path, &steps, TimePart::RollDown).unwrap();
        for row in &rows {
            let sum = row.parts().iter().sum::<f64>() + row.residual;
            prop_assert!((sum - row.total).abs() < 1e-8, "{row:?}");
        }
    }
}
