//! Tokens of the clauses: what ends them, and how those are made that the parser is to read.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Word};

pub(super) type Tokens = Vec<TokenWithSpan>;

/// Words that end an expression or a list of our clauses.
const ENDS: [&str; 36] = [
    "ON",
    "USING",
    "MATCH_CONDITION",
    "TOLERANCE",
    "RANGE",
    "LIST",
    "INCLUDE",
    "EXCLUDE",
    "AS",
    "FROM",
    "TO",
    "STEP",
    "WHERE",
    "JOIN",
    "INNER",
    "LEFT",
    "RIGHT",
    "FULL",
    "CROSS",
    "NATURAL",
    "ASOF",
    "HORIZON",
    "WINDOW",
    "GROUP",
    "ORDER",
    "HAVING",
    "QUALIFY",
    "LIMIT",
    "OFFSET",
    "FETCH",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "LATEST",
    "PRECEDING",
    "FOLLOWING",
];

pub(super) fn is(token: &TokenWithSpan, wanted: &str) -> bool {
    matches!(&token.token, Token::Word(w)
        if w.quote_style.is_none() && w.value.eq_ignore_ascii_case(wanted))
}

pub(super) fn ends(token: &TokenWithSpan) -> bool {
    ENDS.iter().any(|word| is(token, word)) || matches!(token.token, Token::EOF | Token::SemiColon)
}

pub(super) fn at(place: &TokenWithSpan, token: Token) -> TokenWithSpan {
    TokenWithSpan { token, span: place.span }
}

pub(super) fn word(place: &TokenWithSpan, value: &str) -> TokenWithSpan {
    let Token::Word(Word { keyword, .. }) = Token::make_keyword(value) else {
        return at(place, Token::EOF);
    };
    let keyword = if value.starts_with("__") { Keyword::NoKeyword } else { keyword };
    at(place, Token::Word(Word { value: value.to_string(), quote_style: None, keyword }))
}

pub(super) fn text(place: &TokenWithSpan, value: &str) -> Tokens {
    vec![at(place, Token::SingleQuotedString(value.to_string()))]
}

pub(super) fn using(place: &TokenWithSpan, names: Tokens) -> Tokens {
    let open = [word(place, "USING"), at(place, Token::LParen)];
    [open.to_vec(), names, vec![at(place, Token::RParen)]].concat()
}

pub(super) fn call(place: &TokenWithSpan, name: &str, arguments: Vec<Tokens>) -> Tokens {
    let mut out = vec![word(place, name), at(place, Token::LParen)];
    for (i, argument) in arguments.into_iter().enumerate() {
        if i > 0 {
            out.push(at(place, Token::Comma));
        }
        out.extend(argument);
    }
    out.push(at(place, Token::RParen));
    out
}
