//! What can go wrong between us and the library.

use std::path::PathBuf;

/// Why training or loading failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No library in any of the places looked at.
    #[error(
        "lightgbm: lib_lightgbm.so not found, looked at {}; run `make lightgbm` to fetch it, or set \
         TRADEML_LIGHTGBM to its path",
        .looked.join(", ")
    )]
    Missing {
        /// The places, in order.
        looked: Vec<String>,
    },
    /// The file is there but the system cannot load it.
    #[error("lightgbm: cannot load '{}': {reason}{}", path.display(), remedy(reason))]
    Load {
        /// The file.
        path: PathBuf,
        /// The dynamic linker's words.
        reason: String,
    },
    /// The library is older than 4.7.
    #[error(
        "lightgbm: '{}' has no {symbol}, so it is older than 4.7; expected LightGBM 4.7 or later: \
         run `make lightgbm` to fetch it, or set TRADEML_LIGHTGBM to its path", path.display()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// The function it lacks.
        symbol: &'static str,
    },
    /// The library refused a call.
    #[error("lightgbm: {0}")]
    Library(String),
    /// A parameter would not survive the library's `name=value` line.
    #[error("{name}: was '{value}', expected {expected}")]
    Parameter {
        /// The parameter.
        name: String,
        /// What was given.
        value: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// Features and target do not make a data set.
    #[error("lightgbm: {0}")]
    Data(String),
    /// The caller asked to stop.
    #[error("lightgbm: training was cancelled")]
    Cancelled,
}

fn remedy(reason: &str) -> &'static str {
    if reason.contains("libgomp") {
        "; install libgomp1 (Debian: apt install libgomp1) or run `make lightgbm`"
    } else {
        ""
    }
}
