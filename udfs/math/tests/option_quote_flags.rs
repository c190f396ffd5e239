//! Every flag of a quote, alone and where it begins.

use proptest::prelude::*;
use trademl_math::options::black_scholes::{Carry, European};
use trademl_math::options::cash_dividends::Style;
use trademl_math::options::kind::Kind;
use trademl_math::options::market::quote_flags::{Flag, Limits, OptionQuote, QuoteFlags};

const GOOD: OptionQuote = OptionQuote {
    kind: Kind::Call,
    style: Style::European,
    strike: 100.0,
    bid: Some(4.9),
    ask: Some(5.1),
    bid_size: Some(10.0),
    ask_size: Some(7.0),
    age: Some(1.0),
    years: 0.5,
    spot: 100.0,
    forward: 101.0,
    discount: 0.98,
};

fn reasons(quote: OptionQuote) -> Vec<&'static str> {
    quote.flags(&Limits::default()).reasons().collect()
}

#[test]
fn a_good_quote_has_none() {
    assert_eq!(reasons(GOOD), [""; 0]);
    let unknown = OptionQuote { bid_size: None, ask_size: None, age: None, ..GOOD };
    assert!(unknown.flags(&Limits::default()).is_empty());
}

/// Each flag by a quote that has no other fault.
#[test]
fn each_flag_alone() {
    let deep = OptionQuote { strike: 80.0, bid: Some(20.0), ask: Some(20.4), ..GOOD };
    let cases = [
        (Flag::NotFinite, OptionQuote { age: Some(f64::NAN), ..GOOD }),
        (Flag::NotFinite, OptionQuote { years: f64::INFINITY, ..GOOD }),
        (Flag::NotFinite, OptionQuote { bid: Some(f64::NAN), ..GOOD }),
        (Flag::NotFinite, OptionQuote { forward: f64::NAN, ..GOOD }),
        (Flag::Negative, OptionQuote { ask_size: Some(-1.0), ..GOOD }),
        (Flag::Negative, OptionQuote { bid: Some(-0.1), ..GOOD }),
        (Flag::Negative, OptionQuote { discount: 0.0, ..GOOD }),
        (Flag::Expired, OptionQuote { years: 0.0, ..GOOD }),
        (Flag::NoBid, OptionQuote { bid: None, ..GOOD }),
        (Flag::NoBid, OptionQuote { bid: Some(0.0), bid_size: Some(0.0), ..GOOD }),
        (Flag::NoAsk, OptionQuote { ask: None, ..GOOD }),
        (Flag::NoAsk, OptionQuote { ask: Some(0.0), ..GOOD }),
        (Flag::Crossed, OptionQuote { bid: Some(5.2), ..GOOD }),
        (Flag::Locked, OptionQuote { bid: Some(5.1), ..GOOD }),
        (Flag::ZeroSize, OptionQuote { bid_size: Some(0.0), ..GOOD }),
        (Flag::ZeroSize, OptionQuote { ask_size: Some(0.0), ..GOOD }),
        (Flag::Penny, OptionQuote { bid: Some(0.05), ask: Some(0.06), strike: 150.0, ..GOOD }),
        (Flag::Wide, OptionQuote { bid: Some(3.0), ask: Some(5.1), ..GOOD }),
        // 0.98 · (101 − 80) = 20.58.
        (Flag::SubIntrinsic, deep),
        (Flag::AboveBound, OptionQuote { bid: Some(99.0), ask: Some(99.1), ..GOOD }),
        (Flag::Stale, OptionQuote { age: Some(300.1), ..GOOD }),
        (Flag::FromFuture, OptionQuote { age: Some(-0.1), ..GOOD }),
    ];
    for (flag, quote) in cases {
        let was = quote.flags(&Limits::default());
        assert_eq!(was.flags().collect::<Vec<_>>(), [flag], "{quote:?}");
        assert_eq!(reasons(quote), [flag.name()]);
        assert_eq!(was.usable(), flag == Flag::Locked, "{flag:?}");
    }
    for flag in Flag::ALL {
        assert!(cases.iter().any(|case| case.0 == flag), "{flag:?}");
    }
}

/// Exactly at its limit a quote is good; beyond, by however little, not.
#[test]
fn where_flags_begin() {
    let wide = OptionQuote { bid: Some(3.0), ask: Some(5.0), ..GOOD };
    assert_eq!(reasons(wide), [""; 0]);
    assert_eq!(reasons(OptionQuote { age: Some(300.0), ..GOOD }), [""; 0]);
    let mid = OptionQuote { bid: Some(0.06), ask: Some(0.07), strike: 150.0, ..GOOD };
    assert_eq!(reasons(mid), [""; 0]);
    let limits = Limits { penny: 0.065, ..Limits::default() };
    assert!(mid.flags(&limits).contains(Flag::Penny));
    let exact = Limits { slack: 0.0, ..Limits::default() };
    // On binary fractions, so that bounds are exact: (96 − 80) / 2 and 96 / 2.
    let deep = OptionQuote { strike: 80.0, forward: 96.0, spot: 50.0, discount: 0.5, ..GOOD };
    let at = |bid, ask| OptionQuote { bid: Some(bid), ask: Some(ask), ..deep }.flags(&exact);
    assert!(at(7.9, 8.0).is_empty() && at(47.9, 48.1).is_empty());
    assert!(at(7.9, 7.99).contains(Flag::SubIntrinsic));
    assert!(at(48.01, 48.1).contains(Flag::AboveBound));
    let put = |forward, bid, ask| {
        let quote = OptionQuote { kind: Kind::Put, forward, ..deep };
        OptionQuote { bid: Some(bid), ask: Some(ask), ..quote }.flags(&exact)
    };
    // (80 − 64) / 2 and 80 / 2.
    assert!(put(64.0, 7.9, 8.0).is_empty() && put(64.0, 40.0, 40.1).is_empty());
    assert!(put(64.0, 7.9, 7.99).contains(Flag::SubIntrinsic));
    assert!(put(64.0, 40.01, 40.1).contains(Flag::AboveBound));
}

