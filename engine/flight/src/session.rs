//! The sessions of the clients: one engine session each, bounded in number and in idle time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tonic::Status;
use trademl_engine::{Access, Engine, Session};
use uuid::Uuid;

use crate::prepared::Prepared;
use crate::runner::Pending;
use crate::status::status;
use crate::tickets::Tickets;

/// How many prepared statements a session may hold open.
const PREPARED: usize = 256;
/// How many results a session may leave unfetched, and for how long.
const TICKETS: usize = 64;
const TICKET_TTL: Duration = Duration::from_secs(300);
/// A session idle for this long makes room when the table is full.
const SPARE: Duration = Duration::from_secs(60);

/// What the server keeps for one client.
pub(crate) struct ClientSession {
    pub(crate) id: Uuid,
    /// Settings, parameters and temporary views of this client alone.
    pub(crate) engine: Session,
    /// Results waiting to be fetched.
    pub(crate) tickets: Tickets<Pending>,
    prepared: Mutex<HashMap<Uuid, Arc<Prepared>>>,
    running: Mutex<HashMap<Uuid, oneshot::Sender<()>>>,
    /// When it was last used, and whether it outlives its connection.
    state: Mutex<(Instant, bool)>,
}

impl ClientSession {
    fn new(id: Uuid, engine: &Engine, kept: bool) -> Result<Self, Status> {
        Ok(Self {
            id,
            // However the engine was opened, a client sees the lake and none of the server's files.
            engine: engine.session_with(Access::Remote).map_err(|error| status(&error))?,
            tickets: Tickets::new(TICKETS, TICKET_TTL),
            prepared: Mutex::default(),
            running: Mutex::default(),
            state: Mutex::new((Instant::now(), kept)),
        })
    }

    /// Keeps a prepared statement and returns its handle.
    pub(crate) fn keep(&self, statement: Prepared) -> Result<Uuid, Status> {
        let mut prepared = lock(&self.prepared);
        if prepared.len() >= PREPARED {
            return Err(Status::resource_exhausted(format!(
                "prepared statements: {PREPARED} are open in this session, close some"
            )));
        }
        let id = Uuid::new_v4();
        prepared.insert(id, Arc::new(statement));
        Ok(id)
    }

    /// The prepared statement of a handle.
    pub(crate) fn statement(&self, handle: &[u8]) -> Result<Arc<Prepared>, Status> {
        let id = Uuid::from_slice(handle).ok();
        id.and_then(|id| lock(&self.prepared).get(&id).cloned()).ok_or_else(|| {
            Status::not_found("prepared statement: not of this session or closed, prepare it again")
        })
    }

    /// Forgets a prepared statement; forgetting twice is fine.
    pub(crate) fn forget(&self, handle: &[u8]) {
        if let Ok(id) = Uuid::from_slice(handle) {
            lock(&self.prepared).remove(&id);
        }
    }

    /// Marks a query as running; the receiver fires when it is to stop.
    pub(crate) fn start(self: &Arc<Self>, id: Uuid) -> (Running, oneshot::Receiver<()>) {
        let (stop, stopped) = oneshot::channel();
        lock(&self.running).insert(id, stop);
        (Running { session: Arc::clone(self), id }, stopped)
    }

    /// Stops a running query or withdraws a waiting result; false when there is neither.
    pub(crate) fn cancel(&self, ticket: &[u8]) -> bool {
        let stop = Uuid::from_slice(ticket).ok().and_then(|id| lock(&self.running).remove(&id));
        stop.is_some_and(|stop| stop.send(()).is_ok()) || self.tickets.take(ticket).is_some()
    }

    /// Stops all that runs: the client has left.
    fn end(&self) {
        lock(&self.running).clear();
    }

    fn idle(&self) -> Duration {
        let idle = lock(&self.state).0.elapsed();
        if lock(&self.running).is_empty() { idle } else { Duration::ZERO }
    }

    fn touch(&self, kept: bool) {
        let mut state = lock(&self.state);
        *state = (Instant::now(), state.1 || kept);
    }
}

/// Says for as long as it lives that a query runs.
pub(crate) struct Running {
    session: Arc<ClientSession>,
    id: Uuid,
}

impl Drop for Running {
    fn drop(&mut self) {
        lock(&self.session.running).remove(&self.id);
        self.session.touch(false);
    }
}

/// All sessions of the server.
pub(crate) struct Sessions {
    engine: Engine,
    open: Mutex<HashMap<Uuid, Arc<ClientSession>>>,
    limit: usize,
    ttl: Duration,
}

impl Sessions {
    pub(crate) fn new(engine: Engine, limit: usize, ttl: Duration) -> Self {
        Self { engine, open: Mutex::default(), limit: limit.max(1), ttl }
    }

    /// The session of this id, opened when there is none, and whether it was. `kept` says that the
    /// client carries the id itself, so that the session outlives the connection.
    pub(crate) fn enter(&self, id: Uuid, kept: bool) -> Result<(Arc<ClientSession>, bool), Status> {
        let mut open = lock(&self.open);
        if let Some(session) = open.get(&id) {
            session.touch(kept);
            return Ok((Arc::clone(session), false));
        }
        if open.len() >= self.limit {
            let oldest = open.values().max_by_key(|session| session.idle()).cloned();
            match oldest {
                Some(oldest) if oldest.idle() >= SPARE => {
                    open.remove(&oldest.id);
                }
                _ => {
                    return Err(Status::resource_exhausted(format!(
                        "sessions: all {} are in use, close one or try again later",
                        self.limit
                    )));
                }
            }
        }
        let session = Arc::new(ClientSession::new(id, &self.engine, kept)?);
        open.insert(id, Arc::clone(&session));
        Ok((session, true))
    }

    /// Ends a session and what runs in it.
    pub(crate) fn close(&self, id: Uuid) {
        let closed = lock(&self.open).remove(&id);
        if let Some(session) = closed {
            session.end();
        }
    }

    /// Ends the session that lives by this connection alone.
    pub(crate) fn connection_closed(&self, id: Uuid) {
        let kept = lock(&self.open).get(&id).is_none_or(|session| lock(&session.state).1);
        if !kept {
            self.close(id);
        }
    }

    /// Ends the sessions idle for longer than the server keeps them.
    pub(crate) fn sweep(&self) {
        lock(&self.open).retain(|_, session| session.idle() < self.ttl);
    }

    /// Stops all that runs in all sessions.
    pub(crate) fn end(&self) {
        for session in lock(&self.open).values() {
            session.end();
        }
    }
}

/// The guarded value; a panic elsewhere has left it whole, as all changes are single calls.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
