//! `parity_forward`: the forward and the discount factor that put–call parity implies.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, Float64Array, Int64Array, StringArray, StructArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, ScalarValue, exec_err};
use trademl_math::options::market::parity::{
    Discount, ParityError, ParityFit, StrikeQuotes, parity_forward,
};

use super::arguments::{STRIKE, number};
use super::columns::Columns;
use crate::aggregate::AggregateFunction;
use crate::function::{Argument, Contract, Function, Lookahead};
use crate::relation::Call;

const CONTRACT: Contract = Contract {
    name: "parity_forward",
    family: "options",
    summary: "Forward and discount factor of one expiry by put–call parity, a robust line through call less put over \
              the strikes. One expiry a group: GROUP BY expiry; one row a strike.",
    arguments: &[
        STRIKE,
        number("call_bid", "price", "bid for the call; 0 if nobody bids"),
        number("call_ask", "price", "ask for the call"),
        number("put_bid", "price", "bid for the put; 0 if nobody bids"),
        number("put_ask", "price", "ask for the put"),
        Argument {
            default: Some("NULL"),
            ..number(
                "discount",
                "1",
                "discount factor to expiry, the same for the group, as discount_factor has it; NULL: it is fitted",
            )
        },
    ],
    returns: "STRUCT: forward, discount DOUBLE; forward_error, discount_error DOUBLE, standard errors, NULL with as \
              many strikes as unknowns; else discount_error is 0 where the discount is given or at its bound; quoted \
              BIGINT, strikes with 0 < bid ≤ ask on both sides; used BIGINT, those that the fit rests on; \
              rms_residual DOUBLE, in call less put; status TEXT: 'fitted'; 'discount_at_bound', it was to be outside \
              of 0.05 … 1.05; or why there are no numbers: 'no_quotes', 'one_strike' (which does not tell the \
              discount), 'bad_strike', 'bad_discount', 'discounts_differ', 'bad_forward' (not above 0). Early exercise \
              biases the discount of American options upwards: give it, and keep to strikes near the forward",
    nulls: "rows with a NULL are left out, but for discount: all of a group or none must be NULL, else the status is \
            'discounts_differ'; a group without rows gives status 'no_quotes'",
    errors: "none but types: junk gives a status instead of a forward",
    lookahead: Lookahead::Full,
    source: "put–call parity; Siegel (1982), Biometrika 69(1), repeated medians; Rousseeuw & Leroy (1987), Robust \
             regression and outlier detection, reweighted least squares",
    example: "SELECT round(p.forward, 9) AS forward, round(p.discount, 9) AS discount, p.quoted, p.used, p.status FROM \
              (SELECT parity_forward(k, c - 0.1, c + 0.1, 39.9, 40.1) AS p FROM (SELECT k, 40 + 0.97 * (102.3 - k) + \
              CASE WHEN k = 90 THEN 5 ELSE 0 END AS c FROM (SELECT 70.0 + 5 * value AS k FROM generate_series(0, \
              12))))\n\
              ----\n\
              102.3 0.97 13 12 fitted",
};

/// More strikes than any expiry has; pairs of them are looked at.
const MOST: usize = 10_000;

/// The entry for the registry.
pub fn function() -> Function {
    AggregateFunction {
        contract: &CONTRACT,
        returns: DataType::Struct(fields()),
        prepare: |_| Ok(()),
        evaluate,
    }
    .function()
}

fn fields() -> Fields {
    let field = |(name, data_type)| Field::new(name, data_type, true);
    let fields = [
        ("forward", DataType::Float64),
        ("discount", DataType::Float64),
        ("forward_error", DataType::Float64),
        ("discount_error", DataType::Float64),
        ("quoted", DataType::Int64),
        ("used", DataType::Int64),
        ("rms_residual", DataType::Float64),
        ("status", DataType::Utf8),
    ];
    fields.into_iter().map(field).collect()
}

fn evaluate(_: &Call, arrays: &[ArrayRef]) -> Result<ScalarValue> {
    let columns = Columns::new(&CONTRACT, arrays);
    let values = |name| columns.of::<Float64Array>(name).map(|column| &column.values()[..]);
    let (strikes, call_bids, call_asks) =
        (values("strike")?, values("call_bid")?, values("call_ask")?);
    let (put_bids, put_asks) = (values("put_bid")?, values("put_ask")?);
    if strikes.len() > MOST {
        return exec_err!(
            "{}: {} strikes in a group, expected those of one expiry, {MOST} at most; GROUP BY symbol, \
             instant and expiry",
            CONTRACT.name,
            strikes.len()
        );
    }
    let quotes: Vec<StrikeQuotes> = (0..strikes.len())
        .map(|row| StrikeQuotes {
            strike: strikes[row],
            call: [call_bids[row], call_asks[row]],
            put: [put_bids[row], put_asks[row]],
        })
        .collect();
    let (fit, status) = match discount(columns.of("discount")?) {
        None => (None, "discounts_differ"),
        Some(discount) => match parity_forward(&quotes, discount) {
            Ok(fit) => (Some(fit), fit.status.name()),
            Err(ParityError::BadStrike(_)) => (None, "bad_strike"),
            Err(ParityError::BadDiscount(_)) => (None, "bad_discount"),
            Err(ParityError::NoQuotes) => (None, "no_quotes"),
            Err(ParityError::OneStrike) => (None, "one_strike"),
            Err(ParityError::BadForward(_)) => (None, "bad_forward"),
        },
    };
    let number = |of: fn(&ParityFit) -> Option<f64>| -> ArrayRef {
        Arc::new(Float64Array::from(vec![fit.as_ref().and_then(of)]))
    };
    let count = |of: fn(&ParityFit) -> usize| -> ArrayRef {
        Arc::new(Int64Array::from(vec![fit.as_ref().map(|fit| of(fit) as i64)]))
    };
    let columns: Vec<ArrayRef> = vec![
        number(|fit| Some(fit.forward)),
        number(|fit| Some(fit.discount)),
        number(|fit| fit.forward_error),
        number(|fit| fit.discount_error),
        count(|fit| fit.quoted),
        count(|fit| fit.used),
        number(|fit| Some(fit.rms_residual)),
        Arc::new(StringArray::from(vec![status])),
    ];
    Ok(ScalarValue::Struct(Arc::new(StructArray::try_new(fields(), columns, None)?)))
}

/// The one discount factor of a group; none if there are several.
fn discount(column: &Float64Array) -> Option<Discount> {
    if column.null_count() == column.len() {
        return Some(Discount::Free);
    }
    let first = column.value(0);
    // By their bits, so that NaN is one of them, and told as such.
    let same = column.null_count() == 0
        && column.values().iter().all(|other| other.to_bits() == first.to_bits());
    same.then_some(Discount::Given(first))
}
