//! What a server is started with.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use trademl_engine::Error;

/// The shortest token a server may have on an address others can reach.
const TOKEN_LENGTH: usize = 16;

/// Where the server listens, whom it admits and what it allows at a time.
#[derive(Clone)]
pub struct ServeOptions {
    /// The address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The secret clients send as bearer or as password; without one the address must be loopback.
    pub token: Option<String>,
    /// Most connections at a time; further ones wait to be accepted.
    pub connections: usize,
    /// Most sessions at a time.
    pub sessions: usize,
    /// How long an idle session is kept.
    pub session_ttl: Duration,
    /// Most statements that run at a time; further ones wait.
    pub queries: usize,
    /// How long a statement waits for its turn.
    pub patience: Duration,
    /// How long a query may take; none for ever.
    pub query_timeout: Option<Duration>,
    /// Most bytes of rows one call may send.
    pub put_bytes: usize,
    /// How long a stopping server waits for its clients.
    pub grace: Duration,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 50_051)),
            token: None,
            connections: 256,
            sessions: 256,
            session_ttl: Duration::from_secs(3600),
            queries: 8,
            patience: Duration::from_secs(30),
            query_timeout: None,
            put_bytes: 128 << 20,
            grace: Duration::from_secs(10),
        }
    }
}

impl std::fmt::Debug for ServeOptions {
    /// All but the token, which must not reach a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let token = self.token.as_ref().map(|_| "…");
        f.debug_struct("ServeOptions")
            .field("listen", &self.listen)
            .field("token", &token)
            .finish_non_exhaustive()
    }
}

impl ServeOptions {
    /// Refuses what would open the lake to everybody.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let local = self.listen.ip().is_loopback();
        match &self.token {
            None if local => Ok(()),
            None => Err(Error::usage(format!(
                "listen: {} can be reached from other machines and no token is set; set a token, \
                 or listen on 127.0.0.1",
                self.listen
            ))),
            Some(token) if token.trim() != token || token.is_empty() => Err(Error::usage(
                "token: empty or with white space around it, expected a random text",
            )),
            Some(token) if !local && token.len() < TOKEN_LENGTH => Err(Error::usage(format!(
                "token: too short to guard {}, has {} characters, expected {TOKEN_LENGTH} or more \
                 random ones",
                self.listen,
                token.len()
            ))),
            Some(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_address_needs_a_good_token() {
        let check = |listen: &str, token: Option<&str>| {
            let listen = listen.parse().unwrap();
            ServeOptions { listen, token: token.map(str::to_owned), ..ServeOptions::default() }
                .check()
        };
        assert!(check("127.0.0.1:0", None).is_ok());
        assert!(check("[::1]:0", None).is_ok());
        assert!(check("127.0.0.1:0", Some("short")).is_ok());
        assert!(check("0.0.0.0:0", Some("a long and random text")).is_ok());
        for (listen, token) in [
            ("0.0.0.0:0", None),
            ("[::]:0", None),
            ("192.0.2.1:1", Some("short")),
            ("127.0.0.1:0", Some("")),
            ("127.0.0.1:0", Some(" a")),
        ] {
            assert!(check(listen, token).is_err(), "{listen} {token:?}");
        }
    }

    #[test]
    fn the_token_is_not_printed() {
        let token = Some("do not print".to_owned());
        let text = format!("{:?}", ServeOptions { token, ..ServeOptions::default() });
        assert!(!text.contains("do not print") && text.contains("50051"));
    }
}
