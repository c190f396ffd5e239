//! `deflated_sharpe_ratio`: how sure it is that the best of many trials has skill.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err};
use trademl_math::sharpe::SharpeEstimate;

use super::returns::finite;
use crate::aggregate::AggregateFunction;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;

const CONTRACT: Contract = Contract {
    name: "deflated_sharpe_ratio",
    family: "statistics",
    summary: "Probability that the true Sharpe ratio exceeds what the best of n_trials trials \
              without skill would show.",
    arguments: &[
        Argument {
            name: "ret",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "return per period",
            meaning: "return of the selected trial above the risk-free rate",
        },
        // Columns rather than constants, so that both may come from a ledger of trials.
        Argument {
            name: "n_trials",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "–",
            meaning: "independent trials it was selected from, ≥ 1, the same in the whole group; 1 \
                      gives the probabilistic Sharpe ratio against 0",
        },
        Argument {
            name: "trial_variance",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "(Sharpe ratio per period)²",
            meaning: "variance of the trials' Sharpe ratios, not annualised (divide an annual one \
                      by the periods a year), ≥ 0, the same in the whole group",
        },
    ],
    returns: "probability [1]",
    nulls: "rows with a NULL are left out; NULL for fewer than two returns or constant ones",
    errors: "a value that is NaN or infinite; n_trials < 1; trial_variance < 0; either not the \
             same in the whole group",
    lookahead: Lookahead::Full,
    source: "Bailey & López de Prado (2014), The Deflated Sharpe Ratio, eqs. 1 and 2",
    // One trial has nothing to deflate; its Sharpe ratio is 0.
    example: "SELECT round(deflated_sharpe_ratio(ret, n_trials => 1, trial_variance => 0.002), 6) \
              AS dsr FROM (VALUES (0.02), (-0.02), (0.01), (-0.01)) AS t(ret)\n\
              ----\n\
              0.5",
};

/// The entry for the registry.
pub fn function() -> Function {
    AggregateFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate,
    }
    .function()
}

fn evaluate(_: &Call, columns: &[ArrayRef]) -> Result<ScalarValue> {
    let returns = finite(CONTRACT.name, "ret", columns, 0)?;
    let n_trials = the_only(columns, 1, "n_trials", 1.0)?;
    let variance = the_only(columns, 2, "trial_variance", 0.0)?;
    let (Some(n_trials), Some(variance)) = (n_trials, variance) else {
        return Ok(ScalarValue::Float64(None));
    };
    let estimate = SharpeEstimate::from_returns(returns);
    Ok(ScalarValue::Float64(estimate.and_then(|e| e.deflated(n_trials, variance))))
}

/// The one value of a column that is the same in the whole group; `None` without rows.
fn the_only(columns: &[ArrayRef], i: usize, argument: &str, least: f64) -> Result<Option<f64>> {
    let values = finite(CONTRACT.name, argument, columns, i)?;
    let Some(value) = values.first().copied() else { return Ok(None) };
    if let Some(other) = values.iter().find(|v| **v != value) {
        return exec_err!(
            "{}: argument '{argument}' is {value} and {other} in one group, expected one value; \
             add it to GROUP BY",
            CONTRACT.name
        );
    }
    if value < least {
        return exec_err!(
            "{}: argument '{argument}' is {value}, expected a number ≥ {least}",
            CONTRACT.name
        );
    }
    Ok(Some(value))
}
