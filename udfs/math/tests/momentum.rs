//! The indicators of TA-Lib's group Momentum Indicators against TA-Lib 0.8.2 (C library 0.8.1) on
//! 120 days of the S&P 500, as they were (`data/talib_momentum.json`) and with 30 rows that do not
//! move (`data/talib_still.json`), both made by tests/reference/indicators.py; and by rows that come
//! in pieces.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::Value;
use trademl_math::indicators::adx::{Adx, Adxr};
use trademl_math::indicators::ao::{Ac, Ao};
use trademl_math::indicators::apo::{Apo, Ppo};
use trademl_math::indicators::aroon::{aroon, aroonosc};
use trademl_math::indicators::bop::bop;
use trademl_math::indicators::cci::Cci;
use trademl_math::indicators::cmo::{Cmo, Cmou};
use trademl_math::indicators::coppock::Coppock;
use trademl_math::indicators::directional_movement::{Di, Dm, Side};
use trademl_math::indicators::dpo::dpo;
use trademl_math::indicators::dx::Dx;
use trademl_math::indicators::er::er;
use trademl_math::indicators::eri::Eri;
use trademl_math::indicators::fosc::fosc;
use trademl_math::indicators::fractal::Fractal;
use trademl_math::indicators::imi::imi;
use trademl_math::indicators::macd::Macd;
use trademl_math::indicators::mfi::Mfi;
use trademl_math::indicators::moving_average::moving_average;
use trademl_math::indicators::qstick::qstick;
use trademl_math::indicators::roc::{mom, roc, rocp, rocr, rocr100};
use trademl_math::indicators::rsi::Rsi;
use trademl_math::indicators::smi::Smi;
use trademl_math::indicators::stochastic::{Fast, Kdj, Slow};
use trademl_math::indicators::stochrsi::StochRsi;
use trademl_math::indicators::trix::Trix;
use trademl_math::indicators::tsi::Tsi;
use trademl_math::indicators::ultosc::UltOsc;
use trademl_math::indicators::vhf::vhf;
use trademl_math::indicators::vortex::Vortex;
use trademl_math::indicators::wad::Wad;
use trademl_math::indicators::willr::willr;
use trademl_math::kernel::{Kernel, run};

type Parameters = HashMap<String, f64>;

fn parameters(label: &str) -> Parameters {
    let pairs = label.split(',').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_string(), value.parse().unwrap())).collect()
}

const CLOSE: &[&str] = &["close"];
const BODY: &[&str] = &["open", "close"];
const RANGE: &[&str] = &["high", "low"];
const BAR: &[&str] = &["high", "low", "close"];

