//! Margin against published figures and by hand; assignment against what is best for the holder.
//!
//! Figures of the Cboe Margin Manual (edition of November 2021) are marked with its pages. They were
//! taken from public software that quotes them with those pages, not from the manual itself, and each
//! was worked out again by its rules. All others are by hand.

use proptest::prelude::*;
use trademl_math::options::american::American;
use trademl_math::options::black_scholes::{Carry, European};
use trademl_math::options::kind::Kind::{self, Call, Put};
use trademl_math::options::positions::assignment::{
    AssignmentError, call_assignment, put_assignment,
};
use trademl_math::options::positions::leg::Leg;
use trademl_math::options::positions::margin::{
    MarginError, Margined, Phase, Requirement, UnderlyingClass, margin,
};

const EXPIRY: f64 = 0.25;

/// (kind, strike, quantity, price).
type Row = (Kind, f64, f64, f64);

fn requirement(spot: f64, rows: &[Row], shares: f64, class: UnderlyingClass) -> [Requirement; 2] {
    let leg =
        |(kind, strike, quantity, _): &Row| Leg::option(*kind, *strike, EXPIRY, *quantity, 100.0);
    let mut legs: Vec<Leg> = rows.iter().map(leg).collect();
    let mut prices: Vec<f64> = rows.iter().map(|row| row.3).collect();
    if shares != 0.0 {
        legs.push(Leg::underlying(shares));
        prices.push(f64::NAN);
    }
    let account = Margined { legs: &legs, prices: &prices, spot, class, leverage: 1.0 };
    [Phase::Initial, Phase::Maintenance].map(|phase| margin(&account, phase).unwrap())
}

fn equity(spot: f64, rows: &[Row]) -> (f64, f64) {
    let [initial, later] = requirement(spot, rows, 0.0, UnderlyingClass::Equity);
    assert_eq!(initial, later);
    (cents(initial.margin), cents(initial.call()))
}

fn cents(money: f64) -> f64 {
    (money * 100.0).round() / 100.0
}

#[test]
fn uncovered_as_published() {
    // Pages 28 and 32.
    assert_eq!(equity(95.0, &[(Put, 80.0, -1.0, 2.0)]), (1000.0, 800.0));
    assert_eq!(equity(19.5, &[(Put, 20.0, -1.0, 1.5)]), (540.0, 390.0));
    assert_eq!(equity(128.5, &[(Call, 120.0, -1.0, 8.4)]), (3410.0, 2570.0));
    assert_eq!(equity(26.38, &[(Call, 30.0, -1.0, 0.05)]), (268.8, 263.8));
    // edeltapro.com/knowledge-base/margin: a put out of the money that the 20 % decide.
    assert_eq!(equity(209.0, &[(Put, 200.0, -1.0, 1.2)]), (3400.0, 3280.0));
    // Pages 30 and 34.
    let broad = |spot, row| requirement(spot, &[row], 0.0, UnderlyingClass::BroadIndex)[0];
    assert_eq!(cents(broad(445.35, (Put, 410.0, -1.0, 0.1)).margin), 4110.0);
    assert_eq!(cents(broad(433.35, (Call, 430.0, -1.0, 8.7)).margin), 7370.25);
    // Page 29: a fund that moves twice its index.
    let legs = [Leg::option(Put, 725.0, EXPIRY, -1.0, 100.0)];
    let class = UnderlyingClass::Equity;
    let fund = Margined { legs: &legs, prices: &[3.0], spot: 970.0, class, leverage: 2.0 };
    assert_eq!(cents(margin(&fund, Phase::Initial).unwrap().margin), 14_800.0);
}

