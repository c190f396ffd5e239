//! What a research night leaves behind, as text: the daily JSON of equities and that of options, the Markdown blotter and the HTML
//! tear sheet. Pure functions from a [`Report`] to a string: no clock, no files, no network, so the
//! same report gives the same bytes.

#![allow(
    clippy::format_push_string,
    reason = "pages are small, and `write!` to a string has an error that cannot occur"
)]

mod blotter;
mod daily;
mod daily_options;
mod escape;
mod folds;
mod monthly;
mod number;
mod report;
mod series;
mod summary;
mod svg;
mod tearsheet;

pub use blotter::blotter_markdown;
pub use daily::daily_json;
pub use daily_options::daily_options_json;
pub use folds::fold_spans;
pub use report::{
    CostItem, EquityPoint, FoldSet, FoldSpan, Gate, Importance, ModelSummary, OptionRisk,
    OptionStrategy, Position, Report, Risk, Trade, Trial,
};
pub use tearsheet::{EquityAxis, tearsheet_html};
