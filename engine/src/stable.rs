//! `ASSERT PIT_STABLE (query) AT (…) | SAMPLE n`: asks a query again as it would have been answered
//! at past instants. Rows given then must be given now, with the same bits: otherwise a decision
//! made then rested on what was not known yet, or on what was corrected since.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::DFSchema;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use futures::TryStreamExt;

use crate::action::{self, Action};
use crate::error::{Error, ErrorKind, Result};
use crate::lookahead::Purpose;
use crate::meaning::Source;
use crate::names::normal;
use crate::pit::constant_instant;
use crate::planner::Planning;
use crate::statement::{AssertPitStable, Cuts};

/// Plans the query once for now and once for each instant.
pub(crate) async fn plan(
    planning: &mut Planning<'_>,
    assertion: AssertPitStable,
) -> Result<LogicalPlan> {
    let session_cut = planning.cut;
    let now = planning.query(assertion.query.clone(), Purpose::Evaluate).await?;
    let plain = planning.meaning.reads.iter().find(|(_, source)| match source {
        Source::Table(table) => table.definition().is_none(),
        _ => false,
    });
    if let Some((name, _)) = plain {
        return Err(Error::sql(format!(
            "ASSERT PIT_STABLE: {name} is replaced as a whole and has no past; assert the query that \
             makes it, over point-in-time tables"
        )));
    }
    let cuts = match &assertion.at {
        Cuts::At(instants) => {
            let mut cuts = vec![];
            for instant in instants {
                let mut instant = instant.clone();
                planning.rewrite(&mut instant)?;
                let e =
                    planning.state.create_logical_expr(&instant.to_string(), &DFSchema::empty())?;
                cuts.push(constant_instant("ASSERT PIT_STABLE", e)?);
            }
            cuts
        }
        Cuts::Sample(n) => spread(planning, *n)?,
    };
    if let Some(late) = cuts.iter().find(|at| **at > session_cut) {
        return Err(Error::sql(format!(
            "ASSERT PIT_STABLE: {} is after the cut of the session, {}; choose instants that have \
             passed",
            late.to_rfc3339(),
            session_cut.to_rfc3339()
        )));
    }
    let key = match assertion.key.is_empty() {
        false => assertion.key.iter().map(normal).collect(),
        true => default_key(now.schema()),
    };
    if let Some(missing) =
        key.iter().find(|name| now.schema().index_of_column_by_name(None, name).is_none())
    {
        return Err(Error::sql(format!(
            "ASSERT PIT_STABLE: the query has no column '{missing}' to tell its rows by"
        )));
    }
    let mut inputs = vec![now];
    for at in &cuts {
        planning.cut = *at;
        let then = planning.query(assertion.query.clone(), Purpose::Evaluate).await;
        planning.cut = session_cut;
        inputs.push(then?);
    }
    Ok(action::plan(Arc::new(StableAction { key, cuts }), inputs)?)
}

/// Instants spread evenly over the time in which the tables read became known.
fn spread(planning: &Planning<'_>, n: u64) -> Result<Vec<DateTime<Utc>>> {
    let tables = planning.meaning.reads.values().filter_map(|source| match source {
        Source::Table(table) => table.known_range(),
        _ => None,
    });
    let range = tables.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let Some((first, last)) = range.filter(|_| n > 0) else {
        return Err(Error::sql(
            "ASSERT PIT_STABLE: SAMPLE needs a number above 0 and a point-in-time table with rows",
        ));
    };
    let last = last.min(planning.cut);
    let step = (last - first) / i32::try_from(n + 1).unwrap_or(i32::MAX);
    Ok((1..=n).map(|i| first + step * i32::try_from(i).unwrap_or(i32::MAX)).collect())
}

/// Texts, whole numbers and times tell a row; what is measured does not.
fn default_key(schema: &DFSchema) -> Vec<String> {
    let tells = |t: &DataType| {
        matches!(
            t,
            DataType::Utf8
                | DataType::Utf8View
                | DataType::LargeUtf8
                | DataType::Date32
                | DataType::Date64
                | DataType::Timestamp(..)
        )
    };
    let lineage = |name: &str| trademl_catalog::LINEAGE.contains(&name);
    let fields = schema.fields().iter();
    let fields = fields.filter(|field| tells(field.data_type()) && !lineage(field.name()));
    fields.map(|field| field.name().clone()).collect()
}

#[derive(Debug)]
struct StableAction {
    key: Vec<String>,
    cuts: Vec<DateTime<Utc>>,
}

#[async_trait]
impl Action for StableAction {
    fn describe(&self) -> String {
        format!("AssertPitStable: {} instants, by {}", self.cuts.len(), self.key.join(", "))
    }

