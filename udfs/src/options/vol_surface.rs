//! `vol_surface`: the slices of one instant as one value that can be asked.

use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, AsArray, ListArray, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::{sort_to_indices, take};
use datafusion::arrow::datatypes::{Date32Type, Field, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err};
use trademl_math::options::surface::dated::{DatedSlice, DatedSurface};
use trademl_math::options::surface::slices::SurfaceError;

use super::arguments::number;
use super::surface_columns::{EXPIRY, fields, surface_type};
use super::svi_columns::{A, B, M, RHO, SIGMA, slice};
use crate::aggregate::AggregateFunction;
use crate::function::{Argument, Contract, Function, Lookahead};
use crate::relation::Call;

const CONTRACT: Contract = Contract {
    name: "vol_surface",
    family: "options",
    summary: "The slices of one symbol and instant, as svi_surface gives them, as a surface for surface_iv, surface_forward, \
              surface_local_volatility and surface_density: GROUP BY symbol, asof.",
    arguments: &[
        Argument { meaning: "expiry of the slice", ..EXPIRY },
        number("years", "years", "time to expiry, > 0"),
        number("forward", "price", "forward at expiry, > 0"),
        A,
        B,
        RHO,
        M,
        SIGMA,
    ],
    returns: "LIST of STRUCT(expiry DATE; years, forward, a, b, rho, m, sigma DOUBLE), by years; an empty list without slices",
    nulls: "rows with a NULL, as expiries without a slice have, are left out",
    errors: "two slices of one expiry; years that do not rise with the expiry; years or forward ≤ 0; parameters of no slice",
    lookahead: Lookahead::Full,
    source: "Gatheral & Jacquier (2014), Quantitative Finance 14(1), Lemma 2.1: interpolation in total variance at constant \
             log-moneyness",
    example: "SELECT s[1]['expiry'] AS first, s[2]['years'] AS years FROM (SELECT vol_surface(e, t, 100.0, 0.04 * t, 0.1, -0.4, 0.0, \
              0.1) AS s FROM (VALUES (DATE '2024-12-31', 1.0), (DATE '2024-07-01', 0.5)) AS v(e, t))\n\
              ----\n\
              2024-07-01 1.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    AggregateFunction {
        contract: &CONTRACT,
        returns: surface_type(),
        prepare: |_| Ok(()),
        evaluate,
    }
    .function()
}

fn evaluate(_: &Call, columns: &[ArrayRef]) -> Result<ScalarValue> {
    let order = sort_to_indices(&columns[1], None, None)?;
    let columns = columns.iter().map(|c| take(c, &order, None));
    let columns = columns.collect::<std::result::Result<Vec<_>, _>>()?;
    let rows = columns[0].len();
    let expiry = columns[0].as_primitive::<Date32Type>();
    let shown = |row: usize| expiry.value_as_date(row).map_or_else(String::new, |d| d.to_string());
    let mut slices = vec![];
    for row in 0..rows {
        let [years, forward, a, b, rho, m, sigma] = [1, 2, 3, 4, 5, 6, 7]
            .map(|c: usize| columns[c].as_primitive::<Float64Type>().value(row));
        let Some(slice) = slice([a, b, rho, m, sigma]) else {
            return exec_err!(
                "{}: expiry {}: a={a}, b={b}, rho={rho}, m={m}, sigma={sigma} are parameters of no slice; leave the \
                 expiry out",
                CONTRACT.name,
                shown(row)
            );
        };
        slices.push(DatedSlice { expiry: expiry.value(row), years, forward, slice });
    }
    let wrong = match DatedSurface::new(slices) {
        Ok(_) | Err(SurfaceError::Empty | SurfaceError::Crossed(..)) => None,
        Err(SurfaceError::Years(row)) => {
            Some((row, "years are not above 0 and rising with the expiry, one slice an expiry"))
        }
        Err(SurfaceError::Forward(row)) => Some((row, "the forward is not a number above 0")),
    };
    if let Some((row, what)) = wrong {
        return exec_err!(
            "{}: expiry {}: {what}; GROUP BY symbol and instant, and leave out what is expired",
            CONTRACT.name,
            shown(row)
        );
    }
    let slices = StructArray::try_new(fields(), columns, None)?;
    let field = Arc::new(Field::new_list_field(slices.data_type().clone(), true));
    let list =
        ListArray::try_new(field, OffsetBuffer::from_lengths([rows]), Arc::new(slices), None)?;
    Ok(ScalarValue::List(Arc::new(list)))
}
