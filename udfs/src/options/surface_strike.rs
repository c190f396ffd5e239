//! `surface_strike`: the strike of a delta.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Date32Array, Float64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;

use super::arguments::{KIND, number};
use super::columns::Columns;
use super::surface_columns::{EXPIRY, SURFACE, Surfaces};
use super::valued::kind_named;
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "surface_strike",
    family: "options",
    summary: "The strike at which an option on a surface has a given delta: that of an option on the forward, not discounted, \
              with the volatility of its own strike. strike_by_delta chooses among listed strikes.",
    arguments: &[
        SURFACE,
        EXPIRY,
        KIND,
        number(
            "delta",
            "1",
            "delta in absolute value, between 0 and 1: 0.25 for a put of delta −0.25",
        ),
    ],
    returns: "DOUBLE, price",
    nulls: "a NULL argument gives NULL; so do an expiry that is not after the instant of the surface, a delta outside 0 … 1, and a delta that no \
            strike has. Where butterfly arbitrage gives it to several, one of them",
    errors: "a surface that vol_surface did not make (the fields that are expected are named); a kind that is neither call nor put",
    lookahead: Lookahead::Row,
    source: "Fukasawa (2012), Mathematical Finance 22(4): without butterfly arbitrage d₁ falls in the strike",
    example: "SELECT round(surface_strike(s, DATE '2024-07-01', 'put', 0.25), 4) AS put, round(surface_strike(s, DATE '2024-07-01', 'call', 0.25), \
              4) AS call FROM (SELECT vol_surface(e, t, f, 0.04 * t, 0.1 * t, -0.4, 0.0, 0.1) AS s FROM (VALUES (DATE '2024-07-01', 0.5, 101.0)) \
              AS v(e, t, f))\n\
              ----\n\
              91.3421 113.9038",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate,
    }
    .function()
}

fn evaluate(_: &Call, arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let columns = Columns::new(&CONTRACT, arrays);
    let mut surfaces = Surfaces::of(&CONTRACT, &arrays[0])?;
    let expiries = columns.of::<Date32Array>("expiry")?;
    let kinds = columns.of::<StringArray>("kind")?;
    let deltas = columns.of::<Float64Array>("delta")?;
    let mut out = Float64Array::builder(deltas.len());
    for row in 0..deltas.len() {
        if !(expiries.is_valid(row) && kinds.is_valid(row) && deltas.is_valid(row)) {
            out.append_null();
            continue;
        }
        let kind = kind_named(&CONTRACT, kinds.value(row))?;
        let strike = surfaces.at(row)?.and_then(|surface| {
            surface.strike_of_delta(expiries.value(row), kind, deltas.value(row))
        });
        out.append_option(strike);
    }
    Ok(Arc::new(out.finish()))
}
