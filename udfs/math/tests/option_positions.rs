//! Legs, payoffs and named strategies: figures by hand, and a second way to each of them.

use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};
use proptest::strategy::Strategy as Generator;
use trademl_math::options::black_scholes::{Carry, European};
use trademl_math::options::greeks::Greek;
use trademl_math::options::kind::Kind::{self, Call, Put};
use trademl_math::options::positions::leg::Leg;
use trademl_math::options::positions::payoff::{Payoff, PayoffError};
use trademl_math::options::positions::position::{Mark, Market, PositionError, greeks, value};
use trademl_math::options::positions::strategy::{Strategy, StrategyError};
use trademl_math::options::positions::strikes::{by_delta, by_moneyness};
use trademl_math::options::status::Status;

const EXPIRY: f64 = 0.5;

fn payoff(strategy: Strategy, cost: f64) -> Payoff {
    Payoff::new(&strategy.legs(1.0, 100.0).unwrap(), cost).unwrap()
}

#[track_caller]
fn close(was: f64, expected: f64) {
    assert!((was - expected).abs() <= 1e-10 * expected.abs().max(1.0), "{was} is not {expected}");
}

/// Hull, Options, Futures, and Other Derivatives, chapter on trading strategies: a bull spread of calls
/// at 30 for 3 and at 35 for 1 costs 2 and makes at most 3; a butterfly of 55, 60, 65 for 10, 7, 5
/// costs 1 and makes 4 at 60; a straddle at 70 of a call for 4 and a put for 3 loses at most 7.
#[test]
fn textbook_spreads() {
    let bull = payoff(Strategy::Bull { kind: Call, low: 30.0, high: 35.0, expiry: EXPIRY }, 200.0);
    assert_eq!((bull.max_profit(), bull.max_loss()), (300.0, 200.0));
    assert_eq!(bull.break_evens(), [32.0]);
    let strikes = [55.0, 60.0, 65.0];
    let butterfly = payoff(Strategy::Butterfly { kind: Call, strikes, expiry: EXPIRY }, 100.0);
    assert_eq!((butterfly.max_profit(), butterfly.max_loss()), (400.0, 100.0));
    assert_eq!(butterfly.break_evens(), [56.0, 64.0]);
    assert_eq!(butterfly.at(60.0), 400.0);
    let straddle = payoff(Strategy::Straddle { strike: 70.0, expiry: EXPIRY }, 700.0);
    assert_eq!((straddle.max_profit(), straddle.max_loss()), (f64::INFINITY, 700.0));
    assert_eq!(straddle.break_evens(), [63.0, 77.0]);
}

/// By hand: a condor 90/95/105/110 for a credit of 1.50 keeps it between 95 and 105 and loses
/// 5 − 1.50 beyond a wing.
#[test]
fn the_rest_by_hand() {
    let strikes = [90.0, 95.0, 105.0, 110.0];
    let condor = payoff(Strategy::IronCondor { strikes, expiry: EXPIRY }, -150.0);
    assert_eq!((condor.max_profit(), condor.max_loss()), (150.0, 350.0));
    assert_eq!(condor.break_evens(), [93.5, 106.5]);
    let strikes = [90.0, 100.0, 110.0];
    let fly = payoff(Strategy::IronButterfly { strikes, expiry: EXPIRY }, -600.0);
    assert_eq!((fly.max_profit(), fly.max_loss()), (600.0, 400.0));
    assert_eq!(fly.break_evens(), [94.0, 106.0]);
    let strangle = Strategy::Strangle { put: 95.0, call: 105.0, expiry: EXPIRY };
    let sold = Payoff::new(&strangle.legs(-2.0, 100.0).unwrap(), -800.0).unwrap();
    assert_eq!((sold.max_profit(), sold.max_loss()), (800.0, f64::INFINITY));
    assert_eq!(sold.break_evens(), [91.0, 109.0]);
    // 95 puts bought for 2, 105 puts sold for 7.
    let put = payoff(Strategy::Bull { kind: Put, low: 95.0, high: 105.0, expiry: EXPIRY }, -500.0);
    assert_eq!((put.max_profit(), put.max_loss(), put.break_evens()), (500.0, 500.0, vec![100.0]));
    let put = payoff(Strategy::Bear { kind: Put, low: 95.0, high: 105.0, expiry: EXPIRY }, 500.0);
    assert_eq!((put.max_profit(), put.max_loss(), put.break_evens()), (500.0, 500.0, vec![100.0]));
}

