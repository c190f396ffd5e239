//! The tear sheet: one HTML page with tables and pictures that needs nothing but itself.

use crate::escape::html;
use crate::monthly::monthly_table;
use crate::number::ABSENT;
use crate::series::{Curves, Series, Strategy, YEAR, drawdown, rolling_sharpe};
use crate::summary::{gate_table, model_table, position_table};
use crate::svg::COLOURS;
use crate::svg::axis::Spread;
use crate::svg::costs::{cost_bars, cost_kinds};
use crate::svg::folds::fold_diagram;
use crate::svg::importance::importance_bars;
use crate::svg::lines::{Line, LineChart};
use crate::svg::trials::trial_dots;
use crate::{FoldSet, Report};

const STYLE: &str = include_str!("tearsheet.css");

/// Wealth that grew or fell by this factor is clearer on a logarithmic axis.
const LOG_FROM: f64 = 3.0;

/// The axis of the equity curve.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EquityAxis {
    /// Logarithmic when wealth changed by a factor of 3 or more.
    #[default]
    Auto,
    /// Equal sums are equally high.
    Linear,
    /// Equal growth is equally high; linear where wealth reached 0.
    Log,
}

/// The tear sheet of `report` as one HTML page: no scripts, no other resources (its own content
/// security policy forbids them), light and dark by the reader's setting, fit to print. The same
/// report gives the same bytes.
pub fn tearsheet_html(report: &Report, axis: EquityAxis) -> String {
    let title = if report.title.is_empty() { "Tear sheet" } else { report.title.as_str() };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} · {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
        report.asof,
        title = html(title)
    );
    out += &header(report, title);
    if !report.models.is_empty() {
        out += &section("Out of sample, net of costs", &model_table(&report.models), "");
    }
    if !report.gates.is_empty() {
        out += &section("Go or no-go", &gate_table(&report.gates), "");
    }
    let curves = Curves::of(&report.equity);
    out += &wealth(report, &curves, axis);
    out += &losses(report, &curves);
    out += &rolling(&curves);
    out += &months(&curves);
    out += &folds(report);
    out += &importance(report);
    out += &trials(report);
    out += &costs(report);
    if !report.positions.is_empty() {
        out += &section("Positions to hold", &position_table(&report.positions), "");
    }
    out += "</main>\n</body>\n</html>\n";
    out
}

fn header(report: &Report, title: &str) -> String {
    let mut facts = vec![("As of", report.asof.to_string())];
    if let Some(known_until) = report.known_until {
        facts.push(("Known until", known_until.format("%Y-%m-%d %H:%M:%S UTC").to_string()));
    }
    let run = if report.run_id.is_empty() { ABSENT } else { &report.run_id };
    facts.push(("Run", run.to_owned()));
    if !report.universe.is_empty() {
        facts.push(("Universe", format!("{} symbols", report.universe.len())));
    }
    let mut out = format!("<header>\n<h1>{}</h1>\n<dl>", html(title));
    for (name, value) in facts {
        out += &format!("<div><dt>{name}</dt><dd>{}</dd></div>", html(&value));
    }
    out += "</dl>\n";
    if !report.notes.is_empty() {
        out += "<ul class=\"notes\">";
        for note in &report.notes {
            out += &format!("<li>{}</li>", html(note));
        }
        out += "</ul>\n";
    }
    out + "</header>\n"
}

