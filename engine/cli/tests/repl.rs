//! The prompt on a pseudo-terminal.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

const PROMPT: &str = "trademl> ";

fn open(home: &Path) -> PtySession {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trademl-sql"));
    command.args(["--color", "never", "--no-progress"]).current_dir(home);
    command.env("XDG_CONFIG_HOME", home).env("XDG_DATA_HOME", home).env("TERM", "xterm");
    command.env_remove("TRADEML_LAKE").env_remove("TRADEML_CONFIG");
    let mut session = spawn_command(command, Some(30_000)).unwrap();
    session.exp_string(PROMPT).unwrap();
    session
}

fn leave(mut session: PtySession) {
    session.exp_eof().unwrap();
    // nix's WaitStatus is not exported by rexpect: `Exited(Pid(1), 0)`.
    let status = session.process().wait().unwrap();
    assert!(format!("{status:?}").ends_with(", 0)"), "{status:?}");
}

#[test]
fn statements_span_lines_and_commands_work() {
    let home = tempfile::tempdir().unwrap();
    let mut session = open(home.path());

    session.send_line("select 40 + -- not the end;").unwrap();
    session.send_line("2 as answer;").unwrap();
    session.exp_string("42").unwrap();
    session.exp_string("1 row").unwrap();
    session.exp_string(PROMPT).unwrap();

    session.send_line("create table curated.made as select 1 as only_column;").unwrap();
    session.exp_string("1 row written, version 0").unwrap();
    session.exp_string(PROMPT).unwrap();
    session.send_line("\\dt").unwrap();
    session.exp_regex("curated .* made ").unwrap();
    session.exp_string(PROMPT).unwrap();
    session.send_line("\\d made").unwrap();
    session.exp_string("only_column").unwrap();
    session.exp_string(PROMPT).unwrap();
    // Tab completes a column of the statement's table.
    session.send("select 'one' || '!' from made where only_c\t = 1;\n").unwrap();
    session.exp_string("one!").unwrap();
    session.exp_string("1 row").unwrap();
    session.exp_string(PROMPT).unwrap();

    session.send_line("\\x").unwrap();
    session.exp_string("one line a value is on").unwrap();
    session.send_line("select 'v' || 'w' as joined;").unwrap();
    session.exp_string("joined | vw").unwrap();
    session.exp_string(PROMPT).unwrap();

    session.send_line("selec 1;").unwrap();
    session.exp_string("error: ").unwrap();
    session.exp_string("^").unwrap();
    session.exp_string(PROMPT).unwrap();

    session.send_line("\\nosuch").unwrap();
    session.exp_string("unknown command").unwrap();
    session.exp_string(PROMPT).unwrap();

    session.send_line("\\q").unwrap();
    leave(session);
}

#[test]
fn ctrl_c_cancels_the_query_and_not_the_shell() {
    let home = tempfile::tempdir().unwrap();
    let mut session = open(home.path());

    // At the prompt it gives the line up.
    session.send("select garbage").unwrap();
    session.send_control('c').unwrap();
    session.exp_string(PROMPT).unwrap();

    session.send_line("select count(*) from generate_series(1,100000000000);").unwrap();
    std::thread::sleep(std::time::Duration::from_secs(1));
    session.send_control('c').unwrap();
    session.exp_string("error: interrupted").unwrap();
    session.exp_string(PROMPT).unwrap();

    session.send_line("select 'still' || ' here' as state;").unwrap();
    session.exp_string("still here").unwrap();
    session.exp_string(PROMPT).unwrap();

    session.send_control('d').unwrap();
    leave(session);
}

#[test]
fn results_go_to_a_file_and_scripts_are_read() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("two.sql"), "select 1 as a;\nselect 2 as b;\n").unwrap();
    let mut session = open(home.path());
    for line in ["\\format csv", "\\o out.csv", "\\i two.sql", "\\o"] {
        session.send_line(line).unwrap();
        session.exp_string(PROMPT).unwrap();
    }
    session.send_line("\\q").unwrap();
    leave(session);
    assert_eq!(std::fs::read_to_string(home.path().join("out.csv")).unwrap(), "a\n1\nb\n2\n");
}

#[test]
fn history_is_private_and_leaves_out_lines_that_begin_with_a_blank() {
    let home = tempfile::tempdir().unwrap();
    let mut session = open(home.path());
    for line in ["select 'kept';", " select 'secret';"] {
        session.send_line(line).unwrap();
        session.exp_string("1 row").unwrap();
        session.exp_string(PROMPT).unwrap();
    }
    session.send_line("\\q").unwrap();
    leave(session);
    let file = home.path().join("trademl-sql/history");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("kept") && !text.contains("secret"), "{text}");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let folder = home.path().join("trademl-sql");
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn lines_typed_ahead_are_not_lost() {
    let home = tempfile::tempdir().unwrap();
    let mut session = open(home.path());
    session.send("select 'a' || 'b' as x;\nselect 'c' || 'd' as y;\n\\q\n").unwrap();
    session.exp_string("ab").unwrap();
    session.exp_string("cd").unwrap();
    leave(session);
}
