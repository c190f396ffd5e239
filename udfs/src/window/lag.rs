//! `lag(x, n)` of SQL, a column at a time.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, new_empty_array, new_null_array};
use datafusion::arrow::compute::concat;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{DFSchema, Result, ScalarValue, internal_err};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    Expr, ExprSchemable, LimitEffect, PartitionEvaluator, Signature, WindowFunctionDefinition,
    WindowUDF, WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;

use super::column::{Segments, WindowColumn};
use super::standard::any;

/// The value of some rows before, NULL where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Lag {
    rows: usize,
    signature: Signature,
}

/// Longest distance: so many rows are copied a batch.
const MOST_ROWS: usize = 65_536;

/// The call as one of ours, if it is of a constant distance and NULLs are neither skipped nor replaced.
pub(super) fn lagged(function: &WindowFunction, schema: &DFSchema) -> Option<WindowFunction> {
    let WindowFunctionDefinition::WindowUDF(udf) = &function.fun else { return None };
    let params = &function.params;
    if udf.name() != "lag"
        || udf.inner().is::<Lag>()
        || params.filter.is_some()
        || params.distinct
        || params.null_treatment.is_some()
    {
        return None;
    }
    let (x, rows) = match params.args.as_slice() {
        [x] => (x, 1),
        [x, Expr::Literal(rows, _)] => (x, distance(rows)?),
        [x, Expr::Literal(rows, _), Expr::Literal(ScalarValue::Null, _)] => (x, distance(rows)?),
        _ => return None,
    };
    // A view holds on to its batches, however few of its rows are kept.
    match x.get_type(schema).ok()? {
        DataType::Utf8View | DataType::BinaryView | DataType::Null => return None,
        nested if nested.is_nested() => return None,
        _ => {}
    }
    let mut params = params.clone();
    params.args = vec![x.clone()];
    let fun = Arc::new(WindowUDF::from(Lag { rows, signature: any() }));
    Some(WindowFunction { fun: WindowFunctionDefinition::WindowUDF(fun), params })
}

fn distance(rows: &ScalarValue) -> Option<usize> {
    if !rows.data_type().is_integer() {
        return None;
    }
    match rows.cast_to(&DataType::Int64) {
        Ok(ScalarValue::Int64(Some(rows))) => {
            usize::try_from(rows).ok().filter(|rows| *rows <= MOST_ROWS)
        }
        _ => None,
    }
}

impl WindowUDFImpl for Lag {
    fn name(&self) -> &'static str {
        "lag"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn field(&self, args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        match args.input_fields() {
            [x] => Ok(Arc::new(x.as_ref().clone().with_name(args.name()).with_nullable(true))),
            other => internal_err!("lag of {} columns", other.len()),
        }
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        Ok(given.to_vec())
    }

    fn partition_evaluator(
        &self,
        _: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Evaluator(self.clone())))
    }

    fn limit_effect(&self, _: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        LimitEffect::None
    }
}

#[derive(Debug)]
struct Evaluator(Lag);

impl PartitionEvaluator for Evaluator {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let whole = Segments { ranges: std::iter::once(0..rows).collect(), continues: false };
        self.0.column().push(values, &whole)
    }
}

impl Lag {
    /// A new column of it.
    pub fn column(&self) -> Box<dyn WindowColumn> {
        Box::new(LagColumn { rows: self.rows, last: None })
    }
}

struct LagColumn {
    rows: usize,
    /// The last rows of the partition in work, as many as are reached back for; fewer while there are.
    last: Option<ArrayRef>,
}

impl WindowColumn for LagColumn {
    fn push(&mut self, columns: &[ArrayRef], segments: &Segments) -> Result<ArrayRef> {
        let [column] = columns else { return internal_err!("lag of {} columns", columns.len()) };
        let none = || new_empty_array(column.data_type());
        let mut parts: Vec<ArrayRef> = vec![];
        for (n, range) in segments.ranges.iter().enumerate() {
            let before = match self.last.take() {
                Some(last) if n == 0 && segments.continues => last,
                _ => none(),
            };
            // Of the rows that lie so far back: those that no row of the partition is, those of batches
            // before, those of this one.
            let rows = range.len();
            let absent = self.rows.saturating_sub(before.len()).min(rows);
            let earlier = (rows - absent).min(before.len());
            let here = rows - absent - earlier;
            if absent > 0 {
                parts.push(new_null_array(column.data_type(), absent));
            }
            if earlier > 0 {
                parts.push(before.slice(0, earlier));
            }
            if here > 0 {
                parts.push(column.slice(range.start, here));
            }
            if n + 1 < segments.ranges.len() {
                continue;
            }
            let kept = self.rows.min(before.len() + rows);
            let new = kept.min(rows);
            let old = kept - new;
            // Copied: a slice would hold on to the batch.
            self.last = Some(concat(&[
                &before.slice(before.len() - old, old),
                &column.slice(range.end - new, new),
            ])?);
        }
        match parts.is_empty() {
            true => Ok(none()),
            false => Ok(concat(&parts.iter().map(AsRef::as_ref).collect::<Vec<_>>())?),
        }
    }

    fn size(&self) -> usize {
        self.last.as_ref().map_or(0, |last| last.get_array_memory_size())
    }
}
