//! The constants that rolling statistics share.

use datafusion::common::{Result, ScalarValue, plan_err};

use crate::function::{Argument, Kind, Role};
use crate::relation::Call;

/// How many rows.
pub const N: Argument = Argument {
    name: "n",
    role: Role::Constant(Kind::Integer),
    default: None,
    unit: "rows",
    meaning: "length of the window, this row included, ≥ 1",
};

/// How many values.
pub const MIN_PERIODS: Argument = Argument {
    name: "min_periods",
    role: Role::Constant(Kind::Integer),
    default: Some("NULL"),
    unit: "rows",
    meaning: "values that a window must have, 1 … n; NULL is n",
};

/// The length of the window.
pub fn n_only(call: &Call) -> Result<usize> {
    call.count("n", 1)
}

/// The length of the window, and how many values it must have.
pub fn n_and_least(call: &Call) -> Result<(usize, usize)> {
    let n = n_only(call)?;
    match call.constants.get("min_periods") {
        None => Ok((n, n)),
        Some(value) if value.is_null() => Ok((n, n)),
        Some(ScalarValue::Int64(Some(least))) if (1..=n as i64).contains(least) => {
            Ok((n, *least as usize))
        }
        Some(least) => {
            plan_err!("min_periods: expected an integer from 1 to n = {n}, was {least}")
        }
    }
}
