//! A peer in a Python process of its own, run on demand so that its runs interleave with ours.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use datafusion::catalog::TableProvider;
use datafusion::prelude::{ParquetReadOptions, SessionContext};

use crate::Result;
use crate::difference::table;

/// A running peer; its end of input ends it.
#[derive(Debug)]
pub struct Peer {
    /// Name and version.
    pub name: String,
    child: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts a script of this folder, which answers as in `serve.py`.
    pub fn start(python: &Path, script: &str, arguments: &[&str]) -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
        let mut child = Command::new(python)
            .arg(here.join(script))
            .args(arguments)
            .env("PYTHONPATH", here)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("--python: '{}' does not start: {e}", python.display()))?;
        let commands = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or("the peer has no output")?);
        let name = arguments.first().copied().unwrap_or_default().to_string();
        let mut peer = Self { name, child, commands, answers };
        peer.name = peer.answer()?;
        Ok(peer)
    }

    /// One run, timed by the peer itself.
    pub fn run(&mut self) -> Result<Duration> {
        let seconds = self.ask("run")?;
        Ok(Duration::try_from_secs_f64(seconds.parse()?)?)
    }

    /// The last run's result.
    pub async fn result(&mut self) -> Result<Arc<dyn TableProvider>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("result.parquet").display().to_string();
        self.ask(&format!("save {path}"))?;
        let saved = SessionContext::new().read_parquet(path, ParquetReadOptions::default()).await?;
        table(&saved.collect().await?)
    }

    fn ask(&mut self, command: &str) -> Result<String> {
        let commands = self.commands.as_mut().ok_or("the peer has no input")?;
        writeln!(commands, "{command}")?;
        commands.flush()?;
        self.answer()
    }

    fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            let status = self.child.wait()?;
            return Err(format!("{} ended early ({status}); its error is above", self.name).into());
        }
        Ok(line.trim().to_string())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.commands.take());
        // Nothing is left to tell when a peer does not end well.
        let _ = self.child.wait();
    }
}
