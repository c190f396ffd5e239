//! `surface_smile`: level, skew and wings of a surface at a constant maturity.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, plan_err};
use trademl_math::options::surface::smile::{Smile, butterfly, risk_reversal};

use super::arguments::number;
use super::surface_columns::{ERRORS, SURFACE, Surfaces};
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::scalar::ScalarFunction;
use crate::structs::fields;

const NUMBERS: [&str; 14] = [
    "forward",
    "iv",
    "slope",
    "curvature",
    "put_iv_25",
    "call_iv_25",
    "rr_25",
    "bf_25",
    "put_iv_10",
    "call_iv_10",
    "rr_10",
    "bf_10",
    "expected_move",
    "swap_iv",
];

const CONTRACT: Contract = Contract {
    name: "surface_smile",
    family: "options",
    summary: "The smile of a surface at a constant maturity: level, slope and curvature at the money, volatilities by delta, \
              risk reversals and butterflies, the expected move and the volatility of a variance swap. Deltas are of \
              options on the forward, not discounted.",
    arguments: &[
        SURFACE,
        number(
            "years",
            "years",
            "time to expiry, from the first to the last of the surface's slices; 30 days are 30 / 365.0",
        ),
    ],
    returns: "STRUCT of DOUBLE: forward; iv, at the forward; slope and curvature, its first and second derivative in \
              ln(strike/forward); put_iv_25, call_iv_25, rr_25 = call − put, bf_25 = (call + put)/2 − iv, and the same \
              for 10; expected_move, the undiscounted straddle at the forward as a share of it; swap_iv, the root of the \
              fair variance of all strikes, as the VIX is one. Volatilities are annualised decimals",
    nulls: "a NULL argument gives NULL; so does a time before the first slice or after the last, for which nothing is \
            quoted. The numbers of a delta are NULL where no strike has it, and swap_iv with arbitrage or wings so steep that no strike \
            is far enough out",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Gatheral (2006), The Volatility Surface, eq. 11.5, for the swap; Fukasawa (2012), Mathematical Finance 22(4): \
             one strike has a given delta",
    example: "SELECT round(m.iv, 6) AS iv, round(m.slope, 6) AS slope, round(m.rr_25, 6) AS rr, round(m.bf_25, 6) AS bf, round(m.expected_move, \
              6) AS move FROM (SELECT surface_smile(s, 0.75) AS m FROM (SELECT vol_surface(e, t, f, 0.04 * t, 0.1 * t, -0.4, 0.0, 0.1) AS s FROM \
              (VALUES (DATE '2024-07-01', 0.5, 101.0), (DATE '2024-12-31', 1.0, 102.0)) AS v(e, t, f)))\n\
              ----\n\
              0.223607 -0.089443 -0.017671 0.013606 0.154269",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Struct(fields(&NUMBERS, &[])),
        prepare: |_| Ok(()),
        evaluate,
    }
    .function()
}

fn evaluate(_: &Call, columns: &[ArrayRef]) -> Result<ArrayRef> {
    let [surfaces, years] = columns else {
        return plan_err!("{}: expected a surface and years", CONTRACT.name);
    };
    let years = years.as_primitive::<Float64Type>();
    let mut surfaces = Surfaces::of(&CONTRACT, surfaces)?;
    let mut rows = Vec::with_capacity(years.len());
    for row in 0..years.len() {
        let surface = surfaces.at(row)?.filter(|_| years.is_valid(row));
        rows.push(surface.and_then(|surface| {
            let years = years.value(row);
            let smile = surface.surface().smile(years)?;
            Some(numbers(&smile, surface.forward(years)))
        }));
    }
    let fields = fields(&NUMBERS, &[]);
    let column = |i: usize| -> ArrayRef {
        Arc::new(rows.iter().map(|row| row.as_ref()?[i]).collect::<Float64Array>())
    };
    let columns = (0..NUMBERS.len()).map(column).collect();
    let valid: NullBuffer = rows.iter().map(Option::is_some).collect();
    Ok(Arc::new(StructArray::try_new(fields, columns, Some(valid))?))
}

/// The numbers of a smile, in the order of their names.
fn numbers(smile: &Smile, forward: f64) -> [Option<f64>; NUMBERS.len()] {
    let wings = |wings: Option<[f64; 2]>| match wings {
        Some(w) => {
            let [put, call] = w;
            [put, call, risk_reversal(w), butterfly(w, smile.at_the_money)].map(Some)
        }
        None => [None; 4],
    };
    let ([p25, c25, rr25, bf25], [p10, c10, rr10, bf10]) =
        (wings(smile.wings_25), wings(smile.wings_10));
    let [forward, iv, slope, curvature, expected_move] =
        [forward, smile.at_the_money, smile.slope, smile.curvature, smile.expected_move].map(Some);
    [
        forward,
        iv,
        slope,
        curvature,
        p25,
        c25,
        rr25,
        bf25,
        p10,
        c10,
        rr10,
        bf10,
        expected_move,
        smile.swap,
    ]
}
