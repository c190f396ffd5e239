//! The tables of the tear sheet: models, gates, positions.

use crate::escape::html;
use crate::number::{ABSENT, decimal, percent};
use crate::{Gate, ModelSummary, Position};

/// One column of a table: heading, what it means, and the text of a row's cell.
type Column<T> = (&'static str, &'static str, fn(&T) -> String);

const MODELS: &[Column<ModelSummary>] = &[
    ("Net Sharpe", "Sharpe ratio a year after costs", |m| decimal(m.net_sharpe, 2)),
    ("Gross Sharpe", "Sharpe ratio a year before costs", |m| decimal(m.gross_sharpe, 2)),
    ("Sortino", "mean return over downside deviation, a year", |m| decimal(m.sortino, 2)),
    ("CAGR", "compound growth a year", |m| percent(m.cagr, 1)),
    ("Vol", "volatility a year", |m| percent(m.volatility, 1)),
    ("Max DD", "largest loss from a peak", |m| percent(m.max_drawdown, 1)),
    ("PSR", "probability that the true Sharpe ratio is above 0", |m| decimal(m.psr, 3)),
    ("DSR", "the same, deflated for the number of trials", |m| decimal(m.dsr, 3)),
    ("PBO", "probability of backtest overfitting", |m| percent(m.pbo, 1)),
    ("Turnover", "traded value a year over capital", |m| decimal(m.turnover, 1)),
    ("Cost bps/y", "trading costs a year, basis points of capital", |m| decimal(m.cost_bps, 0)),
    ("Trials", "trials counted by the engine", |m| {
        m.n_trials.map_or_else(|| ABSENT.to_owned(), |n| n.to_string())
    }),
];

const GATES: &[Column<Gate>] = &[("Value", "the measured value", |gate| decimal(gate.value, 3))];

const POSITIONS: &[Column<Position>] = &[
    ("Weight", "target weight over capital", |p| percent(p.target_w, 2)),
    ("Horizon", "sessions to the label's horizon", |p| p.horizon_days.to_string()),
    ("Alpha bps", "expected return beyond the benchmark", |p| decimal(p.expected_alpha_bps, 1)),
    ("Confidence", "in the sign, 0 to 1", |p| decimal(p.conf, 2)),
    ("TP bps", "take-profit distance", |p| decimal(p.tp_bps, 0)),
    ("SL bps", "stop-loss distance", |p| decimal(p.sl_bps, 0)),
];

/// The figures of each model.
pub fn model_table(models: &[ModelSummary]) -> String {
    let mut out = opening("Model", &[], MODELS);
    for model in models {
        out += &row(&model.name, &[], &cells(model, MODELS));
    }
    out + "</tbody></table></div>\n"
}

/// The promotion rules and whether they hold; the verdict is told by word and mark, not by colour alone.
pub fn gate_table(gates: &[Gate]) -> String {
    let mut out = opening("Model", &["Measure", "Rule", "Verdict"], GATES);
    for gate in gates {
        let verdict = if gate.passed {
            "<span class=\"pass\">✓ pass</span>"
        } else {
            "<span class=\"fail\">✗ fail</span>"
        };
        out += &row(
            &gate.model,
            &[html(&gate.measure), html(&gate.rule), verdict.to_owned()],
            &cells(gate, GATES),
        );
    }
    out + "</tbody></table></div>\n"
}

/// The holdings to aim for.
pub fn position_table(positions: &[Position]) -> String {
    let mut out = opening("Symbol", &[], POSITIONS);
    for position in positions {
        out += &row(&position.symbol, &[], &cells(position, POSITIONS));
    }
    out + "</tbody></table></div>\n"
}

fn opening<T>(first: &str, texts: &[&str], columns: &[Column<T>]) -> String {
    let mut out = format!(
        "<div class=\"wide\"><table><thead><tr><th scope=\"col\" class=\"text\">{first}</th>"
    );
    for text in texts {
        out += &format!("<th scope=\"col\" class=\"text\">{text}</th>");
    }
    for (name, meaning, _) in columns {
        out += &format!("<th scope=\"col\" title=\"{}\">{name}</th>", html(meaning));
    }
    out + "</tr></thead><tbody>\n"
}

fn cells<T>(value: &T, columns: &[Column<T>]) -> Vec<String> {
    columns.iter().map(|(_, _, cell)| cell(value)).collect()
}

fn row(first: &str, texts: &[String], numbers: &[String]) -> String {
    let mut out = format!("<tr><th scope=\"row\">{}</th>", html(first));
    for text in texts {
        out += &format!("<td class=\"text\">{text}</td>");
    }
    for number in numbers {
        out += &format!("<td>{}</td>", number.replace('-', "−"));
    }
    out + "</tr>\n"
}