fn wealth(report: &Report, curves: &Curves, axis: EquityAxis) -> String {
    let drawn = drawn(curves);
    let mut lines = Vec::new();
    let mut legend = Vec::new();
    for (place, strategy) in drawn.iter().enumerate() {
        if strategy.gross.len() > 1 {
            lines.push(Line { class: format!("c{place} gross"), points: &strategy.gross });
        }
    }
    if curves.benchmark.len() > 1 {
        lines.push(Line { class: "cb".into(), points: &curves.benchmark });
    }
    for (place, strategy) in drawn.iter().enumerate() {
        lines.push(Line { class: format!("c{place}"), points: &strategy.net });
        legend.push((format!("c{place}"), format!("{} net", strategy.name)));
        if strategy.gross.len() > 1 {
            legend.push((format!("c{place} gross"), format!("{} gross", strategy.name)));
        }
    }
    if curves.benchmark.len() > 1 {
        legend.push(("cb".into(), benchmark(report)));
    }
    let levels = || lines.iter().flat_map(|line| line.points.iter().map(|(_, level)| *level));
    let (low, high) =
        (levels().fold(f64::INFINITY, f64::min), levels().fold(f64::NEG_INFINITY, f64::max));
    let spread = match axis {
        EquityAxis::Log => Spread::Log,
        EquityAxis::Auto if low > 0.0 && high / low >= LOG_FROM => Spread::Log,
        EquityAxis::Auto | EquityAxis::Linear => Spread::Linear,
    };
    let scale = if spread == Spread::Log && low > 0.0 { ", logarithmic axis" } else { "" };
    let picture = LineChart {
        id: "equity",
        title: "Growth of 1",
        description: format!("Wealth over time{scale}. {}", last_values(&drawn, &curves.benchmark)),
        height: 340.0,
        spread,
        percent: false,
        reference: Some(1.0),
        shaded: false,
        lines,
    };
    let Some(svg) = picture.svg() else { return String::new() };
    let caption = format!("Wealth as a multiple of the start{scale}.{}", left_out(curves));
    section("Growth of 1", &(line_legend(&legend) + &svg), &caption)
}

fn losses(report: &Report, curves: &Curves) -> String {
    let drawn = drawn(curves);
    let series: Vec<Series> = drawn.iter().map(|strategy| drawdown(&strategy.net)).collect();
    if series.iter().all(|series| series.len() < 2) {
        return String::new();
    }
    let benchmark_series = drawdown(&curves.benchmark);
    let mut lines = Vec::new();
    let mut legend = Vec::new();
    for (place, (strategy, points)) in drawn.iter().zip(&series).enumerate() {
        lines.push(Line { class: format!("c{place}"), points });
        legend.push((format!("c{place}"), strategy.name.clone()));
    }
    if benchmark_series.len() > 1 {
        lines.insert(0, Line { class: "cb thin".into(), points: &benchmark_series });
        legend.push(("cb thin".into(), benchmark(report)));
    }
    let picture = LineChart {
        id: "drawdown",
        title: "Drawdown",
        description: "Loss from the highest wealth so far.".into(),
        height: 220.0,
        spread: Spread::Linear,
        percent: true,
        reference: Some(0.0),
        shaded: true,
        lines,
    };
    let Some(svg) = picture.svg() else { return String::new() };
    section("Drawdown", &(line_legend(&legend) + &svg), "Loss from the highest wealth so far, net.")
}

fn rolling(curves: &Curves) -> String {
    let drawn = drawn(curves);
    let series: Vec<Series> = drawn.iter().map(|strategy| rolling_sharpe(&strategy.net)).collect();
    let mut legend = Vec::new();
    let mut lines = Vec::new();
    for (place, (strategy, points)) in drawn.iter().zip(&series).enumerate() {
        if points.len() > 1 {
            lines.push(Line { class: format!("c{place}"), points });
            legend.push((format!("c{place}"), strategy.name.clone()));
        }
    }
    let picture = LineChart {
        id: "rolling",
        title: "Rolling Sharpe ratio",
        description: format!("Sharpe ratio a year of the last {YEAR} sessions, net of costs."),
        height: 220.0,
        spread: Spread::Linear,
        percent: false,
        reference: Some(0.0),
        shaded: false,
        lines,
    };
    let Some(svg) = picture.svg() else { return String::new() };
    let caption = format!("Of the last {YEAR} sessions, per year, net.");
    section("Rolling Sharpe ratio", &(line_legend(&legend) + &svg), &caption)
}

fn months(curves: &Curves) -> String {
    let mut tables = String::new();
    for strategy in drawn(curves) {
        if strategy.net.len() > 1 {
            let table = monthly_table(&strategy.name, &strategy.net);
            tables += &format!("<div class=\"wide\">{table}</div>");
        }
    }
    if tables.is_empty() {
        return String::new();
    }
    section("Monthly returns", &tables, "")
}

