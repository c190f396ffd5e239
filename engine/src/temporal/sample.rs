//! `SELECT symbol, ts, first(open) AS open, … FROM t SAMPLE BY 5m FILL (PREV)`.
//!
//! `clauses.rs` leaves `GROUP BY __sample_by('5', 'm', '00:00', __prev())`. Which column is the time
//! is known only when FROM is planned, so the SELECT is set apart as a subquery, which the relation
//! planner sees whole. The bucket stands where the time stood: `date_bin` or `date_trunc` of it, which
//! the look-ahead rule knows to be over at its end.

use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{Column, DFSchema, Result, TableReference, plan_err};
use datafusion::functions::core::expr_fn::get_field;
use datafusion::functions::core::named_struct;
use datafusion::logical_expr::expr::NullTreatment;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::utils::{find_aggregate_exprs, find_window_exprs};
use datafusion::logical_expr::{
    Expr, ExprSchemable as _, Extension, LogicalPlan, LogicalPlanBuilder, cast, lit, when,
};
use datafusion::optimizer::AnalyzerRule as _;
use datafusion::optimizer::analyzer::type_coercion::TypeCoercion;
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Ident,
    NullTreatment as SqlNullTreatment, ObjectName, Query, Select, SelectItem, SetExpr, TableFactor,
    visit_expressions_mut,
};
use trademl_udfs::fill::FillBuckets;
use trademl_udfs::relation::{RelationNode, plan_with_types};

use super::clause::string;
use super::step::Step;
use crate::dialect::{query, select_all, select_all_from};
use crate::error::Error;
use crate::lookahead;

/// As `clauses.rs` has it, and once it is set apart.
const FOLDED: &str = "__sample_by";
const APART: &str = "__sampled";
/// The bucket within the plan; also what comes before the keys and values there.
const BUCKET: &str = "__bucket";
const ROW: &str = "__row";

/// Functions of a bucket's rows in the order of time: how `QuestDB` calls them, the stock function,
/// and whether it skips NULL.
const IN_ORDER: [(&str, &str, bool); 4] = [
    ("first", "first_value", false),
    ("last", "last_value", false),
    ("first_not_null", "first_value", true),
    ("last_not_null", "last_value", true),
];

/// Sets a SELECT with SAMPLE BY apart, as a subquery of `SELECT *`.
pub(crate) fn set_apart(select: &mut Select) -> std::result::Result<(), Error> {
    let refused = [
        (select.having.is_some() || select.qualify.is_some(), "HAVING and QUALIFY"),
        (select.distinct.is_some(), "DISTINCT"),
        (!select.named_window.is_empty(), "WINDOW"),
        (select.top.is_some() || select.into.is_some(), "TOP and INTO"),
    ];
    let Some(call) = clause(&mut select.group_by, FOLDED) else { return Ok(()) };
    if let Some((_, what)) = refused.iter().find(|(is_set, _)| *is_set) {
        return Err(Error::sql(format!(
            "SAMPLE BY: not supported with {what}; put the sampled query in parentheses"
        )));
    }
    call.name = ObjectName::from(vec![Ident::new(APART)]);
    let subquery = query(Box::new(select.clone()));
    let apart = TableFactor::Derived { lateral: false, subquery, alias: None, sample: None };
    if let SetExpr::Select(outer) = *select_all_from(apart).body {
        *select = *outer;
    }
    Ok(())
}

/// The call that stands for SAMPLE BY.
fn clause<'a>(groups: &'a mut GroupByExpr, name: &str) -> Option<&'a mut Function> {
    let GroupByExpr::Expressions(groups, _) = groups else { return None };
    match groups.as_mut_slice() {
        [SqlExpr::Function(call)] if call.name.to_string() == name => Some(call),
        _ => None,
    }
}

/// Whether a subquery is one that [`set_apart`] has made.
pub(super) fn is_ours(query: &Query) -> bool {
    match query.body.as_ref() {
        SetExpr::Select(select) => clause(&mut select.group_by.clone(), APART).is_some(),
        _ => false,
    }
}

/// What an item of the SELECT is.
enum Item {
    /// The time, shown as the bucket.
    Bucket,
    /// Something that rows are grouped by.
    Key(usize),
    /// Something made of aggregates.
    Value(Expr),
    /// The same for all rows.
    Constant(Expr),
}

