//! What `\d`, `\dt`, `\df`, `\ds` and `\h` print.

use crate::format::sql_type;
use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use trademl_engine::{FunctionInfo, Session};
use trademl_udfs::{Argument, Contract, Lookahead, Role};

use super::command::matches;
use crate::failure::Failure;

/// The tables whose name or schema-qualified name passes the pattern.
pub async fn tables(session: &Session, pattern: Option<&str>) -> Result<RecordBatch, Failure> {
    let mut rows: Vec<[String; 4]> = session
        .tables()
        .await?
        .into_iter()
        .filter(|t| {
            matches(&t.name, pattern) || matches(&format!("{}.{}", t.schema, t.name), pattern)
        })
        .map(|t| [t.schema, t.name, t.kind, t.columns.fields().len().to_string()])
        .collect();
    rows.sort_unstable();
    texts(["schema", "table", "kind", "columns"], &rows)
}

/// A table's columns.
pub async fn columns(session: &Session, table: &str) -> Result<RecordBatch, Failure> {
    let rows: Vec<[String; 4]> = session
        .describe(table)
        .await?
        .into_iter()
        .map(|c| {
            let null = if c.nullable { "yes" } else { "no" };
            [c.name, sql_type(&c.data_type), null.to_owned(), c.role.to_owned()]
        })
        .collect();
    texts(["column", "type", "nullable", "role"], &rows)
}

/// The functions whose name or family passes the pattern: ours first, by family.
pub fn functions(session: &Session, pattern: Option<&str>) -> Result<RecordBatch, Failure> {
    let rows: Vec<[String; 4]> = session
        .functions()
        .into_iter()
        .filter(|f| matches(&f.name, pattern) || matches(f.family, pattern))
        .map(|f| [f.family.to_owned(), f.syntax, f.shape.to_owned(), f.summary])
        .collect();
    texts(["family", "function", "shape", "meaning"], &rows)
}

/// Settings with their values.
pub fn settings(session: &Session, pattern: Option<&str>) -> Result<RecordBatch, Failure> {
    let rows: Vec<[String; 2]> = session
        .shown_settings()
        .into_iter()
        .filter(|(name, _)| matches(name, pattern))
        .map(|(name, value)| [name, value])
        .collect();
    texts(["setting", "value"], &rows)
}

/// A function's contract; of stock functions, call and summary.
pub fn contract(session: &Session, name: &str) -> Result<String, Failure> {
    let name = name.trim_end_matches(['(', ')']).to_lowercase();
    let known: Vec<FunctionInfo> = session.functions();
    match known.iter().find(|f| f.name == name) {
        Some(FunctionInfo { contract: Some(contract), .. }) => Ok(contract_text(contract)),
        Some(stock) => Ok(format!("{}\n  {} function of DataFusion\n", stock.syntax, stock.shape)),
        None => Err(Failure::new(1, format!("\\h: no function '{name}'; \\df {name} searches"))),
    }
}

fn contract_text(contract: &Contract) -> String {
    let mut text = format!("{}\n  {}\n", contract.syntax(), contract.summary);
    let names = contract.arguments.iter().map(|a| a.name.len()).max().unwrap_or(0);
    if !contract.arguments.is_empty() {
        text.push_str("\narguments\n");
    }
    for argument in contract.arguments {
        let Argument { name, role, default, unit, meaning } = argument;
        let role = match role {
            Role::Relation => "a relation".to_owned(),
            Role::Key => "key".to_owned(),
            Role::Order => "order".to_owned(),
            Role::Column(kind) => format!("{} per row", kind.word()),
            Role::Constant(kind) => format!("{}, constant", kind.word()),
        };
        let default = default.map_or(String::new(), |d| format!(", default {d}"));
        let unit = if *unit == "–" { String::new() } else { format!(" [{unit}]") };
        let _ = writeln!(text, "  {name:<names$}  {meaning}{unit} ({role}{default})");
    }
    let lookahead = match contract.lookahead {
        Lookahead::Row => "none: the row alone".to_owned(),
        Lookahead::Past => "none: the row and earlier ones".to_owned(),
        Lookahead::Label(horizon) => format!("a label: up to {horizon}; never a feature"),
        Lookahead::Full => "all rows: an evaluation; never a signal".to_owned(),
    };
    for (title, value) in [
        ("returns", contract.returns),
        ("nulls", contract.nulls),
        ("errors", contract.errors),
        ("look-ahead", &lookahead),
        ("source", contract.source),
    ] {
        let _ = writeln!(text, "\n{title}\n  {value}");
    }
    text.push_str("\nexample\n");
    for line in contract.example.lines() {
        let _ = writeln!(text, "  {line}");
    }
    text
}

fn texts<const N: usize>(names: [&str; N], rows: &[[String; N]]) -> Result<RecordBatch, Failure> {
    let column = |i: usize| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row[i])))
    };
    RecordBatch::try_from_iter(names.iter().enumerate().map(|(i, name)| (*name, column(i))))
        .map_err(|e: ArrowError| Failure::new(1, e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_contract_prints_all_its_parts() {
        for function in trademl_udfs::functions() {
            let text = contract_text(function.contract);
            for title in ["returns", "nulls", "errors", "look-ahead", "source", "example"] {
                assert!(text.contains(&format!("\n{title}\n")), "{text}");
            }
            for argument in function.contract.arguments {
                assert!(text.contains(argument.meaning), "{text}");
            }
        }
    }
}
