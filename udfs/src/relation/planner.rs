//! From a call in `FROM` to a logical node: names, defaults, types, and the errors users see.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{
    Expr, ExprSchemable, Extension, LogicalPlan, LogicalPlanBuilder, cast,
};
use datafusion::optimizer::AnalyzerRule as _;
use datafusion::optimizer::analyzer::type_coercion::TypeCoercion;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr as SqlExpr, FunctionArg, FunctionArgExpr, FunctionArgOperator, Ident,
    TableFactor,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::RelationFunction;
use super::node::{BoundColumn, RelationNode};
use crate::function::{Argument, Contract, Role};

/// Plans calls to the given relation functions; leaves every other relation alone.
#[derive(Debug)]
pub struct RelationCalls(pub Vec<Arc<dyn RelationFunction>>);

impl RelationPlanner for RelationCalls {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let (name, args, alias) = match &relation {
            TableFactor::Table { name, alias, args: Some(call), .. } => (name, &call.args, alias),
            TableFactor::Function { name, args, alias, .. } => (name, args, alias),
            _ => return Ok(RelationPlanning::Original(Box::new(relation))),
        };
        let called = name.to_string().to_lowercase();
        let Some(function) = self.0.iter().find(|f| f.contract().name == called) else {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        };
        if matches!(relation, TableFactor::Function { lateral: true, .. }) {
            return plan_err!(
                "{called}: LATERAL is not supported for relation functions; give the key argument \
                 to evaluate group by group"
            );
        }
        let node = plan_call(function, args, context)?;
        let plan = LogicalPlan::Extension(Extension { node: Arc::new(node) });
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias.clone()))))
    }
}

/// The nearest of `known` to `given`, if it is near, as ` (did you mean 'x'?)`.
pub fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let given = given.to_lowercase();
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(&given, &k.to_lowercase()), k))
        .filter(|(distance, k)| *distance <= 1 + k.len().min(given.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, k)| format!(" (did you mean '{k}'?)"))
        .unwrap_or_default()
}

fn plan_call(
    function: &Arc<dyn RelationFunction>,
    args: &[FunctionArg],
    context: &mut dyn RelationPlannerContext,
) -> Result<RelationNode> {
    let contract = function.contract();
    let given = match_arguments(contract, args, context)?;
    let relations = contract.arguments.iter().filter(|a| a.role == Role::Relation).count();
    let mut inputs: Vec<LogicalPlan> = vec![];
    let mut columns = vec![];
    let mut constants = vec![];
    for (i, (argument, value)) in contract.arguments.iter().zip(given).enumerate() {
        match argument.role {
            Role::Relation => {
                let plan = plan_input(contract, argument, value, context)?;
                inputs.push(match relations {
                    1 => plan,
                    // Distinct qualifiers keep two inputs from one table apart.
                    _ => LogicalPlanBuilder::from(plan).alias(argument.name)?.build()?,
                });
            }
            Role::Constant(kind) => {
                let Some(value) = value.or_else(|| default_value(argument)) else {
                    return missing(contract, argument);
                };
                let expr = context.sql_to_expr(value, &DFSchema::empty()).map_err(|e| {
                    e.context(format!("{}: argument '{}'", contract.name, argument.name))
                })?;
                constants.push((argument.name, kind, expr));
            }
            Role::Key | Role::Order | Role::Column(_) => {
                let Some(input) = inputs.len().checked_sub(1) else {
                    return plan_err!("{}: no relation before '{}'", contract.name, argument.name);
                };
                let schema = Arc::clone(inputs[input].schema());
                for value in plan_columns(contract, argument, value, &schema)? {
                    let expr = context.sql_to_expr(value, &schema).map_err(|e| {
                        e.context(format!("{}: argument '{}'", contract.name, argument.name))
                    })?;
                    let name = match &expr {
                        Expr::Column(column) => column.name.clone(),
                        _ => argument.name.to_string(),
                    };
                    let expr = coerced(contract, argument, expr, &schema)?;
                    columns.push(BoundColumn { input, argument: i, name, expr });
                }
            }
        }
    }
    RelationNode::try_new(Arc::clone(function), inputs, columns, constants)
}

