//! Raw SVI parameters as arguments.

use trademl_math::options::svi::raw::RawSvi;

use super::arguments::number;
use crate::function::Argument;
pub(super) use crate::structs::{fields, rows, structs};

pub(super) const K: Argument = number("k", "1", "log-moneyness ln(strike / forward)");
pub(super) const A: Argument = number("a", "total variance", "level; may be negative");
pub(super) const B: Argument = number("b", "total variance", "mean slope of the wings, ≥ 0");
pub(super) const RHO: Argument = number("rho", "1", "tilt of the wings, −1 < rho < 1");
pub(super) const M: Argument = number("m", "1", "log-moneyness between the wings");
pub(super) const SIGMA: Argument = number("sigma", "1", "width of the bend between the wings, > 0");

pub(super) const NULLS: &str = "a NULL argument gives NULL, and so do parameters of no slice: b < 0, |rho| ≥ 1, sigma ≤ 0, \
     a lowest total variance below 0, NaN or infinity";
pub(super) const ERRORS: &str = "none but types";

/// The slice with these parameters.
pub(super) fn slice([a, b, rho, m, sigma]: [f64; 5]) -> Option<RawSvi> {
    RawSvi::new(a, b, rho, m, sigma)
}
