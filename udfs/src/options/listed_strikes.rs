//! What the functions that choose among listed strikes share.

use datafusion::arrow::array::StringArray;
use datafusion::common::{Result, exec_err};
use trademl_math::options::kind::Kind;

use super::valued::kind_named;
use crate::function::Contract;

/// The kind of all options of a group; none of no rows.
///
/// # Errors
///
/// If there are calls and puts.
pub(super) fn one_kind(contract: &Contract, kinds: &StringArray) -> Result<Option<Kind>> {
    let mut one = None;
    for text in kinds.iter().flatten() {
        let kind = kind_named(contract, text)?;
        if *one.get_or_insert(kind) != kind {
            return exec_err!(
                "{}: calls and puts in one group, expected one kind; GROUP BY symbol, instant, expiry and kind",
                contract.name
            );
        }
    }
    Ok(one)
}
