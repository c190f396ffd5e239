//! Parameters: what a client must know about them, and how received rows reach the plan.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, ParamValues, ScalarValue, TableReference, plan_err};
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, Projection};
use tonic::Status;
use trademl_engine::Planned;

use crate::wire;

/// Name the received rows have inside a plan.
const ROWS: &str = "parameters";

/// The parameters of a statement in the order clients bind them: `$1`, `$2`, … by number (one the
/// text skips has a place all the same), otherwise by first use.
pub(crate) fn schema(planned: &Planned) -> Schema {
    // Types nothing in the text fixes are said to be text, which every client can send.
    let known = |of: &Option<DataType>| match of {
        None | Some(DataType::Null) => DataType::Utf8,
        Some(known) => wire::data_type(known),
    };
    let Some(count) = numbered(planned) else {
        let field = |(name, of): &(String, _)| Field::new(name, known(of), true);
        return Schema::new(planned.parameters.iter().map(field).collect::<Vec<_>>());
    };
    let field = |number: usize| {
        let of = planned.parameters.iter().find(|(name, _)| plain(name).parse() == Ok(number));
        Field::new(format!("${number}"), known(of.map_or(&None, |(_, of)| of)), true)
    };
    Schema::new((1..=count).map(field).collect::<Vec<_>>())
}

/// The highest number when all parameters are numbers.
fn numbered(planned: &Planned) -> Option<usize> {
    let numbers = planned.parameters.iter().map(|(name, _)| plain(name).parse::<usize>());
    let highest = numbers.collect::<Result<Vec<_>, _>>().ok()?.into_iter().max().unwrap_or(0);
    // The text gate keeps statements short, so a huge number is a slip and not a wide table.
    (highest <= 32_768).then_some(highest)
}

/// A parameter's name without its sign.
fn plain(name: &str) -> &str {
    name.trim_start_matches(['$', ':'])
}

/// Finds the received column of each parameter: numbers count columns, names are looked up and
/// fall back to the order of first use.
fn columns(planned: &Planned, rows: &Schema) -> Result<Vec<(String, usize)>, Status> {
    let expected = schema(planned).fields().len();
    if rows.fields().len() != expected {
        return Err(Status::invalid_argument(format!(
            "parameters: {} given, the statement has {expected}",
            rows.fields().len()
        )));
    }
    let by_number = numbered(planned).is_some();
    let place = |(order, (name, _)): (usize, &(String, _))| {
        let name = plain(name);
        let named = || rows.fields().iter().position(|field| plain(field.name()) == name);
        let column = match name.parse::<usize>() {
            Ok(number) if by_number => number.saturating_sub(1),
            _ => named().unwrap_or(order),
        };
        (name.to_owned(), column)
    };
    Ok(planned.parameters.iter().enumerate().map(place).collect())
}

/// Puts one row of values in the place of the parameters.
pub(crate) fn one_row(planned: Planned, rows: &[RecordBatch]) -> Result<Planned, Status> {
    let count: usize = rows.iter().map(RecordBatch::num_rows).sum();
    let row = rows.iter().find(|batch| batch.num_rows() == 1);
    let (1, Some(row)) = (count, row) else {
        return Err(Status::invalid_argument(format!(
            "parameters: {count} rows given, expected one"
        )));
    };
    let mut values = Vec::new();
    for (name, column) in columns(&planned, &row.schema())? {
        let given = ScalarValue::try_from_array(row.column(column), 0);
        let given = given.map_err(|error| invalid(&name, &error))?;
        let known = planned.parameters.iter().find(|(other, _)| plain(other) == name);
        let value = match known.and_then(|(_, of)| of.as_ref()) {
            Some(of) => typed(&name, given, of)?,
            None => given,
        };
        values.push((name, value));
    }
    planned
        .with_parameters(ParamValues::from(values))
        .map_err(|error| crate::status::status(&error))
}

/// Text and NULL take the type the statement expects, so that '2020-01-31' binds to a date. Other
/// values keep theirs: the planner widens numbers, and a fraction is never cut to an integer here.
fn typed(name: &str, value: ScalarValue, expected: &DataType) -> Result<ScalarValue, Status> {
    let of = value.data_type();
    if of == *expected || matches!(expected, DataType::Null) {
        return Ok(value);
    }
    if value.is_null() {
        return ScalarValue::try_from(expected).map_err(|error| invalid(name, &error));
    }
    if !matches!(of, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) {
        return Ok(value);
    }
    let text = value.to_string();
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    let cast = value.to_array().and_then(|one| Ok(cast_with_options(&one, expected, &strict)?));
    cast.and_then(|one| ScalarValue::try_from_array(&one, 0)).map_err(|_| {
        Status::invalid_argument(format!(
            "${name}: not a value of its type, was '{text}', expected {expected}"
        ))
    })
}

