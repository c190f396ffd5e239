//! `surface_iv`: implied volatility of an option on a surface.

use super::surface_columns::{ARGUMENTS, ERRORS, NULLS, answers, asked};
use crate::function::{Contract, Function, Lookahead};

const CONTRACT: Contract = Contract {
    name: "surface_iv",
    family: "options",
    summary: "Implied volatility of an option on a surface: total variance linear in time at constant log-moneyness between expiries, \
              the slices' own wings (Lee) beyond the quotes, the last forward variance after the last expiry.",
    arguments: ARGUMENTS,
    returns: "DOUBLE, annualised decimal",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Gatheral & Jacquier (2014), Quantitative Finance 14(1), Lemma 2.1; Lee (2004)",
    example: "SELECT round(surface_iv(s, DATE '2024-07-01', 101.0), 6) AS at, round(surface_iv(s, DATE '2024-09-30', 90.0), 6) AS between FROM (SELECT vol_surface(e, t, f, 0.04 * t, 0.1 * t, -0.4, 0.0, 0.1) AS s FROM (VALUES (DATE '2024-07-01', 0.5, 101.0), (DATE \
              '2024-12-31', 1.0, 102.0)) AS v(e, t, f))\n\
              ----\n\
              0.223607 0.245856",
};

/// The entry for the registry.
pub fn function() -> Function {
    asked(&CONTRACT, |_, columns| answers(&CONTRACT, columns, |s, p| Some(s.implied_volatility(p))))
}
