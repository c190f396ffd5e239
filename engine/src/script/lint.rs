//! What a pipeline's scripts leave out or say in vain.

use std::path::Path;

use super::header::Kind;
use super::load::{Item, Script, load};
use super::steps::steps;
use crate::checks::BUILT_IN_AUDITS;
use crate::error::Result;
use crate::statement::Kind as Sql;

/// Something to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintFinding {
    /// The script.
    pub script: String,
    /// The line, from one.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Looks at a script and all it includes. What keeps a pipeline from running is an error.
pub fn lint(path: &Path) -> Result<Vec<LintFinding>> {
    let script = load(path)?;
    let _ = steps(&script)?;
    let all = script.all();
    let audits: Vec<&str> = all.iter().flat_map(|script| audit_names(script)).collect();
    let declared: Vec<&str> = all
        .iter()
        .flat_map(|script| script.header.parameters.iter().map(|p| p.name.as_str()))
        .collect();
    let mut findings = vec![];
    for script in &all {
        let text = std::fs::read_to_string(&script.path).unwrap_or_default();
        let line_of = |key: &str| {
            let line = text.lines().position(|line| line.starts_with(&format!("-- {key}:")));
            line.map_or(1, |i| i + 1)
        };
        let mut find = |line: usize, message: String| {
            let script = script.path.display().to_string();
            findings.push(LintFinding { script, line, message });
        };
        let header = &script.header;
        let has = |key: &str| text.lines().any(|line| line.starts_with(&format!("-- {key}:")));
        if header.sentence.is_empty() {
            find(1, "says nothing: open with one sentence on what it is".to_owned());
        }
        let wanted: &[&str] = match header.kind {
            Kind::PitTable | Kind::Table => &["grain", "inputs", "lookahead", "owner", "source"],
            Kind::View => &["inputs", "lookahead", "owner"],
            Kind::Pipeline | Kind::Script => &["owner"],
        };
        for key in wanted.iter().filter(|key| !has(key)) {
            find(1, format!("has no '{key}': add -- {key}: …"));
        }
        if header.kind.is_relation() {
            let path = script.path.with_extension("");
            let parts: Vec<_> = path.iter().rev().take(2).map(|p| p.to_string_lossy()).collect();
            let named = parts.iter().rev().cloned().collect::<Vec<_>>().join(".");
            if parts.len() == 2 && named != header.name {
                let name = &header.name;
                find(line_of("name"), format!("is called {name} but lies where {named} would"));
            }
        }
        for parameter in &header.parameters {
            // A pipeline declares parameters for the scripts that it includes.
            let used =
                script.all().iter().any(|s| mentions(&s.words, &format!("${}", parameter.name)));
            if !used {
                find(line_of("params"), format!("parameter '{}' is not used", parameter.name));
            }
        }
        for word in script.words.split_whitespace().filter_map(|word| word.strip_prefix('$')) {
            let range = header.unit.is_some() && matches!(word, "start" | "end");
            if !word.is_empty() && !range && !declared.contains(&word) {
                find(1, format!("${word} is declared nowhere: add it to -- params:"));
            }
        }
        for input in header.inputs.iter().flatten() {
            let file = input.contains('/');
            if file && !input.contains('*') && !Path::new(input).exists() {
                find(line_of("inputs"), format!("input '{input}' is not there"));
            }
            let name = input.rsplit('.').next().unwrap_or(input);
            let words = script.all().iter().map(|s| s.words.as_str()).collect::<Vec<_>>().join(" ");
            if !words.contains(if file { input } else { name }) {
                find(line_of("inputs"), format!("input '{input}' is not read"));
            }
        }
        for audit in header.audits.iter().filter(|audit| !audit.contains('(')) {
            if !audits.contains(&audit.as_str()) {
                let known = BUILT_IN_AUDITS.map(|audit| audit.name).join(", ");
                find(
                    line_of("audits"),
                    format!(
                        "no AUDIT (name => '{audit}') in the pipeline, nor is it built in: {known}"
                    ),
                );
            }
        }
    }
    Ok(findings)
}

fn audit_names(script: &Script) -> impl Iterator<Item = &str> {
    script.items.iter().filter_map(|item| match item {
        Item::Statement(statement) => match &statement.kind {
            Sql::Audit(audit) => Some(audit.name.as_str()),
            _ => None,
        },
        Item::Script(_) => None,
    })
}

fn mentions(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|found| found == word)
}
