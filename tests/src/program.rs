//! The built program as a black box: started on a lake of its own, judged by its exit code, its
//! output and the files it leaves.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::s3::S3;

/// The program on a lake in a folder that goes away with it.
#[derive(Debug)]
pub struct Program {
    /// The folder of scripts and files; commands start here.
    pub folder: TempDir,
    /// The lake, which the first write creates.
    pub lake: PathBuf,
    /// Variables that every command gets.
    pub environment: Vec<(&'static str, String)>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Answer {
    /// The exit code; `None` after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// The root of the repository, where the paths in `sql/` start.
pub fn repository() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// The program that `cargo test --workspace` builds, two folders above the test's own binary.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap_or_default();
    let found = test.ancestors().nth(2).map(|folder| folder.join("trademl-sql"));
    match found.filter(|path| path.is_file()) {
        Some(path) => path,
        None => panic!(
            "no trademl-sql beside {}; build it with cargo build --workspace",
            test.display()
        ),
    }
}

impl Program {
    /// A new folder with a lake that does not exist yet.
    pub fn new() -> Self {
        match tempfile::tempdir() {
            Ok(folder) => Self { lake: folder.path().join("lake"), folder, environment: vec![] },
            Err(e) => panic!("no temporary folder: {e}"),
        }
    }

    /// A new folder, and a lake that does not exist yet on an S3 server.
    pub fn on_s3(s3: &S3) -> Self {
        Self { lake: s3.lake().into(), environment: s3.environment().into(), ..Self::new() }
    }

    /// A command, apart from the user's configuration.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.arg("--lake").arg(&self.lake).args(arguments);
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("XDG_CONFIG_HOME", self.folder.path());
        for variable in ["TRADEML_LAKE", "TRADEML_CONFIG", "TRADEML_ENV", "TRADEML_LOG"] {
            command.env_remove(variable);
        }
        command.envs(self.environment.iter().cloned());
        command
    }

    /// Runs a command in the program's folder to its end.
    pub fn run(&self, arguments: &[&str]) -> Answer {
        finish(self.command(arguments))
    }

    /// Runs statements to their end, rows as CSV.
    pub fn sql(&self, sql: &str) -> Answer {
        self.run(&["--format", "csv", "-c", sql])
    }

    /// Runs statements that must succeed and gives their rows as CSV.
    pub fn csv(&self, sql: &str) -> String {
        let answer = self.sql(sql);
        assert_eq!(answer.code, Some(0), "{sql}\n{}", answer.err);
        answer.out
    }

    /// Makes the paths of the repository's scripts and data valid in the program's folder, so that
    /// two programs have equal command lines, and with them equal runs.
    pub fn link_repository(&self) {
        for name in ["sql", "tests"] {
            let link = self.folder.path().join(name);
            std::os::unix::fs::symlink(repository().join(name), &link)
                .unwrap_or_else(|e| panic!("{}: {e}", link.display()));
        }
    }

    /// Starts a command and waits for the first line of its standard error, which a run prints
    /// when its first step is done.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|e| panic!("{arguments:?}: {e}"));
        let Some(stream) = child.stderr.take() else { panic!("no standard error") };
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        let read = stream.read_line(&mut line);
        assert!(
            read.is_ok() && (line.starts_with("done") || line.starts_with("unchanged")),
            "{arguments:?}: {line}"
        );
        // The rest still has a reader, so that the program may go on writing.
        child.stderr = Some(stream.into_inner());
        child
    }

    /// Writes a file into the program's folder.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }

    /// The newest version of each table and model on disk, without the records of runs.
    pub fn versions(&self) -> BTreeMap<String, u64> {
        let mut versions = BTreeMap::new();
        for schema in folders(&self.lake) {
            for table in folders(&self.lake.join(&schema)).iter().filter(|_| schema != "ops") {
                let log = self.lake.join(&schema).join(table).join("_delta_log");
                versions.extend(newest(&log).map(|v| (format!("{schema}.{table}"), v)));
            }
        }
        let models = self.lake.join("ops").join("models");
        for model in folders(&models) {
            versions.extend(newest(&models.join(&model)).map(|v| (format!("model {model}"), v)));
        }
        versions
    }
}

impl Default for Program {
    fn default() -> Self {
        Self::new()
    }
}

fn finish(mut command: Command) -> Answer {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    Answer {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Sends a signal by name: `INT`, `KILL`.
pub fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-s", name, &id]).status();
    assert!(sent.is_ok_and(|status| status.success()), "kill -s {name} {id}");
}

/// Every file below a folder by its path, with its bytes.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            let below = files(&entry.path()).into_iter();
            found.extend(below.map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
        } else {
            found.insert(name, std::fs::read(entry.path()).unwrap_or_default());
        }
    }
    found
}

fn folders(path: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let folders = entries.filter(|e| e.path().is_dir());
    folders.map(|e| e.file_name().to_string_lossy().into_owned()).collect()
}

/// The highest number among files like `00000000000000000003.json`.
fn newest(folder: &Path) -> Option<u64> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|e| e.file_name().to_string_lossy().into_owned());
    names.filter_map(|name| name.strip_suffix(".json")?.parse().ok()).max()
}
