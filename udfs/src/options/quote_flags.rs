//! `quote_flags`: what is wrong with the quote of an option.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ListBuilder, StringBuilder};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;

use super::judged::{ARGUMENTS, ERRORS, NULLS, flags, limits};
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "quote_flags",
    family: "options",
    summary: "What is wrong with the quote of an option. Quotes are flagged and not dropped: bad ones still tell when a \
              market was bad.",
    arguments: ARGUMENTS,
    returns: "list of TEXT, empty for a clean quote, in this order: 'not_finite'; 'negative', a price or size below 0, \
              or a strike, spot, forward or discount that is not above it; 'expired', time ≤ 0; 'no_bid'; 'no_ask'; \
              'crossed', bid above ask; 'locked', bid at ask; 'zero_size', a side without contracts; 'penny'; 'wide'; \
              'sub_intrinsic', ask below what exercise is worth; 'above_bound', bid above what the option can be \
              worth; 'stale'; 'from_future', an age below 0",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Merton (1973), Bell Journal of Economics 4(1), the bounds; else definition. There are no standards for the \
             limits: their defaults are a beginning",
    example: "SELECT quote_flags('call', 100, 4.9, 5.1, 10, 7, 0.5, forward => 101, discount => 0.98) AS clean, quote_flags('call', 80, 19.0, 20.4, 10, 7, 0.5, forward => 101, discount => 0.98) AS cheap, quote_flags('put', 80, NULL, 0.05, 0, 9, 0.5) AS far\n----\n[] [sub_intrinsic] [no_bid]",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::new_list(DataType::Utf8, true),
        prepare: |call| limits(call).map(drop),
        evaluate,
    }
    .function()
}

fn evaluate(call: &Call, arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for flags in flags(&CONTRACT, call, arrays)? {
        for reason in flags.iter().flat_map(|flags| flags.reasons()) {
            lists.values().append_value(reason);
        }
        lists.append(flags.is_some());
    }
    Ok(Arc::new(lists.finish()))
}
