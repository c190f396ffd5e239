//! Moving averages of any type, as an argument.

use datafusion::common::{Result, plan_err};
use trademl_math::indicators::moving_average::moving_average;
use trademl_math::kernel::Kernel;

use super::arguments::integer;
use crate::function::Argument;
use crate::relation::Call;

/// The type of an average.
pub const fn average_type(name: &'static str, default: &'static str) -> Argument {
    integer(
        name,
        default,
        "–",
        "type of moving average: 0 SMA, 1 EMA, 2 WMA, 3 DEMA, 4 TEMA, 5 TRIMA, 6 KAMA, 7 MAMA, 8 T3, \
         9 HMA, 10 the series itself, 12 ZLEMA, 13 Wilder's (RMA)",
    )
}

/// The constant `name` as a type of average.
pub fn matype(call: &Call, name: &str) -> Result<i64> {
    let matype = call.integer(name)?;
    match moving_average(matype, 2) {
        Some(_) => Ok(matype),
        None => plan_err!("{name}: expected 0 … 10, 12 or 13, was {matype}"),
    }
}

/// The average over `n` rows whose type is the constant `name`.
pub fn average(call: &Call, name: &str, n: usize) -> Result<Box<dyn Kernel>> {
    match moving_average(matype(call, name)?, n) {
        Some(average) => Ok(average),
        None => plan_err!("{name}: no such type of average"),
    }
}
