//! The indicators of TA-Lib's groups Overlap Studies, Price Transform, Statistic Functions and Cycle
//! Indicators against TA-Lib 0.8.2 on 120 days of the S&P 500 (data/talib.json, made by
//! tests/reference/indicators.py), and by rows that come in pieces.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::Value;
use trademl_math::indicators::accbands::accbands;
use trademl_math::indicators::avgdev::AvgDev;
use trademl_math::indicators::bbands::BBands;
use trademl_math::indicators::beta::beta;
use trademl_math::indicators::correl::correl;
use trademl_math::indicators::donchian::donchian;
use trademl_math::indicators::ha::HeikinAshi;
use trademl_math::indicators::ht::{DcPhase, Ht, HtDcPeriod, HtPhasor, Sine, TrendMode, Trendline};
use trademl_math::indicators::kc::Keltner;
use trademl_math::indicators::linear_regression::{Reading, linear_regression};
use trademl_math::indicators::mama::Mama;
use trademl_math::indicators::mavp::Mavp;
use trademl_math::indicators::midprice::{midpoint, midprice};
use trademl_math::indicators::moving_average::moving_average;
use trademl_math::indicators::percentile::percentile;
use trademl_math::indicators::percentrank::PercentRank;
use trademl_math::indicators::price::{average_price, median_price, typical_price, weighted_close};
use trademl_math::indicators::sar::{Acceleration, Sar};
use trademl_math::indicators::stddev::{deviation, variance};
use trademl_math::indicators::supertrend::Supertrend;
use trademl_math::indicators::t3::T3;
use trademl_math::indicators::vwma::vwma;
use trademl_math::kernel::{Kernel, run};

/// The parameters of a call by name.
type Parameters = HashMap<String, f64>;

fn parameters(label: &str) -> Parameters {
    let pairs = label.split(',').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_string(), value.parse().unwrap())).collect()
}

/// The kernel of a TA-Lib function, and its inputs.
fn kernel(name: &str, p: &Parameters) -> Option<(Box<dyn Kernel>, &'static [&'static str])> {
    let n = || p["timeperiod"] as usize;
    let close: &[_] = &["close"];
    let average = |matype| moving_average(matype, n()).map(|a| Box::new(a) as Box<dyn Kernel>);
    let (bar, candle): (&[_], &[_]) =
        (&["high", "low", "close"], &["open", "high", "low", "close"]);
    let line = |reading| linear_regression(n(), reading);
    Some(match name {
        "sma" => (average(0)?, close),
        "ema" => (average(1)?, close),
        "wma" => (average(2)?, close),
        "dema" => (average(3)?, close),
        "tema" => (average(4)?, close),
        "trima" => (average(5)?, close),
        "kama" => (average(6)?, close),
        "hma" => (average(9)?, close),
        "zlema" => (average(12)?, close),
        "rma" => (average(13)?, close),
        "ma" => (average(p["matype"] as i64)?, close),
        "accbands" => (accbands(n()), bar),
        "bbands" => {
            let (up, down) = (p["nbdevup"], p["nbdevdn"]);
            (Box::new(BBands::new(n(), up, down, p["matype"] as i64)?), close)
        }
        "donchian" => (donchian(n()), &["high", "low"]),
        "ht_trendline" => (Box::new(Ht::<Trendline>::new()), close),
        "kc" => (Box::new(Keltner::new(n(), p["atrperiod"] as usize, p["nbdev"])), bar),
        "mama" => (Box::new(Mama::new(p["fastlimit"], p["slowlimit"])), close),
        "mavp" => {
            let (least, most) = (p["minperiod"] as usize, p["maxperiod"] as usize);
            (Box::new(Mavp::new(least, most, p["matype"] as i64)?), &["close", "periods"])
        }
        "midpoint" => (midpoint(n()), close),
        "midprice" => (midprice(n()), &["high", "low"]),
        "sar" => (Box::new(Sar::new(p["acceleration"], p["maximum"])), &["high", "low"]),
        "sarext" => {
            let side = |side: &str| Acceleration {
                initial: p[&format!("accelerationinit{side}")],
                step: p[&format!("acceleration{side}")],
                most: p[&format!("accelerationmax{side}")],
            };
            let (start, offset) = (p["startvalue"], p["offsetonreverse"]);
            let sar = Sar::extended(start, offset, side("long"), side("short"));
            (Box::new(sar), &["high", "low"])
        }
        "supertrend" => (Box::new(Supertrend::new(n(), p["multiplier"])), bar),
        "t3" => (Box::new(T3::new(n(), p["vfactor"])), close),
        "vwma" => (vwma(n()), &["close", "volume"]),
        "avgdev" => (Box::new(AvgDev::new(n())), close),
        "avgprice" => (Box::new(average_price()), candle),
        "ha" => (Box::new(HeikinAshi::new()), candle),
        "medprice" => (Box::new(median_price()), &["high", "low"]),
        "typprice" => (Box::new(typical_price()), bar),
        "wclprice" => (Box::new(weighted_close()), bar),
        "beta" => (Box::new(beta(n())), &["high", "low"]),
        "correl" => (correl(n()), &["high", "low"]),
        "linearreg" => (line(Reading::End), close),
        "linearreg_angle" => (line(Reading::Angle), close),
        "linearreg_intercept" => (line(Reading::Intercept), close),
        "linearreg_slope" => (line(Reading::Slope), close),
        "tsf" => (line(Reading::Next), close),
        "percentile" => (percentile(n(), p["percentile"]), close),
        "percentrank" => (Box::new(PercentRank::new(n())), close),
        "stddev" => (deviation(n(), p["nbdev"]), close),
        "var" => (variance(n()), close),
        "ht_dcperiod" => (Box::new(HtDcPeriod::new()), close),
        "ht_dcphase" => (Box::new(Ht::<DcPhase>::new()), close),
        "ht_phasor" => (Box::new(HtPhasor::new()), close),
        "ht_sine" => (Box::new(Ht::<Sine>::new()), close),
        "ht_trendmode" => (Box::new(Ht::<TrendMode>::new()), close),
        _ => return None,
    })
}

