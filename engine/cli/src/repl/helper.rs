//! Connects the line editor to completion, colours, hints and the judgement of what is complete.

use std::borrow::Cow;
use std::cell::{Ref, RefCell};
use std::time::Duration;

use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};
use tokio::runtime::Handle;
use trademl_engine::Session;

use super::complete::{Names, TableName, complete};
use super::highlight::{dim, highlight};
use crate::format::sql_type;
use crate::lexer::is_complete;

/// Longest wait for the lake's table list when Tab is pressed.
const LISTING: Duration = Duration::from_secs(2);

/// The editor's helper.
pub struct PromptHelper {
    runtime: Handle,
    session: Session,
    names: RefCell<Option<Names>>,
    functions: Vec<String>,
    files: FilenameCompleter,
    hints: HistoryHinter,
}

impl PromptHelper {
    /// Looks at the lake only when names are first needed.
    pub fn new(runtime: Handle, session: Session) -> Self {
        let mut functions: Vec<String> =
            session.functions().into_iter().map(|function| function.name).collect();
        functions.sort_unstable();
        Self {
            runtime,
            session,
            names: RefCell::new(None),
            functions,
            files: FilenameCompleter::new(),
            hints: HistoryHinter::new(),
        }
    }

    /// Forgets the tables, after a statement that may have changed them.
    pub fn forget(&self) {
        self.names.replace(None);
    }

    fn names(&self) -> Ref<'_, Names> {
        if self.names.borrow().is_none() {
            self.names.replace(Some(self.load()));
        }
        Ref::map(self.names.borrow(), |names| names.as_ref().unwrap_or(&NO_NAMES))
    }

    fn load(&self) -> Names {
        // A lake that cannot be listed leaves functions and keywords to complete.
        let tables = match self.runtime.block_on(async {
            // The timer has to be made inside the runtime.
            tokio::time::timeout(LISTING, self.session.tables()).await
        }) {
            Ok(Ok(tables)) => tables,
            Ok(Err(_)) | Err(_) => Vec::new(),
        };
        let tables = tables
            .into_iter()
            .map(|table| TableName {
                schema: table.schema,
                name: table.name,
                columns: table
                    .columns
                    .fields()
                    .iter()
                    .map(|f| (f.name().clone(), sql_type(f.data_type())))
                    .collect(),
            })
            .collect();
        Names {
            tables,
            functions: self.session.functions().into_iter().map(|f| (f.name, f.syntax)).collect(),
            settings: self.session.shown_settings().into_iter().map(|(name, _)| name).collect(),
        }
    }
}

static NO_NAMES: Names = Names { tables: Vec::new(), functions: Vec::new(), settings: Vec::new() };

impl Helper for PromptHelper {}

impl Validator for PromptHelper {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if is_complete(context.input()) {
            ValidationResult::Valid(None)
        } else {
            ValidationResult::Incomplete
        })
    }
}

impl Completer for PromptHelper {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let mut words = line.split_whitespace();
        let takes_file = matches!(words.next(), Some("\\i" | "\\o"));
        if takes_file && line[..cursor].contains(char::is_whitespace) {
            return self.files.complete(line, cursor, context);
        }
        Ok(complete(line, cursor, &self.names()))
    }
}

impl Hinter for PromptHelper {
    type Hint = String;

    fn hint(&self, line: &str, cursor: usize, context: &Context<'_>) -> Option<String> {
        self.hints.hint(line, cursor, context)
    }
}

impl Highlighter for PromptHelper {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        let is_function =
            |name: &str| self.functions.binary_search_by(|f| f.as_str().cmp(name)).is_ok();
        Cow::Owned(highlight(line, is_function))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(dim(hint))
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        kind != CmdKind::MoveCursor
    }
}
