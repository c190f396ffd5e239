//! The three documents of a report: exact bytes of a small one, and what holds for all.

#[path = "../examples/sample/report.rs"]
mod sample;

use chrono::NaiveDate;
use trademl_report::{
    CostItem, EquityAxis, EquityPoint, FoldSet, FoldSpan, Gate, Importance, ModelSummary, Position,
    Report, Risk, Trade, Trial, blotter_markdown, daily_json, tearsheet_html,
};

fn day(of_month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2022, 3, of_month).unwrap()
}

/// One of each, small enough to read as a golden file.
fn small() -> Report {
    let wealth = [(1, 1.0), (2, 1.02), (3, 0.99), (4, 1.05)];
    Report {
        title: "Small".into(),
        asof: day(4),
        run_id: "abc123".into(),
        notes: vec!["A note.".into()],
        universe: vec!["AAPL".into(), "XOM".into()],
        models: vec![ModelSummary {
            name: "ridge".into(),
            net_sharpe: Some(-0.004),
            cagr: Some(f64::NAN),
            max_drawdown: Some(0.03),
            n_trials: Some(3),
            ..ModelSummary::default()
        }],
        gates: vec![Gate {
            model: "ridge".into(),
            measure: "net Sharpe".into(),
            value: Some(-0.004),
            rule: "≥ 1.0".into(),
            passed: false,
        }],
        equity: wealth
            .iter()
            .map(|(of_month, level)| EquityPoint {
                date: day(*of_month),
                strategy: "ridge".into(),
                net: Some(*level),
                gross: Some(level * 1.01),
                benchmark: Some(1.0),
            })
            .collect(),
        folds: vec![
            FoldSpan { split: 0, set: FoldSet::Test, start: day(1), end: day(2) },
            FoldSpan { split: 0, set: FoldSet::Embargoed, start: day(3), end: day(3) },
            FoldSpan { split: 0, set: FoldSet::Train, start: day(4), end: day(4) },
        ],
        importance: vec![
            Importance { model: "ridge".into(), feature: "rsi".into(), value: Some(1.0) },
            Importance { model: "ridge".into(), feature: "mom".into(), value: Some(-3.0) },
        ],
        trials: vec![
            Trial { model: "ridge".into(), sharpe: Some(0.4), chosen: true },
            Trial { model: "ridge".into(), sharpe: Some(0.1), chosen: false },
        ],
        trial_threshold: Some(0.6),
        costs: vec![CostItem {
            strategy: "ridge".into(),
            kind: "impact".into(),
            bps_per_year: Some(12.0),
        }],
        positions: vec![Position {
            symbol: "AAPL".into(),
            target_w: Some(0.05),
            horizon_days: 10,
            expected_alpha_bps: Some(12.0),
            conf: Some(0.6),
            tp_bps: Some(400.0),
            sl_bps: None,
        }],
        trades: vec![
            Trade {
                symbol: "AAPL".into(),
                current_w: Some(0.0),
                target_w: Some(0.05),
                notional: Some(50_000.0),
                expected_cost_bps: Some(2.0),
            },
            Trade {
                symbol: "XOM".into(),
                current_w: Some(0.10),
                target_w: Some(-0.05),
                notional: Some(-150_000.0),
                expected_cost_bps: Some(4.0),
            },
        ],
        risk: Risk { target_vol_ann: Some(0.1), gross_cap: Some(1.5), ..Risk::default() },
        ..Report::default()
    }
}

/// The page without its style sheet, which golden files need not repeat.
fn body(report: &Report) -> String {
    let page = tearsheet_html(report, EquityAxis::Auto);
    page[page.find("</head>").unwrap()..].to_owned()
}

#[test]
fn small_tear_sheet() {
    insta::assert_snapshot!(body(&small()));
}

#[test]
fn small_blotter() {
    insta::assert_snapshot!(blotter_markdown(&small()));
}

#[test]
fn small_daily() {
    insta::assert_snapshot!(daily_json(&small()));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let (report, again) = (sample::report(), sample::report());
    assert_eq!(tearsheet_html(&report, EquityAxis::Auto), tearsheet_html(&again, EquityAxis::Auto));
    assert_eq!(blotter_markdown(&report), blotter_markdown(&again));
    assert_eq!(daily_json(&report), daily_json(&again));
}

