//! `issuers`: a ticker that was given to another company is another series.

use std::sync::Arc;

use datafusion::arrow::array::{Array as _, AsArray as _, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Date32Type, Field};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, ScalarValue};
use trademl_math::universe::gaps;

use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "issuers",
    family: "universe",
    summary: "Splits the rows of each symbol where more than max_gap days lie between two, since the \
              symbol is then another company's: symbol#1, symbol#2, …",
    arguments: &[
        Argument {
            name: "bars",
            role: Role::Relation,
            default: None,
            unit: "–",
            meaning: "rows of a symbol, one a date or more",
        },
        Argument {
            name: "symbol",
            role: Role::Key,
            default: Some("symbol"),
            unit: "–",
            meaning: "one column: the ticker; opens the result",
        },
        Argument {
            name: "date",
            role: Role::Order,
            default: Some("date"),
            unit: "date or timestamp",
            meaning: "when the row was known",
        },
        Argument {
            name: "max_gap",
            role: Role::Constant(Kind::Integer),
            default: Some("120"),
            unit: "calendar days",
            meaning: "the longest distance between two rows of one company, ≥ 1",
        },
    ],
    returns: "the symbol; date; issuer TEXT, the symbol, '#' and one more than the gaps so far. One row \
              for each row of bars; join it back by symbol and date, and PARTITION BY issuer",
    nulls: "NULL symbol or date is an error; an empty relation gives no rows",
    errors: "max_gap < 1",
    lookahead: Lookahead::Past,
    source: "definition; a halt longer than max_gap splits a company in two, a ticker given on sooner is \
             not seen",
    example: "SELECT symbol, date, issuer FROM issuers((SELECT * FROM (VALUES \
              ('WM', DATE '2008-09-25'), ('WM', DATE '2008-09-26'), ('WM', DATE '2009-08-05')) \
              AS t(symbol, date))) ORDER BY date\n\
              ----\n\
              WM 2008-09-25 WM#1\n\
              WM 2008-09-26 WM#1\n\
              WM 2009-08-05 WM#2",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(Issuers)) }
}

#[derive(Debug)]
struct Issuers;

impl RelationFunction for Issuers {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        // NULL stands in for a parameter that is not bound yet.
        if !call.constants.values().any(ScalarValue::is_null) {
            call.count("max_gap", 1)?;
        }
        Ok(vec![
            Field::new("date", call.column_type("date")?.clone(), false),
            Field::new("issuer", DataType::Utf8, false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let (symbols, dates) = (group.column("symbol")?, group.column("date")?);
        if dates.is_empty() {
            return Ok(());
        }
        let symbol = array_value_to_string(symbols, 0)?;
        let days = cast(dates, &DataType::Date32)?;
        let days = days.as_primitive::<Date32Type>().values();
        let gaps = gaps(days, call.integer("max_gap")?);
        let issuers = gaps.iter().map(|gaps| format!("{symbol}#{}", gaps + 1));
        let issuers = StringArray::from_iter_values(issuers);
        emit(vec![Arc::clone(dates), Arc::new(issuers)])
    }
}
