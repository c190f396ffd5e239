//! One run of a pipeline at a time: a lease that other machines see and that outlives no crash.
//!
//! The lock of pipeline `p` is the newest file in `ops/locks/p/`, named by a counter. Taking it
//! over means creating the file with the next number, which only one can do; so it works on every
//! store with conditional creates.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::TryStreamExt as _;
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions};
use serde::{Deserialize, Serialize};

use crate::lake::Lake;
use crate::name::check_part;
use crate::{Error, Result};

/// How long a lease lasts without a heartbeat.
pub const LEASE: Duration = Duration::from_mins(2);
const MAX_ATTEMPTS: usize = 20;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Lease {
    run_id: String,
    host: String,
    pid: u32,
    /// Start of the process in clock ticks since boot, so that a reused pid is not mistaken for it.
    process_start: Option<u64>,
    since: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    released: bool,
}

/// The right to run a pipeline, held until released or, if the process dies, until it expires.
#[derive(Debug)]
pub struct PipelineLock {
    lake: Lake,
    pipeline: String,
    number: u64,
    lease: Lease,
    /// Whether the holder before died with it.
    abandoned: bool,
}

impl PipelineLock {
    /// Takes the lock, or tells who holds it, since when and until when. A lease that has expired
    /// or whose process on this host is gone is taken over.
    pub async fn acquire(lake: &Lake, pipeline: &str, run_id: &str) -> Result<Self> {
        check_part("pipeline", pipeline)?;
        lake.check_store().await?;
        for _ in 0..MAX_ATTEMPTS {
            let newest = newest(lake, pipeline).await?;
            let (number, abandoned) = match newest {
                None => (0, false),
                Some((number, lease)) if lease.is_over() => (number + 1, !lease.released),
                Some((_, lease)) => return Err(held(pipeline, &lease)),
            };
            let now = Utc::now();
            let lease = Lease {
                run_id: run_id.to_owned(),
                host: host(),
                pid: std::process::id(),
                process_start: process_start(std::process::id()),
                since: now,
                expires_at: now + LEASE,
                released: false,
            };
            let (lake, pipeline) = (lake.clone(), pipeline.to_owned());
            let lock = Self { lake, pipeline, number, lease, abandoned };
            if lock.put(PutMode::Create).await? {
                // A listing that ran while leases came and went may have missed the newest one.
                if lock.is_newest().await? {
                    lock.forget_older().await;
                    return Ok(lock);
                }
                let _ = lock.lake.store().lake.delete(&path(&lock.pipeline, number)).await;
            }
        }
        Err(Error::conflict(format!(
            "pipeline '{pipeline}': its lock changed hands {MAX_ATTEMPTS} times while waiting; try again later"
        )))
    }

    /// Whether it was taken over from a process that died, and not given back.
    pub fn was_abandoned(&self) -> bool {
        self.abandoned
    }

    /// Extends the lease; call it at least every half [`LEASE`]. An error means that another run
    /// has taken over, and this one must stop.
    pub async fn heartbeat(&mut self) -> Result<()> {
        match newest(&self.lake, &self.pipeline).await? {
            Some((number, _)) if number == self.number => {}
            Some((_, lease)) => return Err(held(&self.pipeline, &lease)),
            None => {
                return Err(Error::conflict(format!(
                    "pipeline '{}': its lock was deleted by hand; stop, and start the run again",
                    self.pipeline
                )));
            }
        }
        self.lease.expires_at = Utc::now() + LEASE;
        self.put(PutMode::Overwrite).await?;
        Ok(())
    }

    /// Gives the lock back.
    pub async fn release(mut self) -> Result<()> {
        self.lease.released = true;
        self.put(PutMode::Overwrite).await?;
        Ok(())
    }

    /// Whether the lease was written; a lost race is `false`.
    async fn put(&self, mode: PutMode) -> Result<bool> {
        let path = path(&self.pipeline, self.number);
        let body = serde_json::to_vec_pretty(&self.lease)
            .map_err(|e| Error::storage(format!("pipeline '{}': {e}", self.pipeline)))?;
        let options = PutOptions { mode, ..PutOptions::default() };
        let store = &self.lake.store().lake;
        match store.put_opts(&path, body.into(), options).await {
            Ok(_) => Ok(true),
            // Our own create may have arrived and only its answer been lost.
            Err(object_store::Error::AlreadyExists { .. }) => {
                let found = newest(&self.lake, &self.pipeline).await?;
                Ok(found == Some((self.number, self.lease.clone())))
            }
            Err(e) => Err(e.into()),
        }
    }

    async fn is_newest(&self) -> Result<bool> {
        let newest = newest(&self.lake, &self.pipeline).await?;
        Ok(newest.is_some_and(|(number, _)| number == self.number))
    }

    /// Some recent leases stay, so that a listing finds one whatever happens meanwhile.
    async fn forget_older(&self) {
        for number in self.number.saturating_sub(16)..self.number.saturating_sub(8) {
            let _ = self.lake.store().lake.delete(&path(&self.pipeline, number)).await;
        }
    }
}

impl Lease {
    fn is_over(&self) -> bool {
        self.released || self.expires_at < Utc::now() || self.process_is_gone()
    }

    fn process_is_gone(&self) -> bool {
        self.host == host() && process_start(self.pid) != self.process_start
    }
}

fn held(pipeline: &str, lease: &Lease) -> Error {
    Error::conflict(format!(
        "pipeline '{pipeline}': is running since {} as run {} (process {} on {}), its lease lasts until {} unless extended; wait for it, or stop that process",
        lease.since.format("%Y-%m-%dT%H:%M:%SZ"),
        lease.run_id,
        lease.pid,
        lease.host,
        lease.expires_at.format("%Y-%m-%dT%H:%M:%SZ"),
    ))
}

fn path(pipeline: &str, number: u64) -> Path {
    Path::from(format!("ops/locks/{pipeline}/{number:020}.json"))
}

/// The lock file with the highest number.
async fn newest(lake: &Lake, pipeline: &str) -> Result<Option<(u64, Lease)>> {
    let store = &lake.store().lake;
    loop {
        let folder = Path::from(format!("ops/locks/{pipeline}"));
        let files: Vec<_> = store.list(Some(&folder)).try_collect().await?;
        let number = |path: &Path| path.filename()?.strip_suffix(".json")?.parse::<u64>().ok();
        let Some(newest) = files.iter().filter_map(|f| number(&f.location)).max() else {
            return Ok(None);
        };
        let file = path(pipeline, newest);
        let body = match store.get(&file).await {
            Ok(found) => found.bytes().await?,
            // Its successor has cleaned up: look again.
            Err(object_store::Error::NotFound { .. }) => continue,
            Err(e) => return Err(e.into()),
        };
        let lease = serde_json::from_slice(&body).map_err(|e| {
            Error::storage(format!(
                "pipeline '{pipeline}': lock file '{file}' is damaged ({e}); delete it if no run is active"
            ))
        })?;
        return Ok(Some((newest, lease)));
    }
}

/// This machine's name, as far as a process can tell.
pub(crate) fn host() -> String {
    let file = |path: &str| std::fs::read_to_string(path).ok();
    let name = file("/proc/sys/kernel/hostname").or_else(|| file("/etc/hostname"));
    let name = name.or_else(|| std::env::var("HOSTNAME").ok()).unwrap_or_default();
    match name.trim() {
        "" => "unknown host".into(),
        name => name.to_owned(),
    }
}

/// When a process started; `None` if it does not run, or where the system does not say.
fn process_start(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold spaces: field 22 is the 20th after it.
    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}
