//! The gate before the parser: limits on the text that keep every later stage finite.
//!
//! A chain of a few thousand operators overflows the stack of any recursive planner, and planning
//! is quadratic in its length, so such texts are refused before they are parsed.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer, Whitespace};

use trademl_lookahead::KNOWN_UNTIL;

use crate::dialect::TradeMlDialect;
use crate::error::{Error, Place, Result};

/// The longest text, in bytes.
pub const MAX_TEXT: usize = 1 << 20;
/// The most tokens in a text, white space not counted.
pub const MAX_TOKENS: usize = 200_000;
/// The most operators in a row at one level of one statement.
pub const MAX_CHAIN: usize = 500;

/// Splits `text` into tokens, refusing what later stages could not survive.
pub fn tokens(text: &str) -> Result<Vec<TokenWithSpan>> {
    if text.len() > MAX_TEXT {
        return Err(Error::sql(format!(
            "the text has {} bytes, at most {MAX_TEXT} are read; load data with read_parquet or \
             INSERT from a file instead of literals",
            text.len()
        )));
    }
    let tokens =
        Tokenizer::new(&TradeMlDialect::default(), text).tokenize_with_location().map_err(|e| {
            let place = Place::of(text, e.location.line as usize, e.location.column as usize);
            Error::sql(e.message).at(place)
        })?;
    check(&tokens, text)?;
    Ok(tokens)
}

fn check(tokens: &[TokenWithSpan], text: &str) -> Result<()> {
    let mut count = 0;
    // Operators seen at each open parenthesis.
    let mut chains = vec![0_usize];
    for token in tokens {
        match &token.token {
            // The look-ahead rule trusts it.
            Token::Word(word) if word.value.eq_ignore_ascii_case(KNOWN_UNTIL) => {
                let at = token.span.start;
                let place = Place::of(text, at.line as usize, at.column as usize);
                let message =
                    format!("'{}' is a name of the engine's own; choose another", word.value);
                return Err(Error::sql(message).at(place));
            }
            Token::Whitespace(Whitespace::Space | Whitespace::Newline | Whitespace::Tab) => {
                continue;
            }
            Token::LParen | Token::LBracket => chains.push(0),
            Token::RParen | Token::RBracket if chains.len() > 1 => {
                chains.pop();
            }
            Token::Comma | Token::SemiColon => {
                if let Some(chain) = chains.last_mut() {
                    *chain = 0;
                }
            }
            other if is_operator(other) => {
                if let Some(chain) = chains.last_mut() {
                    *chain += 1;
                    if *chain > MAX_CHAIN {
                        let at = token.span.start;
                        let place = Place::of(text, at.line as usize, at.column as usize);
                        return Err(Error::sql(format!(
                            "more than {MAX_CHAIN} operators in one chain; use IN (…), a VALUES \
                             table or a join instead"
                        ))
                        .at(place));
                    }
                }
            }
            _ => {}
        }
        count += 1;
    }
    if count > MAX_TOKENS {
        return Err(Error::sql(format!(
            "the text has {count} tokens, at most {MAX_TOKENS} are read; load data from a file \
             instead of literals"
        )));
    }
    Ok(())
}

fn is_operator(token: &Token) -> bool {
    match token {
        Token::Word(word) => matches!(
            word.keyword,
            Keyword::AND
                | Keyword::OR
                | Keyword::UNION
                | Keyword::INTERSECT
                | Keyword::EXCEPT
                | Keyword::JOIN
                | Keyword::NOT
        ),
        Token::Plus
        | Token::Minus
        | Token::Mul
        | Token::Div
        | Token::Mod
        | Token::StringConcat
        | Token::Eq
        | Token::Neq
        | Token::Lt
        | Token::Gt
        | Token::LtEq
        | Token::GtEq
        | Token::DoubleColon => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_chains_are_refused_and_lists_are_not() {
        let chain = format!("SELECT 1{}", "+1".repeat(MAX_CHAIN + 1));
        let error = tokens(&chain).unwrap_err();
        assert!(error.message.contains("500 operators"), "{error}");
        assert!(error.place.is_some());
        let list = format!("SELECT 1 IN (1{})", ",1".repeat(10_000));
        assert!(tokens(&list).is_ok());
    }

    #[test]
    fn a_text_of_megabytes_is_refused() {
        let text = format!("SELECT '{}'", "x".repeat(MAX_TEXT));
        assert!(tokens(&text).unwrap_err().message.contains("bytes"));
    }

    #[test]
    fn an_open_quote_has_a_place() {
        let place = tokens("SELECT\n 'abc").unwrap_err().place.unwrap();
        assert_eq!((place.line, place.column), (2, 2));
    }
}
