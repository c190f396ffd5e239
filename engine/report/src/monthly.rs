//! The table of monthly returns, each cell shaded by its value.

use crate::escape::html;
use crate::number::percent;
use crate::series::{Series, monthly_returns, yearly_returns};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Monthly return from which on a cell has the full shade.
const FULL_SHADE: f64 = 0.08;

/// Yearly return from which on a cell has the full shade.
const FULL_SHADE_YEAR: f64 = 0.30;

/// Years down, months across, in percent; a last column compounds the year.
pub fn monthly_table(strategy: &str, wealth: &Series) -> String {
    let months = monthly_returns(wealth);
    let mut out = format!(
        "<table class=\"heat\"><caption>{}, net, percent</caption><thead><tr><th scope=\"col\">Year</th>",
        html(strategy)
    );
    for month in MONTHS {
        out += &format!("<th scope=\"col\">{month}</th>");
    }
    out += "<th scope=\"col\">Year</th></tr></thead><tbody>\n";
    for (year, whole) in yearly_returns(wealth) {
        out += &format!("<tr><th scope=\"row\">{year}</th>");
        for month in 1..=12 {
            out += &months
                .get(&(year, month))
                .map_or_else(|| "<td></td>".to_owned(), |value| cell(*value, FULL_SHADE));
        }
        out += &cell(whole, FULL_SHADE_YEAR);
        out += "</tr>\n";
    }
    out += "</tbody></table>\n";
    out
}

/// A cell in one of five shades of gain or loss.
fn cell(value: f64, full: f64) -> String {
    let shade = (value.abs() / full * 5.0).ceil().min(5.0) as u32;
    let number = percent(Some(value), 1);
    let number = number.trim_end_matches(['%', '\u{a0}']).replace('-', "−");
    let sign = if value < 0.0 { 'n' } else { 'p' };
    format!("<td class=\"{sign}{shade}\">{number}</td>")
}
