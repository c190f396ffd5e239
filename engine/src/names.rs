//! Names in SQL's text, as the engine knows them.

use datafusion::sql::sqlparser::ast::{Ident, ObjectName};
use trademl_catalog::TableName;

use crate::error::{Error, Result};

/// An identifier as DataFusion reads it: lower case unless quoted.
pub(crate) fn normal(ident: &Ident) -> String {
    match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_lowercase(),
    }
}

/// `table` or `schema.table`, optionally behind `lake.`.
pub(crate) fn table_name(name: &ObjectName) -> Result<TableName> {
    let parts: Option<Vec<String>> = name.0.iter().map(|p| p.as_ident().map(normal)).collect();
    let parts = parts.unwrap_or_default();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Ok(match parts.as_slice() {
        [table] => TableName::new(trademl_catalog::DEFAULT_SCHEMA, *table)?,
        [schema, table] | ["lake", schema, table] => TableName::new(*schema, *table)?,
        _ => {
            return Err(Error::sql(format!("'{name}' is not a table name, expected schema.table")));
        }
    })
}
