//! `cagr`: compound annual growth rate of a return series.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};

use super::returns::in_time;
use crate::aggregate::AggregateFunction;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;

const CONTRACT: Contract = Contract {
    name: "cagr",
    family: "statistics",
    summary: "Compound annual growth rate (Π(1 + ret))^(periods_per_year/n) − 1 of n returns.",
    arguments: &[
        Argument {
            name: "ret",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "return per period",
            meaning: "simple return, ≥ −1",
        },
        Argument {
            name: "ts",
            role: Role::Column(Kind::Time),
            default: None,
            unit: "date or timestamp",
            meaning: "when the return was made; unique within the group, so that returns of \
                      several series are not compounded into one",
        },
        Argument {
            name: "periods_per_year",
            role: Role::Constant(Kind::Float),
            default: Some("252"),
            unit: "1/yr",
            meaning: "returns a year, > 0",
        },
    ],
    returns: "growth rate [1/yr]; −1 when everything was lost",
    nulls: "rows with a NULL are left out; NULL without rows",
    errors: "a return that is NaN, infinite or below −1; two returns at one time; \
             periods_per_year ≤ 0",
    lookahead: Lookahead::Full,
    source: "definition",
    // 1.1 · 1.1 over one year of two periods.
    example: "SELECT round(cagr(ret, ts, periods_per_year => 2), 6) AS cagr FROM (VALUES \
              (DATE '2024-06-28', 0.1), (DATE '2024-12-31', 0.1)) AS t(ts, ret)\n\
              ----\n\
              0.21",
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
    let returns = in_time(CONTRACT.name, columns)?;
    let growth = trademl_math::drawdown::cagr(returns, call.positive("periods_per_year")?);
    Ok(ScalarValue::Float64(growth))
}
