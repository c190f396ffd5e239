//! A forgiving SQL lexer for the prompt: where statements end, what to colour, what to complete.
//!
//! The engine has the last word on what is SQL. This one never fails, because the prompt looks at
//! text while it is being typed; it follows the same token rules (doubled quotes, nested comments,
//! dollar quotes), so that a `;` inside a string or comment never ends a statement.

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Keyword or unquoted name.
    Word,
    /// `"name"`
    QuotedName,
    /// `'text'`, `$$text$$`
    Text,
    /// `1`, `1.5e-3`, `0xff`
    Number,
    /// `$name`, `$1`, `?`
    Parameter,
    /// `-- …`, `/* … */`
    Comment,
    /// Blanks and line ends.
    Blank,
    /// `;`
    End,
    /// Anything else, one character each.
    Symbol,
}

/// A piece of the text, by byte offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// False for a string, quoted name or comment that the text ends in the middle of.
    pub closed: bool,
}

impl Token {
    /// Its text.
    pub fn text(self, source: &str) -> &str {
        &source[self.start..self.end]
    }

    /// Whether it counts for the statement: neither blank nor comment.
    pub fn is_code(self) -> bool {
        !matches!(self.kind, Kind::Blank | Kind::Comment)
    }
}

/// Splits all of `source`; the tokens cover it without gaps.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(first) = source[start..].chars().next() {
        let rest = &source[start..];
        let (kind, len, closed) = one(rest, first);
        tokens.push(Token { kind, start, end: start + len, closed });
        start += len;
    }
    tokens
}

/// Whether Enter should run the text rather than open another line: it is a backslash or dot
/// command, a bare `exit` or `quit`, empty, or ends with `;` outside strings and comments.
pub fn is_complete(source: &str) -> bool {
    let trimmed = source.trim();
    if trimmed.is_empty() || is_command(trimmed) {
        return true;
    }
    let tokens = tokens(source);
    if tokens.iter().any(|token| !token.closed) {
        return false;
    }
    // Text of comments alone is complete: there is nothing to wait for.
    tokens.iter().rev().find(|token| token.is_code()).is_none_or(|last| last.kind == Kind::End)
}

/// Whether the text is for the shell and not for the engine.
pub fn is_command(trimmed: &str) -> bool {
    let word = trimmed.trim_end_matches(';').trim_end();
    trimmed.starts_with('\\')
        || (trimmed.starts_with('.') && trimmed[1..].starts_with(|c: char| c.is_ascii_alphabetic()))
        || ["exit", "quit", "help"].iter().any(|name| word.eq_ignore_ascii_case(name))
}

/// Whether there is anything to run: not only blanks, comments and semicolons.
pub fn has_statement(source: &str) -> bool {
    tokens(source).iter().any(|token| token.is_code() && token.kind != Kind::End)
}

fn one(rest: &str, first: char) -> (Kind, usize, bool) {
    match first {
        c if c.is_whitespace() => (Kind::Blank, run(rest, char::is_whitespace), true),
        '-' if rest.starts_with("--") => {
            (Kind::Comment, rest.find('\n').unwrap_or(rest.len()), true)
        }
        '/' if rest.starts_with("/*") => block_comment(rest),
        '\'' => quoted(rest, '\'', Kind::Text),
        '"' => quoted(rest, '"', Kind::QuotedName),
        '$' => dollar(rest),
        '?' => (Kind::Parameter, 1, true),
        ';' => (Kind::End, 1, true),
        c if c.is_ascii_digit() => (Kind::Number, number(rest), true),
        '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
            (Kind::Number, number(rest), true)
        }
        'e' | 'E' if rest[1..].starts_with('\'') => escaped(rest),
        c if is_word(c) || matches!(c, '#' | '@') => (Kind::Word, run(rest, continues), true),
        c => (Kind::Symbol, c.len_utf8(), true),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A `$`, `#` or `@` inside a name belongs to it, as in the engine's dialect.
fn continues(c: char) -> bool {
    is_word(c) || matches!(c, '$' | '#' | '@')
}

fn run(rest: &str, belongs: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !belongs(c)).unwrap_or(rest.len())
}

