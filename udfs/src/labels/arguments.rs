//! Arguments that several labels share.

use crate::function::{Argument, Kind, Role};

pub(super) const BARS: Argument = Argument {
    name: "bars",
    role: Role::Relation,
    default: None,
    unit: "–",
    meaning: "one row a symbol and date",
};

pub(super) const SYMBOL: Argument = Argument {
    name: "symbol",
    role: Role::Key,
    default: Some("symbol"),
    unit: "–",
    meaning: "the series a row belongs to; its columns open the result",
};

pub(super) const DATE: Argument = Argument {
    name: "date",
    role: Role::Order,
    default: Some("date"),
    unit: "date or timestamp",
    meaning: "when the close became known; unique within a symbol",
};

pub(super) const PRICE: Argument = Argument {
    name: "price",
    role: Role::Column(Kind::Float),
    default: Some("close"),
    unit: "price",
    meaning: "close, adjusted for splits and dividends, > 0",
};

pub(super) const IV: Argument = Argument {
    name: "iv",
    role: Role::Column(Kind::Float),
    default: Some("iv"),
    unit: "per √year",
    meaning: "implied volatility at the close, annualised decimal, ≥ 0",
};

pub(super) const H: Argument = Argument {
    name: "h",
    role: Role::Constant(Kind::Integer),
    default: Some("10"),
    unit: "rows",
    meaning: "rows from entry to exit, ≥ 1",
};

pub(super) const METHOD: Argument = Argument {
    name: "method",
    role: Role::Constant(Kind::Text),
    default: Some("'simple'"),
    unit: "–",
    meaning: "'simple' for p[t+h] / p[t] − 1, 'log' for ln(p[t+h] / p[t])",
};

pub(super) const LABELS: Argument = Argument {
    name: "labels",
    role: Role::Relation,
    default: None,
    unit: "–",
    meaning: "one row a label; a row without an exit is a bar at which no label starts. The bars are \
              the distinct entry and exit times, so with labels on some bars only, add the others",
};

pub(super) const ENTRY: Argument = Argument {
    name: "entry",
    role: Role::Order,
    default: Some("entry_date"),
    unit: "date or timestamp",
    meaning: "first bar of the label",
};

pub(super) const EXIT: Argument = Argument {
    name: "exit",
    role: Role::Column(Kind::Time),
    default: Some("exit_date"),
    unit: "date or timestamp",
    meaning: "last bar of the label, ≥ entry and of its type; NULL for a bar without a label",
};
