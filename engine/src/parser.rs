//! From text to statements: our grammar around DataFusion's parser.

use std::sync::Arc;

use datafusion::sql::parser::{DFParser, DFParserBuilder, Statement as StockStatement};
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, ObjectType, Set, Statement as Sql, TableObject,
};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{IsOptional, Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::dialect::TradeMlDialect;
use crate::error::{Error, Place, Result};
use crate::gate;
use crate::statement::{
    AssertPitStable, Audit, Check, CreateModel, CreatePitTable, CreateSurface, CreateTable, Cuts,
    EmitDaily, Insert, Kind, Statement,
};
use crate::temporal::fold_clauses;
use crate::upkeep;

/// Splits a text into its statements.
///
/// # Errors
///
/// With the place, if the text is not our SQL or passes the gate's limits.
pub fn parse(text: &str) -> Result<Vec<Statement>> {
    let tokens = gate::tokens(text)?;
    let source: Arc<str> = text.into();
    let mut statements = vec![];
    for piece in tokens.split(|t| t.token == Token::SemiColon) {
        let words = |t: &&TokenWithSpan| !matches!(t.token, Token::Whitespace(_) | Token::EOF);
        let (Some(first), Some(last)) = (piece.iter().find(words), piece.iter().rfind(words))
        else {
            continue;
        };
        let start = offset(text, first.span.start.line, first.span.start.column);
        let end = offset(text, last.span.end.line, last.span.end.column);
        let kind = parse_one(piece.to_vec()).map_err(|e| {
            let message = message_of(&e);
            let end_of_text = message.contains("found: EOF");
            let place = match end_of_text {
                true => {
                    let at = last.span.end;
                    Place::of(text, at.line as usize, at.column as usize)
                }
                false => Place::in_message(&message, text),
            };
            let message = message.split(" at Line: ").next().unwrap_or(&message);
            Error::sql(message.replace("found: EOF", "the statement ends here")).at(place)
        })?;
        statements.push(Statement {
            text: text[start..end].to_string(),
            line: first.span.start.line as usize,
            source: Arc::clone(&source),
            kind,
        });
    }
    Ok(statements)
}

/// A text's tokens without comments and layout, and words in lower case unless quoted.
pub(crate) fn words(text: &str) -> Result<String> {
    let tokens = gate::tokens(text)?.into_iter().map(|token| token.token);
    let words = tokens.filter(|token| !matches!(token, Token::Whitespace(_) | Token::EOF));
    let words = words.map(|token| match token {
        Token::Word(word) if word.quote_style.is_none() => word.value.to_lowercase(),
        token => token.to_string(),
    });
    Ok(words.collect::<Vec<_>>().join(" "))
}

/// The byte offset of a line and column, both from one; columns count characters.
fn offset(text: &str, line: u64, column: u64) -> usize {
    let mut start = 0;
    for _ in 1..line {
        start += text[start..].find('\n').map_or(text.len() - start, |i| i + 1);
    }
    let skipped = text[start..].chars().take(column.saturating_sub(1) as usize);
    start + skipped.map(char::len_utf8).sum::<usize>()
}

fn message_of(e: &ParserError) -> String {
    match e {
        ParserError::TokenizerError(m) | ParserError::ParserError(m) => m.clone(),
        ParserError::RecursionLimitExceeded => {
            "the statement is nested too deeply; use WITH queries to flatten it".to_string()
        }
    }
}

/// First words of statements that do something, which `EXPLAIN` plans and `EXPLAIN ANALYZE` refuses.
const OURS: [&str; 9] =
    ["CREATE", "DROP", "INSERT", "OPTIMIZE", "AUDIT", "ASSERT", "EMIT", "ALTER", "VACUUM"];

fn parse_one(tokens: Vec<TokenWithSpan>) -> Result<Kind, ParserError> {
    parse_folded(fold_clauses(tokens)?)
}

fn parse_folded(tokens: Vec<TokenWithSpan>) -> Result<Kind, ParserError> {
    let words: Vec<String> = tokens
        .iter()
        .filter(|t| !matches!(t.token, Token::Whitespace(_)))
        .take(4)
        .map(|t| match &t.token {
            Token::Word(w) if w.quote_style.is_none() => w.value.to_uppercase(),
            other => other.to_string(),
        })
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let dialect = TradeMlDialect::default();
    let mut parser = Parser::new(&dialect).with_tokens_with_locations(tokens.clone());
    let kind = match words.as_slice() {
        ["CREATE", "PIT", "TABLE", ..] => create_pit_table(&mut parser)?,
        ["CREATE", "SURFACE", ..] => create_surface(&mut parser)?,
        ["CREATE", "MODEL", ..] | ["CREATE", "OR", "REPLACE", "MODEL"] => {
            create_model(&mut parser)?
        }
        ["DROP", "MODEL", ..] => drop_model(&mut parser)?,
        ["INCLUDE", ..] => {
            parser.next_token();
            Kind::Include(parser.parse_literal_string()?)
        }
        ["OPTIMIZE", ..] => {
            word(&mut parser, "OPTIMIZE")?;
            Kind::Optimize(parser.parse_object_name(false)?)
        }
        ["AUDIT", ..] => audit(&mut parser)?,
        ["ASSERT", "PIT_STABLE", ..] => assert_pit_stable(&mut parser)?,
        ["EMIT", "DAILY", ..] => emit_daily(&mut parser)?,
        ["VACUUM", ..] => upkeep::vacuum(&mut parser)?,
        ["EXPLAIN", what @ ("PIT" | "LINEAGE"), ..] => {
            let rest = tokens.iter().skip_while(|t| !is_word(t, what)).skip(1);
            return match parse_folded(rest.cloned().collect())? {
                Kind::Stock(query) if *what == "PIT" => Ok(Kind::ExplainPit(query)),
                Kind::Stock(query) => Ok(Kind::ExplainLineage(query)),
                _ => Err(unsupported(&format!(
                    "EXPLAIN {what} of a statement; explain the query in it, as EXPLAIN {what} SELECT …"
                ))),
            };
        }
        ["EXPLAIN", what, ..] if OURS.contains(what) => {
            let rest = tokens.iter().skip_while(|t| !is_word(t, "EXPLAIN")).skip(1);
            return match parse_folded(rest.cloned().collect())? {
                Kind::Stock(_) => stock(tokens, &dialect),
                own => Ok(Kind::Explain(Box::new(own))),
            };
        }
        ["EXPLAIN", "ANALYZE", what, ..] if OURS.contains(what) => {
            return Err(unsupported(&format!(
                "EXPLAIN ANALYZE {what}, which would run the statement; leave ANALYZE out"
            )));
        }
        _ => return stock(tokens, &dialect),
    };
    end(&parser)?;
    Ok(kind)
}

fn is_word(token: &TokenWithSpan, wanted: &str) -> bool {
    matches!(&token.token, Token::Word(w) if w.value.eq_ignore_ascii_case(wanted))
}

fn end(parser: &Parser<'_>) -> Result<(), ParserError> {
    match parser.peek_token().token {
        Token::EOF => Ok(()),
        _ => parser.expected("end of statement", parser.peek_token()),
    }
}

/// DataFusion's own statements, of which some become ours.
fn stock(tokens: Vec<TokenWithSpan>, dialect: &TradeMlDialect) -> Result<Kind, ParserError> {
    let parse = || -> datafusion::common::Result<StockStatement> {
        let mut parser: DFParser<'_> =
            DFParserBuilder::new(tokens).with_dialect(dialect).build()?;
        let statement = parser.parse_statement()?;
        end(&parser.parser)?;
        Ok(statement)
    };
    let statement = parse().map_err(|e| {
        let mut message = Error::from(e).message;
        if let Some(rest) = message.strip_prefix("sql parser error: ") {
            message = rest.to_string();
        }
        ParserError::ParserError(message)
    })?;
    let StockStatement::Statement(sql) = statement else {
        return Ok(Kind::Stock(Box::new(statement)));
    };
    match *sql {
        Sql::Insert(insert) => {
            let TableObject::TableName(table) = insert.table else {
                return Err(unsupported("INSERT INTO a function or query"));
            };
            let dropped = insert.or.is_some()
                || insert.ignore
                || insert.overwrite
                || insert.replace_into
                || insert.on.is_some()
                || insert.returning.is_some()
                || insert.partitioned.is_some()
                || !insert.assignments.is_empty();
            if dropped {
                return Err(unsupported(
                    "this form of INSERT; tables are append-only, write INSERT INTO t (columns) \
                     SELECT …",
                ));
            }
            let Some(query) = insert.source else {
                return Err(unsupported("INSERT without a query"));
            };
            let columns = insert.columns.into_iter().filter_map(last_ident).collect();
            Ok(Kind::Insert(Insert { table, columns, query }))
        }
        Sql::CreateTable(table) if !table.temporary => {
            let Some(query) = table.query else {
                return Err(ParserError::ParserError(
                    "a table needs a key and an event time: write CREATE PIT TABLE t (…) PRIMARY \
                     KEY (…) EVENT TIME (…), or CREATE TABLE t AS SELECT … for a plain result"
                        .to_string(),
                ));
            };
            Ok(Kind::CreateTable(CreateTable {
                name: table.name,
                or_replace: table.or_replace,
                if_not_exists: table.if_not_exists,
                query,
            }))
        }
        Sql::Drop { object_type: ObjectType::Table, if_exists, names, .. } => {
            Ok(Kind::DropTable { names, if_exists })
        }
        Sql::AlterTable(alter) => upkeep::alter_table(alter),
        Sql::Set(Set::SingleAssignment { variable, values, .. }) if values.len() == 1 => {
            let [value] = <[Expr; 1]>::try_from(values).map_err(|_| unsupported("SET"))?;
            Ok(Kind::Set { name: variable.to_string().to_lowercase(), value })
        }
        Sql::Set(other) => Err(unsupported(&other.to_string())),
        Sql::Update(_) | Sql::Delete(_) | Sql::Merge { .. } | Sql::Truncate { .. } => {
            Err(unsupported(
                "changing rows in place; tables are append-only, INSERT a correction with a later \
                 known_at",
            ))
        }
        other => Ok(Kind::Stock(Box::new(StockStatement::Statement(Box::new(other))))),
    }
}

pub(crate) fn unsupported(what: &str) -> ParserError {
    ParserError::ParserError(format!("not supported: {what}"))
}

fn last_ident(name: ObjectName) -> Option<Ident> {
    name.0.last().and_then(|part| part.as_ident().cloned())
}

pub(crate) fn word(parser: &mut Parser<'_>, wanted: &str) -> Result<(), ParserError> {
    match parser.peek_token().token {
        Token::Word(w) if w.value.eq_ignore_ascii_case(wanted) => {
            parser.next_token();
            Ok(())
        }
        _ => parser.expected(wanted, parser.peek_token()),
    }
}

pub(crate) fn has_word(parser: &Parser<'_>, wanted: &str) -> bool {
    matches!(parser.peek_token().token, Token::Word(w) if w.value.eq_ignore_ascii_case(wanted))
}

fn create_pit_table(parser: &mut Parser<'_>) -> Result<Kind, ParserError> {
    for expected in ["CREATE", "PIT", "TABLE"] {
        word(parser, expected)?;
    }
    let if_not_exists = parser.parse_keywords(&[Keyword::IF, Keyword::NOT, Keyword::EXISTS]);
    let name = parser.parse_object_name(false)?;
    let (columns, constraints) = parser.parse_columns()?;
    if let Some(constraint) = constraints.first() {
        return Err(unsupported(&format!(
            "'{constraint}' among the columns; write PRIMARY KEY (…) after them"
        )));
    }
    let (mut key, mut event_time, mut partition_by) = (vec![], vec![], vec![]);
    loop {
        if has_word(parser, "PRIMARY") {
            word(parser, "PRIMARY")?;
            word(parser, "KEY")?;
            key = parser.parse_parenthesized_column_list(IsOptional::Mandatory, false)?;
        } else if has_word(parser, "EVENT") {
            word(parser, "EVENT")?;
            word(parser, "TIME")?;
            event_time = parser.parse_parenthesized_column_list(IsOptional::Mandatory, false)?;
        } else if has_word(parser, "PARTITIONED") {
            word(parser, "PARTITIONED")?;
            word(parser, "BY")?;
            partition_by = parser.parse_parenthesized_column_list(IsOptional::Mandatory, false)?;
        } else {
            break;
        }
    }
    if key.is_empty() {
        return parser.expected("PRIMARY KEY (columns)", parser.peek_token());
    }
    let Ok([event_time]) = <[Ident; 1]>::try_from(event_time) else {
        return parser.expected("EVENT TIME (column)", parser.peek_token());
    };
    Ok(Kind::CreatePitTable(CreatePitTable {
        name,
        if_not_exists,
        columns,
        key,
        event_time,
        partition_by,
    }))
}

fn create_surface(parser: &mut Parser<'_>) -> Result<Kind, ParserError> {
    word(parser, "CREATE")?;
    word(parser, "SURFACE")?;
    let if_not_exists = parser.parse_keywords(&[Keyword::IF, Keyword::NOT, Keyword::EXISTS]);
    let name = parser.parse_object_name(false)?;
    let method = match parser.parse_keyword(Keyword::USING) {
        true => Some(parser.parse_identifier()?),
        false => None,
    };
    if has_word(parser, "AS") {
        return Err(unsupported(&format!(
            "CREATE SURFACE with a query; write INSERT INTO {name} SELECT symbol, asof, expiry, years, forward, \
             strike, iv FROM … after it"
        )));
    }
    Ok(Kind::CreateSurface(CreateSurface { name, if_not_exists, method }))
}

fn create_model(parser: &mut Parser<'_>) -> Result<Kind, ParserError> {
    word(parser, "CREATE")?;
    let or_replace = parser.parse_keywords(&[Keyword::OR, Keyword::REPLACE]);
    word(parser, "MODEL")?;
    let name = parser.parse_identifier()?;
    let options = match has_word(parser, "OPTIONS") {
        true => {
            word(parser, "OPTIONS")?;
            named_values(parser)?
        }
        false => vec![],
    };
    word(parser, "AS")?;
    let query = parser.parse_query()?;
    Ok(Kind::CreateModel(CreateModel { name, or_replace, options, query }))
}

/// `(name => value, name = value, …)`.
fn named_values(parser: &mut Parser<'_>) -> Result<Vec<(Ident, Expr)>, ParserError> {
    parser.expect_token(&Token::LParen)?;
    let mut values = vec![];
    while !parser.consume_token(&Token::RParen) {
        if !values.is_empty() {
            parser.expect_token(&Token::Comma)?;
        }
        let name = parser.parse_identifier()?;
        if !parser.consume_token(&Token::RArrow) {
            parser.expect_token(&Token::Eq)?;
        }
        values.push((name, parser.parse_expr()?));
    }
    Ok(values)
}

fn drop_model(parser: &mut Parser<'_>) -> Result<Kind, ParserError> {
    word(parser, "DROP")?;
    word(parser, "MODEL")?;
    let if_exists = parser.parse_keywords(&[Keyword::IF, Keyword::EXISTS]);
    Ok(Kind::DropModel { name: parser.parse_identifier()?, if_exists })
}

fn audit(parser: &mut Parser<'_>) -> Result<Kind, ParserError> {
    word(parser, "AUDIT")?;
    if parser.peek_token().token != Token::LParen {
        return check(parser);
    }
    parser.expect_token(&Token::LParen)?;
    let name = parser.parse_identifier()?;
    // AUDIT (name => 'x') and AUDIT (x) say the same.
    let name = match parser.consume_token(&Token::RArrow) {
        true if name.value.eq_ignore_ascii_case("name") => parser.parse_literal_string()?,
        true => return Err(unsupported(&format!("audit option '{name}'; known: name"))),
        false => name.value,
    };
    parser.expect_token(&Token::RParen)?;
    word(parser, "AS")?;
    Ok(Kind::Audit(Audit { name, query: parser.parse_query()? }))
}

/// `unique(symbol, date) ON features.equity`.
fn check(parser: &mut Parser<'_>) -> Result<Kind, ParserError> {
    let name = parser.parse_identifier()?;
    if parser.peek_token().token.to_string().eq_ignore_ascii_case("AS") {
        return Err(unsupported(&format!(
            "an audit's name without parentheses; write AUDIT ({name}) AS SELECT …"
        )));
    }
    let mut arguments = vec![];
    if parser.consume_token(&Token::LParen) && !parser.consume_token(&Token::RParen) {
        arguments = parser.parse_comma_separated(Parser::parse_expr)?;
        parser.expect_token(&Token::RParen)?;
    }
    word(parser, "ON")?;
    Ok(Kind::Check(Check { name, arguments, table: parser.parse_object_name(false)? }))
}

/// `PIT_STABLE (query) [KEY (columns)] AT (instants)` or `SAMPLE n`.
fn assert_pit_stable(parser: &mut Parser<'_>) -> Result<Kind, ParserError> {
    word(parser, "ASSERT")?;
    word(parser, "PIT_STABLE")?;
    parser.expect_token(&Token::LParen)?;
    let query = parser.parse_query()?;
    parser.expect_token(&Token::RParen)?;
    let mut key = vec![];
    if parser.parse_keyword(Keyword::KEY) {
        key = parser.parse_parenthesized_column_list(IsOptional::Mandatory, false)?;
    }
    let next = parser.next_token();
    let at = match &next.token {
        Token::Word(w) if w.value.eq_ignore_ascii_case("AT") => {
            parser.expect_token(&Token::LParen)?;
            let instants = parser.parse_comma_separated(Parser::parse_expr)?;
            parser.expect_token(&Token::RParen)?;
            Cuts::At(instants)
        }
        Token::Word(w) if w.value.eq_ignore_ascii_case("SAMPLE") => {
            Cuts::Sample(parser.parse_literal_uint()?)
        }
        _ => return parser.expected("AT (instant, …) or SAMPLE n", next),
    };
    Ok(Kind::AssertPitStable(AssertPitStable { query, key, at }))
}

fn emit_daily(parser: &mut Parser<'_>) -> Result<Kind, ParserError> {
    word(parser, "EMIT")?;
    word(parser, "DAILY")?;
    word(parser, "TO")?;
    let folder = parser.parse_expr()?;
    word(parser, "FROM")?;
    Ok(Kind::EmitDaily(EmitDaily { folder, parts: named_values(parser)? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_keep_their_text_and_line() {
        let all = parse("SELECT 1;\n\n -- a comment ; here\nSELECT ';' AS x ; ").unwrap();
        let texts: Vec<_> = all.iter().map(|s| (s.line, s.text.as_str())).collect();
        assert_eq!(texts, [(1, "SELECT 1"), (4, "SELECT ';' AS x")]);
    }

    #[test]
    fn our_statements_parse() {
        for sql in [
            "CREATE PIT TABLE IF NOT EXISTS s.t (a TEXT, d DATE) PRIMARY KEY (a) EVENT TIME (d)",
            "CREATE PIT TABLE t (a INT, d DATE) EVENT TIME (d) PRIMARY KEY (a) PARTITIONED BY (d)",
            "CREATE OR REPLACE MODEL m OPTIONS (model_type => 'ridge', alpha = [1, 2]) AS SELECT 1",
            "INCLUDE 'a/b.sql'",
            "AUDIT (name => 'unique') AS SELECT 1",
            "EMIT DAILY TO 'reports' FROM (positions => TABLE s.p, n => 3)",
            "SET trademl.as_of = '2020-01-01'",
            "SELECT * FROM ML.PREDICT(MODEL m, TABLE t)",
            "OPTIMIZE curated.bars",
            "EXPLAIN OPTIMIZE bars",
            "EXPLAIN INSERT INTO t SELECT 1",
            "EXPLAIN CREATE OR REPLACE TABLE t AS SELECT 1",
        ] {
            parse(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
        }
    }

    #[test]
    fn errors_have_a_place() {
        for (sql, line, column, says) in [
            ("SELECT 1;\nSELEC 2", 2, 1, "SELEC"),
            ("SELECT (1", 1, 10, "ends here"),
            ("CREATE PIT TABLE t (d DATE) EVENT TIME (d)", 1, 43, "PRIMARY KEY"),
            ("DELETE FROM t", 0, 0, "append-only"),
            ("CREATE TABLE t (a INT)", 0, 0, "CREATE PIT TABLE"),
            ("EXPLAIN ANALYZE INSERT INTO t SELECT 1", 0, 0, "would run"),
            ("EXPLAIN ANALYZE OPTIMIZE t", 0, 0, "would run"),
            ("OPTIMIZE a b", 1, 12, "end of statement"),
        ] {
            let error = parse(sql).unwrap_err();
            assert!(error.message.contains(says), "{sql}: {error}");
            if line > 0 {
                let place = error.place.unwrap();
                assert_eq!((place.line, place.column), (line, column), "{sql}");
            }
        }
    }
}
