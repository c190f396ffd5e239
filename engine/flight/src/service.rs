//! The Flight SQL commands and actions, each handed to the module that knows how.

use std::pin::Pin;
use std::sync::Arc;

use arrow_flight::flight_service_server::FlightService;
use arrow_flight::sql::server::{FlightSqlService, PeekableFlightDataStream};
use arrow_flight::sql::{
    ActionCancelQueryRequest, ActionCancelQueryResult, ActionClosePreparedStatementRequest,
    ActionCreatePreparedStatementRequest, ActionCreatePreparedStatementResult, Any,
    CommandGetCatalogs, CommandGetCrossReference, CommandGetDbSchemas, CommandGetExportedKeys,
    CommandGetImportedKeys, CommandGetPrimaryKeys, CommandGetSqlInfo, CommandGetTableTypes,
    CommandGetTables, CommandGetXdbcTypeInfo, CommandPreparedStatementQuery,
    CommandPreparedStatementUpdate, CommandStatementIngest, CommandStatementQuery,
    CommandStatementUpdate, DoPutPreparedStatementResult, ProstMessageExt, SqlInfo,
    TicketStatementQuery,
};
use arrow_flight::{
    Action, ActionType, CancelFlightInfoRequest, CancelFlightInfoResult, CancelStatus,
    FlightDescriptor, FlightEndpoint, FlightInfo, HandshakeRequest, HandshakeResponse,
    Result as ActionResult, Ticket,
};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use futures::{Stream, stream};
use prost::Message;
use prost::bytes::Bytes;
use tonic::{Request, Response, Status, Streaming};

use crate::door::Bearer;
use crate::ingest::ingest;
use crate::prepared::Prepared;
use crate::puts::Puts;
use crate::rows::{Reply, reply};
use crate::runner::{Pending, Runner};
use crate::session::{ClientSession, Sessions};
use crate::session_options::{self as options, CloseResult};
use crate::status::internal;
use crate::{metadata, placeholders, wire};

/// Actions beside those of Flight SQL: `Flight.proto`'s own.
const ACTIONS: [(&str, &str); 4] = [
    ("CancelFlightInfo", "Cancels a query; CancelFlightInfoRequest to CancelFlightInfoResult"),
    ("SetSessionOptions", "Sets options of the session; SetSessionOptionsRequest to …Result"),
    ("GetSessionOptions", "Gets the options of the session; GetSessionOptionsRequest to …Result"),
    ("CloseSession", "Ends the session; CloseSessionRequest to CloseSessionResult"),
];

type FlightResult<T> = Result<Response<T>, Status>;
type Stream_<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// The commands of one server.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) runner: Arc<Runner>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) puts: Arc<Puts>,
}

/// The session the door found for a call.
fn session<T>(request: &Request<T>) -> Result<Arc<ClientSession>, Status> {
    let session = request.extensions().get::<Arc<ClientSession>>();
    session.cloned().ok_or_else(|| Status::internal("session: none"))
}

/// Where to fetch a result of this schema.
fn info(
    descriptor: FlightDescriptor,
    schema: &Schema,
    ticket: impl ProstMessageExt,
    rows: i64,
) -> FlightResult<FlightInfo> {
    let ticket = Ticket::new(ticket.as_any().encode_to_vec());
    let info = FlightInfo::new()
        .try_with_schema(schema)
        .map_err(|error| internal("schema", &error))?
        .with_descriptor(descriptor)
        .with_endpoint(FlightEndpoint::new().with_ticket(ticket))
        .with_ordered(true)
        .with_total_records(rows);
    Ok(Response::new(info))
}

/// A metadata result in one batch.
fn one(batch: RecordBatch) -> FlightResult<Reply> {
    Ok(Response::new(reply(batch.schema(), vec![batch])))
}

/// A metadata result without rows.
fn none(schema: SchemaRef) -> FlightResult<Reply> {
    Ok(Response::new(reply(schema, Vec::new())))
}

fn result_ticket(id: uuid::Uuid) -> TicketStatementQuery {
    TicketStatementQuery { statement_handle: Bytes::copy_from_slice(id.as_bytes()) }
}

fn no_transaction(id: Option<&Bytes>) -> Result<(), Status> {
    if id.is_some_and(|id| !id.is_empty()) {
        return Err(Status::unimplemented(
            "transaction: not supported, each statement commits by itself",
        ));
    }
    Ok(())
}

