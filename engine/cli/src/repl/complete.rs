//! What may stand at the cursor: tables after FROM, columns of the statement's tables, functions
//! with their arguments, settings, keywords and the shell's commands.

use rustyline::completion::Pair;

use super::command::COMMANDS;
use super::words::{KEYWORDS, is_keyword};
use crate::lexer::{Kind, Token, tokens};

/// Names that exist in the session.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Tables and views.
    pub tables: Vec<TableName>,
    /// Name and how a call looks.
    pub functions: Vec<(String, String)>,
    /// Settings.
    pub settings: Vec<String>,
}

/// A table with its columns.
#[derive(Clone, Debug, Default)]
pub struct TableName {
    /// Schema.
    pub schema: String,
    /// Table.
    pub name: String,
    /// Column names and SQL types.
    pub columns: Vec<(String, String)>,
}

/// Candidates for the word that ends at `cursor`, and where that word begins.
pub fn complete(line: &str, cursor: usize, names: &Names) -> (usize, Vec<Pair>) {
    let before = &line[..cursor];
    if line.trim_start().starts_with('\\') {
        return complete_command(before, names);
    }
    let all = tokens(line);
    let done: Vec<Token> = all.iter().copied().filter(|t| t.end <= cursor).collect();
    // Inside a string or comment there is nothing to say.
    let inside = all.iter().any(|t| {
        t.start < cursor
            && (cursor < t.end || !t.closed || t.kind == Kind::Comment)
            && matches!(t.kind, Kind::Text | Kind::Comment)
    });
    if inside {
        return (cursor, Vec::new());
    }
    let (start, prefix) = match done.last() {
        Some(word) if word.kind == Kind::Word => (word.start, word.text(line)),
        _ => (cursor, ""),
    };
    let left: Vec<Token> = done.into_iter().filter(|t| t.is_code() && t.end <= start).collect();
    let statement_start = left.iter().rev().find(|t| t.kind == Kind::End).map_or(0, |t| t.end);
    let statement: Vec<Token> = all
        .iter()
        .copied()
        .filter(|t| t.is_code() && t.start >= statement_start && t.start != start)
        .take_while(|t| t.kind != Kind::End)
        .collect();
    let references = references(line, &statement);

    let mut found = Candidates { prefix, pairs: Vec::new() };
    if let [.., owner, dot] = left.as_slice()
        && dot.text(line) == "."
        && matches!(owner.kind, Kind::Word | Kind::QuotedName)
    {
        found.members(&plain(owner.text(line)), &references, names);
    } else {
        let before = left.iter().rev().find(|t| t.start >= statement_start);
        let word = before.map_or(String::new(), |t| t.text(line).to_ascii_uppercase());
        let clause = clause(line, &left, statement_start);
        let wants_table =
            introduces_table(&word) || (word == "," && clause.is_some_and(|c| c == "FROM"));
        if wants_table {
            found.tables(names);
            found.keywords(&["TABLE", "LATERAL"]);
        } else if word == "SET" || word == "SHOW" {
            found.settings(names);
        } else if before.is_none() {
            found.keywords(KEYWORDS);
        } else {
            found.columns(&references, names);
            if !prefix.is_empty() {
                found.functions(names);
                found.keywords(KEYWORDS);
            }
        }
    }
    (start, found.pairs)
}

fn introduces_table(word: &str) -> bool {
    matches!(
        word,
        "FROM" | "JOIN" | "INTO" | "UPDATE" | "TABLE" | "DESCRIBE" | "VIEW" | "MODEL" | "SURFACE"
    )
}

/// The clause the cursor is in.
fn clause<'a>(line: &'a str, left: &[Token], from: usize) -> Option<&'static str> {
    const CLAUSES: &[&str] =
        &["SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "ON", "SET", "VALUES", "LIMIT"];
    let word = |t: &Token| -> Option<&'static str> {
        let text: &'a str = t.text(line);
        CLAUSES.iter().copied().find(|clause| clause.eq_ignore_ascii_case(text))
    };
    left.iter().rev().take_while(|t| t.start >= from).find_map(word)
}

