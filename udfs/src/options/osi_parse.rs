//! `osi_parse`: what the symbol of a listed option says.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, StringArray, StructArray,
};
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, Fields};
use datafusion::common::Result;
use trademl_math::options::kind::Kind;
use trademl_math::options::market::osi_symbol::OsiSymbol;

use super::arguments::SYMBOL;
use super::columns::Columns;
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "osi_parse",
    family: "options",
    summary: "What the symbol of a listed option in the US says: root, expiry, kind and strike.",
    arguments: &[SYMBOL],
    returns: "STRUCT: root TEXT; expiry DATE, for monthly contracts until January 2015 a Saturday; kind TEXT, 'call' or \
              'put'; strike DOUBLE; adjusted BOOLEAN, the root ends with a digit: the contract does not deliver the \
              usual 100 shares",
    nulls: "NULL gives NULL, and so does a text that is no symbol; osi_parse_status tells why",
    errors: "none but types",
    lookahead: Lookahead::Row,
    source: "OCC (2010), Options Symbology Initiative",
    example: "SELECT o.root, o.expiry, o.kind, o.strike, o.adjusted FROM (SELECT osi_parse('AAPL7 140621C00645000') AS o)\n----\nAAPL7 2014-06-21 call 645.0 true",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Struct(fields()),
        prepare: |_| Ok(()),
        evaluate,
    }
    .function()
}

fn fields() -> Fields {
    let fields = [
        ("root", DataType::Utf8),
        ("expiry", DataType::Date32),
        ("kind", DataType::Utf8),
        ("strike", DataType::Float64),
        ("adjusted", DataType::Boolean),
    ];
    fields.into_iter().map(|(name, data_type)| Field::new(name, data_type, true)).collect()
}

fn evaluate(_: &Call, arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let texts = Columns::new(&CONTRACT, arrays).of::<StringArray>("symbol")?;
    let symbols: Vec<Option<OsiSymbol>> =
        texts.iter().map(|text| text.and_then(|text| text.parse().ok())).collect();
    let all = || symbols.iter().map(Option::as_ref);
    let kind = |symbol: &OsiSymbol| match symbol.kind() {
        Kind::Call => "call",
        Kind::Put => "put",
    };
    let expiry = |symbol: &OsiSymbol| Date32Type::from_naive_date(symbol.expiry());
    let columns: Vec<ArrayRef> = vec![
        Arc::new(all().map(|s| s.map(OsiSymbol::root)).collect::<StringArray>()),
        Arc::new(all().map(|s| s.map(expiry)).collect::<Date32Array>()),
        Arc::new(all().map(|s| s.map(kind)).collect::<StringArray>()),
        Arc::new(all().map(|s| s.map(OsiSymbol::strike)).collect::<Float64Array>()),
        Arc::new(all().map(|s| s.map(OsiSymbol::adjusted)).collect::<BooleanArray>()),
    ];
    let valid = all().map(|s| s.is_some()).collect();
    Ok(Arc::new(StructArray::try_new(fields(), columns, Some(valid))?))
}
