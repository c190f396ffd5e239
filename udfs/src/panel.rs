//! Relations of one row a symbol and date, handed to kernels as panels over one list of symbols.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, StringArray, UInt32Array,
};
use datafusion::arrow::compute::{cast, concat, take};
use datafusion::arrow::datatypes::{DataType, Date32Type, Int64Type};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_err, plan_err};
use trademl_math::panel::{DuplicateRow, Panel, Row};

use crate::relation::{Call, Group};

/// The symbols and dates of two relations of a call.
pub(crate) struct Panels {
    function: &'static str,
    /// Every symbol once, ascending.
    symbols: ArrayRef,
    sides: [Side; 2],
}

/// The arguments that hold one relation's identity.
#[derive(Clone, Copy)]
pub(crate) struct Identity {
    /// The relation's argument.
    pub relation: &'static str,
    /// The symbol's.
    pub symbol: &'static str,
    /// The date's.
    pub date: &'static str,
}

struct Side {
    identity: Identity,
    /// Positions in the list of symbols, one a row.
    ids: Vec<u32>,
    dates: Date32Array,
}

impl Panels {
    /// Reads symbols and dates of both relations.
    ///
    /// # Errors
    ///
    /// If a relation is empty, a symbol is NULL, or a symbol of the first is not in the second.
    pub(crate) fn read(
        function: &'static str,
        group: &Group,
        identities: [Identity; 2],
    ) -> Result<Self> {
        let [first, second] = identities;
        let kind = common_type(group.column(first.symbol)?.data_type());
        let mut columns = vec![];
        for side in identities {
            let column = group.column(side.symbol)?;
            if column.is_empty() {
                return exec_err!(
                    "{function}: relation '{}' has no rows, expected one a symbol and date; check \
                     the filter and the as-of time",
                    side.relation
                );
            }
            let column = cast(column, kind.as_ref().unwrap_or(&DataType::Utf8))?;
            if column.null_count() > 0 {
                return exec_err!(
                    "{function}: argument '{}' is NULL in {} of {} rows; filter them out or name \
                     the symbol",
                    side.symbol,
                    column.null_count(),
                    column.len()
                );
            }
            columns.push(column);
        }
        let rows = columns[0].len();
        let both = concat(&[columns[0].as_ref(), columns[1].as_ref()])?;
        let (symbols, mut ids): (ArrayRef, _) = if kind == Some(DataType::Int64) {
            let (list, ids) = ranked(both.as_primitive::<Int64Type>().values().iter().copied());
            (Arc::new(Int64Array::from(list)), ids)
        } else {
            let (list, ids) = ranked(both.as_string::<i32>().iter().flatten());
            (Arc::new(StringArray::from(list)), ids)
        };
        let second_ids = ids.split_off(rows);
        let mut known = vec![false; symbols.len()];
        for id in &second_ids {
            known[*id as usize] = true;
        }
        let mut unknown: Vec<u32> = ids.iter().copied().filter(|id| !known[*id as usize]).collect();
        unknown.sort_unstable();
        unknown.dedup();
        if let Some(id) = unknown.first() {
            return exec_err!(
                "{function}: {} of {} is not in {} ({} symbols are not); load their rows or leave \
                 the symbols out",
                shown(&symbols, *id)?,
                first.relation,
                second.relation,
                unknown.len()
            );
        }
        let side = |identity: Identity, ids| -> Result<Side> {
            let dates = cast(group.column(identity.date)?, &DataType::Date32)?;
            Ok::<_, DataFusionError>(Side {
                identity,
                ids,
                dates: dates.as_primitive::<Date32Type>().clone(),
            })
        };
        Ok(Self { function, symbols, sides: [side(first, ids)?, side(second, second_ids)?] })
    }

