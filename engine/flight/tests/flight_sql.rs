//! The server against arrow-flight's own client: the calls that the Python driver does not make.

use std::time::Duration;

use arrow_flight::error::FlightError;
use arrow_flight::flight_service_client::FlightServiceClient;
use arrow_flight::sql::client::FlightSqlServiceClient;
use arrow_flight::sql::{
    CommandGetCrossReference, CommandGetDbSchemas, CommandGetExportedKeys, CommandGetImportedKeys,
    CommandGetPrimaryKeys, CommandGetTables, CommandGetXdbcTypeInfo, SqlInfo,
};
use arrow_flight::{Action, CancelFlightInfoRequest, CancelFlightInfoResult, CancelStatus};
use arrow_flight::{FlightInfo, Ticket};
use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Int32Type, Int64Type, UInt64Type};
use futures::{StreamExt, TryStreamExt};
use prost::Message;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tonic::transport::Channel;
use trademl_engine::{Engine, EngineOptions};
use trademl_flight::{ServeOptions, Server, serve};

const TOKEN: &str = "a token long enough to guard a server";

type Client = FlightSqlServiceClient<Channel>;

/// A server on a free port over an empty lake, stopped when dropped.
struct Running {
    address: String,
    stop: Option<oneshot::Sender<()>>,
    lake: TempDir,
}

impl Running {
    async fn start(options: ServeOptions) -> Self {
        let lake = tempfile::tempdir().unwrap();
        let engine = engine(&lake).await;
        let listen = "127.0.0.1:0".parse().unwrap();
        let options = ServeOptions { listen, ..options };
        let server = Server::bind(engine, options).await.unwrap();
        let address = format!("http://{}", server.address());
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(server.run(async move { drop(stopped.await) }));
        Self { address, stop: Some(stop), lake }
    }

    async fn open() -> Self {
        Self::start(ServeOptions::default()).await
    }

    async fn connect(&self) -> Client {
        let channel = Channel::from_shared(self.address.clone()).unwrap();
        FlightSqlServiceClient::new(channel.connect().await.unwrap())
    }

    /// Versions of a table.
    fn commits(&self, table: &str) -> usize {
        let log = self.lake.path().join(table).join("_delta_log");
        let names = std::fs::read_dir(log).unwrap().map(|entry| entry.unwrap().path());
        names.filter(|path| path.extension().is_some_and(|e| e == "json")).count()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
    }
}

async fn engine(lake: &TempDir) -> Engine {
    let lake = lake.path().to_str().unwrap().to_owned();
    let options = EngineOptions { lake, threads: Some(2), ..EngineOptions::default() };
    Engine::open(options).await.unwrap()
}

fn ticket(info: &FlightInfo) -> Ticket {
    info.endpoint[0].ticket.clone().unwrap()
}

async fn fetch(client: &mut Client, info: FlightInfo) -> Result<Vec<RecordBatch>, FlightError> {
    let schema = info.clone().try_decode_schema()?;
    let mut stream = client.do_get(ticket(&info)).await?;
    let mut rows = Vec::new();
    while let Some(batch) = stream.next().await {
        rows.push(batch?);
    }
    // Clients refuse a stream whose schema is not the announced one.
    assert_eq!(stream.schema().unwrap().as_ref(), &schema);
    Ok(rows)
}

async fn query(client: &mut Client, sql: &str) -> Result<Vec<RecordBatch>, FlightError> {
    let info = client.execute(sql.to_owned(), None).await?;
    fetch(client, info).await
}

fn total(rows: &[RecordBatch]) -> usize {
    rows.iter().map(RecordBatch::num_rows).sum()
}

const BARS: &str = "CREATE PIT TABLE bars (symbol VARCHAR, date DATE, n BIGINT) \
                    PRIMARY KEY (symbol, date) EVENT TIME (date)";

#[tokio::test]
async fn an_open_address_without_a_token_is_refused() {
    let lake = tempfile::tempdir().unwrap();
    let listen = "0.0.0.0:0".parse().unwrap();
    let options = ServeOptions { listen, ..ServeOptions::default() };
    let error = serve(engine(&lake).await, options, async {}).await.unwrap_err();
    assert!(error.message.contains("token"), "{error}");
    let options =
        ServeOptions { listen: "127.0.0.1:0".parse().unwrap(), ..ServeOptions::default() };
    let stopped =
        serve(engine(&lake).await, ServeOptions { grace: Duration::ZERO, ..options }, async {});
    tokio::time::timeout(Duration::from_secs(10), stopped).await.unwrap().unwrap();
}

