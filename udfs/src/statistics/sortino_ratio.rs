//! `sortino_ratio`: mean over downside deviation of returns, a year.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use trademl_math::sharpe::sortino;

use super::returns::finite;
use crate::aggregate::AggregateFunction;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;

const CONTRACT: Contract = Contract {
    name: "sortino_ratio",
    family: "statistics",
    summary: "Mean return above the target over the downside deviation √(Σ min(0, ret − target)²/n), \
              times √periods_per_year.",
    arguments: &[
        Argument {
            name: "ret",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "return per period",
            meaning: "simple return",
        },
        Argument {
            name: "target",
            role: Role::Constant(Kind::Float),
            default: Some("0"),
            unit: "return per period",
            meaning: "return below which a period counts as downside",
        },
        Argument {
            name: "periods_per_year",
            role: Role::Constant(Kind::Float),
            default: Some("252"),
            unit: "1/yr",
            meaning: "returns a year, > 0; 1 leaves the ratio per period",
        },
    ],
    returns: "Sortino ratio [1/√yr]",
    nulls: "NULL returns are left out; NULL without a return below the target",
    errors: "a return that is NaN or infinite; periods_per_year ≤ 0",
    lookahead: Lookahead::Full,
    source: "Sortino & Price (1994), Performance Measurement in a Downside Risk Framework, \
             J. Investing 3(3)",
    // Mean 0.01; downside deviation √(0.02²/4) = 0.01.
    example: "SELECT round(sortino_ratio(ret, target => 0, periods_per_year => 4), 6) AS sortino \
              FROM (VALUES (0.03), (-0.02), (0.01), (0.02)) AS t(ret)\n\
              ----\n\
              2.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    AggregateFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |call| {
            call.float("target")?;
            call.positive("periods_per_year").map(drop)
        },
        evaluate,
    }
    .function()
}

fn evaluate(call: &Call, columns: &[ArrayRef]) -> Result<ScalarValue> {
    let returns = finite(CONTRACT.name, "ret", columns, 0)?;
    let ratio = sortino(returns, call.float("target")?, call.positive("periods_per_year")?);
    Ok(ScalarValue::Float64(ratio))
}
