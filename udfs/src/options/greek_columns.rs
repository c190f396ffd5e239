//! All sensitivities as a struct, a field each.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use trademl_math::options::europeans::Europeans;
use trademl_math::options::greeks::Greek;
use trademl_math::options::status::Status;

/// The type of the result.
pub(super) fn fields() -> DataType {
    DataType::Struct(greek_fields())
}

fn greek_fields() -> Fields {
    Greek::ALL.iter().map(|greek| Field::new(greek.name(), DataType::Float64, true)).collect()
}

/// The sensitivities of the options; a row that is not present, or has none, is NULL.
pub(super) fn greeks(options: &Europeans<'_>, present: Option<&NullBuffer>) -> Result<ArrayRef> {
    let rows = options.kind.len();
    let mut statuses = vec![Status::Valued; rows];
    let mut values = vec![vec![0.0; rows]; Greek::ALL.len()];
    let mut wanted: Vec<_> =
        Greek::ALL.into_iter().zip(values.iter_mut().map(Vec::as_mut_slice)).collect();
    options.greeks(&mut wanted, &mut statuses);
    let columns = values.into_iter().map(|values| -> ArrayRef {
        let valid: NullBuffer = values.iter().map(|value| !value.is_nan()).collect();
        let valid = NullBuffer::union(Some(&valid), present);
        Arc::new(Float64Array::new(values.into(), valid.filter(|valid| valid.null_count() > 0)))
    });
    let valued = |status: &Status| {
        matches!(status, Status::Valued | Status::Expired | Status::ZeroVolatility)
    };
    let valued: NullBuffer = statuses.iter().map(valued).collect();
    let valid = NullBuffer::union(Some(&valued), present);
    Ok(Arc::new(StructArray::try_new(greek_fields(), columns.collect(), valid)?))
}
