//! Implied volatilities and undiscounted prices against 60 digits.

use trademl_math::options::black::undiscounted_price;
use trademl_math::options::implied_volatility::Quote;
use trademl_math::options::kind::Kind;
use trademl_math::options::status::Status;

/// Quote, its volatility, the undiscounted price out of the money, and the volatility it was made from.
const REFERENCE: &str = include_str!("reference/implied_volatility.csv");

fn rows() -> impl Iterator<Item = (Quote, [f64; 3])> {
    REFERENCE.lines().skip(2).map(|line| {
        let (kind, numbers) = line.split_once(',').unwrap();
        let n: Vec<f64> = numbers.split(',').map(|x| x.parse().unwrap()).collect();
        let kind = if kind == "call" { Kind::Call } else { Kind::Put };
        let quote =
            Quote { kind, forward: n[0], strike: n[1], discount: n[2], time: n[3], price: n[4] };
        (quote, [n[5], n[6], n[7]])
    })
}

#[test]
fn volatility_of_the_price_as_given() {
    let mut worst: f64 = 0.0;
    for (quote, [expected, _, _]) in rows() {
        let volatility = quote.implied_volatility();
        assert_eq!(volatility.status(), Status::Valued, "{quote:?}");
        let error = (volatility.value().unwrap() / expected - 1.0).abs();
        assert!(error < 1e-13, "{quote:?}: {volatility:?} is not {expected}, by {error:e}");
        worst = worst.max(error);
    }
    println!("worst relative error of {} volatilities: {worst:e}", rows().count());
}

/// Rounding d₁ costs d₁² units in the last place.
#[test]
fn price_out_of_the_money() {
    for (quote, [_, expected, volatility]) in rows() {
        let kind = if quote.forward > quote.strike { Kind::Put } else { Kind::Call };
        let stdev = volatility * quote.time.sqrt();
        let price = undiscounted_price(kind, quote.forward, quote.strike, stdev);
        let error = (price.value().unwrap() / expected - 1.0).abs();
        let d = (quote.forward / quote.strike).ln() / stdev;
        assert!(
            error < 1e-14 + 3e-16 * d * d,
            "{quote:?}: {price:?} is not {expected}, by {error:e}"
        );
    }
}

fn quote(kind: Kind, price: f64) -> Quote {
    Quote { kind, price, forward: 110.0, strike: 100.0, time: 0.5, discount: 0.9 }
}

#[track_caller]
fn none(quote: Quote, status: Status) {
    let was = quote.implied_volatility();
    assert_eq!((was.value(), was.status()), (None, status), "{quote:?}");
}

#[test]
fn no_volatility_says_why() {
    let call = quote(Kind::Call, 12.0);
    assert!(call.implied_volatility().value().is_some());
    none(quote(Kind::Call, 8.9), Status::BelowIntrinsic);
    none(Quote { discount: 1.0, ..quote(Kind::Call, 110.0) }, Status::AtUpperBound);
    none(Quote { discount: 1.0, ..quote(Kind::Put, 100.0) }, Status::AtUpperBound);
    none(quote(Kind::Call, 99.1), Status::AboveUpperBound);
    none(quote(Kind::Put, 90.5), Status::AboveUpperBound);
    none(quote(Kind::Put, -0.1), Status::NegativePrice);
    none(Quote { time: 0.0, ..call }, Status::Expired);
    none(Quote { time: -1.0, ..call }, Status::NegativeTime);
    none(Quote { strike: 0.0, ..call }, Status::NonPositiveStrike);
    none(Quote { forward: -5.0, ..call }, Status::NonPositiveUnderlying);
    none(Quote { discount: 0.0, ..call }, Status::NonPositiveDiscount);
    none(quote(Kind::Call, f64::NAN), Status::NotFinite);
    none(quote(Kind::Call, f64::INFINITY), Status::NotFinite);
    let still = quote(Kind::Put, 0.0).implied_volatility();
    assert_eq!((still.value(), still.status()), (Some(0.0), Status::ZeroVolatility));
}
