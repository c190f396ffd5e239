//! What happens to a statement between parser and planner: parameters get their values, calls of
//! our functions get their defaults, and clauses that DataFusion would drop in silence are refused.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::LazyLock;

use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function as Call, FunctionArg, FunctionArgExpr, FunctionArguments, Ident,
    ObjectName, ObjectNamePart, Select, TableFactor, TableVersion, Value, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use trademl_udfs::relation::did_you_mean;
use trademl_udfs::{Body, Contract};

use crate::error::{Error, Result};
use crate::temporal::{as_date_bin, set_apart, set_sample_apart};

/// The schema whose tables are files: `read_parquet('x')` becomes `files."x"`.
pub(crate) const FILES: &str = "files";
/// Functions that read a local file.
const READERS: [&str; 2] = ["read_parquet", "read_csv"];

/// Rewrites statements for one session.
pub(crate) struct Rewriter<'a> {
    /// Values of `$name` parameters.
    pub parameters: &'a HashMap<String, ScalarValue>,
    /// Our scalar, aggregate and window functions by name.
    pub contracts: &'a HashMap<&'static str, &'static Contract>,
    /// Names of everything that may be called in FROM.
    pub relations: &'a [String],
    /// Whether local files may be read.
    pub local_files: bool,
}

impl Rewriter<'_> {
    pub fn rewrite<T: VisitMut>(&mut self, node: &mut T) -> Result<()> {
        match node.visit(self) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(e) => Err(e),
        }
    }
}

/// Our relation functions by name.
static RELATIONS: LazyLock<BTreeMap<&'static str, &'static Contract>> = LazyLock::new(|| {
    let own = trademl_udfs::functions().into_iter().filter(|f| matches!(f.body, Body::Relation(_)));
    own.map(|f| (f.contract.name, f.contract)).collect()
});

/// What may be called in FROM: our functions and those of `stock`, sorted.
pub(crate) fn relations<'a>(stock: impl Iterator<Item = &'a String>) -> Vec<String> {
    let own = RELATIONS
        .keys()
        .chain(&READERS)
        .chain(&["lineage", "pit_history"])
        .map(ToString::to_string);
    let models = crate::model::ML_FUNCTIONS.iter().map(|(name, ..)| name.to_lowercase());
    let mut names: Vec<_> = own.chain(models).chain(stock.cloned()).collect();
    names.sort();
    names
}

/// Our functions that are called like stock ones, by name.
pub(crate) static CONTRACTS: LazyLock<HashMap<&'static str, &'static Contract>> =
    LazyLock::new(|| {
        let plain =
            trademl_udfs::functions().into_iter().filter(|f| !matches!(f.body, Body::Relation(_)));
        plain.map(|f| (f.contract.name, f.contract)).collect()
    });

impl VisitorMut for Rewriter<'_> {
    type Break = Error;

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        let result = match expr {
            Expr::Value(value) => match &value.value {
                Value::Placeholder(name) => self.parameter(name).map(|found| {
                    if let Some(found) = found {
                        *expr = found;
                    }
                }),
                _ => Ok(()),
            },
            Expr::Function(call) => as_date_bin(call).and_then(|()| self.complete(call)),
            _ => Ok(()),
        };
        result.map_or_else(ControlFlow::Break, ControlFlow::Continue)
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Error> {
        if let Err(e) = set_sample_apart(select) {
            return ControlFlow::Break(e);
        }
        select.from.iter_mut().for_each(|table| set_apart(table, false));
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, table: &mut TableFactor) -> ControlFlow<Error> {
        if let TableFactor::NestedJoin { table_with_joins, .. } = table {
            set_apart(table_with_joins, true);
        }
        self.table(table).map_or_else(ControlFlow::Break, ControlFlow::Continue)
    }
}