/// A covered call at 105 on shares bought at 100 for a premium of 2.
#[test]
fn with_the_underlying() {
    let legs = [Leg::underlying(100.0), Leg::option(Call, 105.0, EXPIRY, -1.0, 100.0)];
    let covered = Payoff::new(&legs, 9800.0).unwrap();
    assert_eq!((covered.max_profit(), covered.max_loss()), (700.0, 9800.0));
    assert_eq!(covered.break_evens(), [98.0]);
}

#[test]
fn stretches_without_profit_have_two_ends() {
    let strangle = payoff(Strategy::Strangle { put: 95.0, call: 105.0, expiry: EXPIRY }, 0.0);
    assert_eq!(strangle.break_evens(), [95.0, 105.0]);
    let put = Payoff::new(&[Leg::option(Put, 95.0, EXPIRY, 1.0, 1.0)], 0.0).unwrap();
    assert_eq!(put.break_evens(), [95.0, f64::INFINITY]);
    assert_eq!(Payoff::new(&[], 0.0).unwrap().break_evens(), [0.0, f64::INFINITY]);
    // Touched, not crossed.
    let fly = payoff(
        Strategy::Butterfly { kind: Call, strikes: [0.1, 0.2, 0.3], expiry: EXPIRY },
        100.0 * (0.2 - 0.1),
    );
    assert_eq!(fly.break_evens(), [0.2]);
    // The slopes 0.1 + 0.2 − 0.3 are none.
    let legs = [0.1, 0.2, -0.3].map(|q| Leg::option(Call, 95.0, EXPIRY, q, 1.0));
    assert_eq!(Payoff::new(&legs, 1.0).unwrap().max_profit(), -1.0);
}

#[test]
fn two_expiries_have_no_payoff() {
    let calendar = Strategy::Calendar { kind: Call, strike: 100.0, near: 0.1, far: 0.2 };
    let legs = calendar.legs(1.0, 100.0).unwrap();
    assert_eq!(legs[0], Leg::option(Call, 100.0, 0.1, -1.0, 100.0));
    assert_eq!(legs[1], Leg::option(Call, 100.0, 0.2, 1.0, 100.0));
    assert_eq!(Payoff::new(&legs, 0.0), Err(PayoffError::Expiries(1)));
    let diagonal =
        Strategy::Diagonal { kind: Put, near_strike: 95.0, near: 0.1, far_strike: 90.0, far: 0.2 };
    let legs = diagonal.legs(-2.0, 100.0).unwrap();
    assert_eq!(legs[0], Leg::option(Put, 95.0, 0.1, 2.0, 100.0));
    assert_eq!(legs[1], Leg::option(Put, 90.0, 0.2, -2.0, 100.0));
}

#[test]
fn payoffs_that_are_none() {
    let bad = Leg::option(Call, -1.0, EXPIRY, 1.0, 1.0);
    assert_eq!(Payoff::new(&[Leg::underlying(1.0), bad], 0.0), Err(PayoffError::BadLeg(1)));
    assert_eq!(Payoff::new(&[], f64::NAN), Err(PayoffError::BadCost));
}

#[test]
fn strategies_that_are_none() {
    let expiry = EXPIRY;
    let fails = |strategy: Strategy, error| assert_eq!(strategy.legs(1.0, 100.0), Err(error));
    let order = StrategyError::StrikeOrder;
    fails(Strategy::Strangle { put: 105.0, call: 95.0, expiry }, order);
    fails(Strategy::Bull { kind: Call, low: 100.0, high: 100.0, expiry }, order);
    fails(Strategy::Bear { kind: Put, low: 101.0, high: 100.0, expiry }, order);
    fails(Strategy::Butterfly { kind: Put, strikes: [90.0, 110.0, 100.0], expiry }, order);
    fails(Strategy::IronButterfly { strikes: [90.0, 90.0, 100.0], expiry }, order);
    fails(Strategy::IronCondor { strikes: [90.0, 95.0, 94.0, 100.0], expiry }, order);
    let early = StrategyError::ExpiryOrder;
    fails(Strategy::Calendar { kind: Call, strike: 100.0, near: 0.2, far: 0.2 }, early);
    let diagonal = |near_strike, near, far_strike, far| Strategy::Diagonal {
        kind: Call,
        near_strike,
        near,
        far_strike,
        far,
    };
    fails(diagonal(100.0, 0.3, 110.0, 0.2), early);
    fails(diagonal(100.0, 0.1, 100.0, 0.2), StrategyError::OneStrike);
    fails(Strategy::Straddle { strike: 0.0, expiry }, StrategyError::BadNumber);
    fails(Strategy::Straddle { strike: 1.0, expiry: f64::NAN }, StrategyError::BadNumber);
    let fine = Strategy::Straddle { strike: 1.0, expiry };
    assert_eq!(fine.legs(f64::INFINITY, 100.0), Err(StrategyError::BadNumber));
    assert_eq!(fine.legs(1.0, 0.0), Err(StrategyError::BadNumber));
}

