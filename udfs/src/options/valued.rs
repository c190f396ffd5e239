//! The shape of the family: from a kind and numbers to a value, or to how it came about.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::{Result, exec_err, internal_err};
use trademl_math::options::kind::Kind;
use trademl_math::options::status::Status;

use crate::function::Contract;

/// The options of a batch: a kind and `K` numbers each.
pub(super) struct Options<'a, const K: usize> {
    /// Calls and puts; of a NULL row any.
    pub kinds: Vec<Kind>,
    /// The numbers, by argument.
    pub numbers: [&'a [f64]; K],
    /// The rows that have all of them.
    pub present: Option<NullBuffer>,
}

impl<'a, const K: usize> Options<'a, K> {
    /// Reads the columns of a call.
    ///
    /// # Errors
    ///
    /// If a kind is neither call nor put.
    pub fn read(contract: &Contract, columns: &'a [ArrayRef]) -> Result<Self> {
        let Some((kinds, floats)) = columns.split_first() else {
            return internal_err!("{}: no columns", contract.name);
        };
        let floats = floats.iter().map(|c| c.as_primitive_opt::<Float64Type>());
        let floats = floats.collect::<Option<Vec<_>>>().and_then(|f| <[_; K]>::try_from(f).ok());
        let (Some(texts), Some(floats)) = (kinds.as_string_opt::<i32>(), floats) else {
            return internal_err!("{}: expected a text column and {K} of floats", contract.name);
        };
        let present = floats
            .iter()
            .fold(texts.nulls().cloned(), |all, c| NullBuffer::union(all.as_ref(), c.nulls()));
        // Of a NULL row any.
        let kind =
            |text: Option<&str>| text.map_or(Ok(Kind::Call), |text| kind_named(contract, text));
        let kinds = texts.iter().map(kind).collect::<Result<_>>()?;
        Ok(Self { kinds, numbers: floats.map(|column| &column.values()[..]), present })
    }

    /// Values each row; none where a column is NULL.
    fn rows(&self) -> impl Iterator<Item = Option<(Kind, [f64; K])>> {
        self.kinds.iter().enumerate().map(|(row, kind)| {
            let present = self.present.as_ref().is_none_or(|present| present.is_valid(row));
            present.then(|| (*kind, self.numbers.map(|column| column[row])))
        })
    }
}

/// The kind of that name.
///
/// # Errors
///
/// If it is neither call nor put.
pub(super) fn kind_named(contract: &Contract, text: &str) -> Result<Kind> {
    match text.as_bytes() {
        [b'c' | b'C'] | [b'c' | b'C', b'a' | b'A', b'l' | b'L', b'l' | b'L'] => Ok(Kind::Call),
        [b'p' | b'P'] | [b'p' | b'P', b'u' | b'U', b't' | b'T'] => Ok(Kind::Put),
        _ => exec_err!("{}: argument 'kind' is '{text}', expected 'call' or 'put'", contract.name),
    }
}

/// The value of each row, NULL where there is none.
pub(super) fn values<const K: usize>(
    contract: &Contract,
    columns: &[ArrayRef],
    value: impl Fn(Kind, [f64; K]) -> Option<f64>,
) -> Result<ArrayRef> {
    let options = Options::read(contract, columns)?;
    let values = options.rows().map(|row| row.and_then(|(kind, x)| value(kind, x)));
    Ok(Arc::new(values.collect::<Float64Array>()))
}

/// How the value of each row came about, or why there is none.
pub(super) fn statuses<const K: usize>(
    contract: &Contract,
    columns: &[ArrayRef],
    status: impl Fn(Kind, [f64; K]) -> Status,
) -> Result<ArrayRef> {
    let options = Options::read(contract, columns)?;
    let names = options.rows().map(|row| row.map(|(kind, x)| status(kind, x).name()));
    Ok(Arc::new(names.collect::<StringArray>()))
}
