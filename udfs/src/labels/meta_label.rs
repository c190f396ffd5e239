//! `meta_label`: whether following a primary signal paid.

use std::sync::Arc;

use datafusion::arrow::array::{Float64Array, Int16Array};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Result;
use trademl_math::labels::horizon::{Method, forward_return};

use super::arguments::{BARS, DATE, H, PRICE, SYMBOL};
use super::rows::{Allowed, Rows};
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "meta_label",
    family: "labels",
    summary: "Labels each row at which a primary model takes a side with 1 if holding that side for h \
              rows gains more than the cost, else 0. With barriers instead of a fixed horizon it is \
              triple_barrier with side.",
    arguments: &[
        BARS,
        SYMBOL,
        DATE,
        PRICE,
        Argument {
            name: "side",
            role: Role::Column(Kind::Float),
            default: Some("side"),
            unit: "–",
            meaning: "side of the primary model, known at the row: > 0 long, < 0 short, 0 or NULL none",
        },
        H,
        Argument {
            name: "cost",
            role: Role::Constant(Kind::Float),
            default: Some("0.0"),
            unit: "simple return",
            meaning: "cost of entry and exit together, ≥ 0",
        },
    ],
    returns: "the symbol; entry_date; exit_date (h rows later); side SMALLINT 1 or −1; ret DOUBLE (simple \
              return of the position after cost); label SMALLINT 1 if ret > 0, else 0",
    nulls: "a row with a NULL price is treated as absent: it is no entry and does not count for h; a row \
            with a NULL side is no entry but counts; NULL symbol or date is an error. The last h rows \
            have no label. An empty relation gives no rows",
    errors: "price ≤ 0, NaN or infinite; side NaN or infinite; a date twice within a symbol; h < 1; \
             cost < 0",
    lookahead: Lookahead::Label("exit_date"),
    source: "López de Prado (2018), Advances in Financial Machine Learning, §3.6, with a fixed horizon",
    example: "SELECT symbol, entry_date, exit_date, side, round(ret, 4) AS ret, label FROM \
              meta_label((SELECT * FROM (VALUES ('A', DATE '2024-01-02', 100.0, 1), \
              ('A', DATE '2024-01-03', 110.0, 0), ('A', DATE '2024-01-04', 99.0, -1), \
              ('A', DATE '2024-01-05', 108.9, 1)) AS t(symbol, date, close, side)), h => 1) \
              ORDER BY entry_date\n\
              ----\n\
              A 2024-01-02 2024-01-03 1 0.1 1\n\
              A 2024-01-04 2024-01-05 -1 -0.1 0",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(MetaLabel)) }
}

#[derive(Debug)]
struct MetaLabel;

impl RelationFunction for MetaLabel {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        if is_bound(call, &[]) {
            call.count("h", 1)?;
            call.non_negative("cost")?;
        }
        let date = call.column_type("date")?;
        Ok(vec![
            Field::new("entry_date", date.clone(), false),
            Field::new("exit_date", date.clone(), false),
            Field::new("side", DataType::Int16, false),
            Field::new("ret", DataType::Float64, false),
            Field::new("label", DataType::Int16, false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let (h, cost) = (call.count("h", 1)?, call.non_negative("cost")?);
        let rows = Rows::new(&CONTRACT, group, &["price"])?;
        let prices = rows.numbers("price", Allowed::Positive)?;
        let sides = rows.numbers("side", Allowed::Finite)?;
        let returns = forward_return(&prices, h, Method::Simple);
        // A side that is NaN is NULL.
        let taken = sides.iter().zip(returns).enumerate();
        let taken = taken.filter(|(_, (side, _))| **side != 0.0 && !side.is_nan());
        let taken: Vec<(usize, f64, f64)> =
            taken.map(|(row, (side, ret))| (row, *side, side.signum() * ret - cost)).collect();
        let side = taken.iter().map(|(_, side, _)| if *side > 0.0 { 1 } else { -1 });
        emit(vec![
            rows.dates(taken.iter().map(|(row, ..)| *row))?,
            rows.dates(taken.iter().map(|(row, ..)| row + h))?,
            Arc::new(Int16Array::from_iter_values(side)),
            Arc::new(Float64Array::from_iter_values(taken.iter().map(|(.., ret)| *ret))),
            Arc::new(Int16Array::from_iter_values(
                taken.iter().map(|(.., ret)| i16::from(*ret > 0.0)),
            )),
        ])
    }
}
