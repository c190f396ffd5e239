//! `osi_parse_status`: which piece of a text is not that of an option's symbol.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use trademl_math::options::market::osi_symbol::{OsiError, OsiSymbol};

use super::arguments::SYMBOL;
use super::columns::Columns;
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "osi_parse_status",
    family: "options",
    summary: "Why osi_parse is NULL.",
    arguments: &[SYMBOL],
    returns: "TEXT: 'parsed'; or the first piece that is wrong: 'not_ascii'; 'bad_length', neither 21 characters nor a \
              root of 1 to 6 and 15; 'bad_date', no day of 2000–2099 as YYMMDD; 'bad_kind', neither C nor P; \
              'bad_strike', not eight digits above 0; 'bad_root', not capital letters and digits with a letter, or \
              filled up with too few or too many spaces",
    nulls: "NULL gives NULL",
    errors: "none but types",
    lookahead: Lookahead::Row,
    source: "definition",
    example: "SELECT osi_parse_status('AAPL  140621C00645000') AS a, osi_parse_status('AAPL140631C00645000') AS b, osi_parse_status('AAPL') AS c\n----\nparsed bad_date bad_length",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction { contract: &CONTRACT, returns: DataType::Utf8, prepare: |_| Ok(()), evaluate }
        .function()
}

fn evaluate(_: &Call, arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let texts = Columns::new(&CONTRACT, arrays).of::<StringArray>("symbol")?;
    Ok(Arc::new(texts.iter().map(|text| text.map(status)).collect::<StringArray>()))
}

fn status(text: &str) -> &'static str {
    match text.parse::<OsiSymbol>() {
        Ok(_) => "parsed",
        Err(OsiError::NotAscii(_)) => "not_ascii",
        Err(OsiError::Length(_)) => "bad_length",
        Err(OsiError::Root(_)) => "bad_root",
        Err(OsiError::Date(_) | OsiError::Year(_)) => "bad_date",
        Err(OsiError::Kind(_)) => "bad_kind",
        Err(OsiError::StrikeDigits(_) | OsiError::Strike(_)) => "bad_strike",
    }
}
