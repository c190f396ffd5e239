//! `cusum_events`: rows at which moves in one direction add up to a threshold.

use std::sync::Arc;

use datafusion::arrow::array::{Float64Array, Int16Array};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, plan_err};
use trademl_math::labels::cusum::Cusum;

use super::arguments::{BARS, DATE, PRICE, SYMBOL};
use super::rows::{Allowed, Rows};
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "cusum_events",
    family: "labels",
    summary: "The rows at which a symmetric CUSUM filter fires: with the changes Δ of the price, S⁺ = \
              max(0, S⁺ + Δ) and S⁻ = min(0, S⁻ + Δ); an event where S⁻ ≤ −threshold or S⁺ ≥ threshold, \
              and that sum starts again from 0.",
    arguments: &[
        BARS,
        SYMBOL,
        DATE,
        PRICE,
        Argument {
            name: "threshold",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "as the change",
            meaning: "move that is an event, > 0: one number, or a column known at the row, as a \
                      multiple of volatility",
        },
        Argument {
            name: "change",
            role: Role::Constant(Kind::Text),
            default: Some("'log'"),
            unit: "–",
            meaning: "'log' or 'simple' returns, or the 'difference' of prices, from the row before",
        },
    ],
    returns: "the symbol; date (of the event); side SMALLINT 1 up, −1 down; move DOUBLE (the sum that \
              reached the threshold)",
    nulls: "a row with a NULL price is treated as absent; a NULL threshold lets the sums grow without an \
            event at its row; NULL symbol or date is an error. An empty relation gives no rows",
    errors: "price ≤ 0, NaN or infinite; threshold ≤ 0, NaN or infinite; a date twice within a symbol; \
             another change",
    lookahead: Lookahead::Past,
    source: "López de Prado (2018), Advances in Financial Machine Learning, §2.5.2.1; reaching the \
             threshold counts. Reached from both sides in one row, as a falling threshold may be, the fall is told \
             first",
    example: "SELECT symbol, date, side, move FROM cusum_events((SELECT * FROM (VALUES \
              ('A', DATE '2024-01-02', 10.0), ('A', DATE '2024-01-03', 11.0), ('A', DATE '2024-01-04', 13.0), \
              ('A', DATE '2024-01-05', 12.0), ('A', DATE '2024-01-08', 10.0)) AS t(symbol, date, close)), \
              threshold => 3.0, change => 'difference') ORDER BY date\n\
              ----\n\
              A 2024-01-04 1 3.0\n\
              A 2024-01-08 -1 -3.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(CusumEvents)) }
}

#[derive(Debug)]
struct CusumEvents;

impl RelationFunction for CusumEvents {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        if is_bound(call, &[]) {
            change(call)?;
        }
        Ok(vec![
            Field::new("date", call.column_type("date")?.clone(), false),
            Field::new("side", DataType::Int16, false),
            Field::new("move", DataType::Float64, false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let change = change(call)?;
        let rows = Rows::new(&CONTRACT, group, &["price"])?;
        let prices = rows.numbers("price", Allowed::Positive)?;
        let thresholds = rows.numbers("threshold", Allowed::Positive)?;
        let mut filter = Cusum::default();
        let mut events = vec![];
        for (row, pair) in prices.windows(2).enumerate() {
            let threshold = thresholds[row + 1];
            // NaN is NULL, and no sum reaches it.
            if let Some(sum) = filter.update(change(pair[0], pair[1]), threshold) {
                events.push((row + 1, sum));
            }
        }
        let side = events.iter().map(|(_, sum)| if *sum > 0.0 { 1 } else { -1 });
        emit(vec![
            rows.dates(events.iter().map(|(row, _)| *row))?,
            Arc::new(Int16Array::from_iter_values(side)),
            Arc::new(Float64Array::from_iter_values(events.iter().map(|(_, sum)| *sum))),
        ])
    }
}

fn change(call: &Call) -> Result<fn(f64, f64) -> f64> {
    match call.text("change")? {
        "log" => Ok(|from, to| (to / from).ln()),
        "simple" => Ok(|from, to| (to - from) / from),
        "difference" => Ok(|from, to| to - from),
        other => plan_err!("change: expected 'log', 'simple' or 'difference', was '{other}'"),
    }
}
