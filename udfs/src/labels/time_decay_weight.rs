//! `time_decay_weight`: weights of labels that fall with their age in unique labels.

use std::sync::Arc;

use datafusion::arrow::array::Float64Array;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, plan_err};
use trademl_math::labels::weights::time_decay;

use super::arguments::{ENTRY, EXIT, LABELS, SYMBOL};
use super::spans::{Labels, entry_and_exit};
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "time_decay_weight",
    family: "labels",
    summary: "A weight for each label of a symbol that is linear in cumulative average uniqueness: 1 for \
              the newest label, towards last_weight for the oldest.",
    arguments: &[
        LABELS,
        SYMBOL,
        ENTRY,
        EXIT,
        Argument {
            name: "last_weight",
            role: Role::Constant(Kind::Float),
            default: Some("0.5"),
            unit: "1",
            meaning: "weight the oldest label tends to, > −1 and ≤ 1: 1 is no decay, 0 decays to nothing, \
                      below 0 the oldest −last_weight of cumulative uniqueness weighs 0",
        },
    ],
    returns: "the symbol; entry_date; exit_date; uniqueness DOUBLE (average uniqueness); weight DOUBLE in \
              [0, 1]",
    nulls: "a row with a NULL exit is a bar at which no label starts; NULL symbol or entry is an error. An \
            empty relation gives no rows",
    errors: "an exit before its entry, or of another type; last_weight ≤ −1 or > 1",
    lookahead: Lookahead::Full,
    source: "López de Prado (2018), Advances in Financial Machine Learning, §4.7, snippet 4.11",
    example: "SELECT entry_date, weight FROM time_decay_weight((SELECT * FROM (VALUES \
              ('A', DATE '2024-01-01', DATE '2024-01-01'), ('A', DATE '2024-01-02', DATE '2024-01-02'), \
              ('A', DATE '2024-01-03', DATE '2024-01-03'), ('A', DATE '2024-01-04', DATE '2024-01-04')) \
              AS t(symbol, entry_date, exit_date)), last_weight => 0) ORDER BY entry_date\n\
              ----\n\
              2024-01-01 0.25\n\
              2024-01-02 0.5\n\
              2024-01-03 0.75\n\
              2024-01-04 1.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(TimeDecayWeight)) }
}

#[derive(Debug)]
struct TimeDecayWeight;

impl RelationFunction for TimeDecayWeight {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        if is_bound(call, &[]) {
            last_weight(call)?;
        }
        let [entry, exit] = entry_and_exit(&CONTRACT, call)?;
        Ok(vec![
            entry,
            exit,
            Field::new("uniqueness", DataType::Float64, false),
            Field::new("weight", DataType::Float64, false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let last = last_weight(call)?;
        let labels = Labels::of(&CONTRACT, group)?;
        let [entry, exit] = labels.entries_and_exits(0..labels.rows.len())?;
        let uniqueness = labels.spans.uniqueness();
        let weights = time_decay(&uniqueness, last);
        emit(vec![
            entry,
            exit,
            Arc::new(Float64Array::from(uniqueness)),
            Arc::new(Float64Array::from(weights)),
        ])
    }
}

fn last_weight(call: &Call) -> Result<f64> {
    let last = call.float("last_weight")?;
    match last > -1.0 && last <= 1.0 {
        true => Ok(last),
        false => plan_err!("last_weight: expected a number > −1 and ≤ 1, was {last}"),
    }
}
