//! `probabilistic_sharpe_ratio`: how sure it is that the true Sharpe ratio beats a benchmark.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use trademl_math::sharpe::SharpeEstimate;

use super::returns::finite;
use crate::aggregate::AggregateFunction;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;

const CONTRACT: Contract = Contract {
    name: "probabilistic_sharpe_ratio",
    family: "statistics",
    summary: "Probability that the true Sharpe ratio exceeds the benchmark, given the length, \
              skewness and kurtosis of the returns.",
    arguments: &[
        Argument {
            name: "ret",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "return per period",
            meaning: "return above the risk-free rate",
        },
        Argument {
            name: "benchmark",
            role: Role::Constant(Kind::Float),
            default: Some("0"),
            unit: "Sharpe ratio per period",
            meaning: "ratio to beat, not annualised: an annual 1.0 on daily returns is 1/√252",
        },
    ],
    returns: "probability [1]",
    nulls: "NULL returns are left out; NULL for fewer than two returns or constant ones",
    errors: "a return that is NaN or infinite",
    lookahead: Lookahead::Full,
    source: "Bailey & López de Prado (2012), The Sharpe Ratio Efficient Frontier, eq. 11",
    // The Sharpe ratio is 0, so one half.
    example: "SELECT round(probabilistic_sharpe_ratio(ret, benchmark => 0), 6) AS psr \
              FROM (VALUES (0.02), (-0.02), (0.01), (-0.01)) AS t(ret)\n\
              ----\n\
              0.5",
};

/// The entry for the registry.
pub fn function() -> Function {
    AggregateFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |call| call.float("benchmark").map(drop),
        evaluate,
    }
    .function()
}

fn evaluate(call: &Call, columns: &[ArrayRef]) -> Result<ScalarValue> {
    let returns = finite(CONTRACT.name, "ret", columns, 0)?;
    let benchmark = call.float("benchmark")?;
    let estimate = SharpeEstimate::from_returns(returns);
    Ok(ScalarValue::Float64(estimate.and_then(|e| e.probabilistic(benchmark))))
}
