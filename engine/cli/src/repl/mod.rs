//! The prompt: statements until `;`, backslash commands, history, Ctrl-C that ends the query only.

mod command;
mod complete;
mod describe;
mod helper;
mod highlight;
mod words;

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use arrow::record_batch::RecordBatch;
use rustyline::config::Config as EditorConfig;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{ColorMode, CompletionType, Editor};
use tokio::runtime::Runtime;

use self::command::Command;
use self::helper::PromptHelper;
use crate::execute::{Done, Shell};
use crate::failure::Failure;
use crate::format::Format;
use crate::lexer::{has_statement, is_command};
use crate::output::Output;
use crate::progress::short;

const PROMPT: &str = "trademl> ";
const PROMPT_COLORED: &str = "\x1b[1;32mtrademl>\x1b[0m ";

/// What the prompt is set up with.
pub struct Setup {
    /// History file; `None` keeps none.
    pub history: Option<PathBuf>,
    /// Entries kept.
    pub history_size: usize,
    /// Print the time after each statement.
    pub timing: bool,
    /// Escape sequences in the line and in messages.
    pub color: bool,
}

/// Reads and runs until the user leaves.
pub fn run(runtime: &Runtime, shell: Shell, setup: Setup) -> Result<(), Failure> {
    let fail = |e: ReadlineError| Failure::new(4, format!("prompt: {e}"));
    let config = EditorConfig::builder()
        .history_ignore_space(true)
        .max_history_size(setup.history_size)
        .map_err(fail)?
        .completion_type(CompletionType::List)
        .color_mode(if setup.color { ColorMode::Enabled } else { ColorMode::Disabled })
        .build();
    let mut editor = Editor::with_config(config).map_err(fail)?;
    editor.set_helper(Some(PromptHelper::new(runtime.handle().clone(), shell.session.clone())));
    let mut prompt = Prompt {
        runtime,
        format: shell.look.format,
        shell,
        out: Output::stdout(),
        history: setup.history,
        timing: setup.timing,
        color: setup.color,
        last: None,
    };
    say(&format!("trademl-sql {}, \\? for help, \\q to leave", env!("CARGO_PKG_VERSION")));
    prompt.load_history(&mut editor);
    loop {
        match editor.readline(&(PROMPT, PROMPT_COLORED)) {
            Ok(line) => {
                prompt.remember(&mut editor, &line);
                match prompt.accept(&line) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(failure) => prompt.complain(&failure),
                }
                if let Some(helper) = editor.helper() {
                    helper.forget();
                }
            }
            // Ctrl-C gives the line up.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(e) => return Err(fail(e)),
        }
    }
    prompt.out.close()
}

struct Prompt<'r> {
    runtime: &'r Runtime,
    shell: Shell,
    out: Output,
    /// The format that `\x off` returns to.
    format: Format,
    history: Option<PathBuf>,
    timing: bool,
    color: bool,
    /// The last statements, for `\watch`.
    last: Option<String>,
}

type LineEditor = Editor<PromptHelper, FileHistory>;

