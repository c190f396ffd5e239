//! Does the store really create an object only if it is absent? Delta commits rely on it, and some
//! S3 look-alikes ignore the header: two writers then both believe that they committed.

use std::sync::Arc;

use futures::future::join_all;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions};
use uuid::Uuid;

use crate::{Error, Result};

const RACERS: usize = 8;

/// Races eight conditional creates of one new object, and one more afterwards: exactly the first
/// may win.
pub(crate) async fn probe_conditional_put(store: &Arc<dyn ObjectStore>) -> Result<()> {
    let path = Path::from(format!("ops/probe/{}", Uuid::new_v4().simple()));
    let create = || async {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        let body = Uuid::new_v4().simple().to_string();
        match store.put_opts(&path, body.into(), options).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
            Err(e) => Err(Error::from(e)),
        }
    };
    let mut created = join_all((0..RACERS).map(|_| create())).await;
    created.push(create().await);
    let _ = store.delete(&path).await;
    let mut winners = 0;
    for outcome in created {
        winners += usize::from(outcome?);
    }
    if winners == 1 {
        return Ok(());
    }
    Err(Error::storage(format!(
        "store: {winners} of {} conditional creates of one object succeeded, expected 1; it ignores If-None-Match, so concurrent commits could overwrite each other; use AWS S3, MinIO or another store with conditional writes",
        RACERS + 1
    )))
}