    fn schema(&self) -> SchemaRef {
        crate::statements::done_schema()
    }

    async fn run(
        &self,
        inputs: Vec<SendableRecordBatchStream>,
        _: Arc<TaskContext>,
    ) -> Result<RecordBatch> {
        let mut inputs = inputs.into_iter();
        let Some(now) = inputs.next() else { return Err(Error::sql("internal: no query")) };
        let now = Answer::read(now, &self.key).await?;
        let mut compared = 0;
        for (at, then) in self.cuts.iter().zip(inputs) {
            let then = Answer::read(then, &self.key).await?;
            compared += then.rows.num_rows();
            if let Some(difference) = then.first_difference(&now)? {
                return Err(Error::new(
                    ErrorKind::Audit,
                    format!(
                        "not stable: {difference} as of {}; EXPLAIN PIT tells what looks ahead, and \
                         corrections are read as they were known with FOR SYSTEM_TIME AS OF",
                        at.format("%Y-%m-%dT%H:%M:%S%.fZ")
                    ),
                ));
            }
        }
        let instants = self.cuts.len();
        crate::statements::done(format!("stable: {compared} rows at {instants} instants as now"))
    }
}

/// The rows of one answer, by key.
struct Answer {
    rows: RecordBatch,
    keys: HashMap<OwnedRow, usize>,
    order: Vec<OwnedRow>,
}

impl Answer {
    async fn read(rows: SendableRecordBatchStream, key: &[String]) -> Result<Self> {
        let schema = rows.schema();
        let batches: Vec<RecordBatch> = rows.try_collect().await?;
        let rows = concat_batches(&schema, &batches)?;
        let columns: Vec<ArrayRef> =
            key.iter().filter_map(|name| rows.column_by_name(name).cloned()).collect();
        let fields = columns.iter().map(|c| SortField::new(c.data_type().clone())).collect();
        let converted = RowConverter::new(fields)?.convert_columns(&columns)?;
        let order: Vec<OwnedRow> = converted.iter().map(|row| row.owned()).collect();
        let mut answer = Self { rows, keys: HashMap::new(), order };
        for row in 0..answer.rows.num_rows() {
            if answer.keys.insert(answer.order[row].clone(), row).is_some() {
                return Err(Error::sql(format!(
                    "ASSERT PIT_STABLE: several rows have {}; say what tells them apart, as in KEY \
                     (symbol, date)",
                    answer.shown(row, key)?
                )));
            }
        }
        Ok(answer)
    }

    /// The first row of this answer that a later one gives otherwise, in words.
    fn first_difference(&self, now: &Self) -> Result<Option<String>> {
        let each = self.rows.columns().iter().zip(now.rows.columns());
        let columns = each.map(|(then, now)| Ok((bits(then)?, bits(now)?)));
        let columns: Vec<_> = columns.collect::<Result<_>>()?;
        let names: Vec<String> =
            self.rows.schema().fields().iter().map(|field| field.name().clone()).collect();
        for row in 0..self.rows.num_rows() {
            let Some(later) = now.keys.get(&self.order[row]) else {
                return Ok(Some(format!(
                    "the row {} is gone that was given",
                    self.shown(row, &names)?
                )));
            };
            let differs = columns.iter().position(|(then, now)| then[row] != now[*later]);
            let Some(column) = differs else { continue };
            let value = |rows: &RecordBatch, row| shown(rows.column(column), row);
            return Ok(Some(format!(
                "column '{}' of the row {} is {} now and was {}",
                names[column],
                self.shown(row, &names)?,
                value(&now.rows, *later)?,
                value(&self.rows, row)?
            )));
        }
        Ok(None)
    }

    fn shown(&self, row: usize, names: &[String]) -> Result<String> {
        let mut text = String::from("(");
        for (i, name) in names.iter().take(6).enumerate() {
            let Some(column) = self.rows.column_by_name(name) else { continue };
            let value = shown(column, row)?;
            let _ = write!(text, "{}{name} {value}", if i > 0 { ", " } else { "" });
        }
        Ok(text + if names.len() > 6 { ", …)" } else { ")" })
    }
}

/// A value as text.
fn shown(column: &ArrayRef, row: usize) -> Result<String> {
    let options = FormatOptions::default().with_null("NULL");
    Ok(ArrayFormatter::try_new(column.as_ref(), &options)?.value(row).to_string())
}

/// A column's values as comparable bits: NaN equals itself, and 0 is not −0.
fn bits(column: &ArrayRef) -> Result<Vec<OwnedRow>> {
    let converter = RowConverter::new(vec![SortField::new(column.data_type().clone())])?;
    let rows = converter.convert_columns(std::slice::from_ref(column))?;
    Ok(rows.iter().map(|row| row.owned()).collect())
}
