//! A real S3 server of our own, in a process of its own, with faults on demand: the package in
//! `tests/s3`, which this module builds and starts.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use tempfile::TempDir;

use crate::program::repository;

const KEY: &str = "test-key";
const SECRET: &str = "test-secret";
const BUCKET: &str = "lake";

/// A running server with one empty bucket, gone when dropped.
#[derive(Debug)]
pub struct S3 {
    /// Where the bucket's objects are files.
    pub folder: TempDir,
    address: String,
    process: Child,
    line: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
}

impl S3 {
    /// Starts a server on a free port.
    ///
    /// # Panics
    ///
    /// If it cannot be built or started.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|e| panic!("no temporary folder: {e}"));
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap_or_else(|e| panic!("bucket: {e}"));
        let mut command = Command::new(binary());
        command.arg(folder.path()).args([KEY, SECRET]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap_or_else(|e| panic!("{command:?}: {e}"));
        let (Some(stdin), Some(stdout)) = (process.stdin.take(), process.stdout.take()) else {
            panic!("the server has no pipes")
        };
        let mut stdout = BufReader::new(stdout);
        let mut said = String::new();
        let read = stdout.read_line(&mut said);
        let Some(address) = said.strip_prefix("listening ") else { panic!("{read:?}: {said}") };
        let address = address.trim().to_owned();
        Self { folder, address, process, line: Mutex::new((stdin, stdout)) }
    }

    /// The address of a lake in the bucket.
    pub fn lake(&self) -> String {
        format!("s3://{BUCKET}/lake")
    }

    /// The lake's files on the server's disk.
    pub fn lake_folder(&self) -> PathBuf {
        self.folder.path().join(BUCKET).join("lake")
    }

    /// What a client needs to know.
    pub fn environment(&self) -> [(&'static str, String); 5] {
        [
            ("AWS_ENDPOINT_URL", format!("http://{}", self.address)),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
        ]
    }

    /// Lets `skip` requests of a method (`*` for any) whose address holds `part` pass, and strikes
    /// the next `times` with an action: `500`, `503`, `drop`, `delay 100`, `apply503`,
    /// `applydrop`, `truncate 10`, `corrupt`.
    pub fn fault(&self, method: &str, part: &str, skip: u64, times: u64, action: &str) {
        self.command(&format!("fault {method} {part} {skip} {times} {action}"));
    }

    /// From now on If-None-Match is ignored.
    pub fn ignore_conditions(&self) {
        self.command("ignore-conditions");
    }

    /// Ends all faults and sets the counters to zero.
    pub fn clear(&self) {
        self.command("clear");
    }

    /// Requests and faults since the last [`Self::clear`].
    pub fn count(&self) -> (u64, u64) {
        let answer = self.command("count");
        let mut numbers = answer.split_whitespace().map(|n| n.parse().unwrap_or_default());
        (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default())
    }

    fn command(&self, text: &str) -> String {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answer = String::new();
        let sent = writeln!(line.0, "{text}").and_then(|()| line.1.read_line(&mut answer));
        match answer.strip_prefix("ok") {
            Some(rest) => rest.trim().to_owned(),
            None => panic!("{text}: {sent:?} {answer}"),
        }
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The server's program, built once beside the workspace's own build products.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let test = std::env::current_exe().unwrap_or_default();
        let Some(target) = test.ancestors().nth(3) else { panic!("no target folder") };
        let target = target.join("s3-test");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--quiet", "--locked", "--manifest-path"])
            .arg(repository().join("tests/s3/Cargo.toml"))
            .arg("--target-dir")
            .arg(&target)
            .status();
        assert!(built.as_ref().is_ok_and(|s| s.success()), "cannot build tests/s3: {built:?}");
        target.join("debug/trademl-s3-test")
    })
}
