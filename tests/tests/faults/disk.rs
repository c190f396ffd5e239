//! Disks that are full, and folders that can only be read.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use trademl_tests::program::{Answer, Program, binary, files};

use crate::{TABLE, fails, succeeds};

const ROWS: &str = "INSERT INTO bars (symbol, leg, date, close, known_at) \
     SELECT 'A', value, DATE '2020-01-02', random(), TIMESTAMP '2020-01-02 22:00:00Z' \
     FROM generate_series(1, 20000)";

fn answer_of(mut command: Command) -> Answer {
    let output = command.output().unwrap();
    Answer {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A limit of the process on the size of files fails writes as a full disk does.
#[test]
fn a_full_disk_is_6_and_leaves_nothing_behind() {
    let program = Program::new();
    succeeds(&program.sql(TABLE));
    let before = files(&program.lake);
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "sh"]);
    let inner = program.command(&["-c", ROWS]);
    shell.arg(inner.get_program()).args(inner.get_args()).current_dir(program.folder.path());
    let answer = answer_of(shell);
    fails(&answer, 6, &["disk: ", "nothing was committed", "free space", "repeat the statement"]);
    assert_eq!(files(&program.lake), before, "what was begun is gone");
    assert_eq!(program.csv("SELECT count(*) AS n FROM bars"), "n\n0\n");
    succeeds(&program.sql(ROWS));
    assert_eq!(program.csv("SELECT count(*) AS n FROM bars"), "n\n20000\n");
}

#[test]
fn a_folder_that_can_only_be_read_is_read() {
    let program = Program::new();
    succeeds(&program.sql(&format!("{TABLE}; {ROWS}")));
    let before = files(&program.lake);
    set_writable(&program.lake, false);
    let run = |sql: &str| {
        let mut command = program.command(&["--format", "csv", "-c", sql]);
        if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
            // Permissions do not stop root: somebody else runs a program that everybody may read.
            let copy = program.folder.path().join("trademl-sql");
            if !copy.exists() {
                std::fs::copy(binary(), &copy).unwrap();
            }
            let open = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(program.folder.path(), open).unwrap();
            let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
            command = Command::new(copy);
            command.args(arguments).current_dir("/").env("XDG_CONFIG_HOME", "/nowhere");
            command.uid(65_534).gid(65_534);
        }
        answer_of(command)
    };
    let read = run("SELECT count(*) AS n FROM bars");
    assert_eq!((read.code, read.out.as_str()), (Some(0), "n\n20000\n"), "{read:?}");
    for write in [ROWS, "CREATE TABLE signals.t AS SELECT 1 AS x", "DROP TABLE bars"] {
        let remedy = "choose another with --lake or create it with write permission";
        fails(&run(write), 4, &["lake: cannot write the folder", remedy]);
    }
    set_writable(&program.lake, true);
    assert_eq!(files(&program.lake), before);
}

#[test]
fn a_query_creates_no_lake() {
    let program = Program::new();
    assert_eq!(program.csv("SELECT 1 AS x"), "x\n1\n");
    assert_eq!(program.sql("SELECT * FROM bars").code, Some(1));
    assert!(!program.lake.exists());
}

fn set_writable(path: &Path, writable: bool) {
    let mode = if path.is_dir() { 0o555 } else { 0o444 };
    let mode = if writable { mode | 0o200 } else { mode };
    let set = || std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode));
    set().unwrap();
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        set_writable(&entry.path(), writable);
    }
}