/// The kernel of a TA-Lib function, and its inputs.
fn kernel(name: &str, p: &Parameters) -> (Box<dyn Kernel>, &'static [&'static str]) {
    let n = |name: &str| p[name] as usize;
    let time = || n("timeperiod");
    let average = |matype: i64, n| -> Box<dyn Kernel> { moving_average(matype, n).unwrap() };
    let typed = |name: &str| {
        let own = ["_matype", "matype"].map(|end| format!("{name}{end}"));
        own.iter().find_map(|own| p.get(own)).map(|matype| *matype as i64).unwrap()
    };
    let oscillator = || {
        let (fast, slow) = (n("fastperiod"), n("slowperiod"));
        let matype = p["matype"] as i64;
        Apo::new(average(matype, fast.min(slow)), average(matype, fast.max(slow)))
    };
    let slow = || {
        let [k, d] = ["slowk", "slowd"].map(|a| average(typed(a), n(&format!("{a}_period"))));
        Slow::new(n("fastk_period"), k, d)
    };
    let fast_d = || average(typed("fastd"), n("fastd_period"));
    let pair = || (n("fastperiod"), n("slowperiod"));
    match name {
        "ac" => (Box::new(Ac::new(pair().0, pair().1, n("signalperiod"))), RANGE),
        "adx" => (Box::new(Adx::new(time())), BAR),
        "adxr" => (Box::new(Adxr::new(time())), BAR),
        "ao" => (Box::new(Ao::new(pair().0, pair().1)), RANGE),
        "apo" => (Box::new(oscillator()), CLOSE),
        "aroon" => (aroon(time()), RANGE),
        "aroonosc" => (aroonosc(time()), RANGE),
        "bop" => (Box::new(bop()), &["open", "high", "low", "close"]),
        "cci" => (Box::new(Cci::new(time())), BAR),
        "cmo" => (Box::new(Cmo::new(time())), CLOSE),
        "cmou" => (Box::new(Cmou::new(time())), CLOSE),
        "coppock" => {
            let [mean, first, second] = ["wmaperiod", "roc1period", "roc2period"].map(n);
            (Box::new(Coppock::new(mean, first, second)), CLOSE)
        }
        "dpo" => (Box::new(dpo(time())), CLOSE),
        "dx" => (Box::new(Dx::new(time())), BAR),
        "er" => (Box::new(er(time())), CLOSE),
        "eri" => (Box::new(Eri::new(time())), BAR),
        "fosc" => (Box::new(fosc(time())), CLOSE),
        "fractal" => (Box::new(Fractal::new(n("leftbars"), n("rightbars"))), RANGE),
        "imi" => (imi(time()), BODY),
        "kdj" => (Box::new(Kdj(slow())), BAR),
        "macd" => (Box::new(Macd::new(pair().0, pair().1, n("signalperiod"))), CLOSE),
        "macdext" => {
            let [fast, slow, signal] =
                ["fast", "slow", "signal"].map(|a| (typed(a), n(&format!("{a}period"))));
            (Box::new(Macd::of_types(fast, slow, signal).unwrap()), CLOSE)
        }
        "macdfix" => (Box::new(Macd::fixed(n("signalperiod"))), CLOSE),
        "mfi" => (Box::new(Mfi::new(time())), &["high", "low", "close", "volume"]),
        "minus_di" => (Box::new(Di::new(Side::Minus, time())), BAR),
        "minus_dm" => (Box::new(Dm::new(Side::Minus, time())), RANGE),
        "mom" => (Box::new(mom(time())), CLOSE),
        "plus_di" => (Box::new(Di::new(Side::Plus, time())), BAR),
        "plus_dm" => (Box::new(Dm::new(Side::Plus, time())), RANGE),
        "ppo" => (Box::new(Ppo(oscillator())), CLOSE),
        "qstick" => (qstick(time()), BODY),
        "roc" => (Box::new(roc(time())), CLOSE),
        "rocp" => (Box::new(rocp(time())), CLOSE),
        "rocr" => (Box::new(rocr(time())), CLOSE),
        "rocr100" => (Box::new(rocr100(time())), CLOSE),
        "rsi" => (Box::new(Rsi::new(time())), CLOSE),
        "smi" => (Box::new(Smi::new(time(), pair().0, pair().1, n("signalperiod"))), BAR),
        "stoch" => (Box::new(slow()), BAR),
        "stochf" => (Box::new(Fast::new(n("fastk_period"), fast_d())), BAR),
        "stochrsi" => (Box::new(StochRsi::new(time(), n("fastk_period"), fast_d())), CLOSE),
        "trix" => (Box::new(Trix::new(time())), CLOSE),
        "tsi" => (Box::new(Tsi::new(n("firstperiod"), n("secondperiod"))), CLOSE),
        "ultosc" => {
            let spans = ["timeperiod1", "timeperiod2", "timeperiod3"].map(n);
            (Box::new(UltOsc::new(spans)), BAR)
        }
        "vhf" => (Box::new(vhf(time())), CLOSE),
        "vortex" => (Box::new(Vortex::new(time())), BAR),
        "wad" => (Box::new(Wad::default()), BAR),
        "willr" => (willr(time()), BAR),
        _ => panic!("no kernel for {name}"),
    }
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(|v| v.as_f64().unwrap_or(f64::NAN)).collect()
}

/// Hands each call of a fixture over: name and label, kernel, inputs, what TA-Lib gives.
fn each_call(
    fixture: &str,
    mut check: impl FnMut(&str, Box<dyn Kernel>, &[Vec<f64>], Vec<Vec<f64>>),
) -> usize {
    let fixture: Value = serde_json::from_str(fixture).unwrap();
    let results = fixture["results"].as_object().unwrap();
    for (name, answers) in results {
        for (label, expected) in answers.as_object().unwrap() {
            let (kernel, columns) = kernel(name, &parameters(label));
            let inputs: Vec<_> = columns.iter().map(|column| numbers(&fixture[column])).collect();
            let expected = expected.as_array().unwrap().iter().map(numbers).collect();
            check(&format!("{name}({label})"), kernel, &inputs, expected);
        }
    }
    results.len()
}

const REAL: &str = include_str!("data/talib_momentum.json");
const STILL: &str = include_str!("data/talib_still.json");

fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

/// Where our value is not TA-Lib's.
fn differences(fixture: &str) -> Vec<String> {
    let mut found = Vec::new();
    let functions = each_call(fixture, |call, mut kernel, inputs, expected| {
        let ours = run(&mut *kernel, &slices(inputs), expected.len());
        for (output, (ours, expected)) in ours.iter().zip(&expected).enumerate() {
            for (row, (a, b)) in ours.iter().zip(expected).enumerate() {
                let same = (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-9 * b.abs().max(1.0);
                if !same {
                    found.push(format!("{call} output {output} row {row}: {a}, TA-Lib {b}"));
                }
            }
        }
    });
    assert_eq!(functions, 47);
    found
}

#[test]
fn agree_with_talib() {
    assert_eq!(differences(REAL), [""; 0]);
}

#[test]
fn agree_with_talib_where_nothing_moves() {
    assert_eq!(differences(STILL), [""; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Pieces of any length give the bits of one piece, which also means that no later row matters.
    #[test]
    fn pieces_change_nothing(mut cuts in prop::collection::vec(0..120_usize, 0..12)) {
        cuts.sort_unstable();
        cuts.push(120);
        let mut whole = Vec::new();
        each_call(REAL, |_, mut kernel, inputs, expected| {
            whole.push(run(&mut *kernel, &slices(inputs), expected.len()));
        });
        let mut whole = whole.into_iter();
        each_call(REAL, |call, mut kernel, inputs, expected| {
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
