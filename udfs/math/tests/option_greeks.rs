//! Sensitivities against automatic differentiation, published figures and their limits.

use num_dual::{DualNum, HyperHyperDual};
use trademl_math::options::black_scholes::{Carry, European};
use trademl_math::options::europeans::Europeans;
use trademl_math::options::greeks::Greek;
use trademl_math::options::kind::Kind;
use trademl_math::options::normal::{cdf, pdf};
use trademl_math::options::status::Status;

type Number = HyperHyperDual<f64>;

/// Φ by its Taylor series, which ends at the third order of such numbers.
fn normal(z: Number) -> Number {
    let at = z.re;
    let d = z - at;
    let slopes = [pdf(at), -at * pdf(at) / 2.0, (at * at - 1.0) * pdf(at) / 6.0];
    ((d * slopes[2] + slopes[1]) * d + slopes[0]) * d + cdf(at)
}

/// S, K, T, r, q, σ.
fn price(kind: Kind, [s, k, t, r, q, v]: [Number; 6]) -> Number {
    let stdev = v * t.sqrt();
    let d1 = ((s / k).ln() + (r - q) * t) / stdev + stdev * 0.5;
    let w = kind.sign();
    let asset = s * (-(q * t)).exp() * normal(d1 * w);
    let cash = k * (-(r * t)).exp() * normal((d1 - stdev) * w);
    (asset - cash) * w
}

/// The price, and its derivative by the inputs of these indices.
fn derivative(option: &European, by: &[usize]) -> f64 {
    let futures = option.carry == Carry::Futures;
    let q = if let Carry::DividendYield(q) = option.carry { q } else { option.rate };
    let values = [option.underlying, option.strike, option.time, option.rate, q, option.volatility];
    let mut inputs = values.map(Number::from_re);
    for (order, input) in by.iter().enumerate() {
        // The yield of a future is the rate.
        for moved in if futures && *input == 3 { vec![3, 4] } else { vec![*input] } {
            let number: &mut Number = &mut inputs[moved];
            *[&mut number.eps1, &mut number.eps2, &mut number.eps3][order] = 1.0;
        }
    }
    let value = price(option.kind, inputs);
    match by.len() {
        0 => value.re,
        1 => value.eps1,
        2 => value.eps1eps2,
        _ => value.eps1eps2eps3,
    }
}

fn expected(option: &European, greek: Greek) -> f64 {
    let (s, k, t, r, q, v) = (0, 1, 2, 3, 4, 5);
    let by = |inputs: &[usize]| derivative(option, inputs);
    match greek {
        Greek::Delta => by(&[s]),
        Greek::DualDelta => by(&[k]),
        Greek::Vega => by(&[v]),
        Greek::Theta => -by(&[t]),
        Greek::Rho => by(&[r]),
        Greek::Phi => by(&[q]),
        Greek::Lambda => option.underlying * by(&[s]) / by(&[]),
        Greek::Gamma => by(&[s, s]),
        Greek::DualGamma => by(&[k, k]),
        Greek::Vanna => by(&[s, v]),
        Greek::Charm => -by(&[s, t]),
        Greek::Volga => by(&[v, v]),
        Greek::Veta => -by(&[v, t]),
        Greek::Speed => by(&[s, s, s]),
        Greek::Zomma => by(&[s, s, v]),
        Greek::Color => -by(&[s, s, t]),
        Greek::Ultima => by(&[v, v, v]),
    }
}

fn grid() -> Vec<European> {
    let mut options = Vec::new();
    for kind in [Kind::Call, Kind::Put] {
        for strike in [60.0, 85.0, 99.0, 100.0, 115.0, 170.0] {
            for time in [0.02, 0.4, 1.0, 7.0] {
                for volatility in [0.08, 0.25, 0.9] {
                    for (rate, carry) in [
                        (0.05, Carry::DividendYield(0.0)),
                        (0.01, Carry::DividendYield(0.07)),
                        (-0.02, Carry::DividendYield(-0.01)),
                        (0.03, Carry::Futures),
                    ] {
                        let underlying = 100.0;
                        options.push(European {
                            kind,
                            underlying,
                            strike,
                            time,
                            rate,
                            carry,
                            volatility,
                        });
                    }
                }
            }
        }
    }
    options
}

#[test]
fn as_automatic_differentiation() {
    let mut worst: f64 = 0.0;
    for option in grid() {
        // The differentiated formula loses what the difference of its two terms loses, relative to
        // the derivatives of the terms; these grow with d₁/stdev.
        let stdev = option.volatility * option.time.sqrt();
        let d = (option.underlying / option.strike).ln() / stdev;
        let tolerance = 1e-13 * (1.0 + d * d) * (1.0 + 1.0 / stdev).powi(2);
        for greek in Greek::ALL {
            let was = option.greek(greek);
            if greek == Greek::Phi && option.carry == Carry::Futures {
                assert_eq!((was.value(), was.status()), (None, Status::Undefined));
                continue;
            }
            // Prices this small are all rounding in the formula without expansions.
            if d.abs() > 8.0 {
                continue;
            }
            let (was, expected) = (was.value().unwrap(), expected(&option, greek));
            let error = (was - expected).abs() / expected.abs().max(1e-6);
            assert!(error < tolerance, "{greek:?} of {option:?}: {was:e} is not {expected:e}");
            worst = worst.max(error / tolerance);
        }
    }
    println!("worst error, in tolerances: {worst}");
}

fn at_the_money() -> European {
    European {
        kind: Kind::Call,
        underlying: 100.0,
        strike: 100.0,
        time: 1.0,
        rate: 0.05,
        carry: Carry::DividendYield(0.0),
        volatility: 0.2,
    }
}

