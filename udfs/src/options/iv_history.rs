//! What the functions of a volatility's past share.

use super::arguments::number;
use crate::function::{Argument, Kind, Role};

pub(super) const ARGUMENTS: &[Argument] = &[
    number("iv", "per √year", "implied volatility, of a constant maturity"),
    Argument {
        name: "timeperiod",
        role: Role::Constant(Kind::Integer),
        default: Some("252"),
        unit: "rows",
        meaning: "rows that are looked at, the current one included",
    },
];
pub(super) const NULLS: &str = "a row with a NULL argument gives NULL and counts as absent; the first timeperiod − 1 rows with values \
     give NULL";
pub(super) const ERRORS: &str =
    "an argument NaN or infinite (function, value and row are named); timeperiod < 2";
