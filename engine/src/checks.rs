//! Built-in audits: `AUDIT unique(symbol, date) ON features.equity`, or in a script's header
//! `-- audits: unique(symbol, date)`. Each is a query whose rows are failures.

use chrono::{DateTime, Utc};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::sql::sqlparser::ast::{Expr, Query};
use datafusion::sql::sqlparser::parser::Parser;
use trademl_catalog::TableName;
use trademl_udfs::relation::did_you_mean;

use crate::dialect::TradeMlDialect;
use crate::error::{Error, Result};
use crate::names::normal;
use crate::statement::Check;

/// A built-in audit as the help shows it.
#[derive(Debug, Clone, Copy)]
pub struct BuiltInAudit {
    /// What it is called.
    pub name: &'static str,
    /// How it is written.
    pub syntax: &'static str,
    /// What it finds.
    pub summary: &'static str,
}

/// All built-in audits.
pub const BUILT_IN_AUDITS: [BuiltInAudit; 6] = [
    BuiltInAudit {
        name: "unique",
        syntax: "unique(column, …)",
        summary: "values, or combinations of them, that stand in several rows",
    },
    BuiltInAudit {
        name: "not_null",
        syntax: "not_null(column, …)",
        summary: "rows with NULL or NaN in one of the columns",
    },
    BuiltInAudit {
        name: "accepted_range",
        syntax: "accepted_range(column, low, high)",
        summary: "values below low or above high, NaN too; NULL passes",
    },
    BuiltInAudit {
        name: "freshness",
        syntax: "freshness(column, INTERVAL '…')",
        summary: "a newest time that is further back from the cut than the interval, or no time at all",
    },
    BuiltInAudit {
        name: "no_future",
        syntax: "no_future([column])",
        summary: "rows whose time, the event time if no column is named, is after the cut",
    },
    BuiltInAudit {
        name: "row_count",
        syntax: "row_count(low, high)",
        summary: "a number of rows below low or above high times the median of what the last 20 runs made",
    },
];

/// What a check needs to know of its table.
pub(crate) struct About {
    pub name: TableName,
    pub schema: SchemaRef,
    /// The event time, which a plain table's first time stands for.
    pub time: Option<String>,
    /// The instant that reads are cut at.
    pub cut: DateTime<Utc>,
    /// Whether any run has been recorded.
    pub has_runs: bool,
}

/// The query that finds what a check looks for.
pub(crate) fn query(check: &Check, about: &About) -> Result<Box<Query>> {
    let name = normal(&check.name);
    let Some(audit) = BUILT_IN_AUDITS.iter().find(|audit| audit.name == name) else {
        let names = BUILT_IN_AUDITS.map(|audit| audit.name);
        return Err(Error::sql(format!(
            "no built-in audit '{name}'{}, known: {}; AUDIT (name) AS SELECT … takes any query",
            did_you_mean(&name, names),
            names.join(", ")
        )));
    };
    let wrong = || {
        let given: Vec<String> = check.arguments.iter().map(ToString::to_string).collect();
        Error::sql(format!(
            "audit {name}: was {name}({}), expected {}",
            given.join(", "),
            audit.syntax
        ))
    };
    let table = format!("\"{}\".\"{}\"", about.name.schema, about.name.table);
    let arguments = check.arguments.as_slice();
    let columns = || arguments.iter().map(|e| column(e, about)).collect::<Result<Vec<_>>>();
    let cut = about.cut.format("%Y-%m-%dT%H:%M:%S%.6fZ");
    let text = match (name.as_str(), arguments) {
        ("unique", [_, ..]) => {
            let columns = columns()?.join(", ");
            format!(
                "SELECT {columns}, count(*) AS rows FROM {table} GROUP BY {columns} \
                 HAVING count(*) > 1 ORDER BY {columns}"
            )
        }
        ("not_null", [_, ..]) => {
            let missing = |column: String| match about.is_float(&column) {
                true => format!("({column} IS NULL OR isnan({column}))"),
                false => format!("{column} IS NULL"),
            };
            let missing: Vec<String> = columns()?.into_iter().map(missing).collect();
            format!("SELECT * FROM {table} WHERE {}", missing.join(" OR "))
        }
        ("accepted_range", [of, low, high]) => {
            let of = column(of, about)?;
            let nan = if about.is_float(&of) { format!(" OR isnan({of})") } else { String::new() };
            format!("SELECT * FROM {table} WHERE {of} < {low} OR {of} > {high}{nan}")
        }
        ("freshness", [of, age]) => {
            let of = column(of, about)?;
            format!(
                "SELECT max({of}) AS newest, TIMESTAMP '{cut}' AS cut FROM {table} \
                 HAVING max({of}) IS NULL OR CAST(max({of}) AS TIMESTAMP(6)) < TIMESTAMP '{cut}' - {age}"
            )
        }
        ("no_future", [] | [_]) => {
            let of = match (arguments.first(), &about.time) {
                (Some(of), _) => column(of, about)?,
                (None, Some(time)) => quoted(time),
                (None, None) => return Err(wrong()),
            };
            format!("SELECT * FROM {table} WHERE CAST({of} AS TIMESTAMP(6)) > TIMESTAMP '{cut}'")
        }
        // The first run has nothing to compare with.
        ("row_count", [_, _]) if !about.has_runs => "SELECT 1 AS rows WHERE false".to_owned(),
        ("row_count", [low, high]) => format!(
            "SELECT now.rows, before.typical FROM (SELECT count(*) AS rows FROM {table}) AS now \
             CROSS JOIN (SELECT median(made) AS typical FROM ( \
               SELECT CAST(rows + skipped AS DOUBLE) AS made FROM ops.steps \
               WHERE name = '{}' AND outcome IN ('succeeded', 'unchanged') \
               ORDER BY started_at DESC LIMIT 20) AS runs) AS before \
             WHERE now.rows < {low} * before.typical OR now.rows > {high} * before.typical",
            about.name
        ),
        _ => return Err(wrong()),
    };
    let dialect = TradeMlDialect::default();
    let query = Parser::new(&dialect).try_with_sql(&text).and_then(|mut p| p.parse_query());
    query.map_err(|e| Error::sql(format!("audit {name}: {e}")))
}

impl About {
    fn is_float(&self, column: &str) -> bool {
        let field = self.schema.fields().iter().find(|field| quoted(field.name()) == column);
        field
            .is_some_and(|field| matches!(field.data_type(), DataType::Float64 | DataType::Float32))
    }
}

/// A column of the table, by name.
fn column(e: &Expr, about: &About) -> Result<String> {
    let name = match e {
        Expr::Identifier(name) => normal(name),
        other => return Err(Error::sql(format!("'{other}' is not a column of {}", about.name))),
    };
    if about.schema.index_of(&name).is_ok() {
        return Ok(quoted(&name));
    }
    let names = about.schema.fields().iter().map(|field| field.name().as_str());
    Err(Error::sql(format!("{} has no column '{name}'{}", about.name, did_you_mean(&name, names))))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
