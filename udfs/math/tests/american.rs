//! American options against a lattice, their symmetries and their limits.

use trademl_math::options::american::American;
use trademl_math::options::black_scholes::{Carry, European};
use trademl_math::options::kind::Kind;
use trademl_math::options::status::Status;

const REFERENCE: &str = include_str!("reference/american.csv");

/// To 1e-5 of a strike of 100, beyond what the lattice itself leaves open.
#[test]
fn as_the_lattice() {
    let mut worst: f64 = 0.0;
    for line in REFERENCE.lines().skip(2) {
        let (kind, numbers) = line.split_once(',').unwrap();
        let n: Vec<f64> = numbers.split(',').map(|x| x.parse().unwrap()).collect();
        let terms = European {
            kind: if kind == "call" { Kind::Call } else { Kind::Put },
            underlying: n[0],
            strike: n[1],
            time: n[2],
            rate: n[3],
            carry: Carry::DividendYield(n[4]),
            volatility: n[5],
        };
        let (price, spread) = (n[6], n[7]);
        let was = American { terms }.price().value().unwrap();
        let error = (was - price).abs();
        if std::env::var("SHOW").is_ok() && error > 3e-6 {
            println!("{line}: {was} {error:e}");
        }
        assert!(error < 1e-5 + spread, "{line}: {was}, off by {error:e}");
        worst = worst.max(error);
    }
    println!("worst error: {worst:e}");
}

fn put() -> American {
    let terms = European {
        kind: Kind::Put,
        underlying: 100.0,
        strike: 100.0,
        time: 1.0,
        rate: 0.05,
        carry: Carry::DividendYield(0.02),
        volatility: 0.25,
    };
    American { terms }
}

fn with(option: American, rate: f64, dividend_yield: f64) -> American {
    American {
        terms: European { rate, carry: Carry::DividendYield(dividend_yield), ..option.terms },
    }
}

/// A call is a put with spot and strike, and rate and yield, exchanged; the product of their boundaries is
/// the product of the strikes.
#[test]
fn call_and_put_are_symmetric() {
    for underlying in [70.0, 95.0, 120.0, 160.0] {
        let of_put = American { terms: European { underlying, ..put().terms } };
        let terms = European {
            kind: Kind::Call,
            underlying: 100.0,
            strike: underlying,
            rate: 0.02,
            carry: Carry::DividendYield(0.05),
            ..of_put.terms
        };
        let (a, b) = (of_put.price().value().unwrap(), American { terms }.price().value().unwrap());
        assert!((a - b).abs() < 1e-11, "{a} is not {b}");
        let boundary = |option: American| option.exercise_boundary().unwrap().at(0.6).unwrap();
        let product = boundary(of_put) * boundary(American { terms });
        assert!((product / (100.0 * underlying) - 1.0).abs() < 1e-12);
    }
}

#[test]
fn never_exercised_is_european() {
    let call = American { terms: European { kind: Kind::Call, ..put().terms } };
    for option in [with(put(), 0.0, 0.03), with(put(), -0.01, 0.0), with(call, 0.05, 0.0)] {
        assert_eq!(option.price(), option.terms.price());
        assert_eq!(option.exercise_boundary().unwrap().at(0.5), None);
    }
    let future = American { terms: European { carry: Carry::Futures, ..put().terms } };
    assert!(future.price().value() > future.terms.price().value());
}

#[test]
fn boundary_ends_where_it_should() {
    let longest = |option: American, time| American { terms: European { time, ..option.terms } };
    for (option, last) in [(put(), 100.0), (with(put(), 0.02, 0.08), 25.0)] {
        let boundary = longest(option, 2.0).exercise_boundary().unwrap();
        assert!((boundary.at(0.0).unwrap() - last).abs() < 1e-10);
        let path: Vec<f64> = (0..=40).map(|i| boundary.at(f64::from(i) * 0.05).unwrap()).collect();
        assert!(path.is_sorted_by(|a, b| a > b), "{path:?}");
        assert_eq!((boundary.at(2.1), boundary.at(-0.1)), (None, None));
    }
    // Merton (1973): without end a put without yield is exercised at K γ/(1 + γ), γ = 2r/σ².
    let boundary = longest(with(put(), 0.08, 0.0), 150.0).exercise_boundary().unwrap();
    let gamma = 2.0 * 0.08 / 0.0625;
    assert!((boundary.at(150.0).unwrap() / (100.0 * gamma / (1.0 + gamma)) - 1.0).abs() < 1e-4);
}

/// At the boundary the price meets the payoff, with its slope.
#[test]
fn price_pastes_smoothly() {
    let at = put().exercise_boundary().unwrap().at(1.0).unwrap();
    let price = |underlying| {
        American { terms: European { underlying, ..put().terms } }.price().value().unwrap()
    };
    assert_eq!(price(at * 0.999), 100.0 - at * 0.999);
    let (near, next) = (price(at + 1e-3), price(at + 2e-3));
    assert!((near - (100.0 - at - 1e-3)).abs() < 1e-6);
    assert!(((next - near) / 1e-3 + 1.0).abs() < 1e-3);
}

#[test]
fn not_priced_says_why() {
    let of = |option: American| (option.price().value(), option.price().status());
    let terms = put().terms;
    assert_eq!(of(with(put(), -0.02, -0.05)), (None, Status::DoubleBoundary));
    assert_eq!(with(put(), -0.02, -0.05).exercise_boundary(), Err(Status::DoubleBoundary));
    assert_eq!(
        of(American { terms: European { time: -1.0, ..terms } }),
        (None, Status::NegativeTime)
    );
    assert_eq!(
        of(American { terms: European { strike: 0.0, ..terms } }).1,
        Status::NonPositiveStrike
    );
    let expired = American { terms: European { time: 0.0, underlying: 90.0, ..terms } };
    assert_eq!(of(expired), (Some(10.0), Status::Expired));
    // Without volatility: exercise now, although the forward is above the strike.
    let still = American { terms: European { volatility: 0.0, underlying: 99.0, ..terms } };
    assert_eq!(of(still), (Some(1.0), Status::ZeroVolatility));
}
