//! How far two results are apart, whatever the order of their rows.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Float64Type, Int64Type, Schema};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::prelude::SessionContext;

use crate::Result;

/// Above the rounding of any sensible order of summation, below any other definition of a factor.
const SMALL: f64 = 1e-6;
/// Likewise, as a share of the largest number of a column: millions of shares have fewer digits left.
const SMALL_SHARE: f64 = 1e-11;

/// The distance of two results.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Rows that only one side has.
    unmatched: i64,
    /// Cells that are NULL on one side only.
    null_on_one_side: i64,
    /// The largest absolute difference of two numbers.
    largest: f64,
    /// Whether it is above what rounding makes in some column.
    is_large: bool,
    /// Where that was.
    column: String,
    /// The number of rows that both have.
    matched: i64,
}

impl Difference {
    /// Same rows, same NULLs, numbers equal but for rounding.
    pub fn is_small(&self) -> bool {
        self.unmatched == 0 && self.null_on_one_side == 0 && !self.is_large
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_small() { "yes" } else { "NO" };
        write!(f, "{verdict}: {} rows, max |Δ| {:.1e}", self.matched, self.largest)?;
        if self.largest > 0.0 || self.largest.is_nan() {
            write!(f, " in {}", self.column)?;
        }
        if self.unmatched > 0 {
            write!(f, ", {} rows on one side only", self.unmatched)?;
        }
        if self.null_on_one_side > 0 {
            write!(f, ", {} NULLs on one side only", self.null_on_one_side)?;
        }
        Ok(())
    }
}

/// A result as a table.
pub fn table(batches: &[RecordBatch]) -> Result<Arc<dyn TableProvider>> {
    let schema = batches.first().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
    // Two sides may disagree about which columns can be NULL, batches of one side too.
    let fields: Vec<_> = schema.fields().iter().map(|f| f.as_ref().clone()).collect();
    let fields = fields.into_iter().map(|f| f.with_nullable(true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let batches: std::result::Result<Vec<_>, _> = batches
        .iter()
        .map(|b| RecordBatch::try_new(Arc::clone(&schema), b.columns().to_vec()))
        .collect();
    Ok(Arc::new(MemTable::try_new(schema, vec![batches?])?))
}

/// Compares all columns of `ours` that are no key, by name, row by row of equal `keys`.
pub async fn difference(
    ours: Arc<dyn TableProvider>,
    theirs: Arc<dyn TableProvider>,
    keys: &[&str],
) -> Result<Difference> {
    let schema = ours.schema();
    let names = schema.fields().iter().map(|f| f.name().as_str());
    let columns: Vec<&str> = names.filter(|name| !keys.contains(name)).collect();
    let context = SessionContext::new();
    context.register_table("ours", ours)?;
    context.register_table("theirs", theirs)?;
    let on: Vec<_> = keys.iter().map(|k| format!("a.{k} = b.{k}")).collect();
    let one_side = format!("a.{0} IS NULL OR b.{0} IS NULL", keys[0]);
    let mut wanted = vec![
        format!("count(*) FILTER (WHERE {one_side})"),
        format!("count(*) FILTER (WHERE NOT ({one_side}))"),
    ];
    for c in &columns {
        wanted.push(format!(
            "count(*) FILTER (WHERE NOT ({one_side}) AND (a.{c} IS NULL) <> (b.{c} IS NULL))"
        ));
        wanted.push(format!("coalesce(max(abs(CAST(a.{c} AS DOUBLE) - b.{c})), 0.0)"));
        wanted.push(format!("coalesce(max(abs(CAST(b.{c} AS DOUBLE))), 0.0)"));
    }
    let sql = format!(
        "SELECT {} FROM ours a FULL JOIN theirs b ON {}",
        wanted.join(", "),
        on.join(" AND ")
    );
    let found = context.sql(&sql).await?.collect().await?;
    let found = found.iter().find(|b| b.num_rows() == 1).ok_or("the comparison gave no row")?;
    let count = |i: usize| found.column(i).as_primitive::<Int64Type>().value(0);
    let mut result = Difference {
        unmatched: count(0),
        matched: count(1),
        null_on_one_side: 0,
        largest: 0.0,
        is_large: false,
        column: String::new(),
    };
    for (i, name) in columns.iter().enumerate() {
        let number = |i: usize| found.column(i).as_primitive::<Float64Type>().value(0);
        result.null_on_one_side += count(2 + 3 * i);
        let (distance, scale) = (number(3 + 3 * i), number(4 + 3 * i));
        // Unless it is NaN.
        let is_small = distance <= SMALL.max(SMALL_SHARE * scale);
        result.is_large |= !is_small;
        if distance.is_nan() || distance > result.largest {
            result.largest = distance;
            result.column = (*name).to_string();
        }
    }
    Ok(result)
}
