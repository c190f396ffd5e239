//! The prompt's own commands: psql's backslash names, and sqlite's dot names for the same.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;

use crate::format::Format;
use crate::parameter::Parameter;
use crate::quantity;

/// A command for the shell.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// `\?`
    Help,
    /// `\h [function]`
    Contract(Option<String>),
    /// `\d table`
    Describe(String),
    /// `\dt [pattern]`, `\d`
    Tables(Option<String>),
    /// `\df [pattern]`
    Functions(Option<String>),
    /// `\ds [pattern]`
    Settings(Option<String>),
    /// `\timing [on|off]`
    Timing(Option<bool>),
    /// `\x [on|off]`
    Vertical(Option<bool>),
    /// `\format [name]`
    Format(Option<Format>),
    /// `\o [file]`
    Output(Option<PathBuf>),
    /// `\i file`
    Include(PathBuf),
    /// `\set name=value`
    Set(Parameter),
    /// `\watch [seconds]`
    Watch(Duration),
    /// `\q`
    Quit,
}

/// Name, other spellings, arguments, meaning; the order is that of `\?`.
pub const COMMANDS: &[(&str, &[&str], &str, &str)] = &[
    ("\\?", &["\\help", ".help", "help"], "", "this list"),
    (
        "\\h",
        &[],
        "[FUNCTION]",
        "a function's contract: arguments, units, nulls, look-ahead, example",
    ),
    ("\\d", &[".schema"], "[TABLE]", "columns of a table, or all tables"),
    ("\\dt", &[".tables"], "[PATTERN]", "tables; * and ? are wildcards"),
    ("\\df", &[".functions"], "[PATTERN]", "functions"),
    ("\\ds", &[".settings"], "[PATTERN]", "settings of the session"),
    ("\\timing", &[".timer"], "[on|off]", "print the time after each statement"),
    ("\\x", &[], "[on|off]", "one line a value"),
    ("\\format", &[".mode"], "[NAME]", "output format"),
    ("\\o", &["\\out", ".output"], "[FILE]", "send results to a file; without FILE back here"),
    ("\\i", &["\\include", ".read"], "FILE", "run the statements of a file"),
    ("\\set", &[], "NAME=VALUE", "bind $NAME, as --param does"),
    ("\\watch", &[], "[TIME]", "run the last statements again every 2 s until Ctrl-C"),
    ("\\q", &["\\quit", ".quit", ".exit", "exit", "quit"], "", "leave, as Ctrl-D does"),
];

impl FromStr for Command {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let line = line.trim().trim_end_matches(';').trim_end();
        let (word, argument) = match line.split_once(char::is_whitespace) {
            Some((word, rest)) => (word, unquoted(rest.trim())),
            None => (line, ""),
        };
        let lower = word.to_ascii_lowercase();
        let Some((name, _, shape, _)) = COMMANDS
            .iter()
            .find(|(name, others, ..)| *name == lower || others.contains(&lower.as_str()))
        else {
            return Err(format!("{word}: unknown command; \\? lists them"));
        };
        let text = || (!argument.is_empty()).then(|| argument.to_owned());
        let needed =
            || text().ok_or_else(|| format!("{word}: needs an argument, expected {word} {shape}"));
        if shape.is_empty() && !argument.is_empty() {
            return Err(format!("{word}: takes no argument, was '{argument}'"));
        }
        Ok(match *name {
            "\\?" => Self::Help,
            "\\h" => Self::Contract(text()),
            "\\d" => text().map_or(Self::Tables(None), Self::Describe),
            "\\dt" => Self::Tables(text()),
            "\\df" => Self::Functions(text()),
            "\\ds" => Self::Settings(text()),
            "\\timing" => Self::Timing(switch(word, argument)?),
            "\\x" => Self::Vertical(switch(word, argument)?),
            "\\format" => Self::Format(match text() {
                None => None,
                Some(name) => Some(Format::from_str(&name, true).map_err(|_| {
                    let known: Vec<_> = Format::value_variants().iter().map(|f| f.name()).collect();
                    format!("{word}: unknown format '{name}', expected one of {}", known.join(", "))
                })?),
            }),
            "\\o" => Self::Output(text().map(PathBuf::from)),
            "\\i" => Self::Include(needed()?.into()),
            "\\set" => Self::Set(needed()?.parse()?),
            "\\watch" => {
                let every = text().map_or(Ok(Duration::from_secs(2)), |t| quantity::duration(&t));
                Self::Watch(every.map_err(|e| format!("{word}: {e}"))?)
            }
            _ => Self::Quit,
        })
    }
}