fn fixture() -> Value {
    serde_json::from_str(include_str!("data/talib.json")).unwrap()
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(|v| v.as_f64().unwrap_or(f64::NAN)).collect()
}

/// Hands each call of the fixture over: name, label, kernel, inputs, what TA-Lib gives.
fn each_call(mut check: impl FnMut(&str, Box<dyn Kernel>, Vec<Vec<f64>>, Vec<Vec<f64>>)) -> usize {
    let fixture = fixture();
    let mut calls = 0;
    for (name, answers) in fixture["results"].as_object().unwrap() {
        for (label, expected) in answers.as_object().unwrap() {
            let Some((kernel, columns)) = kernel(name, &parameters(label)) else { continue };
            let inputs = columns.iter().map(|column| numbers(&fixture[column])).collect();
            let expected = expected.as_array().unwrap().iter().map(numbers).collect();
            check(&format!("{name}({label})"), kernel, inputs, expected);
            calls += 1;
        }
    }
    calls
}

fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

#[test]
fn agree_with_talib() {
    let calls = each_call(|call, mut kernel, inputs, expected| {
        let ours = run(&mut *kernel, &slices(&inputs), expected.len());
        for (output, (ours, expected)) in ours.iter().zip(&expected).enumerate() {
            for (row, (a, b)) in ours.iter().zip(expected).enumerate() {
                let same = (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-9 * b.abs().max(1.0);
                assert!(same, "{call} output {output} row {row}: {a}, TA-Lib {b}");
            }
        }
    });
    assert!(calls > 90, "{calls} calls");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Pieces of any length give the bits of one piece, which also means that no later row matters.
    #[test]
    fn pieces_change_nothing(cuts in prop::collection::vec(0..120_usize, 0..12)) {
        let mut cuts = cuts;
        cuts.sort_unstable();
        cuts.push(120);
        let mut whole = Vec::new();
        each_call(|_, mut kernel, inputs, expected| {
            whole.push(run(&mut *kernel, &slices(&inputs), expected.len()));
        });
        let mut whole = whole.into_iter();
        each_call(|call, mut kernel, inputs, expected| {
            let whole = whole.next().unwrap();
            let mut begin = 0;
            for end in &cuts {
                let piece: Vec<&[f64]> = inputs.iter().map(|x| &x[begin..*end]).collect();
                let ours = run(&mut *kernel, &piece, expected.len());
                for (ours, whole) in ours.iter().zip(&whole) {
                    let bits = |x: &[f64]| x.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
                    assert_eq!(bits(ours), bits(&whole[begin..*end]), "{call} {begin} {end}");
                }
                begin = *end;
            }
        });
    }
}
