//! What the hidden Markov models have in common: the fields of their result, and two arguments.

use crate::function::{Argument, Kind, Role};

/// The fields of the result.
pub(super) const FIELDS: &[&str] = &["state", "p1", "p2", "p3", "p4"];

pub(super) const X: Argument = Argument {
    name: "x",
    role: Role::Column(Kind::Float),
    default: None,
    unit: "any",
    meaning: "the series, usually returns",
};

pub(super) const STATES: Argument = Argument {
    name: "states",
    role: Role::Constant(Kind::Integer),
    default: Some("2"),
    unit: "states",
    meaning: "how many states, 2 to 4",
};
