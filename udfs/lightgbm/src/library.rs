//! Loading the library.

use std::collections::BTreeMap;
use std::ffi::{CStr, c_int};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::symbols::Symbols;
use crate::{Error, Result};

/// LightGBM, loaded for as long as the process lives. Copies are pointers to the same library.
#[derive(Clone, Copy)]
pub struct Library(&'static Symbols);

static LOADED: Mutex<BTreeMap<PathBuf, &'static Symbols>> = Mutex::new(BTreeMap::new());

impl Library {
    /// Loads the library from a file, once per process and path.
    ///
    /// # Errors
    ///
    /// If the file cannot be loaded, or is older than LightGBM 4.7.
    pub fn load(path: &Path) -> Result<Self> {
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(symbols) = loaded.get(path) {
            return Ok(Self(symbols));
        }
        let failed =
            |e: libloading::Error| Error::Load { path: path.to_path_buf(), reason: e.to_string() };
        // SAFETY: the path was named by the user or found where LightGBM is installed; loading it
        // runs its initialisers, which only register OpenMP and C++ runtime state.
        let opened = unsafe { libloading::Library::new(path) };
        let library = match opened {
            Err(_) if preload_openmp(path) => {
                // SAFETY: as above.
                unsafe { libloading::Library::new(path) }.map_err(failed)?
            }
            opened => opened.map_err(failed)?,
        };
        // SAFETY: the library is leaked below, so it outlives the pointers.
        let symbols = unsafe { Symbols::load(&library) }
            .map_err(|symbol| Error::Version { path: path.to_path_buf(), symbol })?;
        std::mem::forget(library);
        let symbols: &'static Symbols = Box::leak(Box::new(symbols));
        loaded.insert(path.to_path_buf(), symbols);
        Ok(Self(symbols))
    }

    pub(crate) fn symbols(self) -> &'static Symbols {
        self.0
    }

    /// Turns a return code into a result, with the library's message.
    pub(crate) fn check(self, code: c_int) -> Result<()> {
        if code == 0 {
            return Ok(());
        }
        // SAFETY: the message is a NUL-terminated buffer of the calling thread that lives as long
        // as the thread; it is copied at once.
        let message = unsafe { CStr::from_ptr((self.0.last_error)()) };
        Err(Error::Library(message.to_string_lossy().trim().to_string()))
    }
}

/// Loads a `libgomp.so.1` that lies beside the library, for systems without the package: the linker
/// then takes it as the one the library asks for. It stays loaded.
fn preload_openmp(library: &Path) -> bool {
    let beside = library.with_file_name("libgomp.so.1");
    if !beside.is_file() {
        return false;
    }
    // SAFETY: `infra/fetch-lightgbm` put GNU's OpenMP there; its initialisers only read the
    // environment.
    unsafe { libloading::Library::new(&beside) }.map(std::mem::forget).is_ok()
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Library")
    }
}
