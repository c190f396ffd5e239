//! `strategy_payoff`: where a position breaks even at expiry, and its extremes.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, ListArray, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, ScalarValue, exec_err};
use trademl_math::options::positions::payoff::Payoff;

use super::arguments::{EXPIRY, KIND, MULTIPLIER, PRICE, QUANTITY, STRIKE};
use super::legs::{Rows, ticks};
use crate::aggregate::AggregateFunction;
use crate::function::{Argument, Contract, Function, Lookahead};
use crate::relation::Call;

const CONTRACT: Contract = Contract {
    name: "strategy_payoff",
    family: "strategies",
    summary: "The break-evens, the highest profit and the largest loss at expiry of legs that end together, from their prices; \
              one group a position. Legs of the underlying are sold then at its price.",
    arguments: &[
        KIND,
        STRIKE,
        QUANTITY,
        Argument {
            meaning: "price paid for the leg a unit, ≥ 0; of the underlying too", ..PRICE
        },
        MULTIPLIER,
        Argument {
            default: Some("NULL"),
            meaning: "when the option ends: with it, legs that end at different times are an error",
            ..EXPIRY
        },
    ],
    returns: "STRUCT: in money cost DOUBLE (Σ quantity · multiplier · price, below 0 for a credit), max_profit DOUBLE and \
              max_loss DOUBLE (≥ 0), Infinity where there is no bound; break_evens LIST of DOUBLE, prices of the underlying \
              at which the profit is 0, ascending; of a stretch of such prices its ends, the upper may be Infinity",
    nulls: "NULL without rows; a NULL expiry is not checked; any other NULL that is read is an error, as a leg left out \
            would change the payoff",
    errors: "a kind that is none; strike or multiplier ≤ 0, price < 0, NaN or infinite; quantity NaN or infinite; legs that \
             end at different times",
    lookahead: Lookahead::Full,
    source: "Definition: the payoff is piecewise linear, so that all are exact",
    example: "SELECT p.cost, p.max_profit, p.max_loss, p.break_evens FROM (SELECT strategy_payoff(kind, strike, quantity, price) \
              AS p FROM (VALUES ('call', 30, 1, 3.0), ('call', 35, -1, 1.0)) AS t(kind, strike, quantity, price))\n\
              ----\n\
              2.0 3.0 2.0 [32.0]",
};

/// The entry for the registry.
pub fn function() -> Function {
    AggregateFunction {
        contract: &CONTRACT,
        returns: DataType::Struct(fields()),
        prepare: |_| Ok(()),
        evaluate,
    }
    .function_with_nulls()
}

fn fields() -> Fields {
    let number = |name| Field::new(name, DataType::Float64, true);
    let item = Arc::new(Field::new_list_field(DataType::Float64, true));
    Fields::from(vec![
        number("cost"),
        number("max_profit"),
        number("max_loss"),
        Field::new("break_evens", DataType::List(item), true),
    ])
}

fn evaluate(_: &Call, columns: &[ArrayRef]) -> Result<ScalarValue> {
    let rows = Rows::new(&CONTRACT, columns);
    if rows.len() == 0 {
        return ScalarValue::try_from(&DataType::Struct(fields()));
    }
    let expiries = ticks(&CONTRACT, "expiry", rows.column("expiry")?)?;
    let mut legs = vec![];
    let mut cost = 0.0;
    let mut end = None;
    for row in 0..rows.len() {
        // The kernel is told of one end; whether it is one is seen here, to the microsecond.
        let leg = rows.leg(row, || Ok(0.0))?;
        if leg.expiry().is_some() && expiries.is_valid(row) {
            let tick = expiries.value(row);
            if *end.get_or_insert(tick) != tick {
                return exec_err!(
                    "{}: argument 'expiry' at {} is another than of other legs, expected one; group by \
                     expiry, or leave it out to see all legs as if they ended together",
                    CONTRACT.name,
                    rows.at(row)?
                );
            }
        }
        cost += leg.units() * rows.number("price", row, |x| x >= 0.0, "a finite number ≥ 0")?;
        legs.push(leg);
    }
    let payoff = match Payoff::new(&legs, cost) {
        Ok(payoff) => payoff,
        Err(error) => return exec_err!("{}: {error}", CONTRACT.name),
    };
    let number = |x: f64| -> ArrayRef { Arc::new(Float64Array::from(vec![x])) };
    let evens = payoff.break_evens();
    let offsets = OffsetBuffer::from_lengths([evens.len()]);
    let item = Arc::new(Field::new_list_field(DataType::Float64, true));
    let evens = ListArray::try_new(item, offsets, Arc::new(Float64Array::from(evens)), None)?;
    let columns = vec![
        number(cost),
        number(payoff.max_profit()),
        number(payoff.max_loss()),
        Arc::new(evens) as ArrayRef,
    ];
    Ok(ScalarValue::Struct(Arc::new(StructArray::try_new(fields(), columns, None)?)))
}
