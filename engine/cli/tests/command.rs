//! The binary without a prompt: results, messages, exit codes, signals.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const ENDLESS: &str = "select count(*) from generate_series(1, 100000000000)";

/// The binary on a fresh lake, apart from the user's configuration.
fn trademl(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trademl-sql"));
    command.args(arguments).current_dir(home).stdin(Stdio::null());
    command.env("XDG_CONFIG_HOME", home).env("XDG_DATA_HOME", home);
    for variable in ["TRADEML_LAKE", "TRADEML_CONFIG", "TRADEML_LOG"] {
        command.env_remove(variable);
    }
    command
}

fn run(arguments: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    trademl(home.path(), arguments).output().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

#[test]
fn results_go_to_stdout_and_nothing_else() {
    let output = run(&["-c", "select 1 as a, 'x' as b", "--format", "csv"]);
    assert_eq!((stdout(&output), stderr(&output)), ("a,b\n1,x\n", ""));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_pipe_gets_no_escape_sequences() {
    let output = run(&["-c", "select null as n, 1.5 as x"]);
    assert!(!stdout(&output).contains('\u{1b}'), "{output:?}");
    assert!(stdout(&output).ends_with("1 row\n"), "{output:?}");
}

#[test]
fn a_syntax_error_stops_before_anything_runs() {
    let output = run(&["-c", "select 1; selec 2"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), "");
    assert!(stderr(&output).contains('^'), "{}", stderr(&output));
}

#[test]
fn statements_run_in_order_and_stop_at_the_first_error() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a.sql"), "select 2 as x;").unwrap();
    let line = ["-c", "select 1 as x", "-f", "a.sql", "-c", "select nosuch", "-c", "select 3 as x"];
    let output =
        trademl(home.path(), &[&line[..], &["--format", "tsv"]].concat()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), "x\n1\nx\n2\n");
}

#[test]
fn an_error_in_a_file_names_file_and_line() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("bad.sql"), "select 1;\nselect ) 2;\n").unwrap();
    let output = trademl(home.path(), &["-f", "bad.sql"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("bad.sql:2:8"), "{}", stderr(&output));
}

#[test]
fn standard_input_is_run() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [&["--format", "ndjson"][..], &["--format", "ndjson", "-f", "-"]] {
        let mut child = trademl(home.path(), arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(b"select ';' as a; select 2 as b").unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(stdout(&output), "{\"a\":\";\"}\n{\"b\":2}\n");
    }
}

#[test]
fn parameters_are_bound_with_their_types() {
    let output = run(&[
        "-c",
        "select $n + 1 as n, $s || '!' as s, $d - interval '1 day' as d",
        "-p",
        "n=41",
        "-p",
        "s=it's; --",
        "-p",
        "d=2022-03-01",
        "--format",
        "csv",
    ]);
    assert_eq!(stdout(&output), "n,s,d\n42,it's; --!,2022-02-28\n", "{}", stderr(&output));
}

#[test]
fn writing_says_nothing_on_stdout() {
    let output =
        run(&["-c", "create table t as select 1 as x; select x from t", "--format", "csv"]);
    assert_eq!((stdout(&output), stderr(&output)), ("x\n1\n", ""));
}

#[test]
fn a_parameter_without_value_is_named() {
    let output = run(&["-c", "select $n + 1"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("$n"), "{}", stderr(&output));
}

#[test]
fn usage_errors_are_2() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("c.toml"), "colour = \"never\"\n").unwrap();
    for (arguments, words) in [
        (&["-f", "missing.sql"][..], "missing.sql"),
        (&["--config", "c.toml", "-c", "select 1"], "colour"),
        (&["--config", "none.toml", "-c", "select 1"], "none.toml"),
        (&["--as-of", "2999-01-01", "-c", "select 1"], "future"),
        (&["--as-of", "soon", "-c", "select 1"], "soon"),
        (&["-c", "select 1", "-c", "select 2", "--output", "x.parquet"], "holds one result"),
        (&["--nosuch"], "--nosuch"),
    ] {
        let output = trademl(home.path(), arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {output:?}");
        assert!(stderr(&output).contains(words), "{arguments:?} {}", stderr(&output));
    }
    assert!(!home.path().join("x.parquet").exists());
}

#[test]
fn the_extension_of_the_output_decides_its_format() {
    let home = tempfile::tempdir().unwrap();
    let arguments = ["-c", "select 7 as x", "-o", "x.ndjson"];
    let output = trademl(home.path(), &arguments).output().unwrap();
    assert_eq!((stdout(&output), stderr(&output)), ("", ""));
    assert_eq!(std::fs::read_to_string(home.path().join("x.ndjson")).unwrap(), "{\"x\":7}\n");
}

#[test]
fn a_failed_query_leaves_no_output_file() {
    let home = tempfile::tempdir().unwrap();
    let sql = "select cast(value as varchar) || 'x' as x, 1 / (value - 50000) from generate_series(1, 100000)";
    let arguments = ["-c", sql, "-o", "x.csv"];
    let output = trademl(home.path(), &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let left: Vec<_> =
        std::fs::read_dir(home.path()).unwrap().flatten().map(|e| e.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("x.csv")), "{left:?}");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let home = tempfile::tempdir().unwrap();
    let sql = "select value from generate_series(1, 1000000000)";
    let mut child = trademl(home.path(), &["-c", sql, "--format", "csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "value\n");
    let output = child.wait_with_output().unwrap();
    assert_eq!((stderr(&output), output.status.code()), ("", Some(141)));
}

#[test]
fn a_timeout_is_7() {
    let started = Instant::now();
    let output = run(&["-c", ENDLESS, "--timeout", "300ms"]);
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    assert!(stderr(&output).contains("cancelled after 0.3 s"));
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn signals_cancel() {
    let home = tempfile::tempdir().unwrap();
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let sql = format!("select 1 as started; {ENDLESS}");
        let mut child = trademl(home.path(), &["-c", &sql, "--format", "csv"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The first result is there, so the second statement is about to run.
        let mut line = String::new();
        let mut results = BufReader::new(child.stdout.take().unwrap());
        results.read_line(&mut line).unwrap();
        std::thread::sleep(Duration::from_millis(200));
        kill(&child, signal);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        assert!(stderr(&output).contains("was cancelled"), "{output:?}");
    }
}

fn kill(child: &Child, signal: &str) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
}

#[test]
fn help_lists_what_works() {
    let output = run(&["--help"]);
    for word in ["serve", "completions", "--as-of", "--param", "--lake", "Exit codes"] {
        assert!(stdout(&output).contains(word), "{word}");
    }
    let script = run(&["completions", "bash"]);
    assert!(stdout(&script).contains("trademl-sql"));
}