fn quoted(rest: &str, quote: char, kind: Kind) -> (Kind, usize, bool) {
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c == quote && characters.next_if(|(_, next)| *next == quote).is_none() {
            return (kind, at + 1, true);
        }
    }
    (kind, rest.len(), false)
}

/// `E'…'`, where a backslash escapes the quote.
fn escaped(rest: &str) -> (Kind, usize, bool) {
    let mut characters = rest.char_indices().skip(2).peekable();
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => {
                characters.next();
            }
            '\'' if characters.next_if(|(_, next)| *next == '\'').is_none() => {
                return (Kind::Text, at + 1, true);
            }
            _ => {}
        }
    }
    (Kind::Text, rest.len(), false)
}

fn block_comment(rest: &str) -> (Kind, usize, bool) {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return (Kind::Comment, at, true);
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    (Kind::Comment, rest.len(), false)
}

/// `$name` is a parameter; `$$…$$` and `$tag$…$tag$` are texts.
fn dollar(rest: &str) -> (Kind, usize, bool) {
    let name = 1 + run(&rest[1..], is_word);
    if !rest[name..].starts_with('$') {
        return (Kind::Parameter, name, true);
    }
    let mark = &rest[..=name];
    match rest[mark.len()..].find(mark) {
        Some(at) => (Kind::Text, mark.len() + at + mark.len(), true),
        None => (Kind::Text, rest.len(), false),
    }
}

fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    if rest.len() > 2 && bytes[0] == b'0' && matches!(bytes[1], b'x' | b'X') {
        return 2 + run(&rest[2..], |c| c.is_ascii_hexdigit());
    }
    let digits = |from: usize| from + run(&rest[from..], |c| c.is_ascii_digit() || c == '_');
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1 + sign);
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(source: &str) -> Vec<(Kind, &str)> {
        tokens(source)
            .into_iter()
            .filter(|t| t.kind != Kind::Blank)
            .map(|t| (t.kind, t.text(source)))
            .collect()
    }

    #[test]
    fn semicolons_in_strings_and_comments_do_not_end() {
        for open in [
            "select ';",
            "select 'it''s;",
            "select \"a;",
            "select 1 -- done;",
            "select /* a; /* b; */ c;",
            "select $$;",
            "select E'\\';",
            "select $q$ ; $$",
            "select 1; select",
        ] {
            assert!(!is_complete(open), "{open}");
        }
        for closed in [
            "select ';';",
            "select E'\\';';",
            "select a$b$c;",
            "select 1; -- note",
            "select $q$ ; $q$;",
            "select 1; /* ; */",
            "",
            "  \n",
            "-- only a comment",
            "\\dt",
            ".tables",
            "exit",
            "QUIT;",
            ";",
        ] {
            assert!(is_complete(closed), "{closed}");
        }
    }

    #[test]
    fn tokens_are_named() {
        use Kind::{Comment, End, Number, Parameter, QuotedName, Symbol, Text, Word};
        assert_eq!(
            kinds("sel_1 \"q\"\"x\" 'a''b' 1.5e-3 .5 0xfF $from $1 ? a=>1;--x"),
            vec![
                (Word, "sel_1"),
                (QuotedName, "\"q\"\"x\""),
                (Text, "'a''b'"),
                (Number, "1.5e-3"),
                (Number, ".5"),
                (Number, "0xfF"),
                (Parameter, "$from"),
                (Parameter, "$1"),
                (Parameter, "?"),
                (Word, "a"),
                (Symbol, "="),
                (Symbol, ">"),
                (Number, "1"),
                (End, ";"),
                (Comment, "--x"),
            ]
        );
    }

    #[test]
    fn comments_and_semicolons_are_nothing_to_run() {
        assert!(!has_statement(" ; -- select 1\n /* x */ ;"));
        assert!(has_statement("; select 1"));
    }

    proptest! {
        #[test]
        fn tokens_cover_any_text(source in "\\PC*|[ ;'\"$/*a-zE#\\\\0-9.\n-]*") {
            let mut at = 0;
            for token in tokens(&source) {
                prop_assert_eq!(token.start, at);
                prop_assert!(token.end > token.start);
                at = token.end;
            }
            prop_assert_eq!(at, source.len());
        }
    }
}
