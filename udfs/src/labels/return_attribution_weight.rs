//! `return_attribution_weight`: weights of labels by the return that is theirs alone.

use std::sync::Arc;

use datafusion::arrow::array::{Array, Float64Array};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err};
use trademl_math::labels::weights::return_attribution;

use super::arguments::{ENTRY, EXIT, PRICE, SYMBOL};
use super::spans::{Labels, entry_and_exit};
use crate::function::{Argument, Body, Contract, Function, Lookahead, Role};
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "return_attribution_weight",
    family: "labels",
    summary: "A weight for each label of a symbol: |Σ r[t] / c[t]| over its bars, with the log return r[t] \
              into bar t and the number c[t] of labels open there; scaled to sum to the number of labels.",
    arguments: &[
        Argument {
            name: "bars",
            role: Role::Relation,
            default: None,
            unit: "–",
            meaning: "one row a bar, with the exit of the label that starts there, or NULL",
        },
        SYMBOL,
        ENTRY,
        EXIT,
        PRICE,
    ],
    returns: "the symbol; entry_date; exit_date; attribution DOUBLE (before scaling); weight DOUBLE, 0 \
              where no price moved",
    nulls: "a row with a NULL exit is a bar at which no label starts; a row with a NULL price is treated \
            as absent, its label too; NULL symbol or entry is an error. An empty relation gives no rows",
    errors: "price ≤ 0, NaN or infinite; bars of one time with different prices; an exit before its \
             entry, at no bar, or of another type",
    lookahead: Lookahead::Full,
    source: "López de Prado (2018), Advances in Financial Machine Learning, §4.6, snippet 4.10: the return \
             into the entry bar counts. The first bar has no return, it counts as 0",
    example: "SELECT entry_date, exit_date, round(attribution, 4) AS attribution, round(weight, 4) AS weight \
              FROM return_attribution_weight((SELECT * FROM (VALUES \
              ('A', DATE '2024-01-01', DATE '2024-01-03', 100.0), ('A', DATE '2024-01-02', NULL, 110.0), \
              ('A', DATE '2024-01-03', DATE '2024-01-04', 99.0), ('A', DATE '2024-01-04', NULL, 120.0)) \
              AS t(symbol, entry_date, exit_date, close))) ORDER BY entry_date\n\
              ----\n\
              2024-01-01 2024-01-03 0.0426 0.4676\n\
              2024-01-03 2024-01-04 0.1397 1.5324",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(ReturnAttributionWeight)) }
}

#[derive(Debug)]
struct ReturnAttributionWeight;

impl RelationFunction for ReturnAttributionWeight {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        let [entry, exit] = entry_and_exit(&CONTRACT, call)?;
        Ok(vec![
            entry,
            exit,
            Field::new("attribution", DataType::Float64, false),
            Field::new("weight", DataType::Float64, false),
        ])
    }

    fn evaluate(&self, _: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let (entries, prices) = (group.column("entry")?, group.floats("price")?);
        let at = |row| -> Result<String> {
            Ok(format!("{}, entry={}", group.key, array_value_to_string(entries, row)?))
        };
        for row in (0..prices.len()).filter(|row| prices.is_valid(*row)) {
            let price = prices.value(row);
            if !(price.is_finite() && price > 0.0) {
                return exec_err!(
                    "{}: argument 'price' is {price} at {}, expected a finite number > 0; correct the \
                     row, filter it out or make it NULL",
                    CONTRACT.name,
                    at(row)?
                );
            }
        }
        let labels = Labels::on(&CONTRACT, group, |row| prices.is_valid(row), false)?;
        let bars: Vec<f64> = labels.bar_rows().iter().map(|row| prices.value(*row)).collect();
        // Labels of one entry are rows of one bar.
        for (label, (first, _)) in labels.spans.spans().iter().enumerate() {
            let row = labels.rows[label];
            if prices.value(row) != bars[*first] {
                return exec_err!(
                    "{}: {} has the prices {} and {}, expected one a bar",
                    CONTRACT.name,
                    at(row)?,
                    prices.value(row),
                    bars[*first]
                );
            }
        }
        let [entry, exit] = labels.entries_and_exits(0..labels.rows.len())?;
        let (raw, scaled) = return_attribution(&labels.spans, &bars);
        emit(vec![
            entry,
            exit,
            Arc::new(Float64Array::from(raw)),
            Arc::new(Float64Array::from(scaled)),
        ])
    }
}