impl Rewriter<'_> {
    /// The literal for `$name`, if the session has a value for it.
    fn parameter(&self, placeholder: &str) -> Result<Option<Expr>> {
        let name = placeholder.trim_start_matches('$');
        let Some(value) = self.parameters.get(name) else {
            let positional = name.chars().all(|c| c.is_ascii_digit()) || placeholder == "?";
            if positional {
                return Ok(None);
            }
            let near = did_you_mean(name, self.parameters.keys().map(String::as_str));
            return Err(Error::sql(format!(
                "parameter ${name} has no value{near}; pass --param {name}=… or add it to the \
                 script's params"
            )));
        };
        literal(value).map(Some)
    }

    /// Puts named arguments of our functions in order and fills in defaults, in the middle too.
    fn complete(&self, call: &mut Call) -> Result<()> {
        let name = call.name.to_string().to_lowercase();
        let Some(contract) = self.contracts.get(name.as_str()) else {
            return match RELATIONS.get(name.as_str()) {
                Some(contract) => Err(Error::sql(format!(
                    "{name}: gives a relation; write FROM {}",
                    contract.syntax()
                ))),
                None => Ok(()),
            };
        };
        let FunctionArguments::List(list) = &mut call.args else { return Ok(()) };
        let mut values: Vec<Option<FunctionArg>> = vec![None; contract.arguments.len()];
        for (position, arg) in std::mem::take(&mut list.args).into_iter().enumerate() {
            let (index, value) = match arg {
                FunctionArg::Named { name: key, arg, .. } => {
                    let key = key.value.to_lowercase();
                    let Some(index) = contract.arguments.iter().position(|a| a.name == key) else {
                        return Err(Error::sql(format!(
                            "{name}: unknown argument '{key}'{}; write {}",
                            did_you_mean(&key, contract.argument_names()),
                            contract.syntax()
                        )));
                    };
                    (index, FunctionArg::Unnamed(arg))
                }
                other => {
                    // `n = 3` is a comparison to the parser; named like an argument, it is a slip.
                    if let Some((key, value)) = compared(&other)
                        && contract.argument_names().contains(&key.as_str())
                    {
                        return Err(Error::sql(format!("{name}: write {key} => {value}")));
                    }
                    (position, other)
                }
            };
            match values.get_mut(index) {
                Some(slot @ None) => *slot = Some(value),
                Some(_) => {
                    let twice = contract.arguments[index].name;
                    return Err(Error::sql(format!("{name}: argument '{twice}' is given twice")));
                }
                None => {
                    return Err(Error::sql(format!(
                        "{name}: too many arguments; write {}",
                        contract.syntax()
                    )));
                }
            }
        }
        for (argument, value) in contract.arguments.iter().zip(values) {
            let value = match (value, argument.default) {
                (Some(value), _) => value,
                (None, Some(default)) => {
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(expression(default)?))
                }
                (None, None) => {
                    return Err(Error::sql(format!(
                        "{name}: missing argument '{}'; write {}",
                        argument.name,
                        contract.syntax()
                    )));
                }
            };
            list.args.push(value);
        }
        Ok(())
    }

    fn table(&self, table: &mut TableFactor) -> Result<()> {
        if let TableFactor::Function { name, args, .. } = table
            && let Some(named) = args.iter().find(|a| !matches!(a, FunctionArg::Unnamed(_)))
        {
            return Err(Error::sql(format!(
                "{name}: '{named}' would lose its name under LATERAL; give arguments by position"
            )));
        }
        let TableFactor::Table {
            name,
            args,
            version,
            sample,
            with_hints,
            partitions,
            index_hints,
            json_path,
            with_ordinality,
            ..
        } = table
        else {
            return Ok(());
        };
        let dropped = [
            (sample.is_some(), "TABLESAMPLE; filter on a hash of the key instead"),
            (!with_hints.is_empty() || !index_hints.is_empty(), "table hints; leave them out"),
            (!partitions.is_empty(), "PARTITION (…); filter in WHERE instead"),
            (json_path.is_some(), "a JSON path; use functions on the column"),
            (*with_ordinality, "WITH ORDINALITY; use row_number() OVER (ORDER BY …)"),
        ];
        if let Some((_, what)) = dropped.iter().find(|(is_set, _)| *is_set) {
            return Err(Error::sql(format!("{name}: not supported: {what}")));
        }
        match version.take() {
            None => {}
            Some(cut @ TableVersion::ForSystemTimeAsOf(_)) => *version = Some(cut),
            // Snapshots load asynchronously, which name resolution can and planning cannot.
            Some(TableVersion::VersionAsOf(Expr::Value(v))) => {
                rename(name, &format!("@version={}", v.value))?;
            }
            Some(TableVersion::TimestampAsOf(e)) => {
                let text = constant_text(&e).ok_or_else(|| {
                    Error::sql(format!("{name}: TIMESTAMP AS OF takes a literal, was '{e}'"))
                })?;
                rename(name, &format!("@timestamp={text}"))?;
            }
            Some(other) => {
                return Err(Error::sql(format!(
                    "{name}: not supported: '{other}'; write FOR SYSTEM_TIME AS OF t, VERSION AS \
                     OF n or TIMESTAMP AS OF t"
                )));
            }
        }
        self.reader(name, args)?;
        match args {
            Some(_) => self.known_relation(name),
            None => Ok(()),
        }
    }

    /// Refuses a call in FROM that nothing answers, before its arguments confuse the planner.
    fn known_relation(&self, name: &ObjectName) -> Result<()> {
        let called = name.to_string().to_lowercase();
        if self.relations.contains(&called) || called.starts_with("ml.") {
            return Ok(());
        }
        if let Some(contract) = self.contracts.get(called.as_str()) {
            return Err(Error::sql(format!(
                "{called}: gives no relation; write SELECT {} …",
                contract.syntax()
            )));
        }
        let near = did_you_mean(&called, self.relations.iter().map(String::as_str));
        Err(Error::sql(format!("no relation function '{called}'{near}; \\df lists the functions")))
    }

    /// Turns `read_parquet('path')` into a table of the schema of files.
    fn reader(
        &self,
        name: &mut ObjectName,
        args: &mut Option<datafusion::sql::sqlparser::ast::TableFunctionArgs>,
    ) -> Result<()> {
        let called = name.to_string().to_lowercase();
        let (true, Some(given)) = (READERS.contains(&called.as_str()), args.as_mut()) else {
            return Ok(());
        };
        if !self.local_files {
            return Err(Error::sql(format!("{called}: remote sessions do not read local files")));
        }
        // Parameters inside arguments have not been visited yet.
        let path = match given.args.as_mut_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(e))] => match e {
                Expr::Value(v) if matches!(&v.value, Value::Placeholder(_)) => {
                    let found = self.parameter(&v.value.to_string())?;
                    found.as_ref().and_then(constant_text)
                }
                e => constant_text(e),
            },
            _ => None,
        };
        let Some(path) = path else {
            return Err(Error::sql(format!("{called}: expected one path, as {called}('a/b')")));
        };
        *name = ObjectName(vec![
            ObjectNamePart::Identifier(Ident::new(FILES)),
            ObjectNamePart::Identifier(Ident::with_quote('"', format!("{called}:{path}"))),
        ]);
        *args = None;
        Ok(())
    }
}

