//! `iv_change`: what an implied volatility changes by over a fixed number of rows ahead.

use std::sync::Arc;

use datafusion::arrow::array::Float64Array;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Result;
use trademl_math::labels::volatility::change;

use super::arguments::{BARS, DATE, H, IV, SYMBOL};
use super::rows::{Allowed, Rows};
use crate::function::{Body, Contract, Function, Lookahead};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "iv_change",
    family: "labels",
    summary: "What each row's implied volatility changes by over the next h rows, iv[t+h] − iv[t], with the date it is known. Of a constant \
              maturity, as surface_smile has it: of one expiry the change is mostly that of its time.",
    arguments: &[BARS, SYMBOL, DATE, IV, H],
    returns: "the symbol; entry_date; exit_date (h rows later); change DOUBLE, annualised decimal",
    nulls: "a row with a NULL iv counts for h, but is neither entry nor exit; NULL symbol or date is an error. The last h rows have no \
            label. An empty relation gives no rows",
    errors: "iv < 0, NaN or infinite; a date twice within a symbol; h < 1",
    lookahead: Lookahead::Label("exit_date"),
    source: "Definition",
    example: "SELECT symbol, entry_date, exit_date, round(change, 4) AS change FROM iv_change((SELECT * FROM (VALUES ('A', DATE '2024-01-02', \
              0.20), ('A', DATE '2024-01-03', 0.25), ('A', DATE '2024-01-04', 0.22)) AS t(symbol, date, iv)), h => 2)\n\
              ----\n\
              A 2024-01-02 2024-01-04 0.02",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(IvChange)) }
}

#[derive(Debug)]
struct IvChange;

impl RelationFunction for IvChange {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        if is_bound(call, &[]) {
            call.count("h", 1)?;
        }
        let date = call.column_type("date")?;
        Ok(vec![
            Field::new("entry_date", date.clone(), false),
            Field::new("exit_date", date.clone(), false),
            Field::new("change", DataType::Float64, false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let h = call.count("h", 1)?;
        let rows = Rows::new(&CONTRACT, group, &[])?;
        // NaN for NULL, and so for what it is an end of.
        let volatilities = rows.numbers("iv", Allowed::NonNegative)?;
        let all = change(&volatilities, h).enumerate();
        let (entries, changes): (Vec<usize>, Vec<f64>) =
            all.filter(|(_, change)| !change.is_nan()).unzip();
        emit(vec![
            rows.dates(entries.iter().copied())?,
            rows.dates(entries.iter().map(|row| row + h))?,
            Arc::new(Float64Array::from(changes)),
        ])
    }
}
