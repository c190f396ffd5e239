//! What holds for every symbol, day count, curve and split.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use trademl_math::options::kind::Kind;
use trademl_math::options::market::contract::{Contract, OddSplit, Split};
use trademl_math::options::market::day_count::DayCount;
use trademl_math::options::market::osi_symbol::OsiSymbol;
use trademl_math::options::market::rate_curve::RateCurve;
use trademl_math::options::market::settlement::{Settlement, minutes_until};
use trademl_math::sessions::Calendar;

fn date(days: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + Days::new(days)
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Call), Just(Kind::Put)]
}

/// A root out of letters, with or without a digit at the end.
fn root() -> impl Strategy<Value = String> {
    let letter = (b'A'..=b'Z').prop_map(char::from);
    let digit = proptest::option::of((b'0'..=b'9').prop_map(char::from));
    (proptest::collection::vec(letter, 1..=5), digit)
        .prop_map(|(letters, digit)| letters.into_iter().chain(digit).collect())
}

proptest! {
    #[test]
    fn symbols_are_read_as_written(
        root in root(), days in 0_u64..36525, kind in kind(), thousandths in 1_u32..=99_999_999,
    ) {
        let strike = f64::from(thousandths) / 1000.0;
        let symbol = OsiSymbol::new(&root, date(days), kind, strike).unwrap();
        prop_assert_eq!(&symbol.to_string().parse::<OsiSymbol>().unwrap(), &symbol);
        prop_assert_eq!(&symbol.compact().parse::<OsiSymbol>().unwrap(), &symbol);
        prop_assert_eq!(symbol.to_string().replace(' ', ""), symbol.compact());
        prop_assert_eq!((symbol.root(), symbol.expiry()), (root.as_str(), date(days)));
        prop_assert_eq!((symbol.kind(), symbol.strike()), (kind, strike));
        prop_assert_eq!(symbol.adjusted(), root.ends_with(char::is_numeric));
    }

    #[test]
    fn no_text_panics(text in proptest::collection::vec(any::<char>(), 0..25)) {
        let text: String = text.into_iter().collect();
        if let Ok(symbol) = text.parse::<OsiSymbol>() {
            prop_assert!(symbol.to_string() == text || symbol.compact() == text);
        }
    }

    /// Digits and letters in the right places, which chance does not find.
    #[test]
    fn what_is_read_is_written_again(
        root in root(), day in 0_u32..1_000_000, kind in "[CPX]", strike in 0_u32..100_000_000,
    ) {
        let text = format!("{root}{day:06}{kind}{strike:08}");
        if let Ok(symbol) = text.parse::<OsiSymbol>() {
            prop_assert_eq!(symbol.compact(), text);
        }
    }

    /// Parts add up where days do; the other conventions are within two days of them.
    #[test]
    fn day_counts_add_up(a in 0_u64..11000, b in 0_u64..11000, c in 0_u64..11000) {
        let additive = [
            DayCount::Actual365Fixed,
            DayCount::Actual360,
            DayCount::ActualActualIsda,
            DayCount::Business252(Calendar::Xnys),
        ];
        for convention in additive {
            let years = |x, y| convention.year_fraction(date(x), date(y)).unwrap();
            prop_assert!((years(a, b) + years(b, c) - years(a, c)).abs() < 1e-12);
        }
        let months = 360.0 * DayCount::Thirty360Eurobond.year_fraction(date(a), date(b)).unwrap();
        let bond = 360.0 * DayCount::Thirty360BondBasis.year_fraction(date(a), date(b)).unwrap();
        prop_assert!((months - bond).abs() < 1.0 + 1e-9);
        let actual = DayCount::ActualActualIsda.year_fraction(date(a), date(b)).unwrap();
        prop_assert!((months / 360.0 - actual).abs() < 4.0 / 360.0);
    }

    /// Settlement is on the date, or on the session before if it is none.
    #[test]
    fn settlement_is_near_its_date(days in 0_u64..11000) {
        let instant = |how: Settlement| how.instant(date(days), Calendar::Xnys).unwrap();
        let (open, close) = (instant(Settlement::Morning), instant(Settlement::Afternoon));
        let hours = minutes_until(close, open) / 60.0;
        prop_assert!(hours == 6.5 || hours == 3.5, "{}", hours);
        let before = (date(days) - close.date_naive()).num_days();
        prop_assert!((0..7).contains(&before), "{}", before);
        prop_assert_eq!(before == 0, Calendar::Xnys.session(date(days)).is_some());
    }

    /// Discounts of parts multiply, and zero rates come back.
    #[test]
    fn curves_are_consistent(
        steps in proptest::collection::vec((0.01..2.0_f64, -0.05..0.2_f64), 1..8),
        from in 0.0..10.0_f64, length in 0.001..10.0_f64,
    ) {
        let years: Vec<f64> =
            steps.iter().scan(0.0, |t, step| { *t += step.0; Some(*t) }).collect();
        let rates: Vec<f64> = steps.iter().map(|step| step.1).collect();
        let curve = RateCurve::from_zero_rates(&years, &rates).unwrap();
        for (t, rate) in years.iter().zip(&rates) {
            prop_assert!((curve.zero_rate(*t).unwrap() - rate).abs() < 1e-14);
        }
        let growth = (curve.forward_rate(from, from + length).unwrap() * length).exp();
        let ratio = curve.discount(from).unwrap() / curve.discount(from + length).unwrap();
        prop_assert!((growth / ratio - 1.0).abs() < 1e-9);
    }

    /// What a position delivers grows as the shares do, and what it costs stays, but for rounding.
    #[test]
    fn splits_keep_what_a_position_is(
        thousandths in 1_000_u32..=9_999_999, held in -100_i64..100,
        new in 1_u32..30, old in 1_u32..30, divides in any::<bool>(),
    ) {
        let strike = f64::from(thousandths) / 1000.0;
        let symbol = OsiSymbol::new("XYZ", date(9000), Kind::Put, strike).unwrap();
        let before = Contract::standard(symbol, held);
        let odd = if divides { OddSplit::StrikeAndMultiplier } else { OddSplit::Deliverable };
        let after = before.after_split(Split { new, old }, odd).unwrap();
        let shares = |c: &Contract| c.contracts as f64 * (f64::from(c.shares) + c.fraction);
        let grown = shares(&before) * f64::from(new) / f64::from(old);
        prop_assert!((shares(&after) - grown).abs() < 1e-9 * grown.abs().max(1.0));
        prop_assert!((0.0..1.0).contains(&after.fraction));
        let cost = |c: &Contract| c.contracts as f64 * c.multiplier * c.symbol.strike();
        let cent = 0.005 * (after.contracts as f64 * after.multiplier).abs();
        prop_assert!((cost(&after) - cost(&before)).abs() <= cent * (1.0 + 1e-9) + 1e-6);
        prop_assert_eq!(after.symbol.adjusted(), !new.is_multiple_of(old));
    }
}
