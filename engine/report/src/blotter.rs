//! The blotter: tonight's orders, the strategies of options, the risk and the models behind them, as Markdown.

use crate::escape::markdown as text;
use crate::number::{ABSENT, decimal, finite, money, percent};
use crate::{Report, Trade};

/// The Markdown blotter of `report`.
pub fn blotter_markdown(report: &Report) -> String {
    let title = if report.title.is_empty() { "Blotter" } else { report.title.as_str() };
    let mut out = format!("# {}\n\n", text(title));
    out += &format!("- As of: {}\n", report.asof);
    if let Some(known_until) = report.known_until {
        out += &format!("- Known until: {}\n", known_until.format("%Y-%m-%d %H:%M:%S UTC"));
    }
    let run = if report.run_id.is_empty() { ABSENT } else { report.run_id.as_str() };
    out += &format!("- Run: {}\n", text(run));
    for note in &report.notes {
        out += &format!("- Note: {}\n", text(note));
    }
    out += &trades(report);
    out += &strategies(report);
    out += &risk(report);
    out += &models(report);
    out
}

fn trades(report: &Report) -> String {
    if report.trades.is_empty() {
        return String::new();
    }
    let rows = report.trades.iter().map(|trade| {
        vec![
            text(&trade.symbol),
            side(trade).to_owned(),
            decimal(trade.current_w, 4),
            decimal(trade.target_w, 4),
            decimal(change(trade), 4),
            money(trade.notional.map(f64::abs)),
            decimal(trade.expected_cost_bps, 1),
        ]
    });
    let header = ["symbol", "side", "current w", "target w", "Δw", "notional", "cost (bps)"];
    let mut out = table("Trades", &header, 2, rows);

    let turnover: f64 = report.trades.iter().filter_map(change).map(f64::abs).sum();
    let notional: f64 =
        report.trades.iter().filter_map(|trade| finite(trade.notional)).map(f64::abs).sum();
    let cost: f64 = report
        .trades
        .iter()
        .filter_map(|trade| Some(finite(trade.notional)?.abs() * finite(trade.expected_cost_bps)?))
        .sum();
    let count = report.trades.len();
    out += &format!(
        "\n{count} {}, turnover {} of capital, notional {}, expected cost {} ({} bps of notional).\n",
        if count == 1 { "trade" } else { "trades" },
        percent(Some(turnover), 1),
        money(Some(notional)),
        money(Some(cost / 1e4)),
        decimal((notional > 0.0).then_some(cost / notional), 1),
    );
    out
}

fn strategies(report: &Report) -> String {
    if report.strategies.is_empty() {
        return String::new();
    }
    let rows = report.strategies.iter().map(|s| {
        let absent = || ABSENT.to_owned();
        vec![
            text(&s.underlier),
            text(&s.kind),
            s.expiry.to_string(),
            s.rebalance.as_deref().map_or_else(absent, text),
            s.qty.to_string(),
            money(s.target_vega),
            decimal(s.expected_pnl_bps, 1),
            decimal(s.conf, 2),
            decimal(s.delta_threshold, 3),
        ]
    });
    let header = [
        "underlier",
        "type",
        "expiry",
        "rebalance",
        "qty",
        "vega",
        "expected P&L (bps)",
        "conf",
        "Δ threshold",
    ];
    let mut out = table("Options", &header, 4, rows);
    let risk = &report.option_risk;
    out += &format!(
        "\nNet vega {}, cap {}; gamma cap {}.\n",
        money(risk.net_vega),
        money(risk.vega_cap),
        decimal(risk.gamma_cap, 4)
    );
    out
}

fn risk(report: &Report) -> String {
    let risk = &report.risk;
    let mut rows: Vec<(String, String)> = [
        ("target volatility", risk.target_vol_ann.map(|v| percent(Some(v), 2))),
        ("expected volatility", risk.expected_vol_ann.map(|v| percent(Some(v), 2))),
        ("gross exposure", risk.gross.map(|v| percent(Some(v), 1))),
        ("gross cap", risk.gross_cap.map(|v| percent(Some(v), 1))),
        ("net exposure", risk.net.map(|v| percent(Some(v), 1))),
        ("Kelly fraction", risk.kelly_fraction.map(|v| decimal(Some(v), 2))),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
    .collect();
    for (sector, cap) in &risk.sector_caps {
        rows.push((format!("cap of sector {}", text(sector)), percent(Some(*cap), 1)));
    }
    if !risk.binding.is_empty() {
        rows.push(("binding constraints".into(), text(&risk.binding.join(", "))));
    }
    if rows.is_empty() {
        return String::new();
    }
    table("Risk", &["measure", "value"], 1, rows.into_iter().map(|(name, value)| vec![name, value]))
}

fn models(report: &Report) -> String {
    if report.models.is_empty() {
        return String::new();
    }
    let header = [
        "model",
        "net Sharpe",
        "Sortino",
        "CAGR",
        "volatility",
        "max drawdown",
        "PSR",
        "DSR",
        "PBO",
        "turnover",
        "cost (bps/y)",
        "trials",
    ];
    let rows = report.models.iter().map(|model| {
        vec![
            text(&model.name),
            decimal(model.net_sharpe, 2),
            decimal(model.sortino, 2),
            percent(model.cagr, 1),
            percent(model.volatility, 1),
            percent(model.max_drawdown, 1),
            decimal(model.psr, 3),
            decimal(model.dsr, 3),
            percent(model.pbo, 1),
            decimal(model.turnover, 1),
            decimal(model.cost_bps, 1),
            model.n_trials.map_or_else(|| ABSENT.to_owned(), |n| n.to_string()),
        ]
    });
    table("Models, out of sample and net of costs", &header, 1, rows)
}

/// A section with a table whose first `left` columns are text and the others numbers.
fn table(
    title: &str,
    header: &[&str],
    left: usize,
    rows: impl Iterator<Item = Vec<String>>,
) -> String {
    let rule: Vec<&str> =
        (0..header.len()).map(|place| if place < left { "---" } else { "---:" }).collect();
    let mut out = format!("\n## {title}\n\n| {} |\n| {} |\n", header.join(" | "), rule.join(" | "));
    for row in rows {
        out += &format!("| {} |\n", row.join(" | "));
    }
    out
}

fn change(trade: &Trade) -> Option<f64> {
    finite(Some(finite(trade.target_w)? - finite(trade.current_w)?))
}

fn side(trade: &Trade) -> &'static str {
    match change(trade) {
        Some(change) if change > 0.0 => "BUY",
        Some(change) if change < 0.0 => "SELL",
        Some(_) => "HOLD",
        None => ABSENT,
    }
}