impl Service {
    /// Cancels what the ticket in a flight info stands for.
    fn cancel(session: &ClientSession, info: Option<FlightInfo>) -> CancelStatus {
        let endpoints = info.map(|info| info.endpoint).unwrap_or_default();
        let tickets = endpoints.into_iter().filter_map(|endpoint| endpoint.ticket);
        let cancelled = tickets.filter(|ticket| {
            let any = Any::decode(&*ticket.ticket).ok();
            let query = any.and_then(|any| any.unpack::<TicketStatementQuery>().ok().flatten());
            query.is_some_and(|query| session.cancel(&query.statement_handle))
        });
        if cancelled.count() > 0 { CancelStatus::Cancelled } else { CancelStatus::NotCancellable }
    }
}

#[tonic::async_trait]
impl FlightSqlService for Service {
    type FlightService = Self;

    async fn do_handshake(
        &self,
        request: Request<Streaming<HandshakeRequest>>,
    ) -> FlightResult<Stream_<HandshakeResponse>> {
        let bearer = request.extensions().get::<Bearer>().cloned();
        let Bearer(bearer) = bearer.ok_or_else(|| Status::internal("handshake: no bearer"))?;
        let answer = HandshakeResponse { protocol_version: 0, payload: bearer.clone().into() };
        let mut response: Response<Stream_<_>> =
            Response::new(Box::pin(stream::iter([Ok(answer)])));
        // Clients look for the bearer here and not in the payload.
        let header = format!("Bearer {bearer}").parse();
        let header = header.map_err(|error| internal("handshake", &error))?;
        response.metadata_mut().insert("authorization", header);
        Ok(response)
    }

