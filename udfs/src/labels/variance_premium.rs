//! `variance_premium`: what was asked for variance, less what it then was.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Result;
use trademl_math::labels::volatility::realized_variance;

use super::arguments::{BARS, DATE, H, IV, PRICE, SYMBOL};
use super::rows::{Allowed, Rows};
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "variance_premium",
    family: "labels",
    summary: "The variance risk premium of each row: its implied variance less what prices then had over the next h rows, with the date it is known. \
              The implied volatility should look as far ahead: of 21 sessions with h => 21; swap_iv of surface_smile is that of all strikes.",
    arguments: &[
        BARS,
        SYMBOL,
        DATE,
        IV,
        PRICE,
        Argument { default: Some("21"), ..H },
        Argument {
            name: "periods",
            role: Role::Constant(Kind::Float),
            default: Some("252.0"),
            unit: "rows a year",
            meaning: "rows a year, > 0, which make realised variance one a year",
        },
    ],
    returns: "the symbol; entry_date; exit_date (h rows later); implied = iv², realized = Σ ln²(pₛ/pₛ₋₁)·periods/h and premium = implied − \
              realized, DOUBLE, variances a year",
    nulls: "a row with a NULL price is treated as absent: it is no entry and does not count for h. A row with a NULL iv is no entry, but its \
            price counts. NULL symbol or date is an error. The last h rows have no label. An empty relation gives no rows",
    errors: "iv < 0, price ≤ 0, NaN or infinite; a date twice within a symbol; h < 1; periods ≤ 0",
    lookahead: Lookahead::Label("exit_date"),
    source: "Carr & Wu (2009), Review of Financial Studies 22(3), with the sign of who sells variance",
    example: "SELECT entry_date, exit_date, round(implied, 4) AS implied, round(realized, 4) AS realized, round(premium, 4) AS premium FROM \
              variance_premium((SELECT * FROM (VALUES ('A', DATE '2024-01-02', 0.20, 100.0), ('A', DATE '2024-01-03', 0.25, 101.0), ('A', DATE \
              '2024-01-04', 0.22, 100.0)) AS t(symbol, date, iv, close)), h => 2)\n\
              ----\n\
              2024-01-02 2024-01-04 0.04 0.025 0.015",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(VariancePremium)) }
}

#[derive(Debug)]
struct VariancePremium;

impl RelationFunction for VariancePremium {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        if is_bound(call, &[]) {
            call.count("h", 1)?;
            call.positive("periods")?;
        }
        let date = call.column_type("date")?;
        let number = |name| Field::new(name, DataType::Float64, false);
        Ok(vec![
            Field::new("entry_date", date.clone(), false),
            Field::new("exit_date", date.clone(), false),
            number("implied"),
            number("realized"),
            number("premium"),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let (h, periods) = (call.count("h", 1)?, call.positive("periods")?);
        let rows = Rows::new(&CONTRACT, group, &["price"])?;
        let prices = rows.numbers("price", Allowed::Positive)?;
        // NaN for NULL.
        let volatilities = rows.numbers("iv", Allowed::NonNegative)?;
        let all = realized_variance(&prices, h, periods);
        let (entries, realized): (Vec<usize>, Vec<f64>) =
            all.enumerate().filter(|(row, _)| !volatilities[*row].is_nan()).unzip();
        let implied: Vec<f64> =
            entries.iter().map(|row| volatilities[*row] * volatilities[*row]).collect();
        let premium: Vec<f64> = implied.iter().zip(&realized).map(|(i, r)| i - r).collect();
        let floats = |values| -> ArrayRef { Arc::new(Float64Array::from(values)) };
        emit(vec![
            rows.dates(entries.iter().copied())?,
            rows.dates(entries.iter().map(|row| row + h))?,
            floats(implied),
            floats(realized),
            floats(premium),
        ])
    }
}
