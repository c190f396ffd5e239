//! The accepted TCP connections: bounded in number, each with an identity of its own.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::{FutureExt, Stream, stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;
use tonic::transport::server::Connected;
use uuid::Uuid;

use crate::session::Sessions;

/// How long a new connection may stay silent before it loses its place.
const GREETING: Duration = Duration::from_secs(10);

/// Names one connection; a client without cookie or bearer keeps its session under this name. The
/// session goes when the connection does.
#[derive(Clone)]
pub(crate) struct ConnectionId(Arc<Open>);

impl ConnectionId {
    pub(crate) fn id(&self) -> Uuid {
        self.0.id
    }
}

struct Open {
    id: Uuid,
    sessions: Arc<Sessions>,
    _place: OwnedSemaphorePermit,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.sessions.connection_closed(self.id);
    }
}

/// A TCP stream with its identity.
pub(crate) struct Connection {
    tcp: TcpStream,
    id: ConnectionId,
    greeting: Option<Pin<Box<Sleep>>>,
}

/// The connections as they come, at most `limit` at a time; further clients wait in the backlog.
pub(crate) fn incoming(
    listener: TcpListener,
    limit: usize,
    sessions: Arc<Sessions>,
) -> impl Stream<Item = io::Result<Connection>> {
    let places = Arc::new(Semaphore::new(limit.clamp(1, Semaphore::MAX_PERMITS)));
    stream::unfold((listener, places, sessions), |(listener, places, sessions)| async move {
        let place = Arc::clone(&places).acquire_owned().await.ok()?;
        let tcp = loop {
            match listener.accept().await {
                Ok((tcp, _)) => break tcp,
                Err(error) => {
                    // Out of file handles, or a client gone before it was accepted: go on serving.
                    tracing::warn!(%error, "connection not accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        };
        let _ = tcp.set_nodelay(true);
        let open = Open { id: Uuid::new_v4(), sessions: Arc::clone(&sessions), _place: place };
        let greeting = Some(Box::pin(tokio::time::sleep(GREETING)));
        let connection = Connection { tcp, id: ConnectionId(Arc::new(open)), greeting };
        Some((Ok(connection), (listener, places, sessions)))
    })
}

impl Connected for Connection {
    type ConnectInfo = ConnectionId;

    fn connect_info(&self) -> ConnectionId {
        self.id.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.tcp).poll_read(context, buffer);
        if read.is_ready() {
            self.greeting = None;
        } else if self.greeting.as_mut().is_some_and(|wait| wait.poll_unpin(context).is_ready()) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}
