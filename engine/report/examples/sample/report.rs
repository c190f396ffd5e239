//! A report of the size and shape of a real one, from random numbers with a fixed seed.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use trademl_report::{
    CostItem, EquityPoint, FoldSet, Gate, Importance, ModelSummary, OptionRisk, OptionStrategy,
    Position, Report, Risk, Trade, Trial, fold_spans,
};

const SYMBOLS: [&str; 20] = [
    "AAPL", "AMD", "BAC", "BBY", "CVX", "GE", "HD", "JNJ", "JPM", "KO", "LLY", "MRK", "MSFT",
    "PEP", "PFE", "PG", "RRC", "UNH", "WMT", "XOM",
];

/// Uniform numbers in [0, 1): `SplitMix64`.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Nearly normal, variance 1: twelve uniform numbers less 6.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// The report.
pub fn report() -> Report {
    let mut random = Random(7);
    let asof = NaiveDate::from_ymd_opt(2022, 12, 28).unwrap_or_default();
    let first = NaiveDate::from_ymd_opt(1998, 1, 2).unwrap_or_default();
    let sessions: Vec<NaiveDate> = first
        .iter_days()
        .take_while(|date| *date <= asof)
        .filter(|date| !matches!(date.weekday(), Weekday::Sat | Weekday::Sun))
        .collect();
    Report {
        title: "Nightly research: 20 US stocks".into(),
        asof,
        known_until: asof.and_hms_opt(21, 15, 0).map(|instant| instant.and_utc()),
        run_id: "7f3c9a12d0be4c55a1e6".into(),
        notes: vec![
            "Made-up numbers: a sample of the page's looks.".into(),
            "The 20 names were picked as survivors; the benchmark has no dividends.".into(),
        ],
        universe: SYMBOLS.iter().map(|symbol| (*symbol).to_owned()).collect(),
        models: models(),
        gates: gates(),
        equity: equity(&mut random, &sessions),
        benchmark: "S&P 500 (price index)".into(),
        folds: fold_spans(fold_rows(&sessions)),
        importance: importance(&mut random),
        trials: trials(&mut random),
        trial_threshold: Some(0.83),
        costs: costs(),
        positions: positions(&mut random),
        trades: trades(&mut random),
        risk: Risk {
            target_vol_ann: Some(0.1),
            gross_cap: Some(1.5),
            sector_caps: BTreeMap::new(),
            expected_vol_ann: Some(0.0983),
            gross: Some(1.4321),
            net: Some(0.2144),
            kelly_fraction: Some(0.25),
            binding: vec!["name cap AAPL".into(), "gross cap".into()],
        },
        strategies: vec![OptionStrategy {
            underlier: "SPX".into(),
            kind: "straddle".into(),
            expiry: NaiveDate::from_ymd_opt(2023, 1, 20).unwrap_or_default(),
            qty: -2,
            target_vega: Some(-31_250.0),
            expected_pnl_bps: Some(4.2),
            conf: Some(0.57),
            rebalance: Some("threshold".into()),
            delta_threshold: Some(0.05),
        }],
        option_risk: OptionRisk {
            net_vega: Some(-31_250.0),
            vega_cap: Some(50_000.0),
            gamma_cap: Some(40.0),
        },
    }
}

fn models() -> Vec<ModelSummary> {
    vec![
        ModelSummary {
            name: "ridge".into(),
            net_sharpe: Some(0.72),
            gross_sharpe: Some(1.11),
            sortino: Some(1.04),
            cagr: Some(0.067),
            volatility: Some(0.098),
            max_drawdown: Some(0.187),
            psr: Some(0.998),
            dsr: Some(0.412),
            pbo: Some(0.214),
            turnover: Some(21.4),
            cost_bps: Some(181.0),
            n_trials: Some(48),
        },
        ModelSummary {
            name: "lightgbm".into(),
            net_sharpe: Some(1.07),
            gross_sharpe: Some(1.62),
            sortino: Some(1.71),
            cagr: Some(0.104),
            volatility: Some(0.101),
            max_drawdown: Some(0.152),
            psr: Some(1.0),
            dsr: Some(0.871),
            pbo: Some(0.036),
            turnover: Some(28.9),
            cost_bps: Some(243.0),
            n_trials: Some(96),
        },
        ModelSummary {
            name: "equal weight".into(),
            net_sharpe: Some(0.61),
            sortino: Some(0.83),
            cagr: Some(0.114),
            volatility: Some(0.189),
            max_drawdown: Some(0.484),
            psr: Some(0.999),
            ..ModelSummary::default()
        },
    ]
}

fn gates() -> Vec<Gate> {
    [
        ("ridge", "net Sharpe", 0.72, "≥ 1.0", false),
        ("ridge", "max drawdown", 0.187, "≤ 0.20", true),
        ("ridge", "PBO", 0.214, "≤ 0.05", false),
        ("lightgbm", "net Sharpe", 1.07, "≥ 1.0", true),
        ("lightgbm", "max drawdown", 0.152, "≤ 0.20", true),
        ("lightgbm", "PBO", 0.036, "≤ 0.05", true),
    ]
    .into_iter()
    .map(|(model, measure, value, rule, passed)| Gate {
        model: model.into(),
        measure: measure.into(),
        value: Some(value),
        rule: rule.into(),
        passed,
    })
    .collect()
}