#[tokio::test]
async fn nothing_is_done_without_the_token() {
    let options = ServeOptions { token: Some(TOKEN.to_owned()), ..ServeOptions::default() };
    let server = Running::start(options).await;
    let mut client = server.connect().await;
    for bearer in [None, Some("wrong"), Some("")] {
        match bearer {
            Some(bearer) => client.set_token(bearer.to_owned()),
            None => client.clear_token(),
        }
        let error = query(&mut client, "SELECT 1").await.unwrap_err().to_string();
        assert!(error.contains("authorization") && !error.contains(TOKEN), "{error}");
    }
    client.clear_token();
    assert!(client.handshake("ana", "wrong").await.is_err());
    let bearer = client.handshake("ana", TOKEN).await.unwrap();
    assert!(!bearer.is_empty());
    assert_eq!(total(&query(&mut client, "SELECT 1").await.unwrap()), 1);
}

#[tokio::test]
async fn a_ticket_is_fetched_once_and_by_its_session() {
    let server = Running::open().await;
    let (mut one, mut other) = (server.connect().await, server.connect().await);
    let info = one.execute("SELECT 1".to_owned(), None).await.unwrap();
    let error = fetch(&mut other, info.clone()).await.unwrap_err().to_string();
    assert!(error.contains("run the query again"), "{error}");
    assert_eq!(total(&fetch(&mut one, info.clone()).await.unwrap()), 1);
    assert!(fetch(&mut one, info).await.is_err());
}

#[tokio::test]
async fn many_rows_are_inserted_once() {
    let server = Running::open().await;
    let mut client = server.connect().await;
    // A statement runs when it is sent, once, whether its answer is fetched or not.
    client.execute(BARS.to_owned(), None).await.unwrap();
    let before = server.commits("curated/bars");

    let insert = "INSERT INTO bars (symbol, date, n) VALUES (?, DATE '2020-01-01', ? + 1)";
    let mut prepared = client.prepare(insert.to_owned(), None).await.unwrap();
    assert!(prepared.dataset_schema().unwrap().fields().is_empty());
    let parameters = prepared.parameter_schema().unwrap().clone();
    assert_eq!(parameters.fields().len(), 2);
    let symbols = StringArray::from_iter_values((0..500).map(|n| format!("S{n}")));
    let numbers = Int64Array::from_iter_values(0..500);
    let columns: [(_, ArrayRef); 2] =
        [("0", std::sync::Arc::new(symbols)), ("1", std::sync::Arc::new(numbers))];
    prepared.set_parameters(RecordBatch::try_from_iter(columns).unwrap()).unwrap();
    assert_eq!(prepared.execute_update().await.unwrap(), 500);
    prepared.close().await.unwrap();
    assert_eq!(server.commits("curated/bars"), before + 1);
    let sum = query(&mut client, "SELECT sum(n) FROM bars").await.unwrap();
    assert_eq!(sum[0].column(0).as_primitive::<Int64Type>().value(0), 125_250);

    let sql = "INSERT INTO bars VALUES ('X', DATE '2020-01-01', 1)";
    let info = client.execute(sql.to_owned(), None).await.unwrap();
    let rows = fetch(&mut client, info).await.unwrap();
    assert_eq!(rows[0].column_by_name("rows").unwrap().as_primitive::<UInt64Type>().value(0), 1);
    assert_eq!(server.commits("curated/bars"), before + 2);
    let sql = "INSERT INTO bars VALUES ('Y', DATE '2020-01-01', 1), ('Z', DATE '2020-01-01', 1)";
    assert_eq!(client.execute_update(sql.to_owned(), None).await.unwrap(), 2);
    assert!(client.execute_update("SELECT 1".to_owned(), None).await.is_err());
}

