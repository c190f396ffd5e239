//! The arguments indicators share.

use datafusion::common::{Result, plan_err};

use crate::function::{Argument, Kind, Role};
use crate::relation::Call;

/// The opening price of the bar.
pub const OPEN: Argument = column("open", "price", "opening price of the bar");
/// The highest price of the bar.
pub const HIGH: Argument = column("high", "price", "highest price of the bar");
/// The lowest price of the bar.
pub const LOW: Argument = column("low", "price", "lowest price of the bar");
/// The closing price of the bar.
pub const CLOSE: Argument = column("close", "price", "closing price of the bar");
/// The volume of the bar.
pub const VOLUME: Argument = column("volume", "shares", "volume traded in the bar, ≥ 0");
/// Any series.
pub const REAL: Argument = column("real", "any", "the series, usually closing prices");

/// The longest period, as in TA-Lib.
const LONGEST: usize = 100_000;

/// A number in each row.
pub const fn column(name: &'static str, unit: &'static str, meaning: &'static str) -> Argument {
    Argument { name, role: Role::Column(Kind::Float), default: None, unit, meaning }
}

/// A whole number, with its default as SQL text.
pub const fn integer(
    name: &'static str,
    default: &'static str,
    unit: &'static str,
    meaning: &'static str,
) -> Argument {
    let role = Role::Constant(Kind::Integer);
    Argument { name, role, default: Some(default), unit, meaning }
}

/// A number, with its default as SQL text.
pub const fn float(
    name: &'static str,
    default: &'static str,
    unit: &'static str,
    meaning: &'static str,
) -> Argument {
    let role = Role::Constant(Kind::Float);
    Argument { name, role, default: Some(default), unit, meaning }
}

/// The constant `name` as a number of rows, from `least` to TA-Lib's 100 000.
pub fn rows(call: &Call, name: &str, least: usize) -> Result<usize> {
    let n = call.count(name, least)?;
    match n <= LONGEST {
        true => Ok(n),
        false => plan_err!("{name}: expected an integer ≤ {LONGEST}, was {n}"),
    }
}

/// The constant `name` as a number from `least` to `most`.
pub fn within(call: &Call, name: &str, least: f64, most: f64) -> Result<f64> {
    let x = call.float(name)?;
    match (least..=most).contains(&x) {
        true => Ok(x),
        false => plan_err!("{name}: expected a number from {least} to {most}, was {x}"),
    }
}