#[test]
fn spreads_as_published() {
    // Page 42: calls at 125 bought, at 120 sold. Page 39: puts at 250 bought, at 240 sold.
    let calls = [(Call, 125.0, 1.0, 3.8), (Call, 120.0, -1.0, 8.4)];
    assert_eq!(equity(128.5, &calls), (880.0, 40.0));
    let puts = [(Put, 250.0, 1.0, 3.0), (Put, 240.0, -1.0, 0.95)];
    assert_eq!(equity(255.0, &puts), (300.0, 205.0));
    // Page 52, a butterfly of puts with unequal wings, and page 56, a short iron butterfly.
    let butterfly = [(Put, 540.0, 1.0, 5.6), (Put, 550.0, -2.0, 7.2), (Put, 555.0, 1.0, 9.8)];
    assert_eq!(equity(550.0, &butterfly), (2040.0, 600.0));
    let iron = [
        (Put, 16.0, 1.0, 0.1),
        (Put, 20.0, -1.0, 0.2),
        (Call, 20.0, -1.0, 7.0),
        (Call, 24.0, 1.0, 4.0),
    ];
    assert_eq!(equity(26.75, &iron), (810.0, 90.0));
    // edeltapro.com/knowledge-base/margin.
    let puts = [(Put, 120.0, 1.0, 0.8), (Put, 125.0, -1.0, 1.24)];
    assert_eq!(equity(130.0, &puts), (580.0, 456.0));
}

#[test]
fn shares_as_published() {
    // Page 47: a covered call at first, and a put sold against shares short later.
    let class = UnderlyingClass::Equity;
    let covered = requirement(92.38, &[(Call, 90.0, -1.0, 7.0)], 100.0, class);
    assert_eq!(cents(covered[0].margin), 4619.0);
    let short = requirement(255.0, &[(Put, 250.0, -1.0, 3.0)], -100.0, class);
    assert_eq!(cents(short[1].margin), 33_150.0);
    // By hand: later 25 % of the strike, as it is below the price; 150 % of shares short at first.
    assert_eq!((covered[1].margin, covered[1].proceeds), (2250.0, 700.0));
    assert_eq!(cents(short[0].margin), 38_250.0);
    // Another call has no shares: 700 + 20 % of 9238. A put in the money takes what it is:
    // 5 a share more at 255, nothing at 265.
    let two = requirement(92.38, &[(Call, 90.0, -2.0, 7.0)], 100.0, class);
    assert_eq!(cents(two[0].margin), 4619.0 + 700.0 + 1847.6);
    let short = requirement(255.0, &[(Put, 260.0, -1.0, 7.0)], -100.0, class);
    assert_eq!(cents(short[1].margin), 33_650.0);
    let short = requirement(265.0, &[(Put, 260.0, -1.0, 7.0)], -100.0, class);
    assert_eq!(cents(short[1].margin), 26_500.0 + 7950.0);
    // Shares alone: 25 % long; short at 4, 4 more of 100 %; at 10, 5 more.
    assert_eq!(requirement(80.0, &[], 100.0, class).map(|r| r.margin), [4000.0, 2000.0]);
    assert_eq!(requirement(4.0, &[], -100.0, class).map(|r| r.margin), [600.0, 800.0]);
    assert_eq!(requirement(10.0, &[], -100.0, class).map(|r| r.margin), [1500.0, 1500.0]);
}