#[tokio::test]
async fn prepared_queries_are_bound_again() {
    let server = Running::open().await;
    let mut client = server.connect().await;
    let sql = "SELECT $2 || '-' || $1 AS s, $3 AS n".to_owned();
    let mut prepared = client.prepare(sql, None).await.unwrap();
    let types: Vec<_> = prepared
        .parameter_schema()
        .unwrap()
        .fields()
        .iter()
        .map(|f| f.data_type().clone())
        .collect();
    assert_eq!(types, [DataType::Utf8, DataType::Utf8, DataType::Utf8]);
    for (first, expected) in [("a", "z-a"), ("b", "z-b")] {
        let text = |value: &str| std::sync::Arc::new(StringArray::from(vec![value])) as ArrayRef;
        let number = std::sync::Arc::new(Int64Array::from(vec![7])) as ArrayRef;
        let columns = [("x", text(first)), ("y", text("z")), ("z", number)];
        prepared.set_parameters(RecordBatch::try_from_iter(columns).unwrap()).unwrap();
        let info = prepared.execute().await.unwrap();
        let rows = fetch(&mut client, info).await.unwrap();
        assert_eq!(rows[0].column(0).as_string::<i32>().value(0), expected);
        assert_eq!(rows[0].column(1).as_primitive::<Int64Type>().value(0), 7);
    }
    let handle = prepared.clone();
    prepared.close().await.unwrap();
    assert!(handle.clone().execute().await.is_err());
}

#[tokio::test]
async fn metadata_calls_of_jdbc_and_odbc_are_answered() {
    let server = Running::open().await;
    let mut client = server.connect().await;
    client.execute(BARS.to_owned(), None).await.unwrap();

    let info = client.get_catalogs().await.unwrap();
    assert_eq!(total(&fetch(&mut client, info).await.unwrap()), 1);
    let command = CommandGetDbSchemas { catalog: None, db_schema_filter_pattern: None };
    let info = client.get_db_schemas(command).await.unwrap();
    let rows = fetch(&mut client, info).await.unwrap();
    assert_eq!(rows[0].column(1).as_string::<i32>().value(0), "curated");
    for (catalog, types, expected) in [
        (None, vec![], 1),
        (Some("lake"), vec!["TABLE"], 1),
        (None, vec!["VIEW"], 0),
        (Some("other"), vec![], 0),
    ] {
        let command = CommandGetTables {
            catalog: catalog.map(str::to_owned),
            db_schema_filter_pattern: Some("cur%".to_owned()),
            table_name_filter_pattern: Some("ba_s".to_owned()),
            table_types: types.into_iter().map(str::to_owned).collect(),
            include_schema: true,
        };
        let info = client.get_tables(command).await.unwrap();
        assert_eq!(total(&fetch(&mut client, info).await.unwrap()), expected, "{catalog:?}");
    }
    let info = client.get_table_types().await.unwrap();
    assert_eq!(total(&fetch(&mut client, info).await.unwrap()), 2);
    let info = client.get_sql_info(vec![]).await.unwrap();
    assert!(total(&fetch(&mut client, info).await.unwrap()) > 40);
    let info = client.get_sql_info(vec![SqlInfo::FlightSqlServerName]).await.unwrap();
    assert_eq!(total(&fetch(&mut client, info).await.unwrap()), 1);
    let command = CommandGetXdbcTypeInfo { data_type: None };
    let info = client.get_xdbc_type_info(command).await.unwrap();
    assert!(total(&fetch(&mut client, info).await.unwrap()) > 10);

    let table = || "bars".to_owned();
    let command = CommandGetPrimaryKeys { catalog: None, db_schema: None, table: table() };
    let info = client.get_primary_keys(command).await.unwrap();
    let rows = fetch(&mut client, info).await.unwrap();
    let names: Vec<_> = rows[0].column(3).as_string::<i32>().iter().flatten().collect();
    assert_eq!(names, ["symbol", "date"]);
    assert_eq!(rows[0].column(5).as_primitive::<Int32Type>().values(), &[1, 2]);
    let command = CommandGetImportedKeys { catalog: None, db_schema: None, table: table() };
    let info = client.get_imported_keys(command).await.unwrap();
    assert_eq!(total(&fetch(&mut client, info).await.unwrap()), 0);
    let command = CommandGetExportedKeys { catalog: None, db_schema: None, table: table() };
    let info = client.get_exported_keys(command).await.unwrap();
    assert_eq!(total(&fetch(&mut client, info).await.unwrap()), 0);
    let command = CommandGetCrossReference {
        pk_catalog: None,
        pk_db_schema: None,
        pk_table: table(),
        fk_catalog: None,
        fk_db_schema: None,
        fk_table: table(),
    };
    let info = client.get_cross_reference(command).await.unwrap();
    assert_eq!(total(&fetch(&mut client, info).await.unwrap()), 0);
}