fn invalid(name: &str, error: &DataFusionError) -> Status {
    Status::invalid_argument(format!("${name}: {}", error.strip_backtrace()))
}

/// Turns `INSERT … VALUES ($1, …)` over many rows of parameters into one insert that reads them
/// all. `None` when the parameters are not all in one row of `VALUES`.
pub(crate) fn all_rows(
    mut planned: Planned,
    schema: SchemaRef,
    rows: &[RecordBatch],
) -> Result<Option<Planned>, Status> {
    let columns = columns(&planned, &schema)?;
    // Columns by position: DB-API clients call them "0", "1", …, others repeat names.
    let names = (0..schema.fields().len()).map(|at| format!("p{at}"));
    let fields =
        names.zip(schema.fields()).map(|(name, f)| Field::new(name, f.data_type().clone(), true));
    let table = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let rows =
        rows.iter().map(|rows| RecordBatch::try_new(Arc::clone(&table), rows.columns().to_vec()));
    let bad = |error: DataFusionError| {
        Status::invalid_argument(format!("parameters: {}", error.strip_backtrace()))
    };
    let rows = rows.collect::<Result<Vec<_>, _>>().map_err(|error| bad(error.into()))?;
    let source = provider_as_source(Arc::new(MemTable::try_new(table, vec![rows]).map_err(bad)?));
    let scan = LogicalPlanBuilder::scan(ROWS, source, None).and_then(LogicalPlanBuilder::build);
    let scan = scan.map_err(bad)?;
    let plan = std::mem::take(&mut planned.plan);
    let plan = plan.transform_up(|node| read_rows(node, &scan, &columns)).map_err(bad)?.data;
    let rest = plan.get_parameter_names().map_err(bad)?;
    planned.plan = plan;
    planned.parameters.clear();
    Ok(rest.is_empty().then_some(planned))
}

/// Replaces a one-row `VALUES` by a projection of the received rows, and passes the new columns on
/// to the nodes above.
fn read_rows(
    node: LogicalPlan,
    scan: &LogicalPlan,
    columns: &[(String, usize)],
) -> Result<Transformed<LogicalPlan>, DataFusionError> {
    let LogicalPlan::Values(values) = &node else {
        let node = node.recompute_schema()?;
        whole_numbers(&node)?;
        return Ok(Transformed::yes(node));
    };
    let [row] = values.values.as_slice() else { return Ok(Transformed::no(node)) };
    let expressions = row.iter().zip(values.schema.fields()).map(|(value, field)| {
        let value = value.clone().transform(|expr| Ok(read_column(expr, columns)))?.data;
        if field.data_type().is_null() {
            // Nothing fixed its type: it takes the one of the received column.
            return Ok(value.alias(field.name()));
        }
        let value = datafusion::logical_expr::cast(value, field.data_type().clone());
        Ok(value.alias(field.name()))
    });
    let expressions = expressions.collect::<Result<Vec<_>, DataFusionError>>()?;
    let projection = Projection::try_new(expressions, Arc::new(scan.clone()))?;
    Ok(Transformed::yes(LogicalPlan::Projection(projection)))
}

/// Refuses to cut received fractions to integers, as the planner does for values in the text.
fn whole_numbers(node: &LogicalPlan) -> Result<(), DataFusionError> {
    let LogicalPlan::Projection(projection) = node else { return Ok(()) };
    for expr in &projection.expr {
        let (Expr::Cast(cast), name) = (expr.clone().unalias(), expr.qualified_name().1) else {
            continue;
        };
        let from = cast.expr.get_type(projection.input.schema())?;
        let to = cast.field.data_type();
        if to.is_integer() && (from.is_floating() || from.is_decimal()) {
            return plan_err!("column '{name}' is {to}, the values given are {from}");
        }
    }
    Ok(())
}

fn read_column(expr: Expr, columns: &[(String, usize)]) -> Transformed<Expr> {
    let Expr::Placeholder(placeholder) = &expr else { return Transformed::no(expr) };
    match columns.iter().find(|(name, _)| name == plain(&placeholder.id)) {
        Some((_, at)) => {
            let column = Column::new(Some(TableReference::bare(ROWS)), format!("p{at}"));
            Transformed::yes(Expr::Column(column))
        }
        None => Transformed::no(expr),
    }
}