#[test]
fn strikes_by_delta_and_moneyness() {
    let calls = [(95.0, 0.65), (100.0, 0.5), (105.0, 0.3), (110.0, 0.2), (115.0, f64::NAN)];
    assert_eq!(by_delta(Call, &calls, 0.31), Some(2));
    // 0.05 from both: the further out of the money.
    assert_eq!(by_delta(Call, &calls, 0.25), Some(3));
    let puts = [(85.0, -0.1), (90.0, -0.2), (95.0, -0.3), (100.0, -0.5)];
    assert_eq!(by_delta(Put, &puts, -0.25), Some(1));
    assert_eq!(by_delta(Put, &puts, -0.4), Some(2));
    assert_eq!(by_delta(Call, &calls, f64::NAN), None);
    assert_eq!(by_delta(Call, &[(100.0, f64::NAN)], 0.5), None);
    // The first of two equal rows.
    assert_eq!(by_delta(Call, &[(100.0, 0.5), (100.0, 0.5)], 0.5), Some(0));
    let strikes = [90.0, 95.0, 105.0, 110.0, f64::NAN];
    assert_eq!(by_moneyness(Call, &strikes, 100.0, 1.0), Some(2));
    assert_eq!(by_moneyness(Put, &strikes, 100.0, 1.0), Some(1));
    assert_eq!(by_moneyness(Put, &strikes, 200.0, 0.46), Some(0));
    assert_eq!(by_moneyness(Put, &strikes, 0.0, 1.0), None);
    assert_eq!(by_moneyness(Put, &strikes, 100.0, f64::NAN), None);
    assert_eq!(by_moneyness(Put, &[], 100.0, 1.0), None);
}

fn legs() -> [Leg; 3] {
    [
        Leg::option(Call, 105.0, 0.5, -2.0, 100.0),
        Leg::option(Put, 90.0, 0.75, 3.0, 10.0),
        Leg::underlying(70.0),
    ]
}

fn market(marks: &[Mark]) -> Market<'_> {
    Market { time: 0.25, spot: 100.0, rate: 0.03, dividend_yield: 0.01, marks }
}

#[test]
fn a_position_is_the_sum_of_its_legs() {
    let european = |kind, strike, time, volatility| European {
        kind,
        underlying: 100.0,
        strike,
        time,
        rate: 0.03,
        carry: Carry::DividendYield(0.01),
        volatility,
    };
    let (call, put) = (european(Call, 105.0, 0.25, 0.2), european(Put, 90.0, 0.5, 0.3));
    let [c, p] = [call, put].map(|option| option.price().value().unwrap());
    let marks = [Mark::Volatility(0.2), Mark::Price(p), Mark::Price(f64::NAN)];
    close(value(&legs(), &market(&marks)).unwrap(), -200.0 * c + 30.0 * p + 7000.0);
    let sums = greeks(&legs(), &market(&marks)).unwrap();
    let both = |greek| {
        let of = |option: European| option.greek(greek).value().unwrap();
        -200.0 * of(call) + 30.0 * of(put)
    };
    close(sums.delta, both(Greek::Delta) + 70.0);
    close(sums.gamma, both(Greek::Gamma));
    close(sums.vega, both(Greek::Vega));
    close(sums.theta, both(Greek::Theta));
    close(sums.rho, both(Greek::Rho));
    close(sums.phi, both(Greek::Phi));
    close(sums.vanna, both(Greek::Vanna));
    close(sums.volga, both(Greek::Volga));
}

