//! What stands between the clients and s3s: faults, and one writer a key.
//!
//! s3s-fs checks If-None-Match and then renames, so two creators can both win. Here every change
//! of a key holds the key's lock from the check to the rename, as S3 itself behaves.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::header::IF_NONE_MATCH;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::{Frame, Incoming};
use s3s::Body;
use s3s::service::S3Service;
use tokio::sync::{Mutex, MutexGuard};

use crate::AnyError;
use crate::fault::{Action, Faults};

const LOCKS: usize = 1024;

/// The service that hyper calls.
#[derive(Debug, Clone)]
pub struct Front {
    inner: S3Service,
    faults: Arc<Faults>,
    locks: Arc<Vec<Mutex<()>>>,
    root: Arc<PathBuf>,
}

impl Front {
    /// A front of `inner`, whose files are below `root`.
    pub fn new(inner: S3Service, faults: Arc<Faults>, root: PathBuf) -> Self {
        let locks = (0..LOCKS).map(|_| Mutex::new(())).collect();
        Self { inner, faults, locks: Arc::new(locks), root: Arc::new(root) }
    }

    async fn answer(self, request: Request<Incoming>) -> Result<Response<Body>, AnyError> {
        let target = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
        let fault = self.faults.strike(request.method().as_str(), &target);
        match fault {
            Some(Action::Refuse(status)) => return refused(status),
            Some(Action::Drop) => return Err("dropped".into()),
            Some(Action::Delay(time)) => tokio::time::sleep(time).await,
            _ => {}
        }
        let response = self.apply(request).await?;
        match fault {
            Some(Action::ApplyRefuse) => refused(503),
            Some(Action::ApplyDrop) => Err("dropped after it was done".into()),
            Some(Action::Truncate(bytes)) if response.status().is_success() => {
                truncated(response, bytes).await
            }
            Some(Action::Corrupt) if response.status().is_success() => corrupted(response).await,
            _ => Ok(response),
        }
    }

    /// Lets s3s do what the request asks for.
    async fn apply(&self, request: Request<Incoming>) -> Result<Response<Body>, AnyError> {
        let path = request.uri().path().to_owned();
        let _one_writer = match changes_a_key(&request) {
            true => Some(self.lock(&path).await),
            false => None,
        };
        // The header is signed and so cannot be left out; without the old object it says nothing.
        if self.faults.conditions_ignored() && request.headers().contains_key(IF_NONE_MATCH) {
            let _ = std::fs::remove_file(self.root.join(path.trim_start_matches('/')));
        }
        let call = hyper::service::Service::call(&self.inner, request);
        call.await.map_err(|e| format!("{e:?}").into())
    }

    async fn lock(&self, path: &str) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        path.hash(&mut hasher);
        let slot = usize::try_from(hasher.finish() % LOCKS as u64).unwrap_or_default();
        self.locks[slot].lock().await
    }
}

impl hyper::service::Service<Request<Incoming>> for Front {
    type Response = Response<Body>;
    type Error = AnyError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, AnyError>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        Box::pin(self.clone().answer(request))
    }
}

/// Parts of a multipart upload are not yet the key.
fn changes_a_key(request: &Request<Incoming>) -> bool {
    let query = request.uri().query().unwrap_or_default();
    match *request.method() {
        Method::PUT | Method::DELETE => !query.contains("partNumber"),
        Method::POST => query.contains("uploadId"),
        _ => false,
    }
}

fn refused(status: u16) -> Result<Response<Body>, AnyError> {
    let code = if status == 503 { "SlowDown" } else { "InternalError" };
    let body = format!(
        "<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>injected</Message></Error>"
    );
    Ok(Response::builder()
        .status(StatusCode::from_u16(status)?)
        .header("content-type", "application/xml")
        .body(Body::from(body))?)
}

async fn body_of(response: Response<Body>) -> Result<(http::response::Parts, Vec<u8>), AnyError> {
    let (head, body) = response.into_parts();
    let bytes = body.collect().await.map_err(|e| e.to_string())?.to_bytes();
    Ok((head, bytes.to_vec()))
}

/// The head still promises the whole length; the connection breaks in the middle of the body.
async fn truncated(response: Response<Body>, bytes: usize) -> Result<Response<Body>, AnyError> {
    let (head, mut body) = body_of(response).await?;
    body.truncate(bytes);
    let frames = [
        Ok(Frame::data(Bytes::from(body))),
        Err(std::io::Error::other("the connection broke, as was wished")),
    ];
    let stream = StreamBody::new(futures::stream::iter(frames));
    Ok(Response::from_parts(head, Body::http_body_unsync(stream)))
}

async fn corrupted(response: Response<Body>) -> Result<Response<Body>, AnyError> {
    let (head, mut body) = body_of(response).await?;
    let middle = body.len() / 2;
    if let Some(byte) = body.get_mut(middle) {
        *byte ^= 0x40;
    }
    Ok(Response::from_parts(head, Body::from(body)))
}