fn folds(report: &Report) -> String {
    let Some(svg) = fold_diagram(&report.folds) else { return String::new() };
    let legend: Vec<(String, String)> =
        [FoldSet::Train, FoldSet::Test, FoldSet::Purged, FoldSet::Embargoed]
            .into_iter()
            .filter(|set| report.folds.iter().any(|span| span.set == *set))
            .map(|set| (set.to_string(), set.to_string()))
            .collect();
    let caption = "Rows purged from training have labels that overlap a test block; embargoed rows \
                   follow one. Both are widened where they would be too thin to see.";
    section("Cross-validation folds", &(block_legend(&legend) + &svg), caption)
}

fn importance(report: &Report) -> String {
    let mut models: Vec<&str> = Vec::new();
    for row in &report.importance {
        if !models.contains(&row.model.as_str()) {
            models.push(&row.model);
        }
    }
    let figures: String = models
        .iter()
        .enumerate()
        .filter_map(|(place, model)| {
            let id = format!("importance{place}");
            let svg = importance_bars(&id, model, place % COLOURS, &report.importance)?;
            Some(format!("<div><h3>{}</h3>\n{svg}</div>\n", html(model)))
        })
        .collect();
    if figures.is_empty() {
        return String::new();
    }
    let caption =
        "Share of the sum of absolute values within each model; red bars are negative weights.";
    section("Feature importance", &format!("<div class=\"pair\">{figures}</div>"), caption)
}

fn trials(report: &Report) -> String {
    let Some(svg) = trial_dots(&report.trials, report.trial_threshold) else {
        return String::new();
    };
    let caption = "Every trial the engine counted is a dot; a ring marks the reported one. The dashed \
                   line is the Sharpe ratio the best of them is expected to show by luck.";
    section("Trials", &svg, caption)
}

fn costs(report: &Report) -> String {
    let Some(svg) = cost_bars(&report.costs) else { return String::new() };
    let legend: Vec<(String, String)> = cost_kinds(&report.costs)
        .into_iter()
        .enumerate()
        .map(|(place, kind)| (format!("bar c{}", place % COLOURS), kind.to_owned()))
        .collect();
    section("Costs", &(block_legend(&legend) + &svg), "")
}

/// A section with a caption, which may be empty.
fn section(heading: &str, content: &str, caption: &str) -> String {
    let caption = if caption.is_empty() {
        String::new()
    } else {
        format!("<figcaption>{caption}</figcaption>\n")
    };
    format!("<section>\n<h2>{heading}</h2>\n<figure>{content}{caption}</figure>\n</section>\n")
}

/// The strategies that have a colour.
fn drawn(curves: &Curves) -> Vec<&Strategy> {
    curves.strategies.iter().take(COLOURS).collect()
}

fn left_out(curves: &Curves) -> String {
    match curves.strategies.len().saturating_sub(COLOURS) {
        0 => String::new(),
        more => format!(" {more} more strategies are in the tables only."),
    }
}

fn benchmark(report: &Report) -> String {
    if report.benchmark.is_empty() { "benchmark".into() } else { report.benchmark.clone() }
}

fn last_values(strategies: &[&Strategy], benchmark: &Series) -> String {
    let ends = strategies
        .iter()
        .map(|strategy| (strategy.name.as_str(), &strategy.net))
        .chain([("benchmark", benchmark)])
        .filter_map(|(name, series)| Some((name, series.last()?)))
        .map(|(name, (date, level))| format!("{name} ends at {level:.2} on {date}"));
    ends.collect::<Vec<_>>().join("; ")
}

fn line_legend(entries: &[(String, String)]) -> String {
    legend(entries, |class| format!("<path class=\"line {class}\" d=\"M0 6H22\"/>"))
}

fn block_legend(entries: &[(String, String)]) -> String {
    legend(entries, |class| format!("<path class=\"{class}\" d=\"M4 1h14v10h-14z\"/>"))
}

fn legend(entries: &[(String, String)], mark: impl Fn(&str) -> String) -> String {
    let mut out = String::from("<ul class=\"legend\">");
    for (class, name) in entries {
        out += &format!(
            "<li><svg class=\"key\" viewBox=\"0 0 22 12\" aria-hidden=\"true\">{}</svg>{}</li>",
            mark(class),
            html(name)
        );
    }
    out + "</ul>\n"
}
