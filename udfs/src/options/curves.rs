//! Curves of zero rates as arguments: a list of times and one of rates.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListArray};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::{Result, exec_err};
use trademl_math::options::market::rate_curve::{CurveError, RateCurve};

use super::arguments::number;
use super::columns::Columns;
use crate::function::{Argument, Contract, Kind, Role};
use crate::scalar::list_row;

pub(super) const TIME: Argument = number("time", "years", "years from today, ≥ 0");
pub(super) const CURVE_TIMES: Argument = Argument {
    name: "curve_times",
    role: Role::Column(Kind::Numbers),
    default: None,
    unit: "years",
    meaning: "times of the nodes, > 0 and ascending: array_agg(time ORDER BY time)",
};
pub(super) const CURVE_RATES: Argument = Argument {
    name: "curve_rates",
    role: Role::Column(Kind::Numbers),
    default: None,
    unit: "per year",
    meaning: "zero rates at these times, continuously compounded decimals: array_agg(rate ORDER BY time). Yields of \
              bonds at par and simple rates are none, nor are per cent",
};

pub(super) const NULLS: &str = "a NULL argument gives NULL. A node whose time or rate is NULL is left out, and a curve \
     without nodes gives NULL; so does a time below 0, NaN or infinite, and a value too large to be represented";
pub(super) const ERRORS: &str = "a curve that is none: lists of different lengths, times that are not above 0 and ascending, NaN and \
     infinity";
pub(super) const SOURCE: &str =
    "Hagan & West (2006), Applied Mathematical Finance 13(2), raw interpolation";

/// The value of each row on its curve.
pub(super) fn values(
    contract: &'static Contract,
    arrays: &[ArrayRef],
    value: fn(&RateCurve, f64) -> Option<f64>,
) -> Result<ArrayRef> {
    let columns = Columns::new(contract, arrays);
    let at = columns.of::<Float64Array>("time")?;
    let times = columns.of::<ListArray>("curve_times")?;
    let rates = columns.of::<ListArray>("curve_rates")?;
    // The curve of the last row, and which it was: most queries have one for all rows.
    let mut last: Option<([usize; 2], Option<RateCurve>)> = None;
    let mut row = |row: usize| -> Result<Option<f64>> {
        let lists = [list_row(times, row), list_row(rates, row)];
        if !(at.is_valid(row) && times.is_valid(lists[0]) && rates.is_valid(lists[1])) {
            return Ok(None);
        }
        let curve = match last.take_if(|(known, _)| *known == lists) {
            Some((_, curve)) => curve,
            None => curve(contract, &times.value(lists[0]), &rates.value(lists[1]))?,
        };
        let found = curve.as_ref().and_then(|curve| value(curve, at.value(row)));
        last = Some((lists, curve));
        Ok(found)
    };
    let mut out = Float64Array::builder(at.len());
    for i in 0..at.len() {
        out.append_option(row(i)?);
    }
    Ok(Arc::new(out.finish()))
}

fn curve(contract: &Contract, times: &ArrayRef, rates: &ArrayRef) -> Result<Option<RateCurve>> {
    let name = contract.name;
    if times.len() != rates.len() {
        return exec_err!(
            "{name}: argument 'curve_times' has {} nodes and 'curve_rates' {}, expected as many",
            times.len(),
            rates.len()
        );
    }
    let floats = |list: &ArrayRef| list.as_primitive::<Float64Type>().clone();
    let (times, rates) = (floats(times), floats(rates));
    let nodes = times.iter().zip(&rates).filter_map(|(time, rate)| time.zip(rate));
    let (times, rates): (Vec<f64>, Vec<f64>) = nodes.unzip();
    match RateCurve::from_zero_rates(&times, &rates) {
        Ok(curve) => Ok(Some(curve)),
        Err(CurveError::Empty) => Ok(None),
        Err(CurveError::NotAscending(node)) => {
            let before = node.checked_sub(1).map_or(0.0, |before| times[before]);
            exec_err!(
                "{name}: argument 'curve_times' has {} after {before}, expected times above 0 that \
                 ascend; write array_agg(… ORDER BY time) for both lists",
                times[node]
            )
        }
        Err(CurveError::NotFinite(node)) => exec_err!(
            "{name}: the curve has the node ({}, {}), expected finite numbers",
            times[node],
            rates[node]
        ),
        Err(error) => exec_err!("{name}: {error}"),
    }
}
