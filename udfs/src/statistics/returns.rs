//! The returns an aggregate is given: finite, and where there is a time column, one a time.

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::compute::partition;
use datafusion::arrow::datatypes::Float64Type;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err, internal_err};

/// The values of column argument `i`, called `argument`, of the function `name`.
pub(super) fn finite<'a>(
    name: &str,
    argument: &str,
    columns: &'a [ArrayRef],
    i: usize,
) -> Result<&'a [f64]> {
    let Some(values) = columns.get(i).and_then(|c| c.as_primitive_opt::<Float64Type>()) else {
        return internal_err!("{name}: argument '{argument}' is not a float column");
    };
    if let Some(bad) = values.values().iter().find(|v| !v.is_finite()) {
        return exec_err!(
            "{name}: argument '{argument}' is {bad}, expected finite numbers; filter such rows out \
             or make them NULL"
        );
    }
    Ok(values.values())
}

/// Simple returns `ret` in the order of `ts`: each finite and ≥ −1, no two at one time.
pub(super) fn in_time<'a>(name: &str, columns: &'a [ArrayRef]) -> Result<&'a [f64]> {
    let [ret, ts] = columns else {
        return internal_err!("{name}: expected the columns ret and ts");
    };
    let Some(returns) = ret.as_primitive_opt::<Float64Type>() else {
        return internal_err!("{name}: argument 'ret' is not a float column");
    };
    let returns = returns.values();
    if let Some(row) = returns.iter().position(|r| !(r.is_finite() && *r >= -1.0)) {
        return exec_err!(
            "{name}: argument 'ret' is {} at {}, expected a finite simple return ≥ -1; for log \
             returns write exp(ret) - 1",
            returns[row],
            array_value_to_string(ts, row)?
        );
    }
    if let Some(same) =
        partition(std::slice::from_ref(ts))?.ranges().into_iter().find(|r| r.len() > 1)
    {
        return exec_err!(
            "{name}: argument 'ts' has {} rows at {}, expected one return a time in each group; \
             group by symbol as well, or average the returns of a time first",
            same.len(),
            array_value_to_string(ts, same.start)?
        );
    }
    Ok(returns)
}