#[test]
fn positions_without_a_value() {
    let legs = legs();
    let marks = [Mark::Volatility(0.2); 3];
    let fine = market(&marks);
    assert_eq!(value(&legs, &market(&marks[..2])), Err(PositionError::Marks));
    assert_eq!(value(&legs, &Market { spot: 0.0, ..fine }), Err(PositionError::BadMarket));
    assert_eq!(greeks(&legs, &Market { rate: f64::NAN, ..fine }), Err(PositionError::BadMarket));
    let late = Market { time: 0.6, ..fine };
    assert_eq!(value(&legs, &late), Err(PositionError::Unpriced(0, Status::NegativeTime)));
    let mut marks = marks;
    marks[1] = Mark::Price(-1.0);
    let unpriced = PositionError::Unpriced(1, Status::NegativePrice);
    assert_eq!(greeks(&legs, &market(&marks)), Err(unpriced));
    marks[1] = Mark::Price(f64::NAN);
    let unpriced = PositionError::Unpriced(1, Status::NotFinite);
    assert_eq!(value(&legs, &market(&marks)), Err(unpriced));
    let mut bad = legs;
    bad[2].multiplier = 0.0;
    assert_eq!(value(&bad, &fine), Err(PositionError::BadLeg(2)));
    // What is not held need not have a price.
    let mut none = legs;
    none[1].quantity = 0.0;
    assert!(value(&none, &market(&marks)).is_ok() && greeks(&none, &market(&marks)).is_ok());
}

fn any_leg() -> impl Generator<Value = Leg> {
    (0..3_u8, 1..40_u32, -5..=5_i32, 1..3_u32).prop_map(|(what, strike, quantity, multiplier)| {
        let (quantity, multiplier) = (f64::from(quantity), f64::from(multiplier));
        let option =
            |kind: Kind| Leg::option(kind, f64::from(strike) * 5.0, EXPIRY, quantity, multiplier);
        match what {
            0 => option(Call),
            1 => option(Put),
            _ => Leg::underlying(quantity),
        }
    })
}

proptest! {
    /// Against the payoffs summed on a fine grid.
    #[test]
    fn payoffs_on_a_grid(legs in prop::collection::vec(any_leg(), 0..6), cost in -300..300_i32) {
        let cost = f64::from(cost);
        let profile = Payoff::new(&legs, cost).unwrap();
        let profit = |spot: f64| legs.iter().map(|leg| leg.payoff(spot)).sum::<f64>() - cost;
        let (mut high, mut low) = (f64::NEG_INFINITY, f64::INFINITY);
        for i in 0..=3000 {
            let spot = f64::from(i) * 0.25;
            let was = profile.at(spot);
            prop_assert!((was - profit(spot)).abs() < 1e-7, "{spot} {was}");
            high = high.max(profit(spot));
            low = low.min(profit(spot));
        }
        // The grid has all corners, and ends far beyond them.
        let rising = profit(2e6) - profit(1e6);
        prop_assert_eq!(profile.max_profit().is_infinite(), rising > 0.0);
        prop_assert_eq!(profile.max_loss().is_infinite(), rising < 0.0);
        if rising <= 0.0 {
            prop_assert_eq!(profile.max_profit(), high);
        }
        if rising >= 0.0 {
            prop_assert_eq!(profile.max_loss(), -low.min(0.0));
        }
        let zeros = profile.break_evens();
        prop_assert!(zeros.is_sorted());
        for zero in zeros.iter().filter(|zero| zero.is_finite()) {
            prop_assert!(profit(*zero).abs() < 1e-9, "{zero}");
        }
        // Between two break-evens the sign does not change.
        let mut ends = [&[0.0], &zeros[..], &[1e4]].concat();
        ends.retain(|end| end.is_finite());
        for pair in ends.windows(2).filter(|pair| pair[1] - pair[0] > 1e-9) {
            let inside = (1..50).map(|i| profit(pair[0] + (pair[1] - pair[0]) * f64::from(i) / 50.0));
            let inside: Vec<f64> = inside.collect();
            let zero = inside.iter().all(|p| p.abs() < 1e-6);
            let one_sign = inside.iter().all(|p| *p > 0.0) || inside.iter().all(|p| *p < 0.0);
            prop_assert!(zero || one_sign, "{pair:?}");
        }
    }
}
