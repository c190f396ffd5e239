//! The server itself: it binds, serves and stops.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arrow_flight::flight_service_server::FlightServiceServer;
use tokio::net::TcpListener;
use tokio::sync::watch;
use trademl_engine::{Engine, Error, ErrorKind};

use crate::auth::Keys;
use crate::connection::incoming;
use crate::door::Door;
use crate::options::ServeOptions;
use crate::puts::Puts;
use crate::runner::Runner;
use crate::service::Service;
use crate::session::Sessions;

/// The largest message received; clients send wide batches whole.
const RECEIVED_BYTES: usize = 64 << 20;
/// How many calls may send rows at a time.
const PUTS: usize = 4;
/// How often idle sessions are looked for.
const SWEEP: Duration = Duration::from_secs(30);

/// Serves the engine until `shutdown` completes. The engine must be opened for remote access.
pub async fn serve(
    engine: Engine,
    options: ServeOptions,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    Server::bind(engine, options).await?.run(shutdown).await
}

/// A server that has its address.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    engine: Engine,
    options: ServeOptions,
}

impl Server {
    /// Takes the address, after checking that the options are safe.
    pub async fn bind(engine: Engine, options: ServeOptions) -> Result<Self, Error> {
        options.check()?;
        let failed = |error: std::io::Error| {
            let text = format!("listen: cannot use {}: {error}; choose another", options.listen);
            Error::new(ErrorKind::Usage, text)
        };
        let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address, engine, options })
    }

    /// The address clients reach it at.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` completes; then statements that change something may end, queries
    /// get a moment, and what is left is stopped.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
        let Self { listener, engine, options, .. } = self;
        let sessions = Sessions::new(engine.clone(), options.sessions, options.session_ttl);
        let sessions = Arc::new(sessions);
        let runner = Runner::new(engine, options.queries, options.patience, options.query_timeout);
        let runner = Arc::new(runner);
        let service = Service {
            runner: Arc::clone(&runner),
            sessions: Arc::clone(&sessions),
            puts: Arc::new(Puts::new(options.put_bytes, PUTS)),
        };
        let door = Door {
            inner: FlightServiceServer::new(service).max_decoding_message_size(RECEIVED_BYTES),
            keys: Arc::new(Keys::new(options.token.as_deref())),
            sessions: Arc::clone(&sessions),
        };
        let (stop, mut stopping) = watch::channel(false);
        let connections = incoming(listener, options.connections, Arc::clone(&sessions));
        let serving = tonic::transport::Server::builder()
            .max_concurrent_streams(64)
            .http2_keepalive_interval(Some(Duration::from_secs(60)))
            .http2_keepalive_timeout(Some(Duration::from_secs(20)))
            .add_service(door)
            .serve_with_incoming_shutdown(connections, async move {
                let _ = stopping.wait_for(|stop| *stop).await;
            });
        let ending = async {
            tokio::select! {
                () = shutdown => {}
                () = sweep(&sessions) => {}
            }
            let _ = stop.send(true);
            runner.settled().await;
            tokio::time::sleep(options.grace).await;
            sessions.end();
        };
        tokio::select! {
            served = serving => served.map_err(|error| {
                Error::new(ErrorKind::Storage, format!("flight server: {error}"))
            }),
            () = ending => Ok(()),
        }
    }
}

/// Ends idle sessions, for ever.
async fn sweep(sessions: &Sessions) {
    loop {
        tokio::time::sleep(SWEEP).await;
        sessions.sweep();
    }
}