impl Prompt<'_> {
    /// Runs an entry; false to leave.
    fn accept(&mut self, line: &str) -> Result<bool, Failure> {
        let trimmed = line.trim();
        if is_command(trimmed) {
            let command = trimmed.parse().map_err(Failure::usage)?;
            return self.obey(command);
        }
        if has_statement(line) {
            self.last = Some(line.to_owned());
            self.statements(line, None)?;
        }
        Ok(true)
    }

    fn statements(&mut self, text: &str, file: Option<&str>) -> Result<(), Failure> {
        let timing = self.timing;
        self.shell.signals.forget();
        let report = |done: &Done| report(done, timing);
        self.runtime.block_on(self.shell.run_text(text, file, &mut self.out, report))
    }

    fn obey(&mut self, command: Command) -> Result<bool, Failure> {
        match command {
            Command::Quit => return Ok(false),
            Command::Help => say(command::help().trim_end()),
            Command::Contract(None) => {
                say("\\h FUNCTION prints its contract; \\df lists the functions");
            }
            Command::Contract(Some(name)) => {
                let text = describe::contract(&self.shell.session, &name)?;
                self.print(text.as_bytes())?;
            }
            Command::Describe(table) => {
                let rows = self.wait(describe::columns(&self.shell.session, &table))?;
                self.table(&rows)?;
            }
            Command::Tables(pattern) => {
                let rows = self.wait(describe::tables(&self.shell.session, pattern.as_deref()))?;
                self.table(&rows)?;
            }
            Command::Functions(pattern) => {
                let rows = describe::functions(&self.shell.session, pattern.as_deref())?;
                self.table(&rows)?;
            }
            Command::Settings(pattern) => {
                let rows = describe::settings(&self.shell.session, pattern.as_deref())?;
                self.table(&rows)?;
            }
            Command::Timing(to) => {
                self.timing = to.unwrap_or(!self.timing);
                say(&format!("timing is {}", on_off(self.timing)));
            }
            Command::Vertical(to) => {
                let vertical = to.unwrap_or(self.shell.look.format != Format::Vertical);
                self.shell.look.format = if vertical { Format::Vertical } else { self.format };
                say(&format!("one line a value is {}", on_off(vertical)));
            }
            Command::Format(to) => {
                self.format = to.unwrap_or(self.format);
                self.shell.look.format = self.format;
                say(&format!("format is {}", self.format.name()));
            }
            Command::Output(path) => {
                let next = path.as_deref().map_or_else(|| Ok(Output::stdout()), Output::file)?;
                std::mem::replace(&mut self.out, next).close()?;
            }
            Command::Include(path) => {
                let text = fs::read_to_string(&path)
                    .map_err(|e| Failure::usage(format!("\\i {}: {e}", path.display())))?;
                self.statements(&text, Some(&path.display().to_string()))?;
            }
            Command::Set(parameter) => {
                self.shell.session.set_parameter(&parameter.name, parameter.value);
            }
            Command::Watch(every) => self.watch(every)?,
        }
        Ok(true)
    }

    fn watch(&mut self, every: Duration) -> Result<(), Failure> {
        let Some(text) = self.last.clone() else {
            return Err(Failure::usage("\\watch: no statement has run yet"));
        };
        loop {
            self.statements(&text, None)?;
            let signals = &mut self.shell.signals;
            let stopped = self
                .runtime
                .block_on(async { tokio::time::timeout(every, signals.next()).await.is_ok() });
            if stopped {
                return Ok(());
            }
        }
    }

    /// Waits for the lake, until Ctrl-C.
    fn wait<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        self.runtime.block_on(work)
    }

    fn table(&mut self, rows: &RecordBatch) -> Result<(), Failure> {
        let mut style = self.shell.look.table_style(&self.out);
        style.max_rows = None;
        let written = {
            let mut writer = Format::Table
                .writer(&mut self.out, &rows.schema(), style)
                .map_err(|e| Failure::new(1, e.to_string()))?;
            writer.write(rows).and_then(|()| writer.finish())
        };
        written.map_err(|e| self.out.failure(&e))?;
        self.out.flush_all()
    }

    fn print(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.out.write_all(bytes).map_err(|e| Failure::output("standard output", &e))?;
        self.out.flush_all()
    }

    fn complain(&self, failure: &Failure) {
        say(&error_text(failure, self.color));
    }

    fn load_history(&mut self, editor: &mut LineEditor) {
        let Some(path) = &self.history else { return };
        let loaded = match editor.load_history(path) {
            Err(ReadlineError::Io(e)) if e.kind() == io::ErrorKind::NotFound => create_folder(path),
            Err(e) => Err(io::Error::other(e)),
            Ok(()) => Ok(()),
        };
        if let Err(e) = loaded {
            say(&format!("history {}: {e}; it is not kept", path.display()));
            self.history = None;
        }
    }

    /// Keeps an entry at once, so that a crash loses none. rustyline gives the file mode 0600 and
    /// leaves out entries that begin with a blank.
    fn remember(&mut self, editor: &mut LineEditor, line: &str) {
        let kept = !line.trim().is_empty() && editor.add_history_entry(line).unwrap_or(false);
        let Some(path) = self.history.as_ref().filter(|_| kept) else { return };
        if let Err(e) = editor.append_history(path) {
            say(&format!("history {}: {e}; it is not kept", path.display()));
            self.history = None;
        }
    }
}

fn create_folder(file: &Path) -> io::Result<()> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn report(done: &Done, timing: bool) {
    let mut parts = Vec::new();
    parts.extend(done.message.clone());
    if timing {
        parts.push(format!("{:.3} s", done.elapsed.as_secs_f64()));
        if done.bytes > 0 {
            parts.push(format!("{}B read", short(done.bytes)));
        }
    }
    if !parts.is_empty() {
        say(&parts.join(", "));
    }
}

fn on_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

/// A message on standard error; results alone go to standard output.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// `error: …`, with the word in red.
pub fn error_text(failure: &Failure, color: bool) -> String {
    if color { format!("\x1b[1;31merror:\x1b[0m {failure}") } else { format!("error: {failure}") }
}
