//! `put_call_ratio`: puts over calls.

use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err};
use trademl_math::options::kind::Kind as OptionKind;

use super::arguments::{KIND, number};
use super::columns::Columns;
use super::valued::kind_named;
use crate::aggregate::AggregateFunction;
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;

const CONTRACT: Contract = Contract {
    name: "put_call_ratio",
    family: "options",
    summary: "Puts over calls of a chain, by volume, open interest or premium.",
    arguments: &[KIND, number("amount", "any", "volume, open interest or premium traded, ≥ 0")],
    returns: "DOUBLE: Σ amount of puts / Σ amount of calls",
    nulls: "rows with a NULL are left out; NULL without an amount of calls",
    errors: "a kind that is neither call nor put; an amount < 0, NaN or infinite",
    lookahead: Lookahead::Full,
    source: "definition",
    example: "SELECT put_call_ratio(kind, volume) AS ratio FROM (VALUES ('call', 800), ('put', 500), ('put', 100)) AS t(kind, volume)\n\
              ----\n\
              0.75",
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

fn evaluate(_: &Call, arrays: &[ArrayRef]) -> Result<ScalarValue> {
    let columns = Columns::new(&CONTRACT, arrays);
    let kinds = columns.of::<StringArray>("kind")?;
    let amounts = columns.of::<Float64Array>("amount")?.values();
    let (mut puts, mut calls) = (0.0, 0.0);
    for (kind, amount) in kinds.iter().zip(amounts) {
        let kind = kind_named(&CONTRACT, kind.unwrap_or_default())?;
        if !(*amount >= 0.0 && amount.is_finite()) {
            return exec_err!(
                "{}: argument 'amount' is {amount}, expected a finite number ≥ 0; make it NULL or filter the row out",
                CONTRACT.name
            );
        }
        *(if kind == OptionKind::Put { &mut puts } else { &mut calls }) += amount;
    }
    Ok(ScalarValue::Float64((calls > 0.0).then(|| puts / calls)))
}
