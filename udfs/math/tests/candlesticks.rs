//! The candlestick patterns against TA-Lib 0.8.2 (C library 0.8.1) on ten years of the S&P 500 and on
//! candles drawn so that each pattern fires (`data/talib_candles.json`, made by
//! `tests/reference/candlesticks.py`), and by candles that come in pieces.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;
use trademl_math::candlesticks::longer::*;
use trademl_math::candlesticks::pairs::*;
use trademl_math::candlesticks::single::*;
use trademl_math::candlesticks::triples::*;
use trademl_math::candlesticks::{Candlesticks, Pattern};
use trademl_math::kernel::{Kernel, run};

/// Every pattern with TA-Lib's default penetration.
const PATTERNS: [(&str, Pattern, f64); 61] = [
    ("cdl2crows", CDL2CROWS, 0.0),
    ("cdl3blackcrows", CDL3BLACKCROWS, 0.0),
    ("cdl3inside", CDL3INSIDE, 0.0),
    ("cdl3linestrike", CDL3LINESTRIKE, 0.0),
    ("cdl3outside", CDL3OUTSIDE, 0.0),
    ("cdl3starsinsouth", CDL3STARSINSOUTH, 0.0),
    ("cdl3whitesoldiers", CDL3WHITESOLDIERS, 0.0),
    ("cdlabandonedbaby", CDLABANDONEDBABY, 0.3),
    ("cdladvanceblock", CDLADVANCEBLOCK, 0.0),
    ("cdlbelthold", CDLBELTHOLD, 0.0),
    ("cdlbreakaway", CDLBREAKAWAY, 0.0),
    ("cdlclosingmarubozu", CDLCLOSINGMARUBOZU, 0.0),
    ("cdlconcealbabyswall", CDLCONCEALBABYSWALL, 0.0),
    ("cdlcounterattack", CDLCOUNTERATTACK, 0.0),
    ("cdldarkcloudcover", CDLDARKCLOUDCOVER, 0.5),
    ("cdldoji", CDLDOJI, 0.0),
    ("cdldojistar", CDLDOJISTAR, 0.0),
    ("cdldragonflydoji", CDLDRAGONFLYDOJI, 0.0),
    ("cdlengulfing", CDLENGULFING, 0.0),
    ("cdleveningdojistar", CDLEVENINGDOJISTAR, 0.3),
    ("cdleveningstar", CDLEVENINGSTAR, 0.3),
    ("cdlgapsidesidewhite", CDLGAPSIDESIDEWHITE, 0.0),
    ("cdlgravestonedoji", CDLGRAVESTONEDOJI, 0.0),
    ("cdlhammer", CDLHAMMER, 0.0),
    ("cdlhangingman", CDLHANGINGMAN, 0.0),
    ("cdlharami", CDLHARAMI, 0.0),
    ("cdlharamicross", CDLHARAMICROSS, 0.0),
    ("cdlhighwave", CDLHIGHWAVE, 0.0),
    ("cdlhikkake", CDLHIKKAKE, 0.0),
    ("cdlhikkakemod", CDLHIKKAKEMOD, 0.0),
    ("cdlhomingpigeon", CDLHOMINGPIGEON, 0.0),
    ("cdlidentical3crows", CDLIDENTICAL3CROWS, 0.0),
    ("cdlinneck", CDLINNECK, 0.0),
    ("cdlinvertedhammer", CDLINVERTEDHAMMER, 0.0),
    ("cdlkicking", CDLKICKING, 0.0),
    ("cdlkickingbylength", CDLKICKINGBYLENGTH, 0.0),
    ("cdlladderbottom", CDLLADDERBOTTOM, 0.0),
    ("cdllongleggeddoji", CDLLONGLEGGEDDOJI, 0.0),
    ("cdllongline", CDLLONGLINE, 0.0),
    ("cdlmarubozu", CDLMARUBOZU, 0.0),
    ("cdlmatchinglow", CDLMATCHINGLOW, 0.0),
    ("cdlmathold", CDLMATHOLD, 0.5),
    ("cdlmorningdojistar", CDLMORNINGDOJISTAR, 0.3),
    ("cdlmorningstar", CDLMORNINGSTAR, 0.3),
    ("cdlonneck", CDLONNECK, 0.0),
    ("cdlpiercing", CDLPIERCING, 0.0),
    ("cdlrickshawman", CDLRICKSHAWMAN, 0.0),
    ("cdlrisefall3methods", CDLRISEFALL3METHODS, 0.0),
    ("cdlseparatinglines", CDLSEPARATINGLINES, 0.0),
    ("cdlshootingstar", CDLSHOOTINGSTAR, 0.0),
    ("cdlshortline", CDLSHORTLINE, 0.0),
    ("cdlspinningtop", CDLSPINNINGTOP, 0.0),
    ("cdlstalledpattern", CDLSTALLEDPATTERN, 0.0),
    ("cdlsticksandwich", CDLSTICKSANDWICH, 0.0),
    ("cdltakuri", CDLTAKURI, 0.0),
    ("cdltasukigap", CDLTASUKIGAP, 0.0),
    ("cdlthrusting", CDLTHRUSTING, 0.0),
    ("cdltristar", CDLTRISTAR, 0.0),
    ("cdlunique3river", CDLUNIQUE3RIVER, 0.0),
    ("cdlupsidegap2crows", CDLUPSIDEGAP2CROWS, 0.0),
    ("cdlxsidegap3methods", CDLXSIDEGAP3METHODS, 0.0),
];

