//! Arrow Flight SQL on the engine's one path: the door of BI tools and notebooks.
//!
//! Each call passes [`door`], which checks the caller and finds the session; [`service`] hands the
//! command on; [`runner`] plans and runs SQL; [`wire`] says how results look outside.

mod auth;
mod bind;
mod connection;
mod door;
mod ingest;
mod metadata;
mod options;
mod placeholders;
mod prepared;
mod puts;
mod rows;
mod runner;
mod server;
mod service;
mod session;
mod session_options;
mod sql_info;
mod status;
mod tickets;
mod wire;

pub use options::ServeOptions;
pub use server::{Server, serve};
