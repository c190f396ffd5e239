//! The catalog as the metadata commands show it: catalogs, schemas, tables, keys.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_flight::error::FlightError;
use arrow_flight::sql::metadata::GetCatalogsBuilder;
use arrow_flight::sql::{
    CommandGetDbSchemas, CommandGetPrimaryKeys, CommandGetSqlInfo, CommandGetTables,
    CommandGetXdbcTypeInfo,
};
use datafusion::arrow::array::{Int32Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use tonic::Status;
use trademl_engine::{Session, TableInfo};

use crate::sql_info::{sql_info, types};
use crate::status::{internal, status};
use crate::wire;

/// The one catalog there is.
pub(crate) const CATALOG: &str = "lake";
/// The schema of names without one.
pub(crate) const SCHEMA: &str = "curated";

/// Table types as BI tools filter on them.
const TYPES: [&str; 2] = ["TABLE", "VIEW"];

/// `GetCatalogs`.
pub(crate) fn catalogs() -> Result<RecordBatch, Status> {
    let mut rows = GetCatalogsBuilder::new();
    rows.append(CATALOG);
    rows.build().map_err(|error| failed(&error))
}

/// `GetTableTypes`.
pub(crate) fn table_types() -> Result<RecordBatch, Status> {
    let schema = Schema::new(vec![Field::new("table_type", DataType::Utf8, false)]);
    let names = StringArray::from_iter_values(TYPES);
    RecordBatch::try_new(Arc::new(schema), vec![Arc::new(names)])
        .map_err(|error| failed(&error.into()))
}

/// `GetDbSchemas`; a missing catalog filter means all catalogs.
pub(crate) async fn schemas(
    session: &Session,
    command: CommandGetDbSchemas,
) -> Result<RecordBatch, Status> {
    let tables = session.tables().await.map_err(|error| status(&error))?;
    let names: BTreeSet<_> = tables.iter().map(|t| (&t.catalog, &t.schema)).collect();
    let mut rows = command.into_builder();
    names.into_iter().for_each(|(catalog, schema)| rows.append(catalog, schema));
    rows.build().map_err(|error| failed(&error))
}

/// `GetTables`; the schemas of the tables are those a query would return.
pub(crate) async fn tables(
    session: &Session,
    command: CommandGetTables,
) -> Result<RecordBatch, Status> {
    let tables = session.tables().await.map_err(|error| status(&error))?;
    let mut rows = command.into_builder();
    for table in &tables {
        let columns = wire::schema(&table.columns);
        rows.append(&table.catalog, &table.schema, &table.name, table_type(table), &columns)
            .map_err(|error| failed(&error))?;
    }
    rows.build().map_err(|error| failed(&error))
}

fn table_type(table: &TableInfo) -> &'static str {
    if table.kind.ends_with("VIEW") { TYPES[1] } else { TYPES[0] }
}

/// Schema of a `GetPrimaryKeys` result (`FlightSql.proto`).
pub(crate) fn primary_key_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("catalog_name", DataType::Utf8, true),
        Field::new("db_schema_name", DataType::Utf8, true),
        Field::new("table_name", DataType::Utf8, false),
        Field::new("column_name", DataType::Utf8, false),
        Field::new("key_name", DataType::Utf8, true),
        Field::new("key_sequence", DataType::Int32, false),
    ]))
}

/// `GetPrimaryKeys`: the key columns of the point-in-time tables of that name.
pub(crate) async fn primary_keys(
    session: &Session,
    command: &CommandGetPrimaryKeys,
) -> Result<RecordBatch, Status> {
    let wanted = |filter: &Option<String>, name: &str| filter.as_deref().is_none_or(|f| f == name);
    let tables = session.tables().await.map_err(|error| status(&error))?;
    let (mut places, mut columns, mut sequence) = (Vec::new(), Vec::new(), Vec::new());
    for table in tables.iter().filter(|t| t.name == command.table) {
        if !wanted(&command.catalog, &table.catalog) || !wanted(&command.db_schema, &table.schema) {
            continue;
        }
        for (column, number) in table.key.iter().zip(1..) {
            places.push(table);
            columns.push(column.as_str());
            sequence.push(number);
        }
    }
    let texts =
        |of: fn(&TableInfo) -> &str| StringArray::from_iter_values(places.iter().map(|t| of(t)));
    let rows = RecordBatch::try_new(
        primary_key_schema(),
        vec![
            Arc::new(texts(|t| &t.catalog)),
            Arc::new(texts(|t| &t.schema)),
            Arc::new(texts(|t| &t.name)),
            Arc::new(StringArray::from(columns)),
            Arc::new(StringArray::new_null(places.len())),
            Arc::new(Int32Array::from(sequence)),
        ],
    );
    rows.map_err(|error| failed(&error.into()))
}

/// Schema of the foreign key results (`FlightSql.proto`). The lake has no foreign keys, so all
/// three of them are empty.
pub(crate) fn foreign_key_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("pk_catalog_name", DataType::Utf8, true),
        Field::new("pk_db_schema_name", DataType::Utf8, true),
        Field::new("pk_table_name", DataType::Utf8, false),
        Field::new("pk_column_name", DataType::Utf8, false),
        Field::new("fk_catalog_name", DataType::Utf8, true),
        Field::new("fk_db_schema_name", DataType::Utf8, true),
        Field::new("fk_table_name", DataType::Utf8, false),
        Field::new("fk_column_name", DataType::Utf8, false),
        Field::new("key_sequence", DataType::Int32, false),
        Field::new("fk_key_name", DataType::Utf8, true),
        Field::new("pk_key_name", DataType::Utf8, true),
        Field::new("update_rule", DataType::UInt8, false),
        Field::new("delete_rule", DataType::UInt8, false),
    ]))
}

/// `GetSqlInfo`; an empty list asks for all.
pub(crate) fn info(command: &CommandGetSqlInfo) -> Result<RecordBatch, Status> {
    // Each number costs a comparison with all rows, so a long list of repeats is cut down first.
    let wanted: BTreeSet<u32> = command.info.iter().map(|id| (*id).min(10_000)).collect();
    sql_info()?.record_batch(wanted).map_err(|error| failed(&error))
}

/// `GetXdbcTypeInfo`.
pub(crate) fn type_info(command: &CommandGetXdbcTypeInfo) -> Result<RecordBatch, Status> {
    types()?.record_batch(command.data_type).map_err(|error| failed(&error))
}

/// A name as SQL text.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn failed(error: &FlightError) -> Status {
    internal("metadata", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted() {
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }

    #[test]
    fn repeated_numbers_are_asked_once() {
        let command = CommandGetSqlInfo { info: vec![0; 100_000] };
        assert_eq!(info(&command).unwrap().num_rows(), 1);
        let unknown = CommandGetSqlInfo { info: vec![77_777] };
        assert_eq!(info(&unknown).unwrap().num_rows(), 0);
    }

    #[test]
    fn both_table_types_are_listed() {
        assert_eq!(table_types().unwrap().num_rows(), 2);
        assert_eq!(catalogs().unwrap().num_rows(), 1);
    }
}
