//! Where the library is.

use std::env;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

const FILE: &str = "lib_lightgbm.so";
const SYSTEM: [&str; 5] = [
    "/usr/local/lib",
    "/usr/lib",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
];

/// Finds `lib_lightgbm.so`: the path in `$TRADEML_LIGHTGBM`, the system's library folders, then
/// `lightgbm/` in the cache folder, where `make lightgbm` puts it. The cache folder is
/// `$TRADEML_CACHE`, else `$XDG_CACHE_HOME/trademl-sql`, else `~/.cache/trademl-sql`.
///
/// # Errors
///
/// If it is in none of them, with the list; if `$TRADEML_LIGHTGBM` is set but names no file.
pub fn find_library() -> Result<PathBuf> {
    find(&|name| env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from))
}

fn find(variable: &dyn Fn(&str) -> Option<PathBuf>) -> Result<PathBuf> {
    if let Some(path) = variable("TRADEML_LIGHTGBM") {
        let looked = vec![format!("{} ($TRADEML_LIGHTGBM)", path.display())];
        return if path.is_file() { Ok(path) } else { Err(Error::Missing { looked }) };
    }
    let cache = variable("TRADEML_CACHE")
        .or_else(|| Some(variable("XDG_CACHE_HOME")?.join("trademl-sql")))
        .or_else(|| Some(variable("HOME")?.join(".cache/trademl-sql")));
    let cached = cache.map(|c| c.join("lightgbm"));
    let folders = SYSTEM.iter().map(|f| Path::new(f).to_path_buf()).chain(cached);
    let places: Vec<PathBuf> = folders.map(|f| f.join(FILE)).collect();
    let missing =
        || Error::Missing { looked: places.iter().map(|p| p.display().to_string()).collect() };
    places.iter().find(|p| p.is_file()).cloned().ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_decides_and_its_absence_is_told() {
        let set = |name: &str| (name == "TRADEML_LIGHTGBM").then(|| PathBuf::from("/no/such.so"));
        let message = find(&set).expect_err("no such file").to_string();
        assert!(message.contains("/no/such.so ($TRADEML_LIGHTGBM)"), "{message}");
        assert!(message.contains("run `make lightgbm`"), "{message}");
    }

    #[test]
    fn the_cache_folder_comes_last() {
        let cache = |name: &str| (name == "TRADEML_CACHE").then(|| PathBuf::from("/no/cache"));
        if let Err(Error::Missing { looked }) = find(&cache) {
            assert_eq!(
                looked.last().map(String::as_str),
                Some("/no/cache/lightgbm/lib_lightgbm.so")
            );
        }
    }
}
