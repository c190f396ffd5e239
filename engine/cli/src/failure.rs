//! Why a command ended early: the message for stderr and the exit code for cron.

use std::fmt;
use std::io;
use std::time::Duration;

/// Ends the command. The codes are those of the CLI's contract: 1 the SQL failed, 2 usage, 3 an
/// audit failed, 4 storage, 5 commit conflict, 6 out of memory or disk, 7 timeout, 128 + n a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    code: u8,
    /// Empty when there is nothing to say, as after a closed pipe.
    message: String,
}

impl Failure {
    /// With a code of the contract.
    pub fn new(code: u8, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The command line or configuration is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(2, message)
    }

    /// Longer than allowed.
    pub fn timeout(limit: Duration) -> Self {
        Self::new(
            7,
            format!(
                "timeout: the work was cancelled after {} s; raise it with --timeout",
                limit.as_secs_f64()
            ),
        )
    }

    /// Ctrl-C.
    pub fn interrupted() -> Self {
        Self::new(130, "interrupted: the work was cancelled")
    }

    /// SIGTERM.
    pub fn terminated() -> Self {
        Self::new(143, "terminated: the work was cancelled")
    }

    /// The reader of our output went away; like other Unix tools we end without a word.
    pub fn closed_pipe() -> Self {
        Self::new(141, "")
    }

    /// Output that could not be written.
    pub fn output(name: &str, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::closed_pipe(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::new(6, format!("output {name}: {error}"))
            }
            _ => Self::new(4, format!("output {name}: {error}")),
        }
    }

    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        self.code
    }

    /// Whether there is something to print.
    pub fn is_silent(&self) -> bool {
        self.message.is_empty()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<trademl_engine::Error> for Failure {
    fn from(error: trademl_engine::Error) -> Self {
        Self::new(error.exit_code(), error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_silent_and_a_full_disk_is_code_6() {
        assert!(Failure::output("-", &io::ErrorKind::BrokenPipe.into()).is_silent());
        let full = Failure::output("x.csv", &io::ErrorKind::StorageFull.into());
        assert_eq!(full.exit_code(), 6);
        assert!(full.to_string().starts_with("output x.csv: "));
    }
}
