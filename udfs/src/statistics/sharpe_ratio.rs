//! `sharpe_ratio`: mean over deviation of returns, a year.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use trademl_math::sharpe::SharpeEstimate;

use super::returns::finite;
use crate::aggregate::AggregateFunction;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;

const CONTRACT: Contract = Contract {
    name: "sharpe_ratio",
    family: "statistics",
    summary: "Mean over standard deviation (n − 1) of the returns, times √periods_per_year.",
    arguments: &[
        Argument {
            name: "ret",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "return per period",
            meaning: "return above the risk-free rate",
        },
        Argument {
            name: "periods_per_year",
            role: Role::Constant(Kind::Float),
            default: Some("252"),
            unit: "1/yr",
            meaning: "returns a year, > 0; 1 leaves the ratio per period",
        },
    ],
    returns: "Sharpe ratio [1/√yr]",
    nulls: "NULL returns are left out; NULL for fewer than two returns or constant ones",
    errors: "a return that is NaN or infinite; periods_per_year ≤ 0",
    lookahead: Lookahead::Full,
    source: "Sharpe (1994), The Sharpe Ratio, J. Portfolio Management 21(1), eqs. 3–6",
    // Mean 0.01, deviation 0.02.
    example: "SELECT round(sharpe_ratio(ret, periods_per_year => 4), 6) AS sharpe \
              FROM (VALUES (0.03), (-0.01), (0.01)) AS t(ret)\n\
              ----\n\
              1.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    AggregateFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |call| call.positive("periods_per_year").map(drop),
        evaluate,
    }
    .function()
}

fn evaluate(call: &Call, columns: &[ArrayRef]) -> Result<ScalarValue> {
    let returns = finite(CONTRACT.name, "ret", columns, 0)?;
    let periods = call.positive("periods_per_year")?;
    let estimate = SharpeEstimate::from_returns(returns);
    Ok(ScalarValue::Float64(estimate.map(|e| e.annualised(periods))))
}
