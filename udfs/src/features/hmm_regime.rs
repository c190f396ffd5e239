//! `hmm_regime`: probabilities of the states of a hidden Markov model, from past rows only.

use datafusion::common::{Result, plan_err};
use trademl_math::gaussian_hmm::{LEAST_ROWS, MOST_STATES};
use trademl_math::hmm_regime::HmmRegime;

use super::hmm::{FIELDS, STATES, X};
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "hmm_regime",
    family: "features",
    summary: "Filtered probabilities of the states of a Gaussian hidden Markov model, state 1 the one with \
              the smallest deviation: fitted by EM to the first fit rows, and every refit rows again to \
              all rows so far; a row's value knows that row and earlier ones only.",
    arguments: &[
        X,
        STATES,
        Argument {
            name: "fit",
            role: Role::Constant(Kind::Integer),
            default: Some("500"),
            unit: "rows",
            meaning: "rows of the first fit, ≥ 10 a state",
        },
        Argument {
            name: "refit",
            role: Role::Constant(Kind::Integer),
            default: Some("250"),
            unit: "rows",
            meaning: "rows from a fit to the next, which starts from its parameters; 0: the first one stays",
        },
    ],
    returns: "struct of doubles: state (the most probable one, from 1), p1, p2, p3, p4 (probability of each \
              state; NULL beyond states)",
    nulls: "a NULL row gives NULL and counts as absent; the first fit − 1 rows give NULL, and rows before x \
            has moved",
    errors: "x NaN or infinite (function, value and row are named); states < 2 or > 4; fit < 10 · states; \
             refit < 0",
    lookahead: Lookahead::Past,
    source: "Hamilton (1989), Econometrica 57(2); Rabiner (1989), Proc. IEEE 77(2). EM starts from groups \
             of equal size by distance from the median and a probability of 0.95 to stay",
    example: "SELECT count(r) AS known, min(r['p1'] + r['p2']) > 0.999999 AS sums FROM (SELECT hmm_regime(sin(i \
              * i * 1.7) * (1 + i / 20 % 2 * 3), 2, 60, 0) OVER (ORDER BY i) AS r FROM unnest(range(0, 100)) \
              AS t(i))\n\
              ----\n\
              41 true",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Fields(FIELDS),
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(kernel(call)?))),
    }
    .function()
}

fn kernel(call: &Call) -> Result<HmmRegime> {
    let states = call.count("states", 2)?;
    let (fit, refit) = (call.count("fit", LEAST_ROWS * states)?, call.count("refit", 0)?);
    match HmmRegime::new(states, fit, refit) {
        Some(kernel) => Ok(kernel),
        None => plan_err!("states: expected an integer from 2 to {MOST_STATES}, was {states}"),
    }
}
