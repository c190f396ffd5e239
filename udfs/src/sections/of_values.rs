//! From a cross-section's column to the kernel and back: NULL rows do not count.

use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, Float64Array};
use datafusion::arrow::datatypes::{Float64Type, Int64Type};
use datafusion::common::{Result, internal_err};

use crate::function::Contract;
use crate::window::null_where_nan;

/// A value a row; where the kernel gives none, or NaN, it is NULL.
pub fn of_values(
    contract: &Contract,
    columns: &[ArrayRef],
    kernel: impl FnOnce(&[f64]) -> Vec<f64>,
) -> Result<ArrayRef> {
    Ok(Arc::new(values(contract, columns, kernel)?))
}

/// A whole number a row.
pub fn integers(
    contract: &Contract,
    columns: &[ArrayRef],
    kernel: impl FnOnce(&[f64]) -> Vec<f64>,
) -> Result<ArrayRef> {
    let values = values(contract, columns, kernel)?;
    Ok(Arc::new(values.unary::<_, Int64Type>(|value| value as i64)))
}

fn values(
    contract: &Contract,
    columns: &[ArrayRef],
    kernel: impl FnOnce(&[f64]) -> Vec<f64>,
) -> Result<Float64Array> {
    let Some(x) = columns.first().and_then(|c| c.as_primitive_opt::<Float64Type>()) else {
        return internal_err!("{}: the column is not of floats", contract.name);
    };
    let mut all = vec![f64::NAN; x.len()];
    match x.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => {
            let results = kernel(x.values());
            all[..results.len()].copy_from_slice(&results);
        }
        Some(nulls) => {
            let present: Vec<f64> = x.iter().flatten().collect();
            let rows = nulls.inner().set_indices();
            rows.zip(kernel(&present)).for_each(|(row, value)| all[row] = value);
        }
    }
    Ok(null_where_nan(all))
}