fn complete_command(before: &str, names: &Names) -> (usize, Vec<Pair>) {
    let start = before.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let mut found = Candidates { prefix: &before[start..], pairs: Vec::new() };
    let mut words = before[..start].split_whitespace();
    match words.next() {
        None => {
            for (name, _, shape, meaning) in COMMANDS {
                found.add(name, &format!("{name} {shape}  {meaning}"), name);
            }
        }
        Some("\\d") => found.tables(names),
        Some("\\h" | "\\df") => {
            for (name, syntax) in &names.functions {
                found.add(name, syntax, name);
            }
        }
        Some("\\format") => {
            for format in <crate::format::Format as clap::ValueEnum>::value_variants() {
                found.add(format.name(), format.name(), format.name());
            }
        }
        Some("\\timing" | "\\x") => {
            found.add("on", "on", "on");
            found.add("off", "off", "off");
        }
        Some(_) => {}
    }
    (start, found.pairs)
}

/// A table named in the statement, and the name its columns are called by.
#[derive(Debug, PartialEq, Eq)]
struct Reference {
    schema: Option<String>,
    table: String,
    alias: Option<String>,
}

/// The tables after FROM, JOIN, INTO, UPDATE and TABLE, with their aliases.
fn references(line: &str, statement: &[Token]) -> Vec<Reference> {
    let mut found = Vec::new();
    let is_name = |at: usize| {
        statement.get(at).is_some_and(|t| match t.kind {
            Kind::Word => !is_keyword(t.text(line)),
            Kind::QuotedName => true,
            _ => false,
        })
    };
    let text = |at: usize| statement.get(at).map_or("", |t| t.text(line));
    for at in 0..statement.len() {
        if !introduces_table(&text(at).to_ascii_uppercase()) {
            continue;
        }
        let mut next = at + 1;
        while is_name(next) {
            let mut path = vec![plain(text(next))];
            next += 1;
            while text(next) == "." && is_name(next + 1) {
                path.push(plain(text(next + 1)));
                next += 2;
            }
            if text(next).eq_ignore_ascii_case("as") {
                next += 1;
            }
            let alias = is_name(next).then(|| plain(text(next)));
            next += usize::from(alias.is_some());
            let table = path.pop().unwrap_or_default();
            found.push(Reference { schema: path.pop(), table, alias });
            if text(next) != "," {
                break;
            }
            next += 1;
        }
    }
    found
}

/// A name as the engine sees it: unquoted names are lower case.
fn plain(text: &str) -> String {
    match text.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"').unwrap_or(quoted).replace("\"\"", "\""),
        None => text.to_lowercase(),
    }
}

/// A name as it must be written.
fn written(name: &str) -> String {
    let simple = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !is_keyword(name);
    if simple { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

struct Candidates<'a> {
    prefix: &'a str,
    pairs: Vec<Pair>,
}

impl Candidates<'_> {
    fn add(&mut self, name: &str, display: &str, replacement: &str) {
        let fits =
            name.get(..self.prefix.len()).is_some_and(|p| p.eq_ignore_ascii_case(self.prefix));
        if fits && !self.pairs.iter().any(|pair| pair.replacement == replacement) {
            self.pairs.push(Pair { display: display.into(), replacement: replacement.into() });
        }
    }

    fn tables(&mut self, names: &Names) {
        for table in &names.tables {
            self.add(
                &table.name,
                &format!("{}.{}", table.schema, table.name),
                &written(&table.name),
            );
            let full = format!("{}.{}", written(&table.schema), written(&table.name));
            if self.prefix.is_empty() || self.prefix.contains('.') {
                continue;
            }
            self.add(&table.schema, &full, &full);
        }
    }

    fn columns(&mut self, references: &[Reference], names: &Names) {
        for reference in references {
            for table in tables_of(reference, names) {
                for (column, data_type) in &table.columns {
                    self.add(column, &format!("{column} {data_type}"), &written(column));
                }
            }
            if let Some(alias) = &reference.alias {
                self.add(alias, alias, &written(alias));
            }
        }
    }

    fn members(&mut self, owner: &str, references: &[Reference], names: &Names) {
        for reference in references {
            let called = reference.alias.as_ref().unwrap_or(&reference.table);
            if called == owner {
                self.columns(std::slice::from_ref(&without_alias(reference)), names);
            }
        }
        for table in names.tables.iter().filter(|table| table.schema == owner) {
            self.add(&table.name, &table.name, &written(&table.name));
        }
    }

    fn functions(&mut self, names: &Names) {
        for (name, syntax) in &names.functions {
            self.add(name, syntax, &format!("{name}("));
        }
    }

    fn settings(&mut self, names: &Names) {
        for setting in &names.settings {
            self.add(setting, setting, setting);
        }
    }

    fn keywords(&mut self, words: &[&str]) {
        // Follow the writer's case; lower case where nothing is typed yet.
        let upper = self.prefix.starts_with(|c: char| c.is_ascii_uppercase());
        for word in words {
            let word = if upper { (*word).to_owned() } else { word.to_ascii_lowercase() };
            self.add(&word, &word, &word);
        }
    }
}

