//! Raw SVI parameters as arguments, and numbers as a struct.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Float64Type};
use datafusion::common::{Result, internal_err};
use trademl_math::options::svi::raw::RawSvi;

use super::arguments::number;
use crate::function::{Argument, Contract};

pub(super) const K: Argument = number("k", "1", "log-moneyness ln(strike / forward)");
pub(super) const A: Argument = number("a", "total variance", "level; may be negative");
pub(super) const B: Argument = number("b", "total variance", "mean slope of the wings, ≥ 0");
pub(super) const RHO: Argument = number("rho", "1", "tilt of the wings, −1 < rho < 1");
pub(super) const M: Argument = number("m", "1", "log-moneyness between the wings");
pub(super) const SIGMA: Argument = number("sigma", "1", "width of the bend between the wings, > 0");

pub(super) const NULLS: &str = "a NULL argument gives NULL, and so do parameters of no slice: b < 0, |rho| ≥ 1, sigma ≤ 0, \
     a lowest total variance below 0, NaN or infinity";
pub(super) const ERRORS: &str = "none but types";

/// Evaluates numbers in each row; none where one is NULL.
pub(super) fn rows<'a, const N: usize>(
    contract: &Contract,
    columns: &'a [ArrayRef],
) -> Result<impl Iterator<Item = Option<[f64; N]>> + 'a> {
    let floats = columns.iter().map(|c| c.as_primitive_opt::<Float64Type>());
    let floats = floats.collect::<Option<Vec<_>>>().and_then(|f| <[_; N]>::try_from(f).ok());
    let Some(floats) = floats else {
        return internal_err!("{}: expected {N} columns of floats", contract.name);
    };
    let rows = floats[0].len();
    Ok((0..rows).map(move |row| {
        let present = floats.iter().all(|column| column.is_valid(row));
        present.then(|| floats.map(|column| column.value(row)))
    }))
}

/// The slice with these parameters.
pub(super) fn slice([a, b, rho, m, sigma]: [f64; 5]) -> Option<RawSvi> {
    RawSvi::new(a, b, rho, m, sigma)
}

/// The fields of a struct of numbers, the last of them `flags` of truth.
pub(super) fn fields(numbers: &[&str], flags: &[&str]) -> Fields {
    let field = |name: &&str, data_type: DataType| Field::new(*name, data_type, true);
    let numbers = numbers.iter().map(|name| field(name, DataType::Float64));
    numbers.chain(flags.iter().map(|name| field(name, DataType::Boolean))).collect()
}

/// A struct of numbers and flags a row, NULL where there is none.
pub(super) fn structs<const N: usize, const F: usize>(
    fields: Fields,
    rows: impl Iterator<Item = Option<([f64; N], [bool; F])>>,
) -> Result<ArrayRef> {
    let rows: Vec<_> = rows.collect();
    let number = |i: usize| -> ArrayRef {
        let values = rows.iter().map(|row| row.map(|(numbers, _)| numbers[i]));
        Arc::new(values.collect::<Float64Array>())
    };
    let flag = |i: usize| -> ArrayRef {
        let values = rows.iter().map(|row| row.map(|(_, flags)| flags[i]));
        Arc::new(values.collect::<BooleanArray>())
    };
    let columns = (0..N).map(number).chain((0..F).map(flag)).collect();
    let valid: NullBuffer = rows.iter().map(Option::is_some).collect();
    Ok(Arc::new(StructArray::try_new(fields, columns, Some(valid))?))
}
