//! The configuration file: defaults for what the command line does not say.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use serde::{Deserialize, Deserializer, de};

use crate::failure::Failure;
use crate::format::Format;
use crate::quantity;

/// When escape sequences are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The file's content; `configs/default.toml` shows and explains every key.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder or `s3://bucket/prefix`.
    pub lake: String,
    /// The environment to work in; empty is the lake itself.
    pub env: String,
    /// Output format of results.
    pub format: Format,
    /// Colours.
    pub color: Color,
    /// Progress bars on a terminal.
    pub progress: bool,
    /// Rows a table shows at most on a terminal; 0 shows all.
    pub max_rows: usize,
    /// Worker threads of the engine; 0 is one a core.
    pub threads: usize,
    /// Memory of all running queries in bytes; 0 leaves it to the engine.
    #[serde(deserialize_with = "read_bytes")]
    pub memory_limit: usize,
    /// Longest time for one statement; zero is no limit.
    #[serde(deserialize_with = "read_duration")]
    pub timeout: Duration,
    /// Runs of pipelines.
    pub run: Run,
    /// The prompt.
    pub repl: Repl,
    /// The Flight SQL server.
    pub serve: Serve,
}

/// Keys of `[run]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// A shell command that is told how each run ended; empty tells nobody.
    pub notify: String,
}

/// Keys of `[repl]`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Repl {
    /// History file; empty is `history` in the user's data folder.
    pub history: PathBuf,
    /// Entries kept.
    pub history_size: usize,
    /// Print the time after each statement.
    pub timing: bool,
}

/// Keys of `[serve]`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Serve {
    /// Address and port.
    pub listen: String,
    /// File whose first line is the token that clients must send; empty asks for none.
    pub token_file: PathBuf,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            lake: "./lake".into(),
            env: String::new(),
            format: Format::Table,
            color: Color::Auto,
            progress: true,
            max_rows: 40,
            threads: 0,
            memory_limit: 0,
            timeout: Duration::ZERO,
            run: Run::default(),
            repl: Repl::default(),
            serve: Serve::default(),
        }
    }
}

impl Default for Repl {
    fn default() -> Self {
        Self { history: PathBuf::new(), history_size: 10_000, timing: true }
    }
}

impl Default for Serve {
    fn default() -> Self {
        Self { listen: "127.0.0.1:31337".into(), token_file: PathBuf::new() }
    }
}

impl Config {
    /// Reads `named`, or the user's `trademl-sql/config.toml` where there is one.
    pub fn load(named: Option<&Path>) -> Result<Self, Failure> {
        let (path, must_exist) = match named {
            Some(path) => (path.to_owned(), true),
            None => match user_folder("XDG_CONFIG_HOME", ".config") {
                Some(folder) => (folder.join("config.toml"), false),
                None => return Ok(Self::default()),
            },
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text, &path),
            Err(e) if !must_exist && e.kind() == std::io::ErrorKind::NotFound => {
                Ok(Self::default())
            }
            Err(e) => Err(Failure::usage(format!("config {}: {e}", path.display()))),
        }
    }

    fn parse(text: &str, path: &Path) -> Result<Self, Failure> {
        // toml's message shows the line and names the keys that exist.
        toml::from_str(text).map_err(|e| {
            Failure::usage(format!("config {}: {}", path.display(), e.to_string().trim_end()))
        })
    }

    /// The history file, `None` where the user has no home.
    pub fn history_file(&self) -> Option<PathBuf> {
        if self.repl.history.as_os_str().is_empty() {
            user_folder("XDG_DATA_HOME", ".local/share").map(|folder| folder.join("history"))
        } else {
            Some(self.repl.history.clone())
        }
    }
}

/// `$variable/trademl-sql`, else `~/fallback/trademl-sql`.
fn user_folder(variable: &str, fallback: &str) -> Option<PathBuf> {
    let base = std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(fallback)))?;
    Some(base.join("trademl-sql"))
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrText {
    Integer(u64),
    Float(f64),
    Text(String),
}

impl NumberOrText {
    fn text(self) -> String {
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

fn read_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    quantity::bytes(&NumberOrText::deserialize(deserializer)?.text()).map_err(de::Error::custom)
}

fn read_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    quantity::duration(&NumberOrText::deserialize(deserializer)?.text()).map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text, Path::new("c.toml")).map_err(|e| e.to_string())
    }

    #[test]
    fn the_shipped_file_states_the_defaults() {
        let shipped = include_str!("../../../configs/default.toml");
        assert_eq!(parse(shipped), Ok(Config::default()));
    }

    #[test]
    fn the_shipped_file_has_and_explains_every_key() {
        let shipped = include_str!("../../../configs/default.toml");
        let mut section = String::new();
        let mut keys = Vec::new();
        let mut explained = false;
        for line in shipped.lines() {
            if let Some(name) = line.strip_prefix('[') {
                section = format!("{}.", name.trim_end_matches(']'));
            } else if let Some((key, _)) = line.split_once(" = ")
                && !line.starts_with('#')
            {
                assert!(explained, "{key} has no comment above it");
                keys.push(format!("{section}{key}"));
            }
            explained = line.starts_with('#');
        }
        // The message of an unknown key lists the known ones, so no key can be forgotten here.
        for (probe, section) in
            [("zzz = 1", ""), ("[repl]\nzzz = 1", "repl."), ("[serve]\nzzz = 1", "serve.")]
        {
            let message = parse(probe).unwrap_err();
            let known =
                message.split("expected one of").nth(1).or(message.split("expected").nth(1));
            for key in known.unwrap_or_default().split('`').skip(1).step_by(2) {
                let key = format!("{section}{key}");
                let is_section = keys.iter().any(|k| k.starts_with(&format!("{key}.")));
                assert!(is_section || keys.contains(&key), "{key} is not in configs/default.toml");
            }
        }
        assert!(keys.len() > 10, "{keys:?}");
    }

    #[test]
    fn unknown_keys_and_wrong_values_are_refused_with_their_line() {
        let message = parse("lake = \"x\"\nformt = \"csv\"").unwrap_err();
        assert!(message.contains("c.toml") && message.contains("formt"), "{message}");
        assert!(message.contains("line 2"), "{message}");
        assert!(parse("timeout = \"soon\"").unwrap_err().contains("'soon' is not a duration"));
        assert!(parse("format = \"xml\"").unwrap_err().contains("`csv`"));
    }

    #[test]
    fn quantities_take_units_and_numbers() {
        let config = parse("timeout = 90\nmemory_limit = \"2GB\"").unwrap();
        assert_eq!(config.timeout, Duration::from_secs(90));
        assert_eq!(config.memory_limit, 2_000_000_000);
    }

    #[test]
    fn a_named_file_must_exist() {
        let failure = Config::load(Some(Path::new("/nonexistent/c.toml"))).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
    }
}
