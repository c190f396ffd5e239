//! The arguments of candlestick patterns.

use crate::function::{Argument, Kind, Role};

/// The first price of the candle.
pub const OPEN: Argument = price("open", "opening price of the candle");
/// The highest price of the candle.
pub const HIGH: Argument = price("high", "highest price of the candle");
/// The lowest price of the candle.
pub const LOW: Argument = price("low", "lowest price of the candle");
/// The last price of the candle.
pub const CLOSE: Argument = price("close", "closing price of the candle");

/// How deep a candle must reach into an earlier body, with its default as SQL text.
pub const fn penetration(default: &'static str) -> Argument {
    Argument {
        name: "penetration",
        role: Role::Constant(Kind::Float),
        default: Some(default),
        unit: "share of the body",
        meaning: "how deep the long body is entered, ≥ 0",
    }
}

const fn price(name: &'static str, meaning: &'static str) -> Argument {
    Argument { name, role: Role::Column(Kind::Float), default: None, unit: "price", meaning }
}
