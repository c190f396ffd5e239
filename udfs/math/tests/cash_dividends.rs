//! Options with cash dividends against integrals and finite differences, and their limits.

use trademl_math::options::american::American;
use trademl_math::options::black_scholes::{Carry, European};
use trademl_math::options::cash_dividends::{CashDividend, DividendOption, Style};
use trademl_math::options::kind::Kind;
use trademl_math::options::status::Status;

const REFERENCE: &str = include_str!("reference/cash_dividends.csv");

/// To 5e-6 of the strike.
#[test]
fn as_integrals_and_finite_differences() {
    let mut worst: f64 = 0.0;
    for line in REFERENCE.lines().skip(2) {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |i: usize| fields[i].parse::<f64>().unwrap();
        let dividends: Vec<CashDividend> = fields[9]
            .split(' ')
            .map(|d| {
                let (time, amount) = d.split_once(':').unwrap();
                CashDividend { time: time.parse().unwrap(), amount: amount.parse().unwrap() }
            })
            .collect();
        let terms = European {
            kind: if fields[2] == "call" { Kind::Call } else { Kind::Put },
            underlying: number(3),
            strike: number(4),
            time: number(5),
            rate: number(6),
            carry: Carry::DividendYield(number(7)),
            volatility: number(8),
        };
        let style = if fields[1] == "american" { Style::American } else { Style::European };
        let was = DividendOption { terms, style, dividends: &dividends }.price().value().unwrap();
        let error = (was - number(10)).abs() / terms.strike;
        if std::env::var("SHOW").is_ok() {
            println!("{line}: {was} {error:e}");
        }
        worst = worst.max(error);
    }
    println!("worst error of the strike: {worst:e}");
    assert!(worst < 5e-6, "{worst:e}");
}

const HALF: [CashDividend; 1] = [CashDividend { time: 0.5, amount: 7.0 }];

fn example(kind: Kind, dividends: &[CashDividend]) -> DividendOption<'_> {
    let terms = European {
        kind,
        underlying: 100.0,
        strike: 100.0,
        time: 1.0,
        rate: 0.06,
        carry: Carry::DividendYield(0.0),
        volatility: 0.3,
    };
    DividendOption { terms, style: Style::American, dividends }
}

#[test]
fn without_dividends_as_without() {
    for kind in [Kind::Call, Kind::Put] {
        let american = example(kind, &[]);
        let european = DividendOption { style: Style::European, ..american };
        let close = |a: Option<f64>, b: Option<f64>| {
            assert!((a.unwrap() - b.unwrap()).abs() < 2e-4, "{a:?} is not {b:?}");
        };
        close(european.price().value(), european.terms.price().value());
        close(american.price().value(), American { terms: american.terms }.price().value());
        let none = [CashDividend { time: 0.3, amount: 0.0 }];
        let paid = DividendOption { dividends: &none, ..american };
        close(paid.price().value(), american.price().value());
    }
}

#[test]
fn not_priced_says_why() {
    let of = |dividends: &[CashDividend]| {
        let was = example(Kind::Put, dividends).price();
        (was.value(), was.status())
    };
    let at = |time, amount| CashDividend { time, amount };
    for wrong in [
        [at(0.5, 1.0), at(0.2, 1.0)],
        [at(0.0, 1.0), at(0.2, 1.0)],
        [at(0.5, 1.0), at(1.0, 1.0)],
        [at(0.5, -1.0), at(0.6, 1.0)],
        [at(0.5, 1.0), at(0.6, f64::NAN)],
    ] {
        assert_eq!(of(&wrong), (None, Status::BadDividend), "{wrong:?}");
    }
    let mut still = example(Kind::Put, &HALF);
    still.terms.volatility = 0.0;
    assert_eq!(still.price().status(), Status::ZeroVolatility);
    still.terms.strike = -1.0;
    assert_eq!(still.price().status(), Status::NonPositiveStrike);
}