fn without_alias(reference: &Reference) -> Reference {
    Reference { schema: reference.schema.clone(), table: reference.table.clone(), alias: None }
}

fn tables_of<'n>(
    reference: &'n Reference,
    names: &'n Names,
) -> impl Iterator<Item = &'n TableName> {
    names.tables.iter().filter(|table| {
        table.name == reference.table
            && reference.schema.as_ref().is_none_or(|schema| *schema == table.schema)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let table = |schema: &str, name: &str, columns: &[&str]| TableName {
            schema: schema.into(),
            name: name.into(),
            columns: columns.iter().map(|c| ((*c).to_owned(), "double".to_owned())).collect(),
        };
        Names {
            tables: vec![
                table("curated", "bars", &["symbol", "close", "Odd One"]),
                table("reference", "listings", &["symbol", "sector"]),
            ],
            functions: vec![("rsi".into(), "rsi(x, n => 14)".into())],
            settings: vec!["trademl.as_of".into()],
        }
    }

    /// Candidates at the `|` in the line.
    fn at(line: &str) -> Vec<String> {
        let cursor = line.find('|').unwrap();
        let (_, pairs) = complete(&line.replace('|', ""), cursor, &names());
        pairs.into_iter().map(|pair| pair.replacement).collect()
    }

    #[test]
    fn tables_follow_from_and_join() {
        assert_eq!(at("select * from ba|"), vec!["bars"]);
        assert_eq!(at("select * from bars join li|"), vec!["listings"]);
        assert_eq!(at("select * from bars, li|"), vec!["listings"]);
        assert_eq!(at("select * from curated.|"), vec!["bars"]);
        assert_eq!(at("select * from cur|"), vec!["curated.bars", "current"][..1].to_vec());
    }

    #[test]
    fn columns_are_those_of_the_statement() {
        assert_eq!(at("select clo| from bars"), vec!["close"]);
        assert_eq!(at("select b.| from curated.bars b"), vec!["symbol", "close", "\"Odd One\""]);
        assert_eq!(at("select 1 from bars; select sect| from listings"), vec!["sector"]);
        assert_eq!(at("select sect| from bars"), Vec::<String>::new());
        assert_eq!(at("select * from bars where sym|"), vec!["symbol"]);
    }

    #[test]
    fn functions_show_their_arguments() {
        let (start, pairs) = complete("select rs", 9, &names());
        assert_eq!(start, 7);
        assert_eq!(pairs[0].display, "rsi(x, n => 14)");
        assert_eq!(pairs[0].replacement, "rsi(");
    }

    #[test]
    fn keywords_follow_the_case() {
        assert_eq!(at("sel|"), vec!["select"]);
        assert_eq!(at("SEL|"), vec!["SELECT"]);
        assert_eq!(at("select 1; sel|"), vec!["select"]);
    }

    #[test]
    fn settings_and_commands() {
        assert_eq!(at("set tra|"), vec!["trademl.as_of"]);
        assert_eq!(at("\\ti|"), vec!["\\timing"]);
        assert_eq!(at("\\d ba|"), vec!["bars"]);
        assert_eq!(at("\\h r|"), vec!["rsi"]);
        assert_eq!(at("\\format nd|"), vec!["ndjson"]);
    }

    #[test]
    fn nothing_inside_strings_and_comments() {
        assert!(at("select 'sel|'").is_empty());
        assert!(at("select 'sel|").is_empty());
        assert!(at("select 1 -- sel|").is_empty());
        assert!(at("select 'é' /* sel|").is_empty());
    }
}