#[test]
fn the_order_of_equity_rows_does_not_matter() {
    let report = small();
    let mut turned = report.clone();
    turned.equity.reverse();
    assert_eq!(body(&report), body(&turned));
}

#[test]
fn a_report_survives_serde() {
    let report = sample::report();
    let text = serde_json::to_string(&report).unwrap();
    let back: Report = serde_json::from_str(&text).unwrap();
    assert_eq!(daily_json(&back), daily_json(&report));
    assert_eq!(body(&back), body(&report));
}

#[test]
fn nothing_comes_from_elsewhere() {
    let page = tearsheet_html(&sample::report(), EquityAxis::Auto);
    for outside in ["http:", "https:", "<script", "url(", "@import", " src=", " href="] {
        assert!(!page.contains(outside), "the page contains {outside}");
    }
}

#[test]
fn a_long_report_is_a_small_page() {
    let page = tearsheet_html(&sample::report(), EquityAxis::Auto);
    assert!(page.len() < 600_000, "{} bytes", page.len());
}

#[test]
fn an_empty_report_has_no_sections() {
    let page = body(&Report::default());
    assert!(!page.contains("<section>") && !page.contains("<svg"), "{page}");
    assert!(page.contains("1970-01-01") && page.contains("Run</dt><dd>–"), "{page}");
    assert_eq!(blotter_markdown(&Report::default()).matches("##").count(), 0);
}

#[test]
fn each_section_depends_on_its_own_data() {
    let whole = body(&small()).matches("<section>").count();
    let without: [fn(&mut Report); 7] = [
        |report| report.models.clear(),
        |report| report.gates.clear(),
        |report| report.folds.clear(),
        |report| report.importance.clear(),
        |report| report.trials.clear(),
        |report| report.costs.clear(),
        |report| report.positions.clear(),
    ];
    for clear in without {
        let mut report = small();
        clear(&mut report);
        assert_eq!(body(&report).matches("<section>").count(), whole - 1);
    }
}

#[test]
fn names_are_text_and_not_markup() {
    let evil = "<script>alert('&\")|`x`</script>";
    let mut report = small();
    report.title = evil.into();
    report.run_id = evil.into();
    report.benchmark = evil.into();
    report.notes = vec![evil.into()];
    report.models[0].name = evil.into();
    report.gates[0] =
        Gate { model: evil.into(), measure: evil.into(), rule: evil.into(), ..Gate::default() };
    for point in &mut report.equity {
        point.strategy = evil.into();
    }
    for row in &mut report.importance {
        (row.model, row.feature) = (evil.into(), evil.into());
    }
    for trial in &mut report.trials {
        trial.model = evil.into();
    }
    report.costs[0].strategy = evil.into();
    report.costs[0].kind = evil.into();
    report.positions[0].symbol = evil.into();
    report.trades[0].symbol = evil.into();
    report.risk.binding = vec![evil.into()];
    report.risk.sector_caps.insert(evil.into(), 0.3);

    let page = tearsheet_html(&report, EquityAxis::Auto);
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
    let blotter = blotter_markdown(&report);
    assert!(!blotter.contains("<script") && !blotter.contains(")|"), "{blotter}");
    assert!(serde_json::from_str::<serde_json::Value>(&daily_json(&report)).is_ok());
}

#[test]
fn numbers_that_are_none_do_not_reach_the_pictures() {
    let mut report = small();
    for (place, point) in report.equity.iter_mut().enumerate() {
        point.net = [Some(f64::NAN), Some(0.0), Some(-1.0), None][place];
        point.gross = Some(f64::INFINITY);
        point.benchmark = None;
    }
    report.trials[0].sharpe = Some(f64::NAN);
    report.trial_threshold = Some(f64::NAN);
    report.costs[0].bps_per_year = None;
    report.importance[0].value = Some(f64::NAN);
    for axis in [EquityAxis::Auto, EquityAxis::Linear, EquityAxis::Log] {
        let page = tearsheet_html(&report, axis);
        assert!(!page.contains("NaN") && !page.contains("inf"), "{page}");
    }
}
