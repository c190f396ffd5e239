//! `surface_density`: risk-neutral density of the price at an expiry.

use super::surface_columns::{ARGUMENTS, ERRORS, NULLS, answers, asked};
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "surface_density",
    family: "options",
    summary: "Risk-neutral density of the price of the underlying at an expiry, at the strike; negative where a butterfly would be an \
              arbitrage.",
    arguments: ARGUMENTS,
    returns: "DOUBLE, per unit of price",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Breeden & Litzenberger (1978), Journal of Business 51(4); Gatheral & Jacquier (2014), eq. 2.2",
    example: "SELECT round(surface_density(s, DATE '2024-07-01', 100.0), 4) AS density FROM (SELECT vol_surface(e, t, f, 0.04 * t, 0.1 * t, -0.4, 0.0, 0.1) AS s FROM (VALUES (DATE '2024-07-01', 0.5, 101.0), (DATE \
              '2024-12-31', 1.0, 102.0)) AS v(e, t, f))\n\
              ----\n\
              0.0309",
};

/// The entry for the registry.
pub fn function() -> Function {
    asked(&CONTRACT, |_, columns| {
        answers(&CONTRACT, columns, |s, p| {
            Some(s.surface().density(p.k, p.years) / (s.forward(p.years) * p.k.exp()))
        })
    })
}