fn equity(random: &mut Random, sessions: &[NaiveDate]) -> Vec<EquityPoint> {
    let mut points = Vec::new();
    let (mut market, mut levels) = (1.0, [(1.0, 1.0), (1.0, 1.0)]);
    for (place, date) in sessions.iter().enumerate() {
        // A calm and a wild regime take turns, so that drawdowns look like drawdowns.
        let wild = if (place / 500) % 4 == 1 { 2.2 } else { 0.8 };
        let common = random.normal() * wild;
        market *= 1.0 + 0.0003 + 0.009 * common - if wild > 1.0 { 0.0006 } else { 0.0 };
        for (slot, (name, mean, cost)) in
            [("ridge", 0.000_31, 0.000_07), ("lightgbm", 0.000_45, 0.000_1)].iter().enumerate()
        {
            let gross = mean + 0.0055 * (0.8 * random.normal() + 0.15 * common);
            levels[slot].0 *= 1.0 + gross;
            levels[slot].1 *= 1.0 + gross - cost;
            points.push(EquityPoint {
                date: *date,
                strategy: (*name).into(),
                net: Some(levels[slot].1),
                gross: Some(levels[slot].0),
                benchmark: Some(market),
            });
        }
    }
    points
}

/// Eight folds, two of them tested in each of 28 splits; labels last 10 sessions, embargo 10.
fn fold_rows(sessions: &[NaiveDate]) -> Vec<(u32, NaiveDate, FoldSet)> {
    let size = sessions.len() / 8;
    let fold = |place: usize| (place / size).min(7);
    let mut rows = Vec::new();
    let pairs = (0..8).flat_map(|low| (low + 1..8).map(move |high| [low, high]));
    for (split, tested) in pairs.enumerate() {
        for (place, date) in sessions.iter().enumerate() {
            let near = |place: usize| tested.contains(&fold(place.min(sessions.len() - 1)));
            let set = if near(place) {
                FoldSet::Test
            } else if near(place + 10) {
                FoldSet::Purged
            } else if place >= 10 && near(place - 10) {
                FoldSet::Embargoed
            } else {
                FoldSet::Train
            };
            rows.push((split as u32, *date, set));
        }
    }
    rows
}

fn importance(random: &mut Random) -> Vec<Importance> {
    let features = [
        "momentum_252_21",
        "volatility_20",
        "rsi_14",
        "return_5",
        "return_1",
        "momentum_126",
        "volatility_60",
        "return_21",
        "z_momentum_252_21",
        "z_volatility_20",
        "z_rsi_14",
        "a_feature_with_a_very_long_name_indeed",
    ];
    let mut rows = Vec::new();
    for model in ["ridge", "lightgbm"] {
        for (place, feature) in features.iter().enumerate() {
            let size = random.uniform() * 10.0 / (1.0 + place as f64).sqrt();
            let sign = if model == "ridge" && place % 3 == 1 { -1.0 } else { 1.0 };
            rows.push(Importance {
                model: model.into(),
                feature: (*feature).into(),
                value: Some(sign * size),
            });
        }
    }
    rows
}

fn trials(random: &mut Random) -> Vec<Trial> {
    let mut rows = Vec::new();
    for (model, count, mean) in [("ridge", 48, 0.35), ("lightgbm", 96, 0.55)] {
        for place in 0..count {
            let sharpe = if place == 0 { mean + 0.5 } else { mean + 0.25 * random.normal() };
            rows.push(Trial { model: model.into(), sharpe: Some(sharpe), chosen: place == 0 });
        }
    }
    rows
}

fn costs() -> Vec<CostItem> {
    [
        ("ridge", "half-spread", 104.0),
        ("ridge", "impact", 58.0),
        ("ridge", "borrow", 19.0),
        ("lightgbm", "half-spread", 141.0),
        ("lightgbm", "impact", 80.0),
        ("lightgbm", "borrow", 22.0),
    ]
    .into_iter()
    .map(|(strategy, kind, bps)| CostItem {
        strategy: strategy.into(),
        kind: kind.into(),
        bps_per_year: Some(bps),
    })
    .collect()
}

fn positions(random: &mut Random) -> Vec<Position> {
    SYMBOLS
        .iter()
        .map(|symbol| Position {
            symbol: (*symbol).into(),
            target_w: Some(random.normal() * 0.06),
            horizon_days: 10,
            expected_alpha_bps: Some(random.normal() * 25.0),
            conf: Some(0.5 + random.uniform() * 0.2),
            tp_bps: Some(300.0 + random.uniform() * 200.0),
            sl_bps: Some(300.0 + random.uniform() * 200.0),
        })
        .collect()
}

fn trades(random: &mut Random) -> Vec<Trade> {
    SYMBOLS
        .iter()
        .take(8)
        .map(|symbol| {
            let (current, target) = (random.normal() * 0.05, random.normal() * 0.05);
            Trade {
                symbol: (*symbol).into(),
                current_w: Some(current),
                target_w: Some(target),
                notional: Some((target - current) * 1e7),
                expected_cost_bps: Some(2.0 + random.uniform() * 6.0),
            }
        })
        .collect()
}