struct Shown {
    item: Item,
    relation: Option<TableReference>,
    name: String,
}

impl Shown {
    fn called(&self, e: Expr) -> Expr {
        e.alias_qualified(self.relation.clone(), &self.name)
    }
}

pub(super) fn plan(query: Query, context: &mut dyn RelationPlannerContext) -> Result<LogicalPlan> {
    let SetExpr::Select(select) = *query.body else {
        return plan_err!("SAMPLE BY is a clause of a SELECT");
    };
    let mut select = *select;
    let arguments = clause(&mut select.group_by, APART).map(|call| list(call));
    let arguments = arguments.unwrap_or_default();
    let [count, unit, offset, fills @ ..] = arguments.as_slice() else {
        return plan_err!("write SAMPLE BY 5m, 1h, 1d, 1w or 1M");
    };
    let text = |e| string(e).unwrap_or_default();
    let step = Step::read(text(count), text(unit), text(offset))?;

    let mut rows = select_all();
    (rows.from, rows.selection) = (select.from, select.selection);
    let subquery = self::query(rows);
    let rows = TableFactor::Derived { lateral: false, subquery, alias: None, sample: None };
    let input = plan_with_types(rows, context)?;
    let Some(time) = time_of(&input) else {
        return plan_err!("SAMPLE BY: the rows have no date or timestamp to sample by");
    };

    let (mut keys, mut shown) = (vec![], vec![]);
    for item in select.projection {
        shown.push(read(item, &time, &mut keys, &input, context)?);
    }
    let bucket = bucket(&step, &time, &input, context)?.alias(BUCKET);
    let values = shown.iter().filter_map(|shown| match &shown.item {
        Item::Value(e) => Some(e),
        _ => None,
    });
    let aggregates = find_aggregate_exprs(values);
    let groups = keys.iter().cloned().chain([bucket]).collect::<Vec<_>>();
    let grouped = LogicalPlanBuilder::from(input).aggregate(groups, aggregates.clone())?;
    let sampled = Sampled { keys, aggregates, shown };
    match fills {
        [] => sampled.project(grouped),
        fills => sampled.fill(grouped, &step, fills, context),
    }
}

/// A SELECT grouped by its keys and the bucket.
struct Sampled {
    keys: Vec<Expr>,
    aggregates: Vec<Expr>,
    shown: Vec<Shown>,
}

impl Sampled {
    fn key(&self, i: usize) -> Expr {
        match &self.keys[i] {
            column @ Expr::Column(_) => column.clone(),
            e => Expr::Column(Column::from_name(e.schema_name().to_string())),
        }
    }

    /// An expression over aggregates, over the columns that they have become.
    fn value(&self, e: &Expr) -> Result<Expr> {
        let column = |e: Expr| {
            Ok(match self.aggregates.contains(&e) {
                true => {
                    let name = e.schema_name().to_string();
                    Transformed::yes(Expr::Column(Column::from_name(name)))
                }
                false => Transformed::no(e),
            })
        };
        Ok(e.clone().transform_down(column)?.data)
    }

    fn project(self, grouped: LogicalPlanBuilder) -> Result<LogicalPlan> {
        let each = self.shown.iter().map(|shown| {
            Ok(shown.called(match &shown.item {
                Item::Bucket => bucket_column(),
                Item::Key(i) => self.key(*i),
                Item::Value(e) => self.value(e)?,
                Item::Constant(e) => e.clone(),
            }))
        });
        let each = each.collect::<Result<Vec<_>>>()?;
        grouped.project(each)?.build()
    }