fn switch(word: &str, argument: &str) -> Result<Option<bool>, String> {
    match argument.to_ascii_lowercase().as_str() {
        "" => Ok(None),
        "on" | "true" | "1" => Ok(Some(true)),
        "off" | "false" | "0" => Ok(Some(false)),
        _ => Err(format!("{word}: was '{argument}', expected on, off or nothing to toggle")),
    }
}

fn unquoted(text: &str) -> &str {
    ['\'', '"']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(text)
}

/// The text of `\?`.
pub fn help() -> String {
    let mut text = String::new();
    for (name, others, shape, meaning) in COMMANDS {
        let call = format!("{name} {shape}");
        let also =
            if others.is_empty() { String::new() } else { format!(" (also {})", others.join(" ")) };
        let _ = writeln!(text, "  {call:<18} {meaning}{also}");
    }
    text.push_str(
        "Statements end with ';' and may span lines. Tab completes, Ctrl-R searches the history,\n\
         Ctrl-C cancels a running statement, a line that begins with a blank is not remembered.\n",
    );
    text
}

/// Whether a name passes a pattern with `*` and `?`; without wildcards, whether it contains it.
pub fn matches(name: &str, pattern: Option<&str>) -> bool {
    let Some(pattern) = pattern else { return true };
    let (name, pattern) = (name.to_lowercase(), pattern.to_lowercase());
    if !pattern.contains(['*', '?']) {
        return name.contains(&pattern);
    }
    let name: Vec<char> = name.chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    // The last `*` seen takes one more character whenever the rest does not fit.
    let (mut n, mut p, mut star) = (0, 0, None);
    while n < name.len() {
        if p < pattern.len() && (pattern[p] == '?' || pattern[p] == name[n]) && pattern[p] != '*' {
            n += 1;
            p += 1;
        } else if p < pattern.len() && pattern[p] == '*' {
            star = Some((p, n));
            p += 1;
        } else if let Some((at, taken)) = star {
            p = at + 1;
            n = taken + 1;
            star = Some((at, taken + 1));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, String> {
        line.parse()
    }

    #[test]
    fn both_spellings() {
        assert_eq!(parse("\\dt"), Ok(Command::Tables(None)));
        assert_eq!(parse(".tables raw.*"), Ok(Command::Tables(Some("raw.*".into()))));
        assert_eq!(parse("\\d curated.bars;"), Ok(Command::Describe("curated.bars".into())));
        assert_eq!(parse("\\d"), Ok(Command::Tables(None)));
        assert_eq!(parse("exit;"), Ok(Command::Quit));
        assert_eq!(parse("\\i 'my file.sql'"), Ok(Command::Include("my file.sql".into())));
        assert_eq!(parse("\\o"), Ok(Command::Output(None)));
        assert_eq!(parse("\\x on"), Ok(Command::Vertical(Some(true))));
        assert_eq!(parse(".mode csv"), Ok(Command::Format(Some(Format::Csv))));
        assert_eq!(parse("\\watch 500ms"), Ok(Command::Watch(Duration::from_millis(500))));
        assert!(matches!(parse("\\set n=2"), Ok(Command::Set(_))));
    }

    #[test]
    fn mistakes_say_what_is_expected() {
        assert_eq!(parse("\\nope").unwrap_err(), "\\nope: unknown command; \\? lists them");
        assert_eq!(parse("\\i").unwrap_err(), "\\i: needs an argument, expected \\i FILE");
        assert_eq!(parse("\\q now").unwrap_err(), "\\q: takes no argument, was 'now'");
        assert_eq!(
            parse("\\x maybe").unwrap_err(),
            "\\x: was 'maybe', expected on, off or nothing to toggle"
        );
        assert!(parse("\\format xml").unwrap_err().contains("table, csv"));
    }

    #[test]
    fn patterns() {
        for (name, pattern, expected) in [
            ("rolling_volatility", "vol", true),
            ("rolling_volatility", "r*y", true),
            ("rolling_volatility", "vol*", false),
            ("RSI", "rs?", true),
            ("rsi", "r?", false),
            ("a.b.c", "*.c", true),
            ("", "*", true),
        ] {
            assert_eq!(matches(name, Some(pattern)), expected, "{name} {pattern}");
        }
        assert!(matches("any", None));
    }

    #[test]
    fn every_command_is_in_the_help() {
        let help = help();
        for (name, ..) in COMMANDS {
            assert!(help.contains(&format!("  {name} ")), "{name}");
        }
    }
}
