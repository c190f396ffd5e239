//! `sequential_bootstrap`: draws of labels that avoid overlap.

use std::sync::Arc;

use datafusion::arrow::array::{Float64Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Result;
use trademl_math::labels::sequential_bootstrap::SequentialBootstrap as Draws;

use super::arguments::{ENTRY, EXIT, LABELS, SYMBOL};
use super::spans::{Labels, entry_and_exit};
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "sequential_bootstrap",
    family: "labels",
    summary: "Draws labels of a symbol with replacement, each with a probability proportional to its \
              average uniqueness given the labels drawn so far, so that draws overlap less than those of \
              the plain bootstrap.",
    arguments: &[
        LABELS,
        SYMBOL,
        ENTRY,
        EXIT,
        Argument {
            name: "draws",
            role: Role::Constant(Kind::Integer),
            default: Some("NULL"),
            unit: "draws",
            meaning: "how many labels are drawn, ≥ 1; NULL draws as many as there are",
        },
        Argument {
            name: "seed",
            role: Role::Constant(Kind::Integer),
            default: Some("0"),
            unit: "–",
            meaning: "the same seed gives the same draws; each symbol has random numbers of its own",
        },
    ],
    returns: "the symbol; draw BIGINT from 0; label BIGINT (of the label drawn, from 0 by entry and then \
              exit); entry_date; exit_date; probability DOUBLE (of that label in that draw)",
    nulls: "a row with a NULL exit is a bar at which no label starts; NULL symbol or entry is an error. A \
            symbol without labels gives no rows",
    errors: "an exit before its entry, or of another type; draws < 1",
    lookahead: Lookahead::Full,
    source: "López de Prado (2018), Advances in Financial Machine Learning, §4.5; random numbers: \
             splitmix64",
    example: "SELECT draw, label, entry_date, exit_date, probability FROM sequential_bootstrap((SELECT * FROM \
              (VALUES ('A', DATE '2024-01-01', DATE '2024-01-03')) AS t(symbol, entry_date, exit_date)), \
              draws => 2) ORDER BY draw\n\
              ----\n\
              0 0 2024-01-01 2024-01-03 1.0\n\
              1 0 2024-01-01 2024-01-03 1.0",
};

/// Draws handed over at a time; between them a cancelled query is noticed.
const PIECE: usize = 8192;

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(SequentialBootstrap)) }
}

#[derive(Debug)]
struct SequentialBootstrap;

impl RelationFunction for SequentialBootstrap {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        if is_bound(call, &["draws"]) {
            draws(call)?;
            call.integer("seed")?;
        }
        let [entry, exit] = entry_and_exit(&CONTRACT, call)?;
        Ok(vec![
            Field::new("draw", DataType::Int64, false),
            Field::new("label", DataType::Int64, false),
            entry,
            exit,
            Field::new("probability", DataType::Float64, false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let labels = Labels::of(&CONTRACT, group)?;
        let count = draws(call)?.unwrap_or(labels.rows.len());
        let seed = own_seed(call.integer("seed")? as u64, &group.key);
        let Some(mut bootstrap) = Draws::new(labels.spans.spans().to_vec(), seed) else {
            return Ok(());
        };
        for start in (0..count).step_by(PIECE) {
            let draws = start..count.min(start + PIECE);
            let (mut drawn, mut chances) = (vec![], vec![]);
            for _ in draws.clone() {
                let label = bootstrap.draw();
                drawn.push(label);
                chances.push(bootstrap.last_probability());
            }
            let [entry, exit] = labels.entries_and_exits(drawn.iter().copied())?;
            emit(vec![
                Arc::new(Int64Array::from_iter_values(draws.map(|draw| draw as i64))),
                Arc::new(Int64Array::from_iter_values(drawn.iter().map(|label| *label as i64))),
                entry,
                exit,
                Arc::new(Float64Array::from(chances)),
            ])?;
        }
        Ok(())
    }
}

fn draws(call: &Call) -> Result<Option<usize>> {
    match call.constants.get("draws") {
        Some(value) if value.is_null() => Ok(None),
        _ => call.count("draws", 1).map(Some),
    }
}

/// A seed for one symbol: the hash FNV-1a of its key, from the seed given.
fn own_seed(seed: u64, key: &str) -> u64 {
    let start = seed ^ 0xCBF2_9CE4_8422_2325;
    key.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}
