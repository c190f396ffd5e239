//! Bulk loads (`adbc_ingest`): rows of a client into a table of the lake, as one commit.

use std::sync::Arc;

use arrow_flight::sql::{CommandStatementIngest, TableExistsOption, TableNotExistOption};
use tonic::Status;

use crate::metadata::{CATALOG, SCHEMA, quoted};
use crate::puts::Received;
use crate::runner::Runner;
use crate::session::ClientSession;
use crate::status::status;

/// Loads the rows and returns how many were new. An existing table is appended to, a missing one
/// becomes a plain table, each if the client asks for it; point-in-time tables are never replaced.
pub(crate) async fn ingest(
    runner: &Runner,
    session: &Arc<ClientSession>,
    command: &CommandStatementIngest,
    received: Received,
) -> Result<i64, Status> {
    if command.temporary {
        return Err(Status::unimplemented("ingest: temporary tables are not supported"));
    }
    if command.catalog.as_deref().is_some_and(|name| !name.is_empty() && name != CATALOG) {
        return Err(Status::invalid_argument(format!("catalog: unknown, expected '{CATALOG}'")));
    }
    let Some(columns) = received.schema else {
        return Err(Status::invalid_argument("ingest: no schema came with the rows"));
    };
    let schema = command.schema.as_deref().filter(|name| !name.is_empty()).unwrap_or(SCHEMA);
    let table = format!("{}.{}", quoted(schema), quoted(&command.table));
    let tables = session.engine.tables().await.map_err(|error| status(&error))?;
    let found = tables.iter().find(|t| t.schema == schema && t.name == command.table);

    let options = command.table_definition_options.unwrap_or_default();
    let (exists, missing) = (options.if_exists(), options.if_not_exist());
    let names: Vec<_> = columns.fields().iter().map(|field| quoted(field.name())).collect();
    let values: Vec<_> = (1..=names.len()).map(|number| format!("${number}")).collect();
    let (names, values) = (names.join(", "), values.join(", "));
    let create = |verb: &str| {
        format!("{verb} TABLE {table} AS SELECT * FROM (VALUES ({values})) AS rows ({names})")
    };
    let sql = match (found, exists, missing) {
        (Some(_), TableExistsOption::Append, _) => {
            format!("INSERT INTO {table} ({names}) VALUES ({values})")
        }
        (Some(found), TableExistsOption::Replace, _) if found.key.is_empty() => {
            create("CREATE OR REPLACE")
        }
        (Some(_), TableExistsOption::Replace, _) => {
            return Err(Status::failed_precondition(format!(
                "{table}: rows of a point-in-time table are never replaced; append corrections \
                 with mode 'append'"
            )));
        }
        (Some(_), ..) => {
            return Err(Status::already_exists(format!(
                "{table}: exists already; append to it with mode 'append'"
            )));
        }
        (None, _, TableNotExistOption::Create) => create("CREATE"),
        (None, ..) => {
            return Err(Status::not_found(format!(
                "{table}: no such table; CREATE PIT TABLE first, or load with mode 'create' for a \
                 plain table"
            )));
        }
    };
    let planned = runner.plan(session, &sql).await?;
    let planned = runner.many(planned, columns, received.rows)?;
    runner.update(session, planned).await
}
