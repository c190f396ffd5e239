//! From a column to the kernel and back: NULL rows are absent, values outside the domain an error.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Float64Builder};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::{Result, exec_err, internal_err};

use crate::function::Contract;

/// The values a feature is defined for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Domain {
    /// Finite numbers above zero: prices.
    Price,
    /// Finite numbers.
    Finite,
}

/// Evaluates a kernel over the values of a function's first column.
///
/// The kernel gives the values of the last rows; rows before them (warm-up) are NULL.
pub(super) fn values_only(
    contract: &Contract,
    columns: &[ArrayRef],
    domain: Domain,
    kernel: impl FnOnce(&[f64]) -> Vec<f64>,
) -> Result<ArrayRef> {
    let Some(column) = columns.first().and_then(|c| c.as_primitive_opt::<Float64Type>()) else {
        return internal_err!("{}: the column is not a float column", contract.name);
    };
    for (row, value) in column.iter().enumerate() {
        let Some(value) = value else { continue };
        let (valid, expected) = match domain {
            Domain::Price => (value.is_finite() && value > 0.0, "a finite number > 0"),
            Domain::Finite => (value.is_finite(), "a finite number"),
        };
        if !valid {
            return exec_err!(
                "{}: argument '{}' is {value} in row {} of its partition, expected {expected}; \
                 filter the row out or make it NULL",
                contract.name,
                contract.arguments[0].name,
                row + 1
            );
        }
    }
    if column.null_count() == 0 {
        let values = kernel(column.values());
        let mut out = Float64Builder::with_capacity(column.len());
        out.append_nulls(column.len().saturating_sub(values.len()));
        out.append_slice(&values);
        return Ok(Arc::new(out.finish()));
    }
    let present: Vec<f64> = column.iter().flatten().collect();
    let values = kernel(&present);
    let warm_up = present.len().saturating_sub(values.len());
    let mut values = std::iter::repeat_n(None, warm_up).chain(values.into_iter().map(Some));
    let rows = column.iter().map(|row| row.and_then(|_| values.next().flatten()));
    Ok(Arc::new(rows.collect::<Float64Array>()))
}
