//! Scalar functions of floats: a value a row, NULL where an argument is, numbers outside their domain an
//! error.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::{Result, exec_err, internal_err};

use crate::function::Contract;
use crate::window::Domain;

/// Evaluates `f` in each row; NaN is NULL.
pub(super) fn per_row<const K: usize>(
    contract: &Contract,
    columns: &[ArrayRef],
    domains: [Domain; K],
    f: impl Fn([f64; K]) -> f64,
) -> Result<ArrayRef> {
    let floats = columns.iter().map(|c| c.as_primitive_opt::<Float64Type>());
    let Some(floats) = floats.collect::<Option<Vec<_>>>().filter(|floats| floats.len() == K) else {
        return internal_err!("{}: expected {K} float columns", contract.name);
    };
    let rows = floats.first().map_or(0, |column| column.len());
    let value = |row: usize| -> Result<Option<f64>> {
        let mut values = [0.0; K];
        let mut present = true;
        for (i, (column, domain)) in floats.iter().zip(domains).enumerate() {
            if column.is_null(row) {
                present = false;
                continue;
            }
            values[i] = column.value(row);
            let (valid, expected) = match domain {
                Domain::Finite => (true, "a finite number"),
                Domain::Price => (values[i] > 0.0, "a finite number > 0"),
                Domain::NonNegative => (values[i] >= 0.0, "a finite number ≥ 0"),
            };
            if !(valid && values[i].is_finite()) {
                return exec_err!(
                    "{}: argument '{}' is {}, expected {expected}; filter the row out or make it \
                     NULL",
                    contract.name,
                    contract.arguments[i].name,
                    values[i]
                );
            }
        }
        Ok(present.then(|| f(values)).filter(|value| !value.is_nan()))
    };
    Ok(Arc::new((0..rows).map(value).collect::<Result<Float64Array>>()?))
}
