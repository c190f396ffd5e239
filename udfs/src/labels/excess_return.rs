//! `excess_return`: the return over a fixed number of rows ahead, less that of a benchmark.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Result;
use trademl_math::labels::horizon::forward_return;

use super::arguments::{BARS, DATE, H, METHOD, PRICE, SYMBOL};
use super::rows::{Allowed, Rows, method};
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "excess_return",
    family: "labels",
    summary: "The return of each row's price over the next h rows less that of a benchmark over the \
              same rows, with the date it is known.",
    arguments: &[
        BARS,
        SYMBOL,
        DATE,
        PRICE,
        Argument {
            name: "benchmark",
            role: Role::Column(Kind::Float),
            default: Some("benchmark"),
            unit: "price",
            meaning: "level of the benchmark on the same row, adjusted likewise, > 0",
        },
        H,
        METHOD,
    ],
    returns: "the symbol; entry_date; exit_date (h rows later); ret, benchmark_ret and excess = ret − \
              benchmark_ret, DOUBLE",
    nulls: "a row with a NULL price or benchmark is treated as absent: it is no entry and does not \
            count for h; NULL symbol or date is an error. The last h rows have no label. An empty \
            relation gives no rows",
    errors: "price or benchmark ≤ 0, NaN or infinite; a date twice within a symbol; h < 1; another method",
    lookahead: Lookahead::Label("exit_date"),
    source: "Definition",
    example: "SELECT symbol, entry_date, exit_date, round(excess, 4) AS excess FROM excess_return((SELECT * \
              FROM (VALUES ('A', DATE '2024-01-02', 100.0, 50.0), ('A', DATE '2024-01-03', 110.0, 51.0), \
              ('A', DATE '2024-01-04', 99.0, 52.0), ('A', DATE '2024-01-05', 121.0, 51.0)) \
              AS t(symbol, date, close, benchmark)), h => 2) ORDER BY entry_date\n\
              ----\n\
              A 2024-01-02 2024-01-04 -0.05\n\
              A 2024-01-03 2024-01-05 0.1",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(ExcessReturn)) }
}

#[derive(Debug)]
struct ExcessReturn;

impl RelationFunction for ExcessReturn {
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
            Field::new("benchmark_ret", DataType::Float64, false),
            Field::new("excess", DataType::Float64, false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let (h, method) = (call.count("h", 1)?, method(call)?);
        let rows = Rows::new(&CONTRACT, group, &["price", "benchmark"])?;
        let prices = rows.numbers("price", Allowed::Positive)?;
        let levels = rows.numbers("benchmark", Allowed::Positive)?;
        let returns: Vec<f64> = forward_return(&prices, h, method).collect();
        let benchmark: Vec<f64> = forward_return(&levels, h, method).collect();
        let excess: Vec<f64> = returns.iter().zip(&benchmark).map(|(r, b)| r - b).collect();
        let floats = |values| -> ArrayRef { Arc::new(Float64Array::from(values)) };
        emit(vec![
            rows.dates(0..rows.len().saturating_sub(h))?,
            rows.dates(h..rows.len())?,
            floats(returns),
            floats(benchmark),
            floats(excess),
        ])
    }
}
