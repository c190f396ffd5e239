//! The rows of a series that count, with their numbers.

use datafusion::arrow::array::{Array, ArrayRef, UInt64Array};
use datafusion::arrow::compute::kernels::cmp::eq;
use datafusion::arrow::compute::take;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err, plan_err};
use trademl_math::labels::horizon::Method;

use crate::function::Contract;
use crate::relation::{Call, Group};

/// The numbers an argument takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    Finite,
    Positive,
    NonNegative,
}

impl Allowed {
    fn holds(self, x: f64) -> bool {
        x.is_finite()
            && match self {
                Self::Finite => true,
                Self::Positive => x > 0.0,
                Self::NonNegative => x >= 0.0,
            }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Finite => "a finite number",
            Self::Positive => "a finite number > 0",
            Self::NonNegative => "a finite number ≥ 0",
        }
    }
}

/// The rows of one symbol that have a value in each of the columns that need one.
pub(super) struct Rows<'a> {
    contract: &'static Contract,
    group: &'a Group,
    dates: &'a ArrayRef,
    rows: Vec<usize>,
}

impl<'a> Rows<'a> {
    /// The rows without a NULL in `needed`; a date that occurs twice is an error.
    pub fn new(contract: &'static Contract, group: &'a Group, needed: &[&str]) -> Result<Self> {
        let dates = group.column("date")?;
        let pairs = dates.len().saturating_sub(1);
        let same = eq(&dates.slice(0, pairs), &dates.slice(dates.len() - pairs, pairs))?;
        if let Some(row) = same.values().set_indices().next() {
            return exec_err!(
                "{}: {}, date={} occurs twice, expected one row a date; remove the duplicate",
                contract.name,
                group.key,
                array_value_to_string(dates, row)?
            );
        }
        let needed = needed.iter().map(|n| group.column(n)).collect::<Result<Vec<_>>>()?;
        let full = |row: &usize| needed.iter().all(|column| column.is_valid(*row));
        Ok(Self { contract, group, dates, rows: (0..dates.len()).filter(full).collect() })
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The numbers of a column; NaN for NULL.
    pub fn numbers(&self, name: &str, allowed: Allowed) -> Result<Vec<f64>> {
        let column = self.group.floats(name)?;
        let each = self.rows.iter().map(|row| {
            if column.is_null(*row) {
                return Ok(f64::NAN);
            }
            let x = column.value(*row);
            if !allowed.holds(x) {
                return exec_err!(
                    "{}: argument '{name}' is {x} at {}, date={}, expected {}; correct the row, \
                     filter it out or make it NULL",
                    self.contract.name,
                    self.group.key,
                    array_value_to_string(self.dates, *row)?,
                    allowed.words()
                );
            }
            Ok(x)
        });
        each.collect()
    }

    /// The dates of rows, counted among those that count.
    pub fn dates(&self, of: impl Iterator<Item = usize>) -> Result<ArrayRef> {
        let rows = UInt64Array::from_iter_values(of.map(|i| self.rows[i] as u64));
        Ok(take(self.dates, &rows, None)?)
    }

    /// Where a row is, for messages.
    pub fn at(&self, i: usize) -> Result<String> {
        let date = array_value_to_string(self.dates, self.rows[i])?;
        Ok(format!("{}, date={date}", self.group.key))
    }
}

/// How returns are measured, from the argument `method`.
pub(super) fn method(call: &Call) -> Result<Method> {
    match call.text("method")? {
        "simple" => Ok(Method::Simple),
        "log" => Ok(Method::Log),
        other => plan_err!("method: expected 'simple' or 'log', was '{other}'"),
    }
}
