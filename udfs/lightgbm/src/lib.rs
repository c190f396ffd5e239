//! LightGBM's C API, loaded at run time.
//!
//! The engine builds, starts and scores without the library; only training needs it. It is opened
//! with [`Library::load`], is never unloaded (its OpenMP threads would outlive it), and is called
//! through about a dozen functions. Handles free themselves; an error carries the library's text.
//!
//! Set `OMP_WAIT_POLICY=PASSIVE` in the environment before loading: otherwise idle OpenMP threads
//! spin, and on a busy machine two threads are twenty times slower than one. The binary's `main`
//! does so; this crate does not touch the environment.
//!
//! ```text
//! locate.rs      where the library is
//! symbols.rs     its functions; the version check
//! library.rs     loading
//! parameters.rs  the `name=value …` line
//! dataset.rs     features and target from Arrow, through the C stream interface
//! booster.rs     training, the model text, prediction
//! ```
#![allow(unsafe_code)]

mod booster;
mod dataset;
mod error;
mod library;
mod locate;
mod parameters;
mod symbols;

pub use booster::{Booster, Score, train};
pub use dataset::Dataset;
pub use error::Error;
pub use library::Library;
pub use locate::find_library;
pub use parameters::Parameters;

/// The result of a call into the library.
pub type Result<T> = std::result::Result<T, Error>;