/// The sides of an argument `name = value`.
fn compared(arg: &FunctionArg) -> Option<(String, &Expr)> {
    let FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::BinaryOp { left, op, right })) = arg
    else {
        return None;
    };
    match (left.as_ref(), op) {
        (Expr::Identifier(name), BinaryOperator::Eq) => Some((name.value.to_lowercase(), right)),
        _ => None,
    }
}

/// Appends to the last part of a name, quoted so that it is kept as it is.
fn rename(name: &mut ObjectName, suffix: &str) -> Result<()> {
    match name.0.last_mut() {
        Some(ObjectNamePart::Identifier(last)) => {
            let value = match last.quote_style {
                Some(_) => last.value.clone(),
                None => last.value.to_lowercase(),
            };
            *last = Ident::with_quote('"', format!("{value}{suffix}"));
            Ok(())
        }
        _ => Err(Error::sql(format!("'{name}' is not a table"))),
    }
}

/// The text of a string or number literal.
fn constant_text(e: &Expr) -> Option<String> {
    match e {
        Expr::Value(v) => match &v.value {
            Value::SingleQuotedString(s) => Some(s.clone()),
            Value::Number(n, _) => Some(n.clone()),
            _ => None,
        },
        Expr::TypedString(t) => constant_text(&Expr::Value(t.value.clone())),
        Expr::Nested(e) | Expr::Cast { expr: e, .. } => constant_text(e),
        _ => None,
    }
}

/// SQL text of a parameter's value, as an expression.
fn literal(value: &ScalarValue) -> Result<Expr> {
    let quoted = |v: &dyn std::fmt::Display| format!("'{}'", v.to_string().replace('\'', "''"));
    let text = match value {
        v if v.is_null() => "NULL".to_string(),
        ScalarValue::Utf8(Some(s)) => quoted(s),
        ScalarValue::Boolean(Some(b)) => b.to_string(),
        ScalarValue::Int64(Some(v)) => format!("({v})"),
        ScalarValue::Float64(Some(v)) if v.is_finite() => format!("CAST('{v:?}' AS DOUBLE)"),
        ScalarValue::Date32(Some(_)) => format!("DATE {}", quoted(value)),
        ScalarValue::TimestampMicrosecond(Some(v), _) => {
            let Some(at) = chrono::DateTime::from_timestamp_micros(*v) else {
                return Err(Error::usage(format!("parameter value {v} is not a timestamp")));
            };
            format!("TIMESTAMP '{}'", at.format("%Y-%m-%dT%H:%M:%S%.6fZ"))
        }
        other => return Err(Error::usage(format!("'{other}' cannot be a parameter's value"))),
    };
    expression(&text)
}

pub(crate) fn expression(text: &str) -> Result<Expr> {
    Parser::new(&GenericDialect {})
        .try_with_sql(text)
        .and_then(|mut p| p.parse_expr())
        .map_err(|e| Error::sql(format!("'{text}' is not an expression: {e}")))
}
