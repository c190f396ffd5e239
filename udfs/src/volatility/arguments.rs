//! The arguments of the family.

use crate::function::{Argument, Kind, Role};

/// The opening price.
pub(super) const OPEN: Argument = column("open", "price", "opening price of the bar, > 0");
/// The highest price.
pub(super) const HIGH: Argument = column("high", "price", "highest price of the bar, > 0");
/// The lowest price.
pub(super) const LOW: Argument = column("low", "price", "lowest price of the bar, > 0");
/// The closing price.
pub(super) const CLOSE: Argument = column("close", "price", "closing price of the bar, > 0");
/// The return of a period.
pub(super) const RET: Argument = column("ret", "1 per period", "return of one period");
/// The factor of annual variances.
pub(super) const PERIODS_PER_YEAR: Argument = float(
    "periods_per_year",
    "252",
    "1/year",
    "> 0; scales by its square root; 1 leaves the value per period",
);

/// A number in each row.
pub(super) const fn column(
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
) -> Argument {
    Argument { name, role: Role::Column(Kind::Float), default: None, unit, meaning }
}

/// A number of rows, with its default as SQL text.
pub(super) const fn rows(
    name: &'static str,
    default: &'static str,
    meaning: &'static str,
) -> Argument {
    let role = Role::Constant(Kind::Integer);
    Argument { name, role, default: Some(default), unit: "rows", meaning }
}

/// A number, with its default as SQL text.
pub(super) const fn float(
    name: &'static str,
    default: &'static str,
    unit: &'static str,
    meaning: &'static str,
) -> Argument {
    let role = Role::Constant(Kind::Float);
    Argument { name, role, default: Some(default), unit, meaning }
}
