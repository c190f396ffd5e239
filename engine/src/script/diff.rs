//! The rows in which two versions, or two environments, of a table differ.

use chrono::Utc;
use datafusion::arrow::array::RecordBatch;
use datafusion::common::{ScalarValue, TableReference};
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, lit};
use datafusion::prelude::SessionContext;
use trademl_catalog::{Lake, Table, TableName, pit_snapshot};

use crate::engine::Engine;
use crate::error::{Error, Result};

/// One of the two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// The table as it is.
    Now,
    /// A Delta version of it.
    Version(u64),
    /// As an environment has it.
    Environment(String),
}

/// What differs.
#[derive(Debug, Clone)]
pub struct DiffReport {
    /// Rows of one side only: `change` is `-` or `+`, then the columns that both have.
    pub rows: Vec<RecordBatch>,
    /// Rows of the first side only.
    pub removed: usize,
    /// Rows of the second side only.
    pub added: usize,
    /// Columns that only one side has, with its sign.
    pub columns: Vec<String>,
}

/// Compares two sides of a table, at most `limit` rows of each shown.
pub async fn diff(
    engine: &Engine,
    table: &str,
    from: &Side,
    to: &Side,
    limit: usize,
) -> Result<DiffReport> {
    let name: TableName = table.parse()?;
    let session = engine.session()?;
    let (state, _) = session.state()?;
    let context = SessionContext::new_with_state(state);
    let (before, after) = (side(engine, &name, from).await?, side(engine, &name, to).await?);
    let (before_schema, after_schema) = (before.schema(), after.schema());
    let both: Vec<&str> = before_schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .filter(|name| after_schema.index_of(name).is_ok())
        .filter(|name| !["ingested_at", "source_uri", "transform_id"].contains(name))
        .collect();
    let only = |sign: &str, of: &Table, other: &Table| -> Vec<String> {
        let fields = of.schema();
        let names = fields.fields().iter().map(|field| field.name().clone());
        let names = names.filter(|name| other.schema().index_of(name).is_err());
        names.map(|name| format!("{sign}{name}")).collect()
    };
    let mut columns = only("-", &before, &after);
    columns.extend(only("+", &after, &before));
    let frame = |table: &Table| frame(&context, table, &both);
    let removed = frame(&before)?.except(frame(&after)?)?;
    let added = frame(&after)?.except(frame(&before)?)?;
    let (gone, new) = (removed.clone().count().await?, added.clone().count().await?);
    let mut rows = vec![];
    for (sign, frame) in [("-", removed), ("+", added)] {
        let mut shown = vec![lit(sign).alias("change")];
        shown.extend(both.iter().map(|name| column(name)));
        let order = both.iter().map(|name| column(name).sort(true, false)).collect();
        let frame = frame.select(shown)?.sort(order)?.limit(0, Some(limit))?;
        rows.extend(frame.collect().await?);
    }
    Ok(DiffReport { rows, removed: gone, added: new, columns })
}

async fn side(engine: &Engine, name: &TableName, side: &Side) -> Result<Table> {
    let lake: Lake = match side {
        Side::Environment(environment) => engine.lake().in_environment(environment)?,
        _ => engine.lake().clone(),
    };
    let found = match side {
        Side::Version(version) => Some(lake.table_at_version(name, *version).await?),
        _ => lake.table(name).await?,
    };
    found.ok_or_else(|| Error::usage(format!("diff: there is no table '{name}' in {side}")))
}

/// The rows that a query sees, those that readers of a point-in-time table see now.
fn frame(context: &SessionContext, table: &Table, columns: &[&str]) -> Result<DataFrame> {
    let name = table.name().table.clone();
    let plan = match table.definition() {
        Some(_) => {
            let now = Utc::now().timestamp_micros();
            let now = ScalarValue::TimestampMicrosecond(Some(now), Some("UTC".into()));
            pit_snapshot(table, TableReference::bare(name), Some(lit(now)))?
        }
        None => {
            let source = datafusion::datasource::provider_as_source(table.provider());
            LogicalPlanBuilder::scan(name, source, None)?.build()?
        }
    };
    let frame = DataFrame::new(context.state(), plan);
    Ok(frame.select(columns.iter().map(|name| column(name)).collect::<Vec<_>>())?)
}

fn column(name: &str) -> Expr {
    Expr::Column(datafusion::common::Column::new_unqualified(name))
}

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Now => f.write_str("the lake"),
            Self::Version(version) => write!(f, "version {version}"),
            Self::Environment(name) => write!(f, "environment '{name}'"),
        }
    }
}