    /// The panel of relation `side` (0 or 1) with the value of each row.
    ///
    /// # Errors
    ///
    /// If `value` fails or a symbol has two rows on one date.
    pub(crate) fn panel<T: Copy>(
        &self,
        side: usize,
        value: impl Fn(usize) -> Result<T>,
    ) -> Result<Panel<T>> {
        let Side { identity, ids, dates } = &self.sides[side];
        let row = |(i, symbol): (usize, &u32)| {
            Ok(Row { date: dates.value(i), symbol: *symbol, value: value(i)? })
        };
        let rows = ids.iter().enumerate().map(row).collect::<Result<Vec<_>>>()?;
        match Panel::new(rows) {
            Ok(panel) => Ok(panel),
            Err(DuplicateRow { date, symbol }) => exec_err!(
                "{}: {}, {}={} occurs twice in {}, expected one row a symbol and date; remove the \
                 duplicate",
                self.function,
                shown(&self.symbols, symbol)?,
                identity.date,
                array_value_to_string(&Date32Array::from(vec![date]), 0)?,
                identity.relation
            ),
        }
    }

    /// A number of a row of an argument's column, NaN for NULL.
    ///
    /// # Errors
    ///
    /// If the number is not `allowed`; `expected` says which are.
    pub(crate) fn number(
        &self,
        side: usize,
        (argument, column): (&'static str, &Float64Array),
        row: usize,
        allowed: fn(f64) -> bool,
        expected: &str,
    ) -> Result<f64> {
        if column.is_null(row) {
            return Ok(f64::NAN);
        }
        let value = column.value(row);
        if value.is_finite() && allowed(value) {
            return Ok(value);
        }
        let Side { identity, ids, dates } = &self.sides[side];
        exec_err!(
            "{}: argument '{argument}' is {value} at {}, {}={}, expected {expected}; correct the \
             row, filter it out or make it NULL",
            self.function,
            shown(&self.symbols, ids[row])?,
            identity.date,
            array_value_to_string(dates, row)?
        )
    }

    /// The symbols at positions of the list.
    pub(crate) fn symbols(&self, ids: Vec<u32>) -> Result<ArrayRef> {
        Ok(take(&self.symbols, &UInt32Array::from(ids), None)?)
    }
}

/// The type symbols of a call have in its result: text or 64-bit integers.
///
/// # Errors
///
/// If the two columns are neither both text nor both integers.
pub(crate) fn symbol_type(
    function: &str,
    call: &Call,
    first: &str,
    second: &str,
) -> Result<DataType> {
    let (one, other) = (call.column_type(first)?, call.column_type(second)?);
    match (common_type(one), common_type(other)) {
        (Some(a), Some(b)) if a == b => Ok(a),
        _ => plan_err!(
            "{function}: arguments '{first}' and '{second}' are {one} and {other}, expected both \
             text or both integers; cast one to the type of the other"
        ),
    }
}

/// Whether all constants of the call have values; `optional` ones may be NULL. NULL stands in for
/// a parameter that is not bound yet.
pub(crate) fn is_bound(call: &Call, optional: &[&str]) -> bool {
    call.constants
        .iter()
        .all(|(name, value)| optional.contains(name) || !ScalarValue::is_null(value))
}

fn common_type(given: &DataType) -> Option<DataType> {
    match given {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Some(DataType::Utf8),
        DataType::Dictionary(_, values) => common_type(values),
        integer if integer.is_integer() => Some(DataType::Int64),
        _ => None,
    }
}

/// The distinct values, ascending, and the position of each given value among them.
fn ranked<K: Copy + Eq + Hash + Ord>(values: impl Iterator<Item = K>) -> (Vec<K>, Vec<u32>) {
    let mut met: HashMap<K, u32> = HashMap::new();
    let mut list = vec![];
    let mut ids: Vec<u32> = vec![];
    for value in values {
        ids.push(*met.entry(value).or_insert_with(|| {
            list.push(value);
            list.len() as u32 - 1
        }));
    }
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.sort_unstable_by_key(|i| list[*i]);
    let mut rank = vec![0; list.len()];
    for (position, i) in order.iter().enumerate() {
        rank[*i] = position as u32;
    }
    for id in &mut ids {
        *id = rank[*id as usize];
    }
    (order.into_iter().map(|i| list[i]).collect(), ids)
}

fn shown(symbols: &ArrayRef, id: u32) -> Result<String> {
    Ok(format!("symbol={}", array_value_to_string(symbols, id as usize)?))
}