#[test]
fn american_options_can_be_exercised_now() {
    let exact = Limits { slack: 0.0, ..Limits::default() };
    // A high rate: exercise now is worth 30 for a put, later (120 − 100) · 0.9 = 18.
    let put = OptionQuote {
        kind: Kind::Put,
        strike: 120.0,
        spot: 90.0,
        forward: 100.0,
        discount: 0.9,
        bid: Some(24.0),
        ask: Some(25.0),
        ..GOOD
    };
    let american = |quote| OptionQuote { style: Style::American, ..quote };
    assert!(put.flags(&exact).is_empty());
    assert_eq!(american(put).flags(&exact), [Flag::SubIntrinsic].into_iter().collect());
    let most = OptionQuote { bid: Some(119.0), ask: Some(119.5), ..put };
    assert!(most.flags(&exact).contains(Flag::AboveBound), "120 · 0.9");
    assert!(american(most).flags(&exact).is_empty());
    // A high dividend: a call now is worth 20, later 0.
    let call = OptionQuote { strike: 80.0, spot: 100.0, forward: 80.0, ..GOOD };
    assert!(call.flags(&exact).is_empty());
    assert!(american(call).flags(&exact).contains(Flag::SubIntrinsic));
}

#[test]
fn several_in_a_fixed_order() {
    let bad = OptionQuote {
        bid: None,
        ask: Some(0.04),
        ask_size: Some(0.0),
        age: Some(1e6),
        years: -1.0,
        strike: 80.0,
        ..GOOD
    };
    assert_eq!(reasons(bad), ["expired", "no_bid", "zero_size", "sub_intrinsic", "stale"]);
    let backwards: QuoteFlags = bad.flags(&Limits::default()).flags().collect();
    assert_eq!(backwards, bad.flags(&Limits::default()));
    // Nothing is judged by a market that is none.
    let nowhere = OptionQuote { forward: f64::NAN, spot: -1.0, bid: Some(1e9), ..GOOD };
    assert_eq!(reasons(nowhere), ["not_finite", "negative", "crossed"]);
}

proptest! {
    /// Whatever a model with a volatility is worth is within the bounds.
    #[test]
    fn model_prices_are_within_the_bounds(
        is_call: bool, strike in 20.0..400.0, time in 0.01..3.0, rate in -0.05..0.15,
        dividend_yield in -0.05..0.15, volatility in 0.01..2.0,
    ) {
        let kind = if is_call { Kind::Call } else { Kind::Put };
        let carry = Carry::DividendYield(dividend_yield);
        let terms = European { kind, underlying: 100.0, strike, time, rate, carry, volatility };
        let price = terms.price().value().unwrap().max(1e-12);
        let quote = OptionQuote {
            kind,
            strike,
            bid: Some(price),
            ask: Some(price),
            years: time,
            forward: 100.0 * ((rate - dividend_yield) * time).exp(),
            discount: (-rate * time).exp(),
            ..GOOD
        };
        let was = quote.flags(&Limits { slack: 1e-9, penny: 0.0, ..Limits::default() });
        prop_assert!(was.usable() && was.contains(Flag::Locked), "{:?}", was.reasons().collect::<Vec<_>>());
    }

    /// Whatever the numbers are, flags are told once and in order, and a flag but locked forbids.
    #[test]
    fn any_numbers(x in proptest::array::uniform10(prop_oneof![
        Just(f64::NAN), Just(f64::INFINITY), Just(0.0), -10.0..200.0_f64,
    ])) {
        let quote = OptionQuote {
            bid: Some(x[0]), ask: Some(x[1]), bid_size: Some(x[2]), ask_size: Some(x[3]),
            age: Some(x[4]), years: x[5], spot: x[6], forward: x[7], discount: x[8], strike: x[9],
            ..GOOD
        };
        let was = quote.flags(&Limits::default());
        let order: Vec<usize> =
            was.flags().map(|f| Flag::ALL.iter().position(|g| *g == f).unwrap()).collect();
        prop_assert!(order.is_sorted());
        prop_assert_eq!(was.usable(), was.flags().all(|f| f == Flag::Locked));
        prop_assert_eq!(was.contains(Flag::NotFinite), x.iter().any(|x| !x.is_finite()));
    }
}
