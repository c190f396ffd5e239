//! Forwards and discount factors by put–call parity: known ones, other formulas for them, and errors.

use nalgebra::{Matrix2, Vector2};
use proptest::prelude::*;
use trademl_math::options::american::American;
use trademl_math::options::black_scholes::{Carry, European};
use trademl_math::options::kind::Kind;
use trademl_math::options::market::parity::{
    DISCOUNT_RANGE, Discount, ParityError, ParityStatus, StrikeQuotes, parity_forward,
};

const FORWARD: f64 = 102.3;
const DISCOUNT: f64 = 0.97;

/// Quotes around call and put mids, with half a spread each.
fn quotes(strike: f64, call: f64, put: f64, half: f64) -> StrikeQuotes {
    StrikeQuotes { strike, call: [call - half, call + half], put: [put - half, put + half] }
}

/// Quotes on the line moved by an error.
fn on_line(strike: f64, error: f64, half: f64) -> StrikeQuotes {
    let put = 40.0;
    quotes(strike, put + DISCOUNT * (FORWARD - strike) + error, put, half)
}

/// Normal numbers by Box & Muller on a linear congruential generator (Knuth's MMIX).
struct Normal(u64);

impl Normal {
    fn uniform(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / 2.0_f64.powi(53)
    }

    fn next(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

#[track_caller]
fn close(was: f64, expected: f64, tolerance: f64) {
    assert!((was - expected).abs() <= tolerance, "{was} is not {expected}");
}

#[test]
fn a_line_with_junk() {
    let mut rows: Vec<StrikeQuotes> =
        (0..17).map(|i| on_line(70.0 + 4.0 * f64::from(i), 0.0, 0.1)).collect();
    // Stale, mistyped and swapped: six of seventeen, most of them far from the forward.
    for (row, error) in [(0, 5.0), (1, 9.0), (2, -20.0), (8, 0.5), (15, 30.0), (16, 3.0)] {
        rows[row].call[0] += error;
        rows[row].call[1] += error;
    }
    let was = parity_forward(&rows, Discount::Free).unwrap();
    close(was.forward, FORWARD, 1e-11);
    close(was.discount, DISCOUNT, 1e-13);
    assert_eq!((was.quoted, was.used, was.status), (17, 11, ParityStatus::Fitted));
    assert!(was.rms_residual < 1e-12 && was.forward_error.unwrap() < 1e-12);
    let given = parity_forward(&rows, Discount::Given(DISCOUNT)).unwrap();
    close(given.forward, FORWARD, 1e-11);
    assert_eq!((given.used, given.discount, given.discount_error), (11, DISCOUNT, Some(0.0)));
}

/// Errors in proportion to the spread: estimates scatter as their standard errors say, without a bias.
#[test]
fn noise_scatters_as_told() {
    let mut normal = Normal(7);
    let rounds = 4000;
    for discount in [Discount::Free, Discount::Given(DISCOUNT)] {
        let mut sums = [0.0; 6];
        for _ in 0..rounds {
            let rows: Vec<StrikeQuotes> = (0..40)
                .map(|i| {
                    let half = 0.05 + 0.01 * f64::from((i - 20_i32).abs());
                    on_line(60.0 + 2.0 * f64::from(i), 0.4 * half * normal.next(), half)
                })
                .collect();
            let was = parity_forward(&rows, discount).unwrap();
            let (f, d) = (was.forward - FORWARD, was.discount - DISCOUNT);
            let (fe, de) = (was.forward_error.unwrap(), was.discount_error.unwrap());
            for (sum, x) in sums.iter_mut().zip([f, d, f * f, d * d, fe * fe, de * de]) {
                *sum += x / f64::from(rounds);
            }
        }
        let [f, d, ff, dd, fe, de] = sums;
        // The mean within four of its deviations; scatter within 5 %.
        close(f, 0.0, 4.0 * (ff / f64::from(rounds)).sqrt());
        close(d, 0.0, 4.0 * (dd / f64::from(rounds)).sqrt());
        close((ff / fe).sqrt(), 1.0, 0.05);
        if discount == Discount::Free {
            close((dd / de).sqrt(), 1.0, 0.05);
        } else {
            assert_eq!((dd, de), (0.0, 0.0));
        }
    }
}

/// The normal equations, uncentred and solved by another library; the error of F = a/D by its gradient.
#[test]
fn as_normal_equations() {
    let rows: Vec<StrikeQuotes> = (0..12)
        .map(|i| {
            on_line(
                80.0 + 5.0 * f64::from(i),
                0.02 * f64::from((i * 7) % 5 - 2),
                0.1 + 0.01 * f64::from(i),
            )
        })
        .collect();
    let (mut left, mut right) = (Matrix2::zeros(), Vector2::zeros());
    let data = rows.iter().map(|q| {
        let mid = |[bid, ask]: [f64; 2]| f64::midpoint(bid, ask);
        let half = (q.call[1] - q.call[0] + q.put[1] - q.put[0]) / 2.0;
        (Vector2::new(1.0, -q.strike), mid(q.call) - mid(q.put), half.powi(-2))
    });
    for (x, y, weight) in data.clone() {
        left += weight * x * x.transpose();
        right += weight * y * x;
    }
    let inverse = left.try_inverse().unwrap();
    let solved = inverse * right;
    let (forward, discount) = (solved[0] / solved[1], solved[1]);
    let squares: f64 = data.clone().map(|(x, y, p)| p * (y - x.dot(&solved)).powi(2)).sum();
    let weights: f64 = data.map(|row| row.2).sum();
    let covariance = inverse * (squares / 10.0);
    let gradient = Vector2::new(1.0 / discount, -forward / discount);
    let was = parity_forward(&rows, Discount::Free).unwrap();
    assert_eq!((was.quoted, was.used), (12, 12));
    close(was.forward, forward, 1e-9);
    close(was.discount, discount, 1e-11);
    close(was.discount_error.unwrap(), covariance[(1, 1)].sqrt(), 1e-9);
    close(was.forward_error.unwrap(), gradient.dot(&(covariance * gradient)).sqrt(), 1e-9);
    close(was.rms_residual, (squares / weights).sqrt(), 1e-10);
}

fn terms(kind: Kind, strike: f64) -> European {
    European {
        kind,
        underlying: 100.0,
        strike,
        time: 0.75,
        rate: 0.05,
        carry: Carry::DividendYield(0.02),
        volatility: 0.3,
    }
}

#[test]
fn rate_and_yield_of_a_model() {
    let price = |kind, strike| terms(kind, strike).price().value().unwrap();
    let row = |strike| quotes(strike, price(Kind::Call, strike), price(Kind::Put, strike), 0.01);
    let rows: Vec<StrikeQuotes> = (0..15).map(|i| row(70.0 + 5.0 * f64::from(i))).collect();
    let was = parity_forward(&rows, Discount::Free).unwrap();
    close(was.rate(0.75).unwrap(), 0.05, 1e-12);
    close(was.dividend_yield(100.0, 0.75).unwrap(), 0.02, 1e-12);
    for (spot, years) in [(0.0, 0.75), (-1.0, 0.75), (100.0, 0.0), (100.0, -1.0), (f64::NAN, 0.75)]
    {
        assert_eq!(was.dividend_yield(spot, years), None);
    }
    assert_eq!((was.rate(0.0), was.rate(f64::NAN)), (None, None));
}

/// What the documentation says of American options.
#[test]
fn early_exercise_makes_the_discount_too_high() {
    let price = |kind, strike| American { terms: terms(kind, strike) }.price().value().unwrap();
    let row = |strike| quotes(strike, price(Kind::Call, strike), price(Kind::Put, strike), 0.01);
    let rows: Vec<StrikeQuotes> = (0..15).map(|i| row(70.0 + 5.0 * f64::from(i))).collect();
    let was = parity_forward(&rows, Discount::Free).unwrap();
    let discount = (-0.05 * 0.75_f64).exp();
    assert!(was.discount > discount + 0.005, "{was:?}");
    // Given D, the strikes near the forward are off by little.
    let forward = 100.0 * (0.03 * 0.75_f64).exp();
    let near = parity_forward(&rows[5..9], Discount::Given(discount)).unwrap();
    assert!((near.forward - forward).abs() < 0.005 * forward, "{near:?}");
}

#[test]
fn discounts_that_are_not_believed() {
    for (discount, at) in
        [(1.2, DISCOUNT_RANGE[1]), (0.01, DISCOUNT_RANGE[0]), (-0.5, DISCOUNT_RANGE[0])]
    {
        let rows: Vec<StrikeQuotes> = (0..9)
            .map(|i| {
                let strike = 80.0 + 5.0 * f64::from(i);
                quotes(strike, 50.0 + discount * (100.0 - strike), 50.0, 0.5)
            })
            .collect();
        let was = parity_forward(&rows, Discount::Free).unwrap();
        assert_eq!((was.discount, was.status), (at, ParityStatus::DiscountAtBound));
        assert_eq!(was.discount_error, Some(0.0));
        close(was.forward, 100.0, 1e-9);
        let given = parity_forward(&rows, Discount::Given(at)).unwrap();
        assert_eq!((given.forward, given.status), (was.forward, ParityStatus::Fitted));
    }
    assert_eq!(ParityStatus::DiscountAtBound.name(), "discount_at_bound");
    assert_eq!(ParityStatus::Fitted.name(), "fitted");
}

#[test]
fn few_strikes() {
    let [a, b] = [on_line(95.0, 0.0, 0.1), on_line(105.0, 0.0, 0.1)];
    let two = parity_forward(&[a, b], Discount::Free).unwrap();
    close(two.forward, FORWARD, 1e-11);
    assert_eq!((two.forward_error, two.discount_error, two.used), (None, None, 2));
    let one = parity_forward(&[a], Discount::Given(DISCOUNT)).unwrap();
    close(one.forward, FORWARD, 1e-12);
    assert_eq!((one.forward_error, one.used), (None, 1));
    assert_eq!(parity_forward(&[a], Discount::Free), Err(ParityError::OneStrike));
    let again = on_line(95.0, 0.1, 0.1);
    assert_eq!(parity_forward(&[a, again, a], Discount::Free), Err(ParityError::OneStrike));
}

#[test]
fn no_forward_says_why() {
    let good = on_line(95.0, 0.0, 0.1);
    assert_eq!(parity_forward(&[], Discount::Free), Err(ParityError::NoQuotes));
    let sides = [
        [0.0, 1.0],
        [2.0, 1.0],
        [f64::NAN, 1.0],
        [1.0, f64::NAN],
        [1.0, f64::INFINITY],
        [-1.0, 1.0],
    ];
    for side in sides {
        let rows = [StrikeQuotes { call: side, ..good }, StrikeQuotes { put: side, ..good }];
        let was = parity_forward(&rows, Discount::Given(0.97));
        assert_eq!(was, Err(ParityError::NoQuotes), "{side:?}");
    }
    for strike in [0.0, -1.0, f64::INFINITY] {
        let rows = [good, StrikeQuotes { strike, ..good }];
        assert_eq!(parity_forward(&rows, Discount::Free), Err(ParityError::BadStrike(1)));
    }
    for d in [0.0, -0.5, f64::INFINITY] {
        let was = parity_forward(&[good], Discount::Given(d));
        assert_eq!(was, Err(ParityError::BadDiscount(d)));
    }
    assert!(matches!(
        parity_forward(&[good], Discount::Given(f64::NAN)),
        Err(ParityError::BadDiscount(_))
    ));
    let below = quotes(10.0, 1.0, 20.0, 0.1);
    let was = parity_forward(&[below], Discount::Given(1.0));
    assert_eq!(was, Err(ParityError::BadForward(-9.0)));
    assert!(ParityError::BadStrike(4).to_string().contains("row 4"));
}

/// Most mids agree exactly, as they do on a coarse tick, and the others by half a tick.
#[test]
fn coarse_ticks_are_not_junk() {
    let error = |i: i32| if i % 3 == 0 { 0.05 } else { 0.0 };
    let rows: Vec<StrikeQuotes> = (0..18)
        .map(|i| on_line(80.0 + 2.5 * f64::from(i), error(i), 0.1))
        .chain([on_line(100.0, 0.25, 0.1)])
        .collect();
    let was = parity_forward(&rows, Discount::Free).unwrap();
    // Half the spread of C − P is 0.2.
    assert_eq!((was.quoted, was.used), (19, 18));
    assert!(was.forward_error.unwrap() > 0.005 && (was.forward - FORWARD).abs() < 0.03, "{was:?}");
}

/// A strike without a spread counts as the narrowest one, not without end.
#[test]
fn locked_markets() {
    let rows = [on_line(90.0, 0.1, 0.0), on_line(100.0, -0.1, 0.2), on_line(110.0, 0.1, 0.4)];
    let narrow = [on_line(90.0, 0.1, 0.2), rows[1], rows[2]];
    let was = parity_forward(&rows, Discount::Given(DISCOUNT)).unwrap();
    let expected = parity_forward(&narrow, Discount::Given(DISCOUNT)).unwrap();
    close(was.forward, expected.forward, 1e-12);
    let all = rows.map(|q| on_line(q.strike, 0.0, 0.0));
    close(parity_forward(&all, Discount::Free).unwrap().forward, FORWARD, 1e-11);
    // Without any spread junk is junk, however little.
    let mut junk: Vec<StrikeQuotes> =
        (0..9).map(|i| on_line(80.0 + 5.0 * f64::from(i), 0.0, 0.0)).collect();
    junk[8] = on_line(120.0, 0.01, 0.0);
    let was = parity_forward(&junk, Discount::Free).unwrap();
    close(was.forward, FORWARD, 1e-11);
    assert_eq!(was.used, 8);
}

proptest! {
    /// Known forward and discount factor under noise and a third of junk; neither order nor unit matters.
    #[test]
    fn junk_order_and_unit(
        forward in 20.0..4000.0_f64, discount in 0.8..1.03_f64, seed in any::<u64>(), count in 12_usize..60,
    ) {
        let mut normal = Normal(seed);
        let mut rows: Vec<StrikeQuotes> = (0..count)
            .map(|i| {
                let strike = forward * (0.7 + 0.6 * i as f64 / count as f64);
                let half = 0.001 * forward * (0.5 + normal.uniform());
                let junk = if i % 3 == 0 { forward * (0.1 + normal.uniform()) } else { 0.0 };
                let call = forward + discount * (forward - strike) + 0.1 * half * normal.next() + junk;
                quotes(strike, call, forward, half)
            })
            .collect();
        let was = parity_forward(&rows, Discount::Free).unwrap();
        prop_assert!((was.forward / forward - 1.0).abs() < 1e-3, "{:?}", was);
        prop_assert!((was.discount / discount - 1.0).abs() < 5e-3, "{:?}", was);
        prop_assert!(was.used <= count - count.div_ceil(3));
        rows.reverse();
        prop_assert_eq!(parity_forward(&rows, Discount::Free).unwrap(), was);
        let scaled = |[bid, ask]: [f64; 2]| [64.0 * bid, 64.0 * ask];
        let unit: Vec<StrikeQuotes> = rows
            .iter()
            .map(|q| StrikeQuotes { strike: 64.0 * q.strike, call: scaled(q.call), put: scaled(q.put) })
            .collect();
        let unit = parity_forward(&unit, Discount::Free).unwrap();
        prop_assert_eq!((unit.forward, unit.discount), (64.0 * was.forward, was.discount));
    }
}
