//! Colours for the statement being typed.

use super::words::is_keyword;
use crate::lexer::{Kind, is_command, tokens};

const KEYWORD: &str = "\x1b[1;34m";
const FUNCTION: &str = "\x1b[36m";
const TEXT: &str = "\x1b[32m";
const NUMBER: &str = "\x1b[35m";
const PARAMETER: &str = "\x1b[33m";
const COMMENT: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";

/// The line with escape sequences; its visible text is unchanged.
pub fn highlight(line: &str, is_function: impl Fn(&str) -> bool) -> String {
    if is_command(line.trim()) {
        return format!("{KEYWORD}{line}{RESET}");
    }
    let mut colored = String::with_capacity(line.len() * 2);
    let tokens = tokens(line);
    for (at, token) in tokens.iter().enumerate() {
        let text = token.text(line);
        let color = match token.kind {
            Kind::Word => {
                let call = tokens[at + 1..]
                    .iter()
                    .find(|next| next.kind != Kind::Blank)
                    .is_some_and(|next| next.text(line) == "(");
                if call && is_function(&text.to_lowercase()) {
                    FUNCTION
                } else if is_keyword(text) {
                    KEYWORD
                } else {
                    ""
                }
            }
            Kind::Text => TEXT,
            Kind::Number => NUMBER,
            Kind::Parameter => PARAMETER,
            Kind::Comment => COMMENT,
            Kind::QuotedName | Kind::Blank | Kind::End | Kind::Symbol => "",
        };
        if color.is_empty() {
            colored.push_str(text);
        } else {
            colored.push_str(color);
            colored.push_str(text);
            colored.push_str(RESET);
        }
    }
    colored
}

/// Text that stands back.
pub fn dim(text: &str) -> String {
    format!("{COMMENT}{text}{RESET}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_colored_and_text_is_kept() {
        let line = "select rsi(close, 14) , 'x' -- note";
        let colored = highlight(line, |name| name == "rsi");
        assert_eq!(
            colored,
            "\x1b[1;34mselect\x1b[0m \x1b[36mrsi\x1b[0m(close, \x1b[35m14\x1b[0m) , \
             \x1b[32m'x'\x1b[0m \x1b[2m-- note\x1b[0m"
        );
    }

    #[test]
    fn a_word_is_a_function_only_when_called() {
        assert_eq!(highlight("rsi", |_| true), "rsi");
    }
}