/// One optional value per argument of the contract, from positional and named arguments.
fn match_arguments(
    contract: &'static Contract,
    args: &[FunctionArg],
    context: &dyn RelationPlannerContext,
) -> Result<Vec<Option<SqlExpr>>> {
    let mut values: Vec<Option<SqlExpr>> = vec![None; contract.arguments.len()];
    let mut named = false;
    for (position, arg) in args.iter().enumerate() {
        let (index, value) = match arg {
            FunctionArg::Named { name, arg: FunctionArgExpr::Expr(value), operator } => {
                if *operator == FunctionArgOperator::Equals {
                    return plan_err!(
                        "{}: write '{name} => {value}' instead of '{arg}'",
                        contract.name
                    );
                }
                named = true;
                let key = context.normalize_ident(name.clone());
                match contract.arguments.iter().position(|a| a.name == key) {
                    Some(index) => (index, value),
                    None => {
                        return plan_err!(
                            "{}: unknown argument '{key}'{}, expected {}",
                            contract.name,
                            did_you_mean(&key, contract.argument_names()),
                            contract.argument_names().join(", ")
                        );
                    }
                }
            }
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value @ SqlExpr::Subquery(_))) => {
                // Relations are told by their form: `f(TABLE a, TABLE b)`, `f(TABLE a, x => y, TABLE b)`.
                let open =
                    |(i, a): &(usize, &Argument)| a.role == Role::Relation && values[*i].is_none();
                match contract.arguments.iter().enumerate().find(open) {
                    Some((index, _)) => (index, value),
                    None => {
                        return plan_err!(
                            "{}: one relation too many; write {}",
                            contract.name,
                            contract.syntax()
                        );
                    }
                }
            }
            FunctionArg::Unnamed(FunctionArgExpr::Expr(SqlExpr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            })) if contract.argument_names().contains(&left.to_string().as_str()) => {
                // `n = 3` is a comparison to the parser; named like an argument, it is a slip.
                return plan_err!("{}: write {left} => {right}", contract.name);
            }
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) if !named => {
                if position >= values.len() {
                    return plan_err!(
                        "{}: {} arguments, expected at most {}; write {}",
                        contract.name,
                        args.len(),
                        values.len(),
                        contract.syntax()
                    );
                }
                (position, value)
            }
            FunctionArg::Unnamed(_) if named => {
                return plan_err!(
                    "{}: '{arg}' follows a named argument; name it too",
                    contract.name
                );
            }
            other => return plan_err!("{}: argument '{other}' is not a value", contract.name),
        };
        if values[index].replace(value.clone()).is_some() {
            return plan_err!(
                "{}: argument '{}' is given twice",
                contract.name,
                contract.arguments[index].name
            );
        }
    }
    Ok(values)
}

/// Plans a relation argument: `TABLE name` (parsed as a query) or a parenthesised query.
fn plan_input(
    contract: &Contract,
    argument: &Argument,
    value: Option<SqlExpr>,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let subquery = match value {
        Some(SqlExpr::Subquery(query)) => query,
        Some(SqlExpr::Nested(inner)) => {
            return plan_input(contract, argument, Some(*inner), context);
        }
        None => return missing(contract, argument),
        Some(other) => {
            return plan_err!(
                "{}: argument '{}' is '{other}', expected a relation; write TABLE {other} or \
                 (SELECT …)",
                contract.name,
                argument.name
            );
        }
    };
    let relation = TableFactor::Derived { lateral: false, subquery, alias: None, sample: None };
    plan_with_types(relation, context)
}

/// Plans a relation with the types it will have. Those of a UNION are settled only when types are
/// coerced, too late for whoever reads ticks of a time column now.
pub fn plan_with_types(
    relation: TableFactor,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    TypeCoercion::new().analyze(context.plan(relation)?, &ConfigOptions::default())
}

/// The expressions of a key, order or column argument; a key may be a tuple.
fn plan_columns(
    contract: &Contract,
    argument: &Argument,
    value: Option<SqlExpr>,
    schema: &DFSchema,
) -> Result<Vec<SqlExpr>> {
    let value = match (value, argument.default) {
        (Some(SqlExpr::Tuple(keys)), _) if argument.role == Role::Key => return Ok(keys),
        (Some(value), _) => value,
        // One number for all rows stands in for a column that data may not have.
        (None, Some(_)) if let Some(number @ SqlExpr::Value(_)) = default_value(argument) => number,
        (None, Some(column)) => {
            if !schema.fields().iter().any(|f| f.name() == column) {
                let names: Vec<_> = schema.fields().iter().map(|f| f.name().as_str()).collect();
                return plan_err!(
                    "{}: the relation has no column '{column}'; pass {} => one of {}",
                    contract.name,
                    argument.name,
                    names.join(", ")
                );
            }
            SqlExpr::Identifier(Ident::with_quote('"', column))
        }
        (None, None) => return missing(contract, argument),
    };
    Ok(vec![value])
}

fn coerced(
    contract: &Contract,
    argument: &Argument,
    expr: Expr,
    schema: &DFSchema,
) -> Result<Expr> {
    let kind = match argument.role {
        Role::Column(kind) => kind,
        Role::Order => crate::function::Kind::Time,
        _ => return Ok(expr),
    };
    let given = expr.get_type(schema)?;
    if !kind.accepts(&given) {
        return plan_err!(
            "{}: argument '{}' is {given} ('{expr}'), expected {}",
            contract.name,
            argument.name,
            kind.word()
        );
    }
    Ok(match kind.data_type() {
        Some(wanted) if wanted != given => cast(expr, wanted),
        _ => expr,
    })
}

fn default_value(argument: &Argument) -> Option<SqlExpr> {
    Parser::new(&GenericDialect {}).try_with_sql(argument.default?).ok()?.parse_expr().ok()
}

fn missing<T>(contract: &Contract, argument: &Argument) -> Result<T> {
    plan_err!(
        "{}: missing argument '{}'; write {}",
        contract.name,
        argument.name,
        contract.syntax()
    )
}