    /// The same with the buckets that are missing between two of a key.
    fn fill(
        self,
        grouped: LogicalPlanBuilder,
        step: &Step,
        fills: &[SqlExpr],
        context: &mut dyn RelationPlannerContext,
    ) -> Result<LogicalPlan> {
        let name = |i: usize| format!("__{i}");
        let mut row = vec![];
        for (i, shown) in self.shown.iter().enumerate() {
            if let Item::Value(e) = &shown.item {
                row.extend([lit(name(i)), self.value(e)?]);
            }
        }
        let values = row.len() / 2;
        if values == 0 {
            return plan_err!("FILL: the SELECT has no aggregate to fill");
        }
        if fills.len() != 1 && fills.len() != values {
            return plan_err!(
                "FILL: has {} items, expected one, or one for each of the {values} aggregates",
                fills.len()
            );
        }
        let key = |i: usize| format!("__key{i}");
        let mut keys: Vec<_> = (0..self.keys.len()).map(|i| self.key(i).alias(key(i))).collect();
        if keys.is_empty() {
            keys.push(lit(0_i64).alias(key(0)));
        }
        let count = keys.len();
        keys.extend([bucket_column(), named_struct().call(row).alias(ROW)]);
        let grouped = TypeCoercion::new()
            .analyze(grouped.project(keys)?.build()?, &ConfigOptions::default())?;
        let column = |name: &str| Expr::Column(Column::from_name(name));
        let mut columns: Vec<_> = (0..count).map(|i| ("key", key(i), column(&key(i)))).collect();
        columns.push(("bucket", BUCKET.to_owned(), bucket_column()));
        columns.push(("row", ROW.to_owned(), column(ROW)));
        let constants = vec![("months", lit(i64::from(step.months))), ("micros", lit(step.micros))];
        let node = RelationNode::of(Arc::new(FillBuckets), grouped, columns, constants)?;
        let filled = LogicalPlan::Extension(Extension { node: Arc::new(node) });
        let mut fills = fills.iter().cycle();
        let mut each = vec![];
        for (i, shown) in self.shown.iter().enumerate() {
            each.push(shown.called(match &shown.item {
                Item::Bucket => column("bucket"),
                Item::Key(i) => column(&key(*i)),
                Item::Constant(e) => e.clone(),
                Item::Value(_) => {
                    let value = get_field(column("row"), name(i));
                    match fills.next() {
                        Some(SqlExpr::Function(call)) if call.name.to_string() == "__prev" => value,
                        Some(fill) => {
                            let fill = context.sql_to_expr(fill.clone(), &DFSchema::empty())?;
                            when(column("filled"), fill).otherwise(value)?
                        }
                        None => value,
                    }
                }
            }));
        }
        LogicalPlanBuilder::from(filled).project(each)?.build()
    }
}

fn bucket_column() -> Expr {
    Expr::Column(Column::from_name(BUCKET))
}

fn list(call: &Function) -> Vec<SqlExpr> {
    let FunctionArguments::List(list) = &call.args else { return vec![] };
    let arguments = list.args.iter().filter_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) => Some(e.clone()),
        _ => None,
    });
    arguments.collect()
}

/// One item of the SELECT; keys that it needs are added.
fn read(
    item: SelectItem,
    time: &Column,
    keys: &mut Vec<Expr>,
    input: &LogicalPlan,
    context: &mut dyn RelationPlannerContext,
) -> Result<Shown> {
    let (mut sql, alias) = match item {
        SelectItem::UnnamedExpr(e) => (e, None),
        SelectItem::ExprWithAlias { expr, alias } => (expr, Some(context.normalize_ident(alias))),
        other => {
            return plan_err!(
                "SAMPLE BY: '{other}' in the SELECT; name the columns to group by, and aggregate \
                 the others"
            );
        }
    };
    let written = sql.to_string();
    let renamed = in_order(&mut sql, context);
    let e = context.sql_to_expr(sql, input.schema())?;
    if !find_window_exprs([&e]).is_empty() {
        return plan_err!(
            "SAMPLE BY: {written} is a window function; put the sampled query in parentheses and \
             write it around"
        );
    }
    let is_time = |e: &Expr| matches!(e, Expr::Column(column) if column == time);
    let (relation, name) = match (&alias, &e) {
        (Some(alias), _) => (None, alias.clone()),
        (None, Expr::Column(column)) => (column.relation.clone(), column.name.clone()),
        (None, _) if renamed => (None, written.clone()),
        (None, e) => (None, e.schema_name().to_string()),
    };
    let item = if !find_aggregate_exprs([&e]).is_empty() {
        Item::Value(ordered(e, time)?)
    } else if is_time(&e) {
        Item::Bucket
    } else if e.column_refs().contains(time) {
        return plan_err!(
            "SAMPLE BY: {written} is made of the time {time}, which is the bucket here; compute it \
             in an outer query"
        );
    } else if e.column_refs().is_empty() {
        Item::Constant(e)
    } else {
        let known = keys.iter().position(|key| *key == e);
        Item::Key(known.unwrap_or_else(|| {
            keys.push(e);
            keys.len() - 1
        }))
    };
    Ok(Shown { item, relation, name })
}

