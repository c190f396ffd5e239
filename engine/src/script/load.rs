//! A script and all it includes, read and checked before anything runs.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::header::Header;
use crate::error::{Error, Result};
use crate::parser;
use crate::statement::Statement;

/// A script, with its includes in place.
#[derive(Debug, Clone)]
pub struct Script {
    /// The path as given, or relative to the including script's folder.
    pub path: PathBuf,
    /// Its header.
    pub header: Header,
    /// Digest of its text.
    pub hash: String,
    /// Its statements without what does not change them: comments, layout, the case of words.
    pub words: String,
    /// What runs, in order.
    pub items: Vec<Item>,
    /// The built-in audits that its header asks for, as statements.
    pub audits: Vec<Statement>,
}

/// A statement of a script, or a script in its place.
#[derive(Debug, Clone)]
pub enum Item {
    /// A statement.
    Statement(Box<Statement>),
    /// An included script.
    Script(Box<Script>),
}

impl Script {
    /// This script and those it includes, in the order they begin.
    pub fn all(&self) -> Vec<&Self> {
        let mut all = vec![self];
        for item in &self.items {
            if let Item::Script(script) = item {
                all.extend(script.all());
            }
        }
        all
    }
}

/// Reads a script and its includes.
///
/// # Errors
///
/// With file and line: a missing script, a cycle, a header or syntax error, a relation script that
/// is not one SELECT.
pub fn load(path: &Path) -> Result<Script> {
    load_below(path, &mut vec![])
}

fn load_below(path: &Path, open: &mut Vec<PathBuf>) -> Result<Script> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error::usage(format!("cannot read script '{shown}': {e}")))?;
    let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    if open.contains(&real) {
        return Err(Error::usage(format!("script '{shown}' includes itself")));
    }
    open.push(real);
    let header = Header::parse(&text).map_err(|e| e.in_file(&shown))?;
    let statements = parser::parse(&text).map_err(|e| e.in_file(&shown))?;
    if header.kind.is_relation() && (statements.len() != 1 || !statements[0].is_query()) {
        let place = statements.get(1).or(statements.first()).and_then(Statement::place);
        return Err(Error::usage(format!(
            "a script of a relation ('{}') holds exactly one SELECT; use kind: script for \
             statements",
            header.name
        ))
        .at(place)
        .in_file(&shown));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut items = vec![];
    for statement in statements {
        let Some(included) = statement.included() else {
            items.push(Item::Statement(Box::new(statement)));
            continue;
        };
        let target = folder.join(included);
        if !target.is_file() {
            return Err(Error::usage(format!(
                "no script '{}'; INCLUDE paths start at the including script's folder",
                target.display()
            ))
            .at(statement.place())
            .in_file(&shown));
        }
        let script = load_below(&target, open).map_err(|e| match e.place {
            Some(_) => e,
            None => e.at(statement.place()).in_file(&shown),
        })?;
        items.push(Item::Script(Box::new(script)));
    }
    open.pop();
    let hash = Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let mut audits = vec![];
    for audit in header.audits.iter().filter(|audit| audit.contains('(')) {
        let statement = format!("AUDIT {audit} ON {}", header.name);
        let line = text.lines().position(|line| line.contains("audits:")).map_or(1, |i| i + 1);
        let place = || crate::error::Place::of(&text, line, 4);
        for mut statement in
            parser::parse(&statement).map_err(|e| Error { place: place(), ..e }.in_file(&shown))?
        {
            (statement.line, statement.source) = (line, text.as_str().into());
            audits.push(statement);
        }
    }
    let words = parser::words(&text)?;
    Ok(Script { path: path.to_path_buf(), header, hash, words, items, audits })
}
