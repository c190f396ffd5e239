//! The volume and volatility indicators against TA-Lib 0.8.2 (C library 0.8.1) on 150 days of the S&P
//! 500 and on rows with flat candles, prices below 0 and no volume
//! (`data/talib_volume_volatility.json`, made by `tests/reference/volume_volatility.py`), and by rows
//! that come in pieces.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::Value;
use trademl_math::indicators::ad::Ad;
use trademl_math::indicators::adosc::Adosc;
use trademl_math::indicators::adr::adr;
use trademl_math::indicators::apo::{Apo, Ppo};
use trademl_math::indicators::atr::Atr;
use trademl_math::indicators::cmf::cmf;
use trademl_math::indicators::cvi::Cvi;
use trademl_math::indicators::efi::Efi;
use trademl_math::indicators::marketfi::marketfi;
use trademl_math::indicators::massi::Massi;
use trademl_math::indicators::moving_average::moving_average;
use trademl_math::indicators::natr::Natr;
use trademl_math::indicators::obv::Obv;
use trademl_math::indicators::pvt::Pvt;
use trademl_math::indicators::rvi::Rvi;
use trademl_math::indicators::rvol::Rvol;
use trademl_math::indicators::true_range::true_range;
use trademl_math::indicators::volume_index::{Side, VolumeIndex};
use trademl_math::indicators::vwap::Vwap;
use trademl_math::kernel::{Kernel, run};

const HIGH_LOW: &[&str] = &["high", "low"];
const HIGH_LOW_CLOSE: &[&str] = &["high", "low", "close"];
const ALL: &[&str] = &["high", "low", "close", "volume"];
const CLOSE_VOLUME: &[&str] = &["close", "volume"];

/// The kernel of a TA-Lib call, and its inputs.
fn kernel(name: &str, label: &str) -> (Box<dyn Kernel>, &'static [&'static str]) {
    let pairs = label.split(',').filter_map(|pair| pair.split_once('='));
    let p: HashMap<&str, usize> = pairs.map(|(k, v)| (k, v.parse().unwrap())).collect();
    match name {
        "ad" => (Box::new(Ad::new()), ALL),
        "adosc" => (Box::new(Adosc::new(p["fastperiod"], p["slowperiod"])), ALL),
        "adr" => (adr(p["timeperiod"]), HIGH_LOW),
        "atr" => (Box::new(Atr::new(p["timeperiod"])), HIGH_LOW_CLOSE),
        "cmf" => (cmf(p["timeperiod"]), ALL),
        "cvi" => (Box::new(Cvi::new(p["timeperiod"], p["rocperiod"])), HIGH_LOW),
        "efi" => (Box::new(Efi::new(p["timeperiod"])), CLOSE_VOLUME),
        "marketfi" => (Box::new(marketfi()), &["high", "low", "volume"]),
        "massi" => (Box::new(Massi::new(p["fastperiod"], p["slowperiod"])), HIGH_LOW),
        "natr" => (Box::new(Natr::new(p["timeperiod"])), HIGH_LOW_CLOSE),
        "nvi" => (Box::new(VolumeIndex::new(Side::Less)), CLOSE_VOLUME),
        "obv" => (Box::new(Obv::new()), CLOSE_VOLUME),
        "pvi" => (Box::new(VolumeIndex::new(Side::More)), CLOSE_VOLUME),
        "pvo" => {
            let (one, other) = (p["fastperiod"], p["slowperiod"]);
            let average = |n| moving_average(p["matype"] as i64, n).unwrap();
            let both = Apo::new(average(one.min(other)), average(one.max(other)));
            (Box::new(Ppo(both)), &["volume"])
        }
        "pvt" => (Box::new(Pvt::new()), CLOSE_VOLUME),
        "rvi" => (Box::new(Rvi::new(p["timeperiod"], p["stddevperiod"])), &["close"]),
        "rvol" => (Box::new(Rvol::new(p["timeperiod"])), &["volume"]),
        "trange" => (Box::new(true_range()), HIGH_LOW_CLOSE),
        "vwap" => (Box::new(Vwap::new()), ALL),
        _ => panic!("{name}"),
    }
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(|v| v.as_f64().unwrap_or(f64::NAN)).collect()
}

/// Hands each call of the fixture over: its name, kernel, inputs and what TA-Lib gives.
fn each_call(mut check: impl FnMut(&str, Box<dyn Kernel>, Vec<Vec<f64>>, Vec<f64>)) {
    let fixture: Value =
        serde_json::from_str(include_str!("data/talib_volume_volatility.json")).unwrap();
    for series in ["sp500", "odd"] {
        let fixture = &fixture[series];
        for (name, calls) in fixture["results"].as_object().unwrap() {
            for (label, expected) in calls.as_object().unwrap() {
                let (kernel, columns) = kernel(name, label);
                let inputs = columns.iter().map(|column| numbers(&fixture[column])).collect();
                check(&format!("{series} {name}({label})"), kernel, inputs, numbers(expected));
            }
        }
    }
}

fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

#[test]
fn agree_with_talib() {
    let mut wrong = Vec::new();
    each_call(|call, mut kernel, inputs, expected| {
        let ours = run(&mut *kernel, &slices(&inputs), 1).remove(0);
        for (row, (a, b)) in ours.iter().zip(&expected).enumerate() {
            let same = (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-9 * b.abs().max(1.0);
            if !same {
                wrong.push(format!("{call} row {row}: {a}, TA-Lib {b}"));
            }
        }
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}

// By definition: 5 over the mean of 0 and 0 is not a number (TA-Lib gives ∞), 1 over that of 0 and 5
// is 0.4 (talib.RVOL of the same rows).
#[test]
fn volume_relative_to_none() {
    let ours = run(&mut Rvol::new(2), &[&[0.0, 0.0, 5.0, 1.0]], 1).remove(0);
    assert!(ours[..3].iter().all(|x| x.is_nan()));
    assert_eq!(ours[3], 0.4);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Pieces of any length give the bits of one piece, which also means that no later row matters.
    #[test]
    fn pieces_change_nothing(cuts in prop::collection::vec(0..150_usize, 0..12)) {
        let mut cuts = cuts;
        cuts.sort_unstable();
        cuts.push(150);
        let mut whole = Vec::new();
        each_call(|_, mut kernel, inputs, _| {
            whole.push(run(&mut *kernel, &slices(&inputs), 1).remove(0));
        });
        let mut whole = whole.into_iter();
        each_call(|call, mut kernel, inputs, _| {
            let whole = whole.next().unwrap();
            let mut begin = 0;
            for end in &cuts {
                let piece: Vec<&[f64]> = inputs.iter().map(|x| &x[begin..*end]).collect();
                let ours = run(&mut *kernel, &piece, 1).remove(0);
                let bits = |x: &[f64]| x.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&ours), bits(&whole[begin..*end]), "{call} {begin} {end}");
                begin = *end;
            }
        });
    }
}
