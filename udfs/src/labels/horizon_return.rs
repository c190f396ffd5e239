//! `horizon_return`: the return over a fixed number of rows ahead.

use std::sync::Arc;

use datafusion::arrow::array::Float64Array;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Result;
use trademl_math::labels::horizon::forward_return;

use super::arguments::{BARS, DATE, H, METHOD, PRICE, SYMBOL};
use super::rows::{Allowed, Rows, method};
use crate::function::{Body, Contract, Function, Lookahead};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "horizon_return",
    family: "labels",
    summary: "The return of each row's price over the next h rows, simple p[t+h] / p[t] − 1 or \
              logarithmic, with the date it is known.",
    arguments: &[BARS, SYMBOL, DATE, PRICE, H, METHOD],
    returns: "the symbol; entry_date; exit_date (h rows later); ret DOUBLE",
    nulls: "a row with a NULL price is treated as absent: it is no entry and does not count for h; \
            NULL symbol or date is an error. The last h rows have no label. An empty relation gives no \
            rows",
    errors: "price ≤ 0, NaN or infinite; a date twice within a symbol; h < 1; another method",
    lookahead: Lookahead::Label("exit_date"),
    source: "Definition",
    example: "SELECT symbol, entry_date, exit_date, round(ret, 4) AS ret FROM horizon_return((SELECT * \
              FROM (VALUES ('A', DATE '2024-01-02', 100.0), ('A', DATE '2024-01-03', 110.0), \
              ('A', DATE '2024-01-04', 99.0), ('A', DATE '2024-01-05', 121.0)) \
              AS t(symbol, date, close)), h => 2) ORDER BY entry_date\n\
              ----\n\
              A 2024-01-02 2024-01-04 -0.01\n\
              A 2024-01-03 2024-01-05 0.1",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(HorizonReturn)) }
}

#[derive(Debug)]
struct HorizonReturn;

impl RelationFunction for HorizonReturn {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        if is_bound(call, &[]) {
            call.count("h", 1)?;
            method(call)?;
        }
        let date = call.column_type("date")?;
        Ok(vec![
            Field::new("entry_date", date.clone(), false),
            Field::new("exit_date", date.clone(), false),
            Field::new("ret", DataType::Float64, false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let h = call.count("h", 1)?;
        let rows = Rows::new(&CONTRACT, group, &["price"])?;
        let prices = rows.numbers("price", Allowed::Positive)?;
        let returns = forward_return(&prices, h, method(call)?);
        emit(vec![
            rows.dates(0..rows.len().saturating_sub(h))?,
            rows.dates(h..rows.len())?,
            Arc::new(Float64Array::from_iter_values(returns)),
        ])
    }
}