const LONG: &str = "SELECT count(*) FROM generate_series(1, 100000000) a \
                    CROSS JOIN generate_series(1, 100000) b";

async fn cancel(client: &mut Client, info: FlightInfo) -> CancelStatus {
    let request = CancelFlightInfoRequest { info: Some(info) };
    let body = request.encode_to_vec().into();
    let action = Action { r#type: "CancelFlightInfo".to_owned(), body };
    let mut flight: FlightServiceClient<Channel> = client.inner().clone();
    let reply = flight.do_action(action).await.unwrap().into_inner();
    let results: Vec<_> = reply.try_collect().await.unwrap();
    CancelFlightInfoResult::decode(&*results[0].body).unwrap().status()
}

#[tokio::test]
async fn queries_are_cancelled_waiting_and_running() {
    let server = Running::open().await;
    let mut client = server.connect().await;
    let waiting = client.execute("SELECT 1".to_owned(), None).await.unwrap();
    assert_eq!(cancel(&mut client, waiting.clone()).await, CancelStatus::Cancelled);
    assert!(fetch(&mut client, waiting.clone()).await.is_err());
    assert_eq!(cancel(&mut client, waiting).await, CancelStatus::NotCancellable);

    let running = client.execute(LONG.to_owned(), None).await.unwrap();
    let mut fetching = client.clone();
    let info = running.clone();
    let fetched = tokio::spawn(async move { fetch(&mut fetching, info).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(cancel(&mut client, running).await, CancelStatus::Cancelled);
    let ended = tokio::time::timeout(Duration::from_secs(10), fetched).await.unwrap().unwrap();
    assert!(ended.unwrap_err().to_string().contains("cancelled"));
}

#[tokio::test]
async fn queries_wait_for_their_turn_and_end_in_time() {
    let server = Running::start(ServeOptions {
        queries: 1,
        patience: Duration::from_millis(200),
        query_timeout: Some(Duration::from_millis(1500)),
        ..ServeOptions::default()
    })
    .await;
    let mut client = server.connect().await;
    let long = client.execute(LONG.to_owned(), None).await.unwrap();
    let mut fetching = client.clone();
    let long = tokio::spawn(async move { fetch(&mut fetching, long).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let error = query(&mut client, "SELECT 1").await.unwrap_err().to_string();
    assert!(error.contains("try again later"), "{error}");
    let error = long.await.unwrap().unwrap_err().to_string();
    assert!(error.contains("not done within"), "{error}");
    assert_eq!(total(&query(&mut client, "SELECT 1").await.unwrap()), 1);
}

#[tokio::test]
async fn clients_touch_no_files_even_of_a_local_engine() {
    let server = Running::open().await;
    let mut client = server.connect().await;
    let target = server.lake.path().join("out.csv");
    for sql in [
        format!("COPY (SELECT 1) TO '{}'", target.display()),
        "CREATE EXTERNAL TABLE t (a VARCHAR) STORED AS CSV LOCATION '/etc/passwd'".to_owned(),
        "SELECT * FROM read_csv('/etc/passwd')".to_owned(),
        "SELECT * FROM read_parquet('/etc/passwd')".to_owned(),
        "SELECT * FROM '/etc/passwd'".to_owned(),
        "INCLUDE '/etc/passwd'".to_owned(),
    ] {
        assert!(query(&mut client, &sql).await.is_err(), "{sql}");
        assert!(client.prepare(sql.clone(), None).await.is_err(), "{sql}");
    }
    assert!(!target.exists());
}

#[tokio::test]
async fn sessions_are_bounded_and_end_with_their_connection() {
    let server = Running::start(ServeOptions { sessions: 2, ..ServeOptions::default() }).await;
    let (mut one, mut two) = (server.connect().await, server.connect().await);
    query(&mut one, "SELECT 1").await.unwrap();
    query(&mut two, "SELECT 1").await.unwrap();
    let mut three = server.connect().await;
    let error = query(&mut three, "SELECT 1").await.unwrap_err().to_string();
    assert!(error.contains("sessions: all 2 are in use"), "{error}");
    drop(one);
    let mut served = false;
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        served = query(&mut three, "SELECT 1").await.is_ok();
        if served {
            break;
        }
    }
    assert!(served);
}
