//! The door every call passes: it checks who calls and finds the session the call belongs to.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use tonic::Status;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::server::NamedService;
use uuid::Uuid;

use crate::auth::{Caller, Keys};
use crate::connection::ConnectionId;
use crate::session::{ClientSession, Sessions};

/// The cookie Arrow clients keep their session in.
const COOKIE: &str = "arrow_flight_session_id";

/// The bearer a login is answered with; put in the extensions of a `Handshake` call.
#[derive(Clone)]
pub(crate) struct Bearer(pub(crate) String);

/// The gRPC service behind the door.
#[derive(Clone)]
pub(crate) struct Door<S> {
    pub(crate) inner: S,
    pub(crate) keys: Arc<Keys>,
    pub(crate) sessions: Arc<Sessions>,
}

impl<S> Door<S> {
    /// Lets a call in, with its session or new bearer in the extensions; returns the cookie to set.
    fn admit(&self, request: &mut http::Request<Body>) -> Result<Option<String>, Status> {
        let header = |name| request.headers().get(name).and_then(|v| v.to_str().ok());
        let caller = self.keys.caller(header("authorization"))?;
        if request.uri().path().ends_with("/Handshake") {
            let id = match caller {
                Caller::Session(id) => id,
                Caller::Admitted => Uuid::new_v4(),
            };
            request.extensions_mut().insert(Bearer(self.keys.sign(id)));
            return Ok(None);
        }
        let cookie = header("cookie").and_then(cookie).and_then(|value| self.keys.session(value));
        let carried = cookie.or(match caller {
            Caller::Session(id) => Some(id),
            Caller::Admitted => None,
        });
        let connection = request.extensions().get::<ConnectionId>().map(ConnectionId::id);
        let id = carried.or(connection).ok_or_else(|| Status::internal("connection: no name"))?;
        let (session, opened) = self.sessions.enter(id, carried.is_some())?;
        request.extensions_mut().insert::<Arc<ClientSession>>(session);
        let set = opened && carried.is_none();
        Ok(set.then(|| format!("{COOKIE}={}; Path=/; HttpOnly", self.keys.sign(id))))
    }
}

/// Our cookie among those of a `cookie` header.
fn cookie(header: &str) -> Option<&str> {
    let mut pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.trim_matches('"'))
}

impl<S> Service<http::Request<Body>> for Door<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        let cookie = match self.admit(&mut request) {
            Ok(cookie) => cookie,
            Err(refused) => return Box::pin(async move { Ok(refused.into_http()) }),
        };
        let clone = self.inner.clone();
        let mut ready = std::mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            let mut response = ready.call(request).await?;
            if let Some(value) = cookie.and_then(|cookie| cookie.parse().ok()) {
                response.headers_mut().append("set-cookie", value);
            }
            Ok(response)
        })
    }
}

impl<S: NamedService> NamedService for Door<S> {
    const NAME: &'static str = S::NAME;
}

#[cfg(test)]
mod tests {
    use super::cookie;

    #[test]
    fn the_cookie_is_found_among_others() {
        assert_eq!(cookie("a=1; arrow_flight_session_id=x.y; b=2"), Some("x.y"));
        assert_eq!(cookie("arrow_flight_session_id=\"q\""), Some("q"));
        assert_eq!(cookie("a=1; b"), None);
    }
}
