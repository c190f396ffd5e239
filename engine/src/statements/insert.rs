//! `INSERT INTO`: appends a query's rows to a point-in-time table.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit};
use trademl_catalog::{CommitId, KNOWN_AT, LINEAGE, Lake, Lineage, RowDigest, Table, TableName};
use trademl_udfs::relation::did_you_mean;

use crate::action::Action;
use crate::error::{Error, Result};

#[derive(Debug)]
pub(crate) struct InsertAction {
    pub lake: Lake,
    pub table: TableName,
    /// Columns of it that the query fills with labels.
    pub labels: Vec<String>,
    pub lineage: Lineage,
    /// The digest of the query's rows, for the record of a run.
    pub digest: Option<OnceLock<RowDigest>>,
}

#[async_trait]
impl Action for InsertAction {
    fn describe(&self) -> String {
        format!("Insert: {}", self.table)
    }

    fn schema(&self) -> SchemaRef {
        super::written_schema()
    }

    fn digest(&self) -> Option<String> {
        Some(self.digest.as_ref()?.get()?.finish())
    }

    async fn run(
        &self,
        mut inputs: Vec<SendableRecordBatchStream>,
        _: Arc<TaskContext>,
    ) -> Result<RecordBatch> {
        let Some(input) = inputs.pop() else {
            return Err(Error::sql(format!("{}: no query", self.table)));
        };
        let input = super::digested(input, self.digest.as_ref())?;
        if !self.labels.is_empty() {
            // Before the rows: nobody is to read them as anything else.
            self.lake.add_labels(&self.table, &self.labels, &CommitId::unique()).await?;
        }
        let outcome =
            self.lake.insert(&self.table, input, &self.lineage, &CommitId::unique()).await?;
        super::written(outcome.rows, outcome.skipped, outcome.version)
    }
}

/// Names and casts a query's columns as the table wants them.
///
/// With a column list they go by it. Without one they go by position, over the table's own columns
/// and optionally `known_at`; if the query's names say otherwise, that is an error rather than a
/// silent swap of columns.
pub(crate) fn mapped_to_columns(
    table: &Table,
    listed: &[String],
    query: LogicalPlan,
) -> Result<LogicalPlan> {
    let name = table.name();
    let schema = table.schema();
    let given: Vec<String> = query.schema().fields().iter().map(|f| f.name().clone()).collect();
    let targets = match listed.is_empty() {
        false => listed.to_vec(),
        true => by_position(table, &given)?,
    };
    if targets.len() != given.len() {
        return Err(Error::sql(format!(
            "{name}: the query has {} columns ({}), expected {} ({})",
            given.len(),
            given.join(", "),
            targets.len(),
            targets.join(", ")
        )));
    }
    let mut columns = vec![];
    for (target, (qualifier, field)) in targets.iter().zip(query.schema().iter()) {
        let Ok(wanted) = schema.field_with_name(target) else {
            let names = schema.fields().iter().map(|f| f.name().as_str());
            return Err(Error::sql(format!(
                "{name}: no column '{target}'{}",
                did_you_mean(target, names)
            )));
        };
        let column = Expr::Column((qualifier, field).into());
        let (from, to) = (field.data_type(), wanted.data_type());
        if !assignable(from, to) {
            return Err(Error::sql(format!(
                "{name}: column '{target}' is {to}, the query gives {from}; write \
                 CAST({} AS …) if that is meant",
                field.name()
            )));
        }
        let column = if from == to { column } else { cast(column, to.clone()) };
        columns.push(column.alias(target));
    }
    // What the list leaves out is NULL; a key or event time may not be, which the table says itself.
    let left_out = schema.fields().iter().filter(|f| {
        let name = f.name();
        f.is_nullable() && !LINEAGE.contains(&name.as_str()) && !targets.contains(name)
    });
    for field in left_out {
        columns.push(cast(lit(ScalarValue::Null), field.data_type().clone()).alias(field.name()));
    }
    Ok(LogicalPlanBuilder::from(query).project(columns)?.build()?)
}

fn by_position(table: &Table, given: &[String]) -> Result<Vec<String>> {
    let schema = table.schema();
    let mut targets: Vec<String> = schema
        .fields()
        .iter()
        .map(|f| f.name().clone())
        .filter(|n| !LINEAGE.contains(&n.as_str()))
        .collect();
    if given.len() == targets.len() + 1 {
        targets.push(KNOWN_AT.to_string());
    }
    let swapped = given != targets.as_slice()
        && given.iter().all(|g| targets.contains(g))
        && given.len() == targets.len();
    let unlisted = given.iter().find(|g| LINEAGE.contains(&g.as_str()) && !targets.contains(g));
    if swapped || unlisted.is_some() {
        return Err(Error::sql(format!(
            "{}: columns go by position ({}), but the query names them ({}); list them: INSERT \
             INTO {} ({}) …",
            table.name(),
            targets.join(", "),
            given.join(", "),
            table.name(),
            given.join(", ")
        )));
    }
    Ok(targets)
}

/// Casts that lose no meaning: within numbers, within text, within time, and text to time, which
/// fails on a row that is not one.
fn assignable(from: &DataType, to: &DataType) -> bool {
    let text = |t: &DataType| {
        matches!(t, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
            || matches!(t, DataType::Dictionary(_, v) if matches!(**v, DataType::Utf8))
    };
    let time =
        |t: &DataType| matches!(t, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..));
    from == to
        || from.is_null()
        || (from.is_integer() && to.is_numeric())
        || (from.is_numeric() && to.is_floating())
        || (from.is_decimal() && to.is_decimal())
        || (text(from) && (text(to) || time(to)))
        || (time(from) && time(to))
}
