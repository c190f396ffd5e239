//! From a cross-section's column to the kernel and back: NULL rows do not count.

use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, Float64Array, Int64Array};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::{Result, internal_err};

use crate::function::Contract;

/// A value a row; where the kernel gives none, or NaN, it is NULL.
pub fn of_values(
    contract: &Contract,
    columns: &[ArrayRef],
    kernel: impl FnOnce(&[f64]) -> Vec<f64>,
) -> Result<ArrayRef> {
    let values = values(contract, columns, kernel)?;
    Ok(Arc::new(values.into_iter().collect::<Float64Array>()))
}

/// A whole number a row.
pub fn integers(
    contract: &Contract,
    columns: &[ArrayRef],
    kernel: impl FnOnce(&[f64]) -> Vec<f64>,
) -> Result<ArrayRef> {
    let values = values(contract, columns, kernel)?;
    Ok(Arc::new(values.into_iter().map(|v| v.map(|v| v as i64)).collect::<Int64Array>()))
}

fn values(
    contract: &Contract,
    columns: &[ArrayRef],
    kernel: impl FnOnce(&[f64]) -> Vec<f64>,
) -> Result<Vec<Option<f64>>> {
    let Some(x) = columns.first().and_then(|c| c.as_primitive_opt::<Float64Type>()) else {
        return internal_err!("{}: the column is not of floats", contract.name);
    };
    let present: Vec<f64> = x.iter().flatten().collect();
    let mut results = kernel(&present).into_iter();
    let mut next = || results.next().filter(|value| !value.is_nan());
    Ok((0..x.len()).map(|row| if x.is_valid(row) { next() } else { None }).collect())
}
