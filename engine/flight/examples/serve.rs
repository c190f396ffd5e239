//! A bare server for trying clients: `serve LAKE [TOKEN]` on a free port of this machine.

use std::net::{Ipv4Addr, SocketAddr};

use trademl_engine::{Engine, EngineOptions, Error};
use trademl_flight::{ServeOptions, Server};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let lake = arguments.next().ok_or_else(|| Error::usage("usage: serve LAKE [TOKEN]"))?;
    let engine = Engine::open(EngineOptions { lake, ..EngineOptions::default() }).await?;
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let options = ServeOptions { listen, token: arguments.next(), ..ServeOptions::default() };
    let server = Server::bind(engine, options).await?;
    eprintln!("listening on {}", server.address());
    server.run(std::future::pending()).await
}
