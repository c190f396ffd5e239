//! `max_drawdown`: the largest loss from a peak of wealth.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};

use super::returns::in_time;
use crate::aggregate::AggregateFunction;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;

const CONTRACT: Contract = Contract {
    name: "max_drawdown",
    family: "statistics",
    summary: "Largest loss from a peak of compounded wealth, as a positive share of the peak; the \
              wealth before the first return counts as a peak.",
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
            meaning: "when the return was made; unique within the group",
        },
    ],
    returns: "share of the peak lost [1], 0 … 1",
    nulls: "rows with a NULL are left out; NULL without rows",
    errors: "a return that is NaN, infinite or below −1; two returns at one time",
    lookahead: Lookahead::Full,
    source: "definition: max over s ≤ t of 1 − W(t)/W(s)",
    // Wealth 1.1, 0.88, 0.968: 20 % below the peak of 1.1.
    example: "SELECT round(max_drawdown(ret, ts), 6) AS max_drawdown FROM (VALUES \
              (DATE '2024-01-04', 0.1), (DATE '2024-01-02', 0.1), (DATE '2024-01-03', -0.2)\
              ) AS t(ts, ret)\n\
              ----\n\
              0.2",
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
    let returns = in_time(CONTRACT.name, columns)?;
    Ok(ScalarValue::Float64(trademl_math::drawdown::max_drawdown(returns)))
}