/// Calls `first` what the engine calls `first_value`, unless it has a function of that name.
fn in_order(sql: &mut SqlExpr, context: &dyn RelationPlannerContext) -> bool {
    let mut renamed = false;
    let _ = visit_expressions_mut(sql, |e| {
        if let SqlExpr::Function(call) = e {
            let name = call.name.to_string().to_lowercase();
            let known = IN_ORDER.iter().find(|(theirs, ..)| *theirs == name);
            if let Some((_, stock, skips)) = known
                && context.context_provider().get_aggregate_meta(&name).is_none()
            {
                call.name = ObjectName::from(vec![Ident::new(*stock)]);
                if *skips {
                    call.null_treatment = Some(SqlNullTreatment::IgnoreNulls);
                }
                renamed = true;
            }
        }
        ControlFlow::<()>::Continue(())
    });
    renamed
}

/// First and last are so in the order of time, and of rows at one time by their values, so that the
/// answer is one.
fn ordered(e: Expr, time: &Column) -> Result<Expr> {
    let ordered = e.transform_up(|e| {
        let Expr::AggregateFunction(mut call) = e else { return Ok(Transformed::no(e)) };
        let of_order = IN_ORDER.iter().any(|(_, stock, _)| *stock == call.func.name());
        if !(of_order && call.params.order_by.is_empty()) {
            return Ok(Transformed::no(Expr::AggregateFunction(call)));
        }
        let by = [Expr::Column(time.clone())].into_iter().chain(call.params.args.iter().cloned());
        call.params.order_by = by.map(|e| e.sort(true, true)).collect();
        if call.params.null_treatment.is_none() {
            call.params.null_treatment = Some(NullTreatment::RespectNulls);
        }
        Ok(Transformed::yes(Expr::AggregateFunction(call)))
    })?;
    Ok(ordered.data)
}

/// The beginning of the bucket a row is in, of the type its time has.
fn bucket(
    step: &Step,
    time: &Column,
    input: &LogicalPlan,
    context: &dyn RelationPlannerContext,
) -> Result<Expr> {
    let given = Expr::Column(time.clone());
    let given_type = given.get_type(input.schema())?;
    let zone = match &given_type {
        DataType::Timestamp(_, zone) => zone.clone(),
        _ if step.is_of_days() => None,
        _ => {
            return plan_err!(
                "SAMPLE BY: {time} is a date, expected a step of whole days, weeks, months or years \
                 without OFFSET"
            );
        }
    };
    let is_date = !matches!(given_type, DataType::Timestamp(..));
    let instant = DataType::Timestamp(datafusion::arrow::datatypes::TimeUnit::Microsecond, None);
    let at = if is_date { cast(given, instant) } else { given };
    let function = |name: &str| match context.context_provider().get_function_meta(name) {
        Some(function) => Ok(function),
        None => plan_err!("SAMPLE BY: the session has no {name}"),
    };
    let binned = match step.unit() {
        Some(unit) => function("date_trunc")?.call(vec![lit(unit), at]),
        None => {
            let step_and_time = [lit(step.interval()), at];
            let origin = step.origin(zone).map(lit);
            function("date_bin")?.call(step_and_time.into_iter().chain(origin).collect())
        }
    };
    Ok(if is_date { cast(binned, given_type) } else { binned })
}

/// The column rows are sampled by: the event time of the leftmost table, if it is shown, else the first
/// date or timestamp, as the look-ahead rule takes it.
fn time_of(plan: &LogicalPlan) -> Option<Column> {
    let fields = || plan.schema().iter();
    let is_time =
        |t: &DataType| matches!(t, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..));
    let event_time = leftmost(plan).and_then(|name| {
        fields().find(|(_, field)| *field.name() == name && is_time(field.data_type()))
    });
    let first = || fields().find(|(_, field)| is_time(field.data_type()));
    event_time.or_else(first).map(Column::from)
}

fn leftmost(plan: &LogicalPlan) -> Option<String> {
    match plan {
        LogicalPlan::TableScan(scan) => lookahead::event_time(scan),
        plan => leftmost(plan.inputs().first()?),
    }
}
