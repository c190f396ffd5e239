//! The command line of trademl-sql: prompt, one-shot statements, pipelines and the server.
//!
//! Results go to standard output and everything else to standard error; exit codes are a contract.

pub mod app;
pub mod args;
pub mod config;
pub mod execute;
pub mod failure;
pub mod format;
pub mod lexer;
pub mod observer;
pub mod output;
pub mod parameter;
pub mod pipeline;
pub mod progress;
pub mod quantity;
pub mod repl;
pub mod signals;