#[test]
fn by_hand() {
    // Bought: in full.
    assert_eq!(equity(100.0, &[(Call, 100.0, 3.0, 2.5)]), (750.0, 750.0));
    assert_eq!(equity(100.0, &[]), (0.0, 0.0));
    // A straddle: the call takes 20, the put 20, so 20 and both prices.
    let straddle = [(Call, 100.0, -1.0, 4.0), (Put, 100.0, -1.0, 3.5)];
    assert_eq!(equity(100.0, &straddle), (2750.0, 2000.0));
    // A strangle: the call 20 − 10 + 1.5, the put 20 − 5 + 2: the put and the call's price.
    let strangle = [(Call, 110.0, -1.0, 1.5), (Put, 95.0, -1.0, 2.0)];
    assert_eq!(equity(100.0, &strangle), (1850.0, 1500.0));
    // Two puts to one call: another put by itself.
    let ratio = [(Call, 110.0, -1.0, 1.5), (Put, 95.0, -2.0, 2.0)];
    assert_eq!(equity(100.0, &ratio), (1850.0 + 1700.0, 3000.0));
    // A condor loses on one side only: its wider wing, 10, and the premiums of 1.
    let condor = [
        (Put, 85.0, 1.0, 0.4),
        (Put, 95.0, -1.0, 2.0),
        (Call, 105.0, -1.0, 2.0),
        (Call, 110.0, 1.0, 0.6),
    ];
    assert_eq!(equity(100.0, &condor), (1100.0, 700.0));
    // A spread far too wide takes no more than the option sold: 20 − 5 + 1 of 40.
    let wide = [(Call, 105.0, -1.0, 1.0), (Call, 145.0, 1.0, 0.1)];
    assert_eq!(equity(100.0, &wide), (1610.0, 1510.0));
}

/// Bought later than sold is a spread, bought earlier is no cover.
#[test]
fn calendars() {
    let near = Leg::option(Call, 100.0, 0.1, -1.0, 100.0);
    let far = Leg::option(Call, 100.0, 0.2, 1.0, 100.0);
    let of = |legs: &[Leg], prices: &[f64]| {
        let class = UnderlyingClass::Equity;
        let account = Margined { legs, prices, spot: 100.0, class, leverage: 1.0 };
        margin(&account, Phase::Initial).unwrap().margin
    };
    assert_eq!(of(&[near, far], &[3.0, 4.5]), 450.0);
    let (near, far) = (Leg { quantity: 1.0, ..near }, Leg { quantity: -1.0, ..far });
    assert_eq!(of(&[near, far], &[3.0, 4.5]), 300.0 + 450.0 + 2000.0);
}

#[test]
fn errors() {
    let legs = [Leg::option(Call, 100.0, 0.1, -1.0, 100.0)];
    let class = UnderlyingClass::Equity;
    let fine = Margined { legs: &legs, prices: &[1.0], spot: 100.0, class, leverage: 1.0 };
    let fails = |account: Margined<'_>, error| {
        assert_eq!(margin(&account, Phase::Initial), Err(error));
    };
    fails(Margined { prices: &[], ..fine }, MarginError::Prices);
    fails(Margined { prices: &[-1.0], ..fine }, MarginError::BadPrice(0));
    fails(Margined { prices: &[f64::NAN], ..fine }, MarginError::BadPrice(0));
    fails(Margined { spot: 0.0, ..fine }, MarginError::BadUnderlying);
    fails(Margined { leverage: f64::NAN, ..fine }, MarginError::BadUnderlying);
    let legs = [Leg { multiplier: -1.0, ..legs[0] }];
    fails(Margined { legs: &legs, ..fine }, MarginError::BadLeg(0));
    let call = |spot, price, dividend| call_assignment(spot, 100.0, price, dividend);
    assert_eq!(call(0.0, 1.0, 1.0), Err(AssignmentError::NonPositive));
    assert_eq!(call(1.0, -1.0, 1.0), Err(AssignmentError::Negative));
    assert_eq!(call(1.0, 1.0, f64::NAN), Err(AssignmentError::Negative));
    let put = |rate, time| put_assignment(90.0, 100.0, 10.0, rate, time, 0.0);
    assert_eq!(put(f64::NAN, 1.0), Err(AssignmentError::BadRate));
    assert_eq!(put(0.05, -1.0), Err(AssignmentError::Negative));
}

