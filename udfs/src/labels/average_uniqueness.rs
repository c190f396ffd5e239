//! `average_uniqueness`: how much of its bars a label has for itself.

use std::sync::Arc;

use datafusion::arrow::array::{Float64Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Result;

use super::arguments::{ENTRY, EXIT, LABELS, SYMBOL};
use super::spans::{Labels, entry_and_exit};
use crate::function::{Body, Contract, Function, Lookahead};
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "average_uniqueness",
    family: "labels",
    summary: "The mean of 1 / (labels of the symbol that are open) over the bars of each label, from entry \
              to exit: 1 for a label that shares no bar.",
    arguments: &[LABELS, SYMBOL, ENTRY, EXIT],
    returns: "the symbol; entry_date; exit_date; bars BIGINT (that the label spans); uniqueness DOUBLE in \
              (0, 1]",
    nulls: "a row with a NULL exit is a bar at which no label starts; NULL symbol or entry is an error. An \
            empty relation gives no rows",
    errors: "an exit before its entry, or of another type",
    lookahead: Lookahead::Label("exit_date"),
    source: "López de Prado (2018), Advances in Financial Machine Learning, §4.4",
    example: "SELECT entry_date, exit_date, bars, round(uniqueness, 4) AS uniqueness FROM \
              average_uniqueness((SELECT * FROM (VALUES \
              ('A', DATE '2024-01-01', DATE '2024-01-03'), ('A', DATE '2024-01-02', NULL), \
              ('A', DATE '2024-01-03', DATE '2024-01-04'), ('A', DATE '2024-01-05', DATE '2024-01-06')) \
              AS t(symbol, entry_date, exit_date))) ORDER BY entry_date\n\
              ----\n\
              2024-01-01 2024-01-03 3 0.8333\n\
              2024-01-03 2024-01-04 2 0.75\n\
              2024-01-05 2024-01-06 2 1.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(AverageUniqueness)) }
}

#[derive(Debug)]
struct AverageUniqueness;

impl RelationFunction for AverageUniqueness {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        let [entry, exit] = entry_and_exit(&CONTRACT, call)?;
        Ok(vec![
            entry,
            exit,
            Field::new("bars", DataType::Int64, false),
            Field::new("uniqueness", DataType::Float64, false),
        ])
    }

    fn evaluate(&self, _: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let labels = Labels::of(&CONTRACT, group)?;
        let [entry, exit] = labels.entries_and_exits(0..labels.rows.len())?;
        let bars = labels.spans.spans().iter().map(|(first, last)| (last - first + 1) as i64);
        emit(vec![
            entry,
            exit,
            Arc::new(Int64Array::from_iter_values(bars)),
            Arc::new(Float64Array::from(labels.spans.uniqueness())),
        ])
    }
}
