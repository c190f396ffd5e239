//! `strike_by_delta`: of the listed strikes the one whose delta is nearest.

use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use trademl_math::options::positions::strikes::by_delta;

use super::arguments::{KIND, STRIKE, number};
use super::columns::Columns;
use super::listed_strikes::one_kind;
use crate::aggregate::AggregateFunction;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;

const CONTRACT: Contract = Contract {
    name: "strike_by_delta",
    family: "options",
    summary: "Of the listed strikes of one expiry and kind the one whose delta is nearest to a target: GROUP BY expiry, kind. Of equally \
              near ones the one further out of the money.",
    arguments: &[
        KIND,
        STRIKE,
        number("delta", "1", "delta of the option, below 0 for a put, as bs_greeks has it"),
        Argument {
            name: "target",
            role: Role::Constant(Kind::Float),
            default: Some("0.25"),
            unit: "1",
            meaning: "delta that is looked for, in absolute value",
        },
    ],
    returns: "DOUBLE, price: the strike",
    nulls: "rows with a NULL, NaN or infinity are left out; NULL if none is left",
    errors: "calls and puts in one group; a kind that is neither; a call's delta below 0, a put's above 0, one beyond 2 in absolute value (per cent); a target outside 0 … 1",
    lookahead: Lookahead::Full,
    source: "definition",
    example: "SELECT kind, strike_by_delta(kind, strike, delta, target => 0.25) AS strike FROM (VALUES ('call', 105.0, 0.32), ('call', 110.0, \
              0.21), ('put', 90.0, -0.18), ('put', 95.0, -0.27)) AS t(kind, strike, delta) GROUP BY kind ORDER BY kind\n\
              ----\n\
              call 110.0\n\
              put 95.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    AggregateFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |call| target(call).map(drop),
        evaluate,
    }
    .function()
}

fn target(call: &Call) -> Result<f64> {
    let target = call.positive("target")?;
    if target < 1.0 {
        Ok(target)
    } else {
        plan_err!("target: expected a delta below 1, was {target}")
    }
}

fn evaluate(call: &Call, arrays: &[ArrayRef]) -> Result<ScalarValue> {
    let columns = Columns::new(&CONTRACT, arrays);
    let Some(kind) = one_kind(&CONTRACT, columns.of::<StringArray>("kind")?)? else {
        return Ok(ScalarValue::Float64(None));
    };
    let (strikes, deltas) =
        (columns.of::<Float64Array>("strike")?, columns.of::<Float64Array>("delta")?);
    let rows: Vec<(f64, f64)> =
        strikes.values().iter().copied().zip(deltas.values().iter().copied()).collect();
    let side = kind.sign();
    // A vendor's deltas may have no sign, or be per cent. Above 1 they are with a negative yield.
    let wrong = |d: f64| d.is_finite() && (side * d < 0.0 || d.abs() > 2.0);
    if let Some((strike, delta)) = rows.iter().find(|(_, delta)| wrong(*delta)) {
        return exec_err!(
            "{}: argument 'delta' is {delta} at kind={}, strike={strike}, expected a share {}, as bs_greeks has it",
            CONTRACT.name,
            if side > 0.0 { "call" } else { "put" },
            if side > 0.0 { "≥ 0" } else { "≤ 0" }
        );
    }
    let target = side * target(call)?;
    Ok(ScalarValue::Float64(by_delta(kind, &rows, target).map(|row| rows[row].0)))
}
