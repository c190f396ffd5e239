//! Legs as rows tell them.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err, internal_err};
use trademl_math::options::kind::Kind;
use trademl_math::options::positions::leg::Leg;

use crate::function::Contract;

/// Microseconds of a day.
pub(super) const DAY: f64 = 86_400e6;

/// Call, put, or `None` for the underlying itself.
///
/// # Errors
///
/// If the text is none of them; `at` says where it stands.
pub(super) fn held(
    contract: &Contract,
    text: &str,
    at: impl FnOnce() -> Result<String>,
) -> Result<Option<Kind>> {
    match text.to_lowercase().as_str() {
        "call" | "c" => Ok(Some(Kind::Call)),
        "put" | "p" => Ok(Some(Kind::Put)),
        "underlying" => Ok(None),
        _ => exec_err!(
            "{}: argument 'kind' is '{text}' at {}, expected 'call', 'put' or 'underlying'",
            contract.name,
            at()?
        ),
    }
}

/// Times as microseconds.
///
/// # Errors
///
/// If a time is too far away for that.
pub(super) fn ticks(
    contract: &Contract,
    name: &str,
    times: &ArrayRef,
) -> Result<PrimitiveArray<TimestampMicrosecondType>> {
    let cast = cast(times, &DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())))?;
    if cast.logical_null_count() != times.logical_null_count() {
        return exec_err!(
            "{}: argument '{name}' has a time that no timestamp can hold",
            contract.name
        );
    }
    Ok(cast.as_primitive::<TimestampMicrosecondType>().clone())
}

/// The legs of a group of an aggregate, a column an argument.
pub(super) struct Rows<'a> {
    contract: &'static Contract,
    columns: &'a [ArrayRef],
}

impl<'a> Rows<'a> {
    /// Over the column arguments, in contract order.
    pub fn new(contract: &'static Contract, columns: &'a [ArrayRef]) -> Self {
        Self { contract, columns }
    }

    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, |column| column.len())
    }

    pub fn column(&self, name: &str) -> Result<&'a ArrayRef> {
        let places = self.contract.column_positions();
        let place = places.iter().position(|i| self.contract.arguments[*i].name == name);
        match place.and_then(|place| self.columns.get(place)) {
            Some(column) => Ok(column),
            None => internal_err!("{}: no column argument '{name}'", self.contract.name),
        }
    }

    /// What is shown of a row in messages.
    pub fn at(&self, row: usize) -> Result<String> {
        let mut shown = vec![];
        for name in ["kind", "strike", "quantity"] {
            let value = array_value_to_string(self.column(name)?, row)?;
            shown.push(format!("{name}={}", if value.is_empty() { "NULL" } else { &value }));
        }
        Ok(shown.join(", "))
    }

    /// A number; NULL and what is not `allowed` are errors.
    pub fn number(
        &self,
        name: &str,
        row: usize,
        allowed: impl Fn(f64) -> bool,
        expected: &str,
    ) -> Result<f64> {
        let Some(column) = self.column(name)?.as_primitive_opt::<Float64Type>() else {
            return internal_err!("{}: '{name}' is not a column of floats", self.contract.name);
        };
        let shown = match column.is_valid(row) {
            true if column.value(row).is_finite() && allowed(column.value(row)) => {
                return Ok(column.value(row));
            }
            true => column.value(row).to_string(),
            false => "NULL".to_string(),
        };
        exec_err!(
            "{}: argument '{name}' is {shown} at {}, expected {expected}",
            self.contract.name,
            self.at(row)?
        )
    }

    pub fn kind(&self, row: usize) -> Result<Option<Kind>> {
        let kinds = self.column("kind")?;
        match kinds.as_string_opt::<i32>() {
            Some(kinds) if kinds.is_valid(row) => {
                held(self.contract, kinds.value(row), || self.at(row))
            }
            _ => exec_err!(
                "{}: argument 'kind' is NULL at {}, expected 'call', 'put' or 'underlying'",
                self.contract.name,
                self.at(row)?
            ),
        }
    }

    /// A leg; its expiry is the caller's.
    pub fn leg(&self, row: usize, expiry: impl FnOnce() -> Result<f64>) -> Result<Leg> {
        let kind = self.kind(row)?;
        let quantity = self.number("quantity", row, |_| true, "a finite number")?;
        let multiplier = self.number("multiplier", row, |x| x > 0.0, "a finite number > 0")?;
        Ok(match kind {
            Some(kind) => {
                let strike = self.number("strike", row, |x| x > 0.0, "a finite number > 0")?;
                Leg::option(kind, strike, expiry()?, quantity, multiplier)
            }
            None => Leg { multiplier, ..Leg::underlying(quantity) },
        })
    }

    /// A number that is the same in all rows; of no rows 0.
    pub fn one(&self, name: &str, expected: &str) -> Result<f64> {
        let mut first = None;
        for row in 0..self.len() {
            let x = self.number(name, row, |x| x > 0.0, expected)?;
            let one = *first.get_or_insert(x);
            if x != one {
                return exec_err!(
                    "{}: argument '{name}' is {x} at {}, and {one} in another row of the group, expected \
                     one; group by it or pass one",
                    self.contract.name,
                    self.at(row)?
                );
            }
        }
        Ok(first.unwrap_or(0.0))
    }
}
