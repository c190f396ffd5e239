//! Numbers of a row in, a struct of numbers out.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Float64Type};
use datafusion::common::{Result, internal_err};

use crate::function::Contract;

/// Evaluates numbers in each row; none where one is NULL.
pub(crate) fn rows<'a, const N: usize>(
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

/// The fields of a struct of numbers, the last of them `flags` of truth.
pub(crate) fn fields(numbers: &[&str], flags: &[&str]) -> Fields {
    let field = |name: &&str, data_type: DataType| Field::new(*name, data_type, true);
    let numbers = numbers.iter().map(|name| field(name, DataType::Float64));
    numbers.chain(flags.iter().map(|name| field(name, DataType::Boolean))).collect()
}

/// A struct of numbers and flags a row, NULL where there is none.
pub(crate) fn structs<const N: usize, const F: usize>(
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