fn fixture() -> Value {
    serde_json::from_str(include_str!("data/talib_candles.json")).unwrap()
}

fn candles(series: &Value) -> Vec<Vec<f64>> {
    let column = |name: &&str| {
        series[*name].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
    };
    ["open", "high", "low", "close"].iter().map(column).collect()
}

fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

/// What TA-Lib gives: 0 but for the listed rows, and none for the lookback.
fn expected(signals: &Value, rows: usize, lookback: usize) -> Vec<f64> {
    let mut expected = vec![0.0; rows];
    for signal in signals.as_array().unwrap() {
        expected[signal[0].as_u64().unwrap() as usize] = signal[1].as_f64().unwrap();
    }
    expected[..lookback].fill(f64::NAN);
    expected
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|v| v.to_bits()).collect()
}

#[test]
fn agree_with_talib() {
    let fixture = fixture();
    let mut fired = BTreeMap::new();
    for series in ["sp500", "drawn"] {
        let series = &fixture[series];
        let candles = candles(series);
        for (name, pattern, usual) in PATTERNS {
            assert_eq!(fixture["lookback"][name], pattern.lookback, "{name}");
            let calls = [
                (name.to_string(), usual),
                (format!("{name} penetration=0.0"), 0.0),
                (format!("{name} penetration=0.1"), 0.1),
                (format!("{name} penetration=0.8"), 0.8),
            ];
            for (call, penetration) in calls {
                let Some(signals) = series["signals"].get(&call) else { continue };
                let mut kernel = Candlesticks::penetrating(pattern, penetration);
                let ours = run(&mut kernel, &slices(&candles), 1);
                let expected = expected(signals, candles[0].len(), pattern.lookback);
                for (row, (a, b)) in ours[0].iter().zip(&expected).enumerate() {
                    let same = (a.is_nan() && b.is_nan()) || a == b;
                    assert!(same, "{call} row {row}: {a}, TA-Lib {b}");
                }
                *fired.entry(call).or_insert(0) += signals.as_array().unwrap().len();
            }
        }
    }
    // 61 calls with the usual penetration, 7 patterns with three others. A mat hold that may reach
    // 0 % into the body and must stay below its end cannot be.
    assert_eq!(fired.len(), 61 + 7 * 3);
    fired.remove("cdlmathold penetration=0.0");
    assert!(fired.values().all(|count| *count > 0), "{fired:?}");
}

// Where no price moves every candle is a doji, as open and close are equal.
#[test]
fn prices_that_stand_still() {
    let still = vec![vec![0.1; 40]; 4];
    let signals = |pattern| run(&mut Candlesticks::new(pattern), &slices(&still), 1).remove(0);
    assert_eq!(signals(CDLDOJI)[10..], [100.0; 30]);
    assert_eq!(signals(CDLMARUBOZU)[10..], [0.0; 30]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Pieces of any length, pushed or appended, give the bits of one piece, which also means that no later
    /// row matters.
    #[test]
    fn pieces_change_nothing(cuts in prop::collection::vec(0..300_usize, 0..12)) {
        let candles: Vec<Vec<f64>> =
            candles(&fixture()["drawn"]).iter().map(|column| column[..300].to_vec()).collect();
        let mut cuts = cuts;
        cuts.sort_unstable();
        cuts.push(300);
        for (name, pattern, penetration) in PATTERNS {
            let whole =
                run(&mut Candlesticks::penetrating(pattern, penetration), &slices(&candles), 1);
            let mut kernel = Candlesticks::penetrating(pattern, penetration);
            let (mut appending, mut appended) = (kernel.clone(), vec![]);
            let mut begin = 0;
            for end in &cuts {
                let piece: Vec<&[f64]> = candles.iter().map(|x| &x[begin..*end]).collect();
                let ours = run(&mut kernel, &piece, 1);
                prop_assert_eq!(bits(&ours[0]), bits(&whole[0][begin..*end]), "{}", name);
                let finite = ours[0].iter().all(|signal| signal.is_finite());
                prop_assert_eq!(appending.append(&piece, &mut [&mut appended]), Some(finite));
                begin = *end;
            }
            prop_assert_eq!(bits(&appended), bits(&whole[0]), "{}", name);
            prop_assert!(kernel.size() < 2_000);
        }
    }
}
