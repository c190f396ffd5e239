//! Prints a report on made-up results, to look at while working on the renderers:
//! `cargo run -p trademl-report --example sample -- html > /tmp/sample.html`.

mod report;

use trademl_report::{EquityAxis, blotter_markdown, daily_json, tearsheet_html};

fn main() {
    let report = report::report();
    match std::env::args().nth(1).as_deref() {
        Some("html") => print!("{}", tearsheet_html(&report, EquityAxis::Auto)),
        Some("markdown") => print!("{}", blotter_markdown(&report)),
        Some("json") => print!("{}", daily_json(&report)),
        _ => {
            eprintln!("usage: sample html|markdown|json");
            std::process::exit(2);
        }
    }
}