#[track_caller]
fn close(was: Option<f64>, expected: f64) {
    let was = was.unwrap();
    assert!((was / expected - 1.0).abs() < 2e-14, "{was:?} is not {expected}");
}

/// The example of every text, and Hull, Options, Futures and Other Derivatives, section 15.9.
#[test]
fn as_published() {
    let option = at_the_money();
    close(option.price().value(), 10.450_583_572_185_568);
    for (greek, expected) in [
        (Greek::Delta, 0.636_830_651_175_619_1),
        (Greek::Gamma, 0.018_762_017_345_846_89),
        (Greek::Vega, 37.524_034_691_693_785),
        (Greek::Theta, -6.414_027_546_438_196),
        (Greek::Rho, 53.232_481_545_376_34),
        (Greek::Vanna, -0.281_430_260_187_703_4),
        (Greek::Volga, 9.850_059_106_569_619),
    ] {
        close(option.greek(greek).value(), expected);
    }
    let hull = European { underlying: 42.0, strike: 40.0, time: 0.5, rate: 0.1, ..at_the_money() };
    close(hull.price().value(), 4.759_422_392_871_533);
    close(European { kind: Kind::Put, ..hull }.price().value(), 0.808_599_372_900_093_6);
    let deep = European { strike: 200.0, time: 0.1, rate: 0.0, ..at_the_money() };
    close(deep.price().value(), 2.397_958_550_669_871_6e-28);
}

#[test]
fn columns_are_the_single_ones() {
    let options: Vec<European> = grid().into_iter().filter(|o| o.carry != Carry::Futures).collect();
    let column = |of: fn(&European) -> f64| options.iter().map(of).collect::<Vec<f64>>();
    let dividend_yield = column(|o| match o.carry {
        Carry::DividendYield(q) => q,
        Carry::Futures => unreachable!("left out"),
    });
    let mut time = column(|o| o.time);
    // One that expired and one that is not an option, among others.
    (time[7], time[200]) = (0.0, -1.0);
    let columns = Europeans {
        kind: &options.iter().map(|o| o.kind).collect::<Vec<_>>(),
        underlying: &column(|o| o.underlying),
        strike: &column(|o| o.strike),
        time: &time,
        rate: &column(|o| o.rate),
        carry: Carry::DividendYield(&dividend_yield),
        volatility: &column(|o| o.volatility),
    };
    let rows = options.len();
    let mut values = vec![vec![0.0; rows]; Greek::ALL.len()];
    let mut statuses = vec![Status::Valued; rows];
    let mut wanted: Vec<_> =
        Greek::ALL.into_iter().zip(values.iter_mut().map(|v| &mut v[..])).collect();
    columns.greeks(&mut wanted, &mut statuses);
    for row in 0..rows {
        for (greek, values) in Greek::ALL.into_iter().zip(&values) {
            let alone = columns.at(row).greek(greek);
            let value = (!values[row].is_nan()).then_some(values[row]);
            assert_eq!(value, alone.value(), "{greek:?} of row {row}");
        }
    }
    assert_eq!((statuses[7], statuses[200]), (Status::Expired, Status::NegativeTime));
}

#[test]
fn limits() {
    let expired = European { time: 0.0, underlying: 105.0, ..at_the_money() };
    assert_eq!((expired.price().value(), expired.price().status()), (Some(5.0), Status::Expired));
    let of = |option: European, greek| {
        let was = option.greek(greek);
        (was.value(), was.status())
    };
    assert_eq!(of(expired, Greek::Delta), (Some(1.0), Status::Expired));
    assert_eq!(of(expired, Greek::Gamma), (Some(0.0), Status::Expired));
    assert_eq!(of(expired, Greek::Lambda), (Some(21.0), Status::Expired));
    assert_eq!(of(European { kind: Kind::Put, ..expired }, Greek::Lambda), (None, Status::Expired));
    assert_eq!(
        of(European { underlying: 100.0, ..expired }, Greek::Delta),
        (None, Status::Undefined)
    );
    // The forward is what counts: 95 e^0.1 > 100.
    let still = European { volatility: 0.0, underlying: 95.0, rate: 0.1, ..at_the_money() };
    assert_eq!(still.price().status(), Status::ZeroVolatility);
    close(still.price().value(), 95.0 - 100.0 * (-0.1_f64).exp());
    assert_eq!(of(still, Greek::Delta), (Some(1.0), Status::ZeroVolatility));
    // As a small volatility has them.
    let small = European { volatility: 1e-3, ..still };
    for greek in Greek::ALL {
        let (limit, near) =
            (still.greek(greek).value().unwrap(), small.greek(greek).value().unwrap());
        assert!((limit - near).abs() <= 1e-12 * limit.abs(), "{greek:?}: {near} to {limit}");
    }
}

#[test]
fn no_option_no_value() {
    let option = at_the_money();
    for (option, status) in [
        (European { strike: 0.0, ..option }, Status::NonPositiveStrike),
        (European { underlying: -1.0, ..option }, Status::NonPositiveUnderlying),
        (European { time: -0.1, ..option }, Status::NegativeTime),
        (European { volatility: -0.1, ..option }, Status::NegativeVolatility),
        (European { rate: f64::NAN, ..option }, Status::NotFinite),
        (European { carry: Carry::DividendYield(f64::INFINITY), ..option }, Status::NotFinite),
    ] {
        for was in [option.price(), option.greek(Greek::Delta), option.greek(Greek::Gamma)] {
            assert_eq!((was.value(), was.status()), (None, status));
        }
    }
}
