//! `strike_by_moneyness`: of the listed strikes the one nearest to a share of the spot or the forward.

use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err};
use trademl_math::options::positions::strikes::by_moneyness;

use super::arguments::{KIND, STRIKE, number};
use super::columns::Columns;
use super::listed_strikes::one_kind;
use crate::aggregate::AggregateFunction;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;

const CONTRACT: Contract = Contract {
    name: "strike_by_moneyness",
    family: "options",
    summary: "Of the listed strikes of one expiry and kind the one nearest to a share of the spot, or of the forward: GROUP BY expiry, kind. Of \
              equally near ones the one further out of the money.",
    arguments: &[
        KIND,
        STRIKE,
        number("reference", "price", "spot or forward, > 0; one for the group"),
        Argument {
            name: "moneyness",
            role: Role::Constant(Kind::Float),
            default: Some("1.0"),
            unit: "1",
            meaning: "strike that is looked for, as a share of the reference, > 0",
        },
    ],
    returns: "DOUBLE, price: the strike",
    nulls: "rows with a NULL are left out, and strikes that are NaN or infinite; NULL if none is left",
    errors: "calls and puts in one group; a kind that is neither; more than one reference in a group, or one ≤ 0, NaN or infinite; \
             moneyness ≤ 0",
    lookahead: Lookahead::Full,
    source: "definition",
    example: "SELECT kind, strike_by_moneyness(kind, strike, 101.0, moneyness => 0.95) AS strike FROM (VALUES ('put', 90.0), ('put', 95.0), ('put', \
              100.0)) AS t(kind, strike) GROUP BY kind\n\
              ----\n\
              put 95.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    AggregateFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |call| call.positive("moneyness").map(drop),
        evaluate,
    }
    .function()
}

fn evaluate(call: &Call, arrays: &[ArrayRef]) -> Result<ScalarValue> {
    let columns = Columns::new(&CONTRACT, arrays);
    let Some(kind) = one_kind(&CONTRACT, columns.of::<StringArray>("kind")?)? else {
        return Ok(ScalarValue::Float64(None));
    };
    let references = columns.of::<Float64Array>("reference")?.values();
    let reference = references[0];
    if let Some(other) =
        references.iter().find(|x| **x != reference || !(**x > 0.0 && x.is_finite()))
    {
        return exec_err!(
            "{}: argument 'reference' is {other} in a group that begins with {reference}, expected one finite number > 0; GROUP BY \
             symbol, instant, expiry and kind",
            CONTRACT.name
        );
    }
    let strikes = columns.of::<Float64Array>("strike")?.values();
    let row = by_moneyness(kind, strikes, reference, call.positive("moneyness")?);
    Ok(ScalarValue::Float64(row.map(|row| strikes[row])))
}