    async fn get_flight_info_statement(
        &self,
        query: CommandStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> FlightResult<FlightInfo> {
        no_transaction(query.transaction_id.as_ref())?;
        let session = session(&request)?;
        let planned = self.runner.plan(&session, &placeholders::number(&query.query)?).await?;
        let (ticket, schema, rows) = self.runner.submit(&session, planned).await?;
        info(request.into_inner(), &schema, result_ticket(ticket), rows)
    }

    async fn get_flight_info_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> FlightResult<FlightInfo> {
        let session = session(&request)?;
        let prepared = session.statement(&query.prepared_statement_handle)?;
        let planned = prepared.ready(&self.runner, &session).await?;
        let (ticket, schema, rows) = self.runner.submit(&session, planned).await?;
        info(request.into_inner(), &schema, result_ticket(ticket), rows)
    }

    async fn get_flight_info_catalogs(
        &self,
        command: CommandGetCatalogs,
        request: Request<FlightDescriptor>,
    ) -> FlightResult<FlightInfo> {
        let schema = command.into_builder().schema();
        info(request.into_inner(), &schema, command, -1)
    }

    async fn get_flight_info_schemas(
        &self,
        command: CommandGetDbSchemas,
        request: Request<FlightDescriptor>,
    ) -> FlightResult<FlightInfo> {
        let schema = command.clone().into_builder().schema();
        info(request.into_inner(), &schema, command, -1)
    }

    async fn get_flight_info_tables(
        &self,
        command: CommandGetTables,
        request: Request<FlightDescriptor>,
    ) -> FlightResult<FlightInfo> {
        let schema = command.clone().into_builder().schema();
        info(request.into_inner(), &schema, command, -1)
    }

    async fn get_flight_info_table_types(
        &self,
        command: CommandGetTableTypes,
        request: Request<FlightDescriptor>,
    ) -> FlightResult<FlightInfo> {
        let schema = metadata::table_types()?.schema();
        info(request.into_inner(), &schema, command, -1)
    }

    async fn get_flight_info_sql_info(
        &self,
        command: CommandGetSqlInfo,
        request: Request<FlightDescriptor>,
    ) -> FlightResult<FlightInfo> {
        let schema = metadata::info(&command)?.schema();
        info(request.into_inner(), &schema, command, -1)
    }

    async fn get_flight_info_primary_keys(
        &self,
        command: CommandGetPrimaryKeys,
        request: Request<FlightDescriptor>,
    ) -> FlightResult<FlightInfo> {
        info(request.into_inner(), &metadata::primary_key_schema(), command, -1)
    }

    async fn get_flight_info_exported_keys(
        &self,
        command: CommandGetExportedKeys,
        request: Request<FlightDescriptor>,
    ) -> FlightResult<FlightInfo> {
        info(request.into_inner(), &metadata::foreign_key_schema(), command, -1)
    }

    async fn get_flight_info_imported_keys(
        &self,
        command: CommandGetImportedKeys,
        request: Request<FlightDescriptor>,
    ) -> FlightResult<FlightInfo> {
        info(request.into_inner(), &metadata::foreign_key_schema(), command, -1)
    }

    async fn get_flight_info_cross_reference(
        &self,
        command: CommandGetCrossReference,
        request: Request<FlightDescriptor>,
    ) -> FlightResult<FlightInfo> {
        info(request.into_inner(), &metadata::foreign_key_schema(), command, -1)
    }

    async fn get_flight_info_xdbc_type_info(
        &self,
        command: CommandGetXdbcTypeInfo,
        request: Request<FlightDescriptor>,
    ) -> FlightResult<FlightInfo> {
        let schema = metadata::type_info(&command)?.schema();
        info(request.into_inner(), &schema, command, -1)
    }

    async fn do_get_statement(
        &self,
        ticket: TicketStatementQuery,
        request: Request<Ticket>,
    ) -> FlightResult<Reply> {
        let session = session(&request)?;
        let (id, pending) = session.tickets.take(&ticket.statement_handle).ok_or_else(|| {
            Status::not_found(
                "ticket: fetched already, expired or of another session, run the query again",
            )
        })?;
        Ok(Response::new(match pending {
            Pending::Outcome(outcome) => reply(outcome.schema, outcome.rows),
            Pending::Query(planned, schema) => {
                self.runner.start(&session, id, *planned, schema).await?.reply()
            }
        }))
    }

    async fn do_get_catalogs(
        &self,
        _: CommandGetCatalogs,
        _: Request<Ticket>,
    ) -> FlightResult<Reply> {
        one(metadata::catalogs()?)
    }

    async fn do_get_schemas(
        &self,
        command: CommandGetDbSchemas,
        request: Request<Ticket>,
    ) -> FlightResult<Reply> {
        one(metadata::schemas(&session(&request)?.engine, command).await?)
    }

    async fn do_get_tables(
        &self,
        command: CommandGetTables,
        request: Request<Ticket>,
    ) -> FlightResult<Reply> {
        one(metadata::tables(&session(&request)?.engine, command).await?)
    }

    async fn do_get_table_types(
        &self,
        _: CommandGetTableTypes,
        _: Request<Ticket>,
    ) -> FlightResult<Reply> {
        one(metadata::table_types()?)
    }

    async fn do_get_sql_info(
        &self,
        command: CommandGetSqlInfo,
        _: Request<Ticket>,
    ) -> FlightResult<Reply> {
        one(metadata::info(&command)?)
    }

    async fn do_get_primary_keys(
        &self,
        command: CommandGetPrimaryKeys,
        request: Request<Ticket>,
    ) -> FlightResult<Reply> {
        one(metadata::primary_keys(&session(&request)?.engine, &command).await?)
    }

    async fn do_get_exported_keys(
        &self,
        _: CommandGetExportedKeys,
        _: Request<Ticket>,
    ) -> FlightResult<Reply> {
        none(metadata::foreign_key_schema())
    }

    async fn do_get_imported_keys(
        &self,
        _: CommandGetImportedKeys,
        _: Request<Ticket>,
    ) -> FlightResult<Reply> {
        none(metadata::foreign_key_schema())
    }

    async fn do_get_cross_reference(
        &self,
        _: CommandGetCrossReference,
        _: Request<Ticket>,
    ) -> FlightResult<Reply> {
        none(metadata::foreign_key_schema())
    }

    async fn do_get_xdbc_type_info(
        &self,
        command: CommandGetXdbcTypeInfo,
        _: Request<Ticket>,
    ) -> FlightResult<Reply> {
        one(metadata::type_info(&command)?)
    }

    async fn do_put_statement_update(
        &self,
        command: CommandStatementUpdate,
        request: Request<PeekableFlightDataStream>,
    ) -> Result<i64, Status> {
        no_transaction(command.transaction_id.as_ref())?;
        let session = session(&request)?;
        let planned = self.runner.plan(&session, &placeholders::number(&command.query)?).await?;
        self.runner.update(&session, planned).await
    }

    async fn do_put_statement_ingest(
        &self,
        command: CommandStatementIngest,
        request: Request<PeekableFlightDataStream>,
    ) -> Result<i64, Status> {
        no_transaction(command.transaction_id.as_ref())?;
        let session = session(&request)?;
        let received = self.puts.receive(request.into_inner()).await?;
        ingest(&self.runner, &session, &command, received).await
    }

    async fn do_put_prepared_statement_query(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<PeekableFlightDataStream>,
    ) -> Result<DoPutPreparedStatementResult, Status> {
        let session = session(&request)?;
        let prepared = session.statement(&query.prepared_statement_handle)?;
        prepared.bind(self.puts.receive(request.into_inner()).await?.rows);
        let prepared_statement_handle = Some(query.prepared_statement_handle);
        Ok(DoPutPreparedStatementResult { prepared_statement_handle })
    }

    async fn do_put_prepared_statement_update(
        &self,
        query: CommandPreparedStatementUpdate,
        request: Request<PeekableFlightDataStream>,
    ) -> Result<i64, Status> {
        let session = session(&request)?;
        let prepared = session.statement(&query.prepared_statement_handle)?;
        let received = self.puts.receive(request.into_inner()).await?;
        if received.schema.is_some() {
            prepared.bind(received.rows);
        }
        let planned = prepared.ready(&self.runner, &session).await?;
        self.runner.update(&session, planned).await
    }

    async fn do_action_create_prepared_statement(
        &self,
        command: ActionCreatePreparedStatementRequest,
        request: Request<Action>,
    ) -> Result<ActionCreatePreparedStatementResult, Status> {
        no_transaction(command.transaction_id.as_ref())?;
        let session = session(&request)?;
        let sql = placeholders::number(&command.query)?;
        let prepared = Prepared::new(&self.runner, &session, sql).await?;
        let bytes = |schema: &Schema| {
            wire::schema_bytes(schema).map_err(|error| internal("schema", &error))
        };
        // No dataset schema tells JDBC that the statement is an update.
        let dataset = prepared.dataset.as_deref().map(bytes).transpose()?;
        let parameter_schema = bytes(&prepared.parameters)?;
        let handle = session.keep(prepared)?;
        Ok(ActionCreatePreparedStatementResult {
            prepared_statement_handle: Bytes::copy_from_slice(handle.as_bytes()),
            dataset_schema: dataset.unwrap_or_default(),
            parameter_schema,
        })
    }

    async fn do_action_close_prepared_statement(
        &self,
        command: ActionClosePreparedStatementRequest,
        request: Request<Action>,
    ) -> Result<(), Status> {
        session(&request)?.forget(&command.prepared_statement_handle);
        Ok(())
    }

    async fn do_action_cancel_query(
        &self,
        command: ActionCancelQueryRequest,
        request: Request<Action>,
    ) -> Result<ActionCancelQueryResult, Status> {
        let info = options::decode::<FlightInfo>(&command.info)?;
        // `ActionCancelQueryResult.CancelResult` has the numbers of `CancelStatus`.
        let result = Self::cancel(&*session(&request)?, Some(info)) as i32;
        Ok(ActionCancelQueryResult { result })
    }

    async fn do_action_fallback(
        &self,
        request: Request<Action>,
    ) -> FlightResult<<Self as FlightService>::DoActionStream> {
        let session = session(&request)?;
        let action = request.into_inner();
        let body = match action.r#type.as_str() {
            "SetSessionOptions" => {
                let wanted = options::decode(&action.body)?;
                options::set(&self.runner, &session, wanted).await.encode_to_vec()
            }
            "GetSessionOptions" => options::get(&session).encode_to_vec(),
            "CloseSession" => {
                self.sessions.close(session.id);
                CloseResult::CLOSED.encode_to_vec()
            }
            "CancelFlightInfo" => {
                let wanted: CancelFlightInfoRequest = options::decode(&action.body)?;
                let status = Self::cancel(&session, wanted.info) as i32;
                CancelFlightInfoResult { status }.encode_to_vec()
            }
            other => {
                let text = format!("action: '{}' is not known", other.escape_default());
                return Err(Status::unimplemented(text));
            }
        };
        let result = ActionResult { body: body.into() };
        Ok(Response::new(Box::pin(stream::iter([Ok(result)]))))
    }

    async fn list_custom_actions(&self) -> Option<Vec<Result<ActionType, Status>>> {
        let action = |(name, description): (&str, &str)| {
            Ok(ActionType { r#type: name.to_owned(), description: description.to_owned() })
        };
        Some(ACTIONS.into_iter().map(action).collect())
    }

    async fn register_sql_info(&self, _: i32, _: &SqlInfo) {}
}
