//! `surface_local_volatility`: local volatility at an expiry and strike.

use super::surface_columns::{ARGUMENTS, ERRORS, NULLS, answers, asked};
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "surface_local_volatility",
    family: "options",
    summary: "Dupire's local volatility at an expiry and strike; it jumps at expiries, since total variance is linear between them.",
    arguments: ARGUMENTS,
    returns: "DOUBLE, annualised decimal; NULL also where the surface has butterfly or calendar arbitrage",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Gatheral (2006), The Volatility Surface, eq. 1.10",
    example: "SELECT round(surface_local_volatility(s, DATE '2024-09-30', 100.0), 6) AS sigma FROM (SELECT vol_surface(e, t, f, 0.04 * t, 0.1 * t, -0.4, 0.0, 0.1) AS s FROM (VALUES (DATE '2024-07-01', 0.5, 101.0), (DATE \
              '2024-12-31', 1.0, 102.0)) AS v(e, t, f))\n\
              ----\n\
              0.194873",
};

/// The entry for the registry.
pub fn function() -> Function {
    asked(&CONTRACT, |_, columns| {
        answers(&CONTRACT, columns, |s, p| s.surface().local_volatility(p.k, p.years))
    })
}
