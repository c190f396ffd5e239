//! One commit, exactly once: put-if-absent, and after any error the log is read again for our id.

use std::time::Duration;

use bytes::Bytes;
use deltalake_core::kernel::transaction::{CommitData, TransactionError};
use deltalake_core::kernel::{Action, Transaction};
use deltalake_core::logstore::{CommitOrBytes, LogStoreRef};
use deltalake_core::protocol::DeltaOperation;
use serde_json::Value;
use uuid::Uuid;

use crate::{Error, Result, TableName};

/// Transient failures of one and the same put before the outcome is given up as unknown.
const PUT_ATTEMPTS: u32 = 5;

/// Names one write. A write repeated under the same id is applied once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitId {
    /// Who writes, for example a hash of run and statement.
    pub application: String,
    /// Which of its writes.
    pub version: i64,
}

impl CommitId {
    /// An id that no other write has.
    pub fn unique() -> Self {
        Self { application: format!("trademl-{}", Uuid::new_v4().simple()), version: 0 }
    }

    /// A reproducible id, so that a retried job recognises its own earlier commit.
    pub fn new(application: impl Into<String>, version: i64) -> Self {
        Self { application: application.into(), version }
    }
}

/// What became of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// Our commit is in the log at this version.
    Committed(u64),
    /// Another commit has this version.
    Taken,
}

/// A commit in the making.
#[derive(Debug)]
pub(crate) struct Commit<'a> {
    pub table: &'a TableName,
    pub log: &'a LogStoreRef,
    pub id: &'a CommitId,
}

impl Commit<'_> {
    /// Tries to write `actions` as `version`.
    pub async fn attempt(
        &self,
        version: u64,
        actions: Vec<Action>,
        operation: DeltaOperation,
    ) -> Result<Attempt> {
        let transaction = Transaction::new_with_last_update(
            &self.id.application,
            self.id.version,
            Some(chrono::Utc::now().timestamp_millis()),
        );
        let data = CommitData::new(actions, operation, [].into(), vec![transaction]);
        let bytes = data.get_bytes().map_err(|e| Error::storage(e.to_string()))?;
        self.put(version, bytes).await
    }

    /// Tries to write an entry, which carries the id, as `version`.
    pub async fn put(&self, version: u64, bytes: Bytes) -> Result<Attempt> {
        let mut failure = String::new();
        for attempt in 0..PUT_ATTEMPTS {
            let entry = CommitOrBytes::LogBytes(bytes.clone());
            let outcome = self.log.write_commit_entry(version, entry, Uuid::new_v4()).await;
            let error = match outcome {
                Ok(()) => return Ok(Attempt::Committed(version)),
                Err(error) => error,
            };
            // A response may be lost after the store did what it was told: only the log knows.
            match self.find(version).await {
                Ok(Some(found)) => return Ok(Attempt::Committed(found)),
                Ok(None) if matches!(error, TransactionError::VersionAlreadyExists(_)) => {
                    return Ok(Attempt::Taken);
                }
                Ok(None) => {}
                Err(unreadable) => {
                    tracing::warn!(table = %self.table, %unreadable, "log unreadable after a failed commit");
                }
            }
            tracing::warn!(table = %self.table, version, attempt, %error, "commit not confirmed");
            failure = error.to_string();
            if Error::disk_full(&failure).is_some() {
                break;
            }
            back_off(attempt).await;
        }
        match self.find(version).await {
            Ok(Some(found)) => Ok(Attempt::Committed(found)),
            Ok(None) if let Some(full) = Error::disk_full(&failure) => Err(full),
            Ok(None) => Err(Error::storage(format!(
                "table '{}': the commit failed {PUT_ATTEMPTS} times ({}) and is not in the log; repeat the statement when the store is healthy",
                self.table,
                failure.lines().next().unwrap_or_default()
            ))),
            Err(_) => Err(Error::storage(format!(
                "table '{}': UNKNOWN whether version {version} was committed, the store stopped answering; when it answers, look for the id '{}' in the table's log before repeating the statement",
                self.table, self.id.application
            ))),
        }
    }

    /// The version of our commit, if it is in the log at `from` or later.
    async fn find(&self, from: u64) -> Result<Option<u64>> {
        let mut version = from;
        while let Some(entry) = self.log.read_commit_entry(version).await? {
            if self.is_ours(&entry) {
                return Ok(Some(version));
            }
            version += 1;
        }
        Ok(None)
    }

    fn is_ours(&self, entry: &[u8]) -> bool {
        String::from_utf8_lossy(entry).lines().filter(|line| line.contains("\"txn\"")).any(|line| {
            serde_json::from_str::<Value>(line).is_ok_and(|action| {
                action["txn"]["appId"] == self.id.application.as_str()
                    && action["txn"]["version"] == self.id.version
            })
        })
    }
}

/// Waits 10 ms, 20 ms, … up to 1 s, plus up to as much again so that racers spread out.
pub(crate) async fn back_off(attempt: u32) {
    let base = 10_u64 << attempt.min(6);
    let jitter = Uuid::new_v4().as_u64_pair().0 % base;
    tokio::time::sleep(Duration::from_millis(base + jitter)).await;
}
