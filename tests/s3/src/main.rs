//! An S3 server for tests: s3s-fs made atomic, signatures checked, with faults on demand.
//!
//! `trademl-s3-test ROOT KEY SECRET` serves the folders below `ROOT` as buckets on a free port of
//! this machine, says `listening ADDRESS`, and then obeys one command a line, each answered by one
//! line that starts with `ok` or `error`:
//!
//! * `fault METHOD SUBSTRING SKIP TIMES ACTION [NUMBER]`: of the requests with this method (`*`
//!   for any) whose path and query hold the substring, lets `SKIP` pass and strikes the next
//!   `TIMES`; see [`fault::Action`].
//! * `ignore-conditions`: from now on a PUT overwrites in spite of If-None-Match.
//! * `clear`: no faults, and counters at zero.
//! * `count`: requests and faults since the last `clear`.
//!
//! It ends when its input does, so that no test leaves it behind.

mod fault;
mod front;

use std::sync::Arc;

use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;

use crate::fault::Faults;
use crate::front::Front;

/// Any error, for lack of a caller who would tell them apart.
type AnyError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), AnyError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [root, key, secret] = arguments.as_slice() else {
        return Err("usage: trademl-s3-test ROOT KEY SECRET".into());
    };
    let files = s3s_fs::FileSystem::new(root).map_err(|e| format!("{root}: {e:?}"))?;
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(key.clone(), secret.clone()));
    let faults = Arc::new(Faults::default());
    let front = Front::new(service.build(), Arc::clone(&faults), root.into());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening {}", listener.local_addr()?);
    tokio::spawn(serve(listener, front));

    let mut commands = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = commands.next_line().await? {
        match faults.obey(&line) {
            Ok(answer) => println!("ok {answer}"),
            Err(problem) => println!("error {problem}"),
        }
    }
    Ok(())
}

async fn serve(listener: TcpListener, front: Front) {
    let http = hyper::server::conn::http1::Builder::new();
    while let Ok((stream, _)) = listener.accept().await {
        // Else each answer of head and body waits 40 ms for the client's delayed ACK.
        let _ = stream.set_nodelay(true);
        let connection = http.serve_connection(TokioIo::new(stream), front.clone());
        // A fault that drops the connection ends here as an error, which is its purpose.
        tokio::spawn(async move { connection.await.is_ok() });
    }
}
