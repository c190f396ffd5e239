//! Our SQL: the generic dialect without what DataFusion would drop in silence, with table versions
//! and `TABLE name` arguments.

use std::any::TypeId;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Query, Select, SelectFlavor, SetExpr, TableFactor, TableWithJoins,
};
use datafusion::sql::sqlparser::dialect::{Dialect, GenericDialect, Precedence};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;

/// The prefix of a model argument: `ML.PREDICT(MODEL m, …)`.
pub const MODEL: &str = "MODEL";

/// The dialect of trademl-sql.
#[derive(Debug, Default)]
pub struct TradeMlDialect(GenericDialect);

macro_rules! yes {
    ($($name:ident)*) => { $(fn $name(&self) -> bool { true })* };
}

impl Dialect for TradeMlDialect {
    // The parser's `dialect_of!` branches take us for the generic dialect.
    fn dialect(&self) -> TypeId {
        self.0.dialect()
    }

    fn is_identifier_start(&self, c: char) -> bool {
        self.0.is_identifier_start(c)
    }

    fn is_identifier_part(&self, c: char) -> bool {
        self.0.is_identifier_part(c)
    }

    fn is_delimited_identifier_start(&self, c: char) -> bool {
        // Back-ticks are left out: one way to quote a name.
        c == '"'
    }

    // What the generic dialect accepts and DataFusion honours. What it would parse and then drop
    // (PREWHERE, SETTINGS, FORMAT, LIMIT BY, WITH FILL, CONNECT BY, …) stays a syntax error.
    yes! {
        supports_unicode_string_literal
        supports_group_by_expr
        supports_group_by_with_modifier
        supports_left_associative_joins_without_parens
        supports_window_function_null_treatment_arg
        supports_dictionary_syntax
        supports_window_clause_named_window_reference
        supports_parenthesized_set_variables
        supports_select_wildcard_except
        support_map_literal_syntax
        allow_extract_custom
        allow_extract_single_quotes
        supports_extract_comma_syntax
        supports_parens_around_table_factor
        supports_values_as_table_factor
        supports_explain_with_utility_options
        supports_from_first_select
        supports_projection_trailing_commas
        supports_bitwise_shift_operators
        supports_named_fn_args_with_assignment_operator
        supports_struct_literal
        supports_nested_comments
        supports_string_escape_constant
        supports_array_typedef_with_brackets
        supports_filter_during_aggregation
        supports_select_wildcard_exclude
        supports_interval_options
        supports_select_wildcard_replace
        supports_comma_separated_trim
        supports_table_versioning
    }

    /// `TABLE name` and `MODEL name` where an expression may stand: arguments of a function.
    fn parse_prefix(&self, parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
        let Token::Word(first) = &parser.peek_token_ref().token else { return None };
        let prefix = first.value.to_uppercase();
        let quoted = first.quote_style.is_some();
        let next_is_name = matches!(parser.peek_nth_token(1).token, Token::Word(_));
        match prefix.as_str() {
            "TABLE" if !quoted && next_is_name => {
                parser.next_token();
                let table = parser.parse_table_factor();
                Some(table.map(|table| Expr::Subquery(select_all_from(table))))
            }
            "MODEL" if !quoted && next_is_name => {
                parser.next_token();
                let name = parser.parse_identifier();
                Some(name.map(|name| Expr::Prefixed {
                    prefix: Ident::new(MODEL),
                    value: Box::new(Expr::Identifier(name)),
                }))
            }
            _ => None,
        }
    }

    /// `a IS [NOT] DISTINCT FROM b`, whose right side ends before an `AND` or an `OR`: the parser takes
    /// these, too, so that `a IS DISTINCT FROM b AND c` would compare a with (b AND c).
    fn parse_infix(
        &self,
        parser: &mut Parser<'_>,
        left: &Expr,
        _precedence: u8,
    ) -> Option<Result<Expr, ParserError>> {
        let distinct = parser.parse_keywords(&[Keyword::IS, Keyword::DISTINCT, Keyword::FROM]);
        let same = [Keyword::IS, Keyword::NOT, Keyword::DISTINCT, Keyword::FROM];
        if !distinct && !parser.parse_keywords(&same) {
            return None;
        }
        let right = parser.parse_subexpr(self.prec_value(Precedence::Is));
        let left = Box::new(left.clone());
        Some(right.map(Box::new).map(|right| match distinct {
            true => Expr::IsDistinctFrom(left, right),
            false => Expr::IsNotDistinctFrom(left, right),
        }))
    }
}

/// `SELECT * FROM table`.
pub fn select_all_from(table: TableFactor) -> Box<Query> {
    let mut select = select_all();
    debug_assert_eq!(select.flavor, SelectFlavor::Standard);
    select.from = vec![TableWithJoins { relation: table, joins: vec![] }];
    query(select)
}

/// `SELECT *` from something.
pub fn select_all() -> Box<Select> {
    match *template().body {
        SetExpr::Select(select) => select,
        other => unreachable!("a constant text is a SELECT: {other}"),
    }
}

/// A SELECT as a query.
pub fn query(select: Box<Select>) -> Box<Query> {
    let mut query = template();
    *query.body = SetExpr::Select(select);
    query
}

fn template() -> Box<Query> {
    let template = Parser::new(&GenericDialect {})
        .try_with_sql("SELECT * FROM t")
        .and_then(|mut p| p.parse_query());
    match template {
        Ok(query) => query,
        Err(e) => unreachable!("a constant text parses: {e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parses(sql: &str) -> bool {
        Parser::parse_sql(&TradeMlDialect::default(), sql).is_ok()
    }

    #[test]
    fn relation_arguments_and_versions_parse() {
        assert!(parses("SELECT * FROM f(TABLE bars, n => 2)"));
        assert!(parses("SELECT * FROM f(TABLE s.bars FOR SYSTEM_TIME AS OF '2020-01-01', n => 2)"));
        assert!(parses("SELECT * FROM f(x => (SELECT 1))"));
        assert!(parses("SELECT * FROM bars VERSION AS OF 3 AS b"));
    }

    #[test]
    fn clauses_that_would_be_dropped_do_not_parse() {
        assert!(!parses("SELECT * FROM t PREWHERE x > 1"));
        assert!(!parses("SELECT * FROM t SETTINGS a = 1"));
        assert!(!parses("SELECT * FROM t LIMIT 1 BY x"));
        assert!(!parses("SELECT * FROM t FORMAT CSV"));
    }
}
