//! `hmm_smoothed`: probabilities of the states of a hidden Markov model, from all rows.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Float64Type};
use datafusion::common::{Result, internal_err, plan_err};
use trademl_math::gaussian_hmm::{GaussianHmm, LEAST_ROWS, MOST_STATES, most_probable};

use super::hmm::{FIELDS, STATES, X};
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "hmm_smoothed",
    family: "features",
    summary: "Smoothed probabilities of the states of a Gaussian hidden Markov model that is fitted to all \
              rows of the partition, state 1 the one with the smallest deviation: for looking back. \
              hmm_regime is the one that does not look ahead.",
    arguments: &[X, STATES],
    returns: "struct of doubles: state (the most probable one, from 1), p1, p2, p3, p4 (probability of each \
              state; NULL beyond states)",
    nulls: "a NULL row gives NULL and counts as absent; all rows give NULL where x does not move, and with \
            fewer than 10 rows a state",
    errors: "x NaN or infinite (function, value and row are named); states < 2 or > 4",
    lookahead: Lookahead::Full,
    source: "Kim (1994), J. Econometrics 60; Rabiner (1989), Proc. IEEE 77(2); fitted as hmm_regime is",
    example: "SELECT count(r) AS known, min(r['p1'] + r['p2']) > 0.999999 AS sums FROM (SELECT \
              hmm_smoothed(sin(i * i * 1.7) * (1 + i / 20 % 2 * 3), 2) OVER (ORDER BY i) AS r FROM \
              unnest(range(0, 100)) AS t(i))\n\
              ----\n\
              100 true",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(FIELDS),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Section(evaluate),
    }
    .function()
}

fn evaluate(call: &Call, columns: &[ArrayRef]) -> Result<ArrayRef> {
    let states = call.count("states", 2)?;
    if states > MOST_STATES {
        return plan_err!("states: expected an integer from 2 to {MOST_STATES}, was {states}");
    }
    let Some(x) = columns.first().and_then(|c| c.as_primitive_opt::<Float64Type>()) else {
        return internal_err!("argument 'x' is not a float column");
    };
    let values: Vec<f64> = x.iter().flatten().collect();
    let enough = values.len() >= LEAST_ROWS * states;
    let model = enough.then(|| GaussianHmm::fit(&values, states)).flatten();
    let smoothed = model.map(|model| model.smoothed(&values)).unwrap_or_default();
    let mut known = smoothed.iter();
    let rows: Vec<_> =
        (0..x.len()).map(|i| x.is_valid(i).then(|| known.next()).flatten()).collect();
    let fields: Fields = FIELDS.iter().map(|n| Field::new(*n, DataType::Float64, true)).collect();
    let columns = (0..FIELDS.len()).map(|field| -> ArrayRef {
        let value = rows.iter().map(|p| match field {
            0 => p.map(|p| most_probable(p) as f64),
            s => p.filter(|_| s <= states).map(|p| p[s - 1]),
        });
        Arc::new(value.collect::<Float64Array>())
    });
    let nulls = rows.iter().map(Option::is_some).collect::<NullBuffer>();
    Ok(Arc::new(StructArray::new(fields, columns.collect(), Some(nulls))))
}
