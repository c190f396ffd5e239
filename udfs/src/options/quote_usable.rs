//! `quote_usable`: whether a fit may use the mid of an option's quote.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use trademl_math::options::market::quote_flags::QuoteFlags;

use super::judged::{ARGUMENTS, ERRORS, NULLS, flags, limits};
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "quote_usable",
    family: "options",
    summary: "Whether a fit may use the mid of an option's quote: quote_flags has no reason against it.",
    arguments: ARGUMENTS,
    returns: "true if there is no flag, or only 'locked', whose mid is a price at which both sides are",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "definition",
    example: "SELECT quote_usable('call', 100, 4.9, 5.1, 10, 7, 0.5) AS clean, quote_usable('call', 100, 5.1, 5.1, 10, 7, 0.5) AS locked, quote_usable('call', 100, 5.2, 5.1, 10, 7, 0.5) AS crossed\n----\ntrue true false",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Boolean,
        prepare: |call| limits(call).map(drop),
        evaluate,
    }
    .function()
}

fn evaluate(call: &Call, arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let flags = flags(&CONTRACT, call, arrays)?;
    let usable = flags.into_iter().map(|flags| flags.map(QuoteFlags::usable));
    Ok(Arc::new(usable.collect::<BooleanArray>()))
}
