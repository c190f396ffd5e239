//! `label_concurrency`: how many labels are open at each bar.

use std::sync::Arc;

use datafusion::arrow::array::Int64Array;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Result;

use super::arguments::{ENTRY, EXIT, LABELS, SYMBOL};
use super::spans::{Labels, entry_and_exit};
use crate::function::{Body, Contract, Function, Lookahead};
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "label_concurrency",
    family: "labels",
    summary: "The number of labels of a symbol that are open at each bar: those whose span from entry to \
              exit, both included, holds it.",
    arguments: &[LABELS, SYMBOL, ENTRY, EXIT],
    returns: "the symbol; date (of the bar); concurrency BIGINT",
    nulls: "a row with a NULL exit is a bar at which no label starts; NULL symbol or entry is an error. An \
            empty relation gives no rows",
    errors: "an exit before its entry, or of another type",
    lookahead: Lookahead::Full,
    source: "López de Prado (2018), Advances in Financial Machine Learning, §4.3",
    example: "SELECT date, concurrency FROM label_concurrency((SELECT * FROM (VALUES \
              ('A', DATE '2024-01-01', DATE '2024-01-03'), ('A', DATE '2024-01-02', NULL), \
              ('A', DATE '2024-01-03', DATE '2024-01-04'), ('A', DATE '2024-01-05', DATE '2024-01-06')) \
              AS t(symbol, entry_date, exit_date))) ORDER BY date\n\
              ----\n\
              2024-01-01 1\n\
              2024-01-02 1\n\
              2024-01-03 2\n\
              2024-01-04 1\n\
              2024-01-05 1\n\
              2024-01-06 1",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(LabelConcurrency)) }
}

#[derive(Debug)]
struct LabelConcurrency;

impl RelationFunction for LabelConcurrency {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        let [entry, _] = entry_and_exit(&CONTRACT, call)?;
        Ok(vec![entry.with_name("date"), Field::new("concurrency", DataType::Int64, false)])
    }

    fn evaluate(&self, _: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let labels = Labels::of(&CONTRACT, group)?;
        let open = labels.spans.concurrency().iter().map(|open| i64::from(*open));
        emit(vec![labels.bar_times()?, Arc::new(Int64Array::from_iter_values(open))])
    }
}
