//! `osi_symbol`: the symbol of a listed option.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Float64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use trademl_math::options::market::osi_symbol::OsiSymbol;

use super::arguments::{EXPIRY, KIND, STRIKE};
use super::columns::{Columns, date};
use super::valued::kind_named;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "osi_symbol",
    family: "options",
    summary: "The symbol of a listed option in the US, in 21 characters: root, YYMMDD, C or P, strike.",
    arguments: &[
        Argument {
            name: "root",
            role: Role::Column(Kind::Text),
            default: None,
            unit: "–",
            meaning: "ticker of the underlying or class of an index option: 1 to 6 capital letters and digits, one \
                      of them a letter, without a dot (BRKB)",
        },
        EXPIRY,
        KIND,
        STRIKE,
    ],
    returns: "TEXT: the root filled up with spaces to six places, the date, the kind, and the strike in thousandths \
              in eight digits; replace(…, ' ', '') is how many sources write it",
    nulls: "a NULL argument gives NULL",
    errors: "what no symbol can say, since a wrong key would join nothing in silence: another root; a year outside of \
             2000–2099; a kind that is neither call nor put; a strike that is not one of 0.001 to 99999.999 by 0.001 \
             (round one that was computed)",
    lookahead: Lookahead::Row,
    source: "OCC (2010), Options Symbology Initiative",
    example: "SELECT osi_symbol('AAPL', DATE '2014-06-21', 'call', 645) AS symbol\n----\nAAPL  140621C00645000",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction { contract: &CONTRACT, returns: DataType::Utf8, prepare: |_| Ok(()), evaluate }
        .function()
}

fn evaluate(_: &Call, arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let columns = Columns::new(&CONTRACT, arrays);
    let roots = columns.of::<StringArray>("root")?;
    let expiries = columns.of::<Date32Array>("expiry")?;
    let kinds = columns.of::<StringArray>("kind")?;
    let strikes = columns.of::<Float64Array>("strike")?;
    let symbol = |((root, days), (kind, strike))| {
        let (Some(root), Some(days), Some(kind), Some(strike)) = (root, days, kind, strike) else {
            return Ok(None);
        };
        let expiry = date(&CONTRACT, "expiry", days)?;
        match OsiSymbol::new(root, expiry, kind_named(&CONTRACT, kind)?, strike) {
            Ok(symbol) => Ok(Some(symbol.to_string())),
            Err(error) => exec_err!("{}: {error} (of {root} {expiry})", CONTRACT.name),
        }
    };
    let rows = roots.iter().zip(expiries).zip(kinds.iter().zip(strikes));
    Ok(Arc::new(rows.map(symbol).collect::<Result<StringArray>>()?))
}
