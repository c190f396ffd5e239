//! `surface_forward`: forward of an expiry on a surface.

use super::surface_columns::{ARGUMENTS, ERRORS, NULLS, answers, asked};
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "surface_forward",
    family: "options",
    summary: "Forward at an expiry: its logarithm is linear in time between expiries, and goes on at the nearest rate beyond them. The \
              strike only has to be one.",
    arguments: ARGUMENTS,
    returns: "DOUBLE, price",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "definition",
    example: "SELECT round(surface_forward(s, DATE '2024-07-01', 100.0), 6) AS at, round(surface_forward(s, DATE '2024-09-30', 100.0), 4) AS between FROM (SELECT vol_surface(e, t, f, 0.04 * t, 0.1 * t, -0.4, 0.0, 0.1) AS s FROM (VALUES (DATE '2024-07-01', 0.5, 101.0), (DATE \
              '2024-12-31', 1.0, 102.0)) AS v(e, t, f))\n\
              ----\n\
              101.0 101.496",
};

/// The entry for the registry.
pub fn function() -> Function {
    asked(&CONTRACT, |_, columns| answers(&CONTRACT, columns, |s, p| Some(s.forward(p.years))))
}
