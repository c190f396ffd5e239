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
/// The volume of a bar.
pub(super) const VOLUME: Argument = column("volume", "shares", "volume of the bar, ≥ 0");
/// The best bid.
pub(super) const BID: Argument = column("bid", "price", "best bid, > 0");
/// The size at the best bid.
pub(super) const BID_SIZE: Argument = column("bid_size", "shares", "size at the best bid, ≥ 0");
/// The best ask.
pub(super) const ASK: Argument = column("ask", "price", "best ask, > 0");
/// The size at the best ask.
pub(super) const ASK_SIZE: Argument = column("ask_size", "shares", "size at the best ask, ≥ 0");
/// The volume of a bucket.
pub(super) const BUCKET: Argument = Argument {
    name: "bucket",
    role: Role::Constant(Kind::Float),
    default: None,
    unit: "shares",
    meaning: "volume of a bucket, > 0; in the paper a fiftieth of a usual day's",
};
/// Whether something happened in a row.
pub(super) const EVENT: Argument = column(
    "event",
    "–",
    "not 0 where an event is known, else 0; write CAST(flag AS INT) for true or false",
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