/// A call at 90 on a share at 100 for 10.40, the day before a dividend of 1: 0.60 to gain.
#[test]
fn assignment_by_hand() {
    let risk = call_assignment(100.0, 90.0, 10.4, 1.0).unwrap();
    assert!(risk.expected && (risk.time_value - 0.4).abs() < 1e-12);
    assert!((risk.shortfall - 0.6).abs() < 1e-12 && risk.benefit == 1.0);
    assert!(!call_assignment(100.0, 90.0, 11.2, 1.0).unwrap().expected);
    // Out of the money nothing is gained by exercise.
    assert!(!call_assignment(100.0, 101.0, 0.5, 1.0).unwrap().expected);
    // A price below intrinsic value has no time value.
    assert_eq!(call_assignment(100.0, 90.0, 9.8, 0.0).unwrap().time_value, 0.0);
    // A strike of 100 for a year at ln(100/95): 5 of interest, 1 of which are dividends.
    let rate = (100.0_f64 / 95.0).ln();
    let risk = put_assignment(80.0, 100.0, 22.0, rate, 1.0, 1.0).unwrap();
    assert!(risk.expected && (risk.benefit - 4.0).abs() < 1e-12);
    assert!((risk.shortfall - 2.0).abs() < 1e-12);
    assert!(!put_assignment(80.0, 100.0, 22.0, 0.0, 1.0, 0.0).unwrap().expected);
}

fn european(kind: Kind, underlying: f64, rate: f64, time: f64) -> European {
    let carry = Carry::DividendYield(0.0);
    European { kind, underlying, strike: 100.0, time, rate, carry, volatility: 0.25 }
}

proptest! {
    /// Where exercise beats the value after the dividend, assignment is expected; never where the
    /// dividend is below half the interest that the strike still earns (Merton's bound, with the
    /// price at its least).
    #[test]
    fn no_call_is_missed(spot in 60.0..180.0_f64, dividend in 0.05..5.0_f64, rate in 0.0..0.1_f64, time in 0.01..1.0_f64) {
        let hold = european(Call, spot - dividend, rate, time).price().value().unwrap();
        let exercised = (spot - 100.0).max(0.0);
        let risk = call_assignment(spot, 100.0, hold.max(exercised), dividend).unwrap();
        prop_assert!(risk.expected || hold >= exercised);
        let interest = 100.0 * (1.0 - (-rate * time).exp());
        prop_assert!(!risk.expected || dividend > 0.5 * interest);
    }

    #[test]
    fn no_put_is_missed(spot in 50.0..150.0_f64, rate in 0.01..0.1_f64, time in 0.05..1.0_f64) {
        let option = American { terms: european(Put, spot, rate, time) };
        let boundary = option.exercise_boundary().unwrap().at(time).unwrap();
        let price = option.price().value().unwrap();
        let risk = put_assignment(spot, 100.0, price, rate, time, 0.0).unwrap();
        prop_assert!(risk.expected || spot > boundary);
        prop_assert!(!risk.expected || spot < 100.0);
    }

    /// More contracts of the same take as much more, and what is bought beside takes no more than
    /// its price.
    #[test]
    fn margin_scales(
        rows in prop::collection::vec((any::<bool>(), 16..25_u32, -3..=3_i32, 0..900_u32), 1..5),
        bought in 0..500_u32,
    ) {
        let row = |(call, strike, quantity, price): &(bool, u32, i32, u32)| {
            let kind = if *call { Call } else { Put };
            (kind, f64::from(*strike) * 5.0, f64::from(*quantity), f64::from(*price) / 100.0)
        };
        let rows: Vec<Row> = rows.iter().map(row).collect();
        let of = |rows: &[Row]| requirement(100.0, rows, 0.0, UnderlyingClass::Equity)[0];
        let twice: Vec<Row> = rows.iter().map(|(k, s, q, p)| (*k, *s, 2.0 * q, *p)).collect();
        prop_assert!((of(&twice).margin - 2.0 * of(&rows).margin).abs() < 1e-6);
        let price = f64::from(bought) / 100.0;
        let more = [&rows[..], &[(Call, 100.0, 1.0, price)]].concat();
        prop_assert!(of(&more).margin <= of(&rows).margin + 100.0 * price + 1e-6);
        prop_assert!(of(&rows).margin >= 0.0 && of(&rows).proceeds >= 0.0);
    }
}
