//! Ctrl-C and SIGTERM, as something a statement can be raced against.

use std::io;

use futures::FutureExt;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;

/// Signals that end a statement. Once created, they no longer end the process by themselves.
pub struct Signals {
    interrupt: Signal,
    /// `None` at the prompt, where SIGTERM keeps its default effect: the line editor cannot be
    /// woken up to end in order, and an unfinished commit is not visible in the lake anyway.
    terminate: Option<Signal>,
}

impl Signals {
    /// For statements that run without a prompt.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: Some(signal(SignalKind::terminate())?),
        })
    }

    /// For the prompt.
    pub fn of_prompt() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: None })
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) -> Failure {
        match &mut self.terminate {
            None => {
                self.interrupt.recv().await;
                Failure::interrupted()
            }
            Some(terminate) => tokio::select! {
                _ = self.interrupt.recv() => Failure::interrupted(),
                _ = terminate.recv() => Failure::terminated(),
            },
        }
    }

    /// Forgets a Ctrl-C that arrived while nothing ran.
    pub fn forget(&mut self) {
        while self.interrupt.recv().now_or_never().is_some() {}
    }
}
