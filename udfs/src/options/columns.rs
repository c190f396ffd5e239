//! The column arguments of a call by name, where they are not all numbers.

use chrono::NaiveDate;
use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::Date32Type;
use datafusion::common::{Result, exec_err, internal_err};

use crate::function::Contract;

/// The columns of a call.
pub(super) struct Columns<'a> {
    contract: &'static Contract,
    arrays: &'a [ArrayRef],
}

impl<'a> Columns<'a> {
    /// Those that a host hands over.
    pub fn new(contract: &'static Contract, arrays: &'a [ArrayRef]) -> Self {
        Self { contract, arrays }
    }

    /// The column of an argument.
    ///
    /// # Errors
    ///
    /// If there is none of this type.
    pub fn of<A: 'static>(&self, name: &str) -> Result<&'a A> {
        let mut positions = self.contract.column_positions().into_iter();
        let at = positions.position(|i| self.contract.arguments[i].name == name);
        let column = at.and_then(|at| self.arrays.get(at));
        match column.and_then(|column| column.as_any().downcast_ref::<A>()) {
            Some(column) => Ok(column),
            None => internal_err!("{}: no column '{name}' of the type", self.contract.name),
        }
    }
}

/// The date of a day count since 1970-01-01.
///
/// # Errors
///
/// If it is beyond the calendar.
pub(super) fn date(contract: &Contract, argument: &str, days: i32) -> Result<NaiveDate> {
    match Date32Type::to_naive_date_opt(days) {
        Some(date) => Ok(date),
        None => exec_err!("{}: argument '{argument}' is day {days}, no date", contract.name),
    }
}
