//! Time that has elapsed is compared as what it is, a number of nanoseconds.
//!
//! DataFusion compares a difference of two instants with an INTERVAL as intervals, and intervals by
//! months, then days, then nanoseconds: nine days, all of them nanoseconds, were less than the days of
//! `INTERVAL '3 days'`. Here an interval without months is turned into elapsed time, a day being 24
//! hours, as it is in UTC; what has no fixed length is refused.

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult as _, TreeNode as _};
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{
    Between, BinaryExpr, Expr, ExprSchemable as _, LogicalPlan, Operator, cast, lit,
};
use datafusion::optimizer::AnalyzerRule;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;

const ELAPSED: DataType = DataType::Duration(TimeUnit::Nanosecond);
const NANOS_A_DAY: i64 = 86_400_000_000_000;

/// The rule; it comes after the coercion of types.
#[derive(Debug)]
pub(crate) struct ElapsedTimes;

impl AnalyzerRule for ElapsedTimes {
    fn name(&self) -> &'static str {
        "elapsed_times"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| {
            let mut rows = DFSchema::empty();
            plan.inputs().iter().for_each(|input| rows.merge(input.schema()));
            let names = NamePreserver::new(&plan);
            plan.map_expressions(|e| {
                let name = names.save(&e);
                let e = e.transform_up(|e| compared(e, &rows))?;
                Ok(e.update_data(|e| name.restore(e)))
            })
        })
        .data()
    }
}

fn compared(e: Expr, rows: &DFSchema) -> Result<Transformed<Expr>> {
    let elapsed = |part: Expr| elapsed(part, rows);
    match e {
        Expr::BinaryExpr(BinaryExpr { left, op, right })
            if compares(op) && is_interval(&left, rows) =>
        {
            let (left, right) = (elapsed(*left)?, elapsed(*right)?);
            Ok(Transformed::yes(Expr::BinaryExpr(BinaryExpr::new(left.into(), op, right.into()))))
        }
        Expr::Between(Between { expr, negated, low, high }) if is_interval(&expr, rows) => {
            let (expr, low, high) = (elapsed(*expr)?, elapsed(*low)?, elapsed(*high)?);
            let between = Between::new(expr.into(), negated, low.into(), high.into());
            Ok(Transformed::yes(Expr::Between(between)))
        }
        Expr::InList(mut of) if is_interval(&of.expr, rows) => {
            of.expr = elapsed(*of.expr)?.into();
            of.list = of.list.into_iter().map(elapsed).collect::<Result<_>>()?;
            Ok(Transformed::yes(Expr::InList(of)))
        }
        // Others that compare: there is nothing to be gained from turning them, too.
        Expr::ScalarFunction(ref f)
            if ["greatest", "least", "nullif"].contains(&f.name())
                && f.args.iter().any(|e| is_interval(e, rows)) =>
        {
            refused(&e)
        }
        Expr::InSubquery(ref of) if is_interval(&of.expr, rows) => refused(&e),
        Expr::SetComparison(ref of) if is_interval(&of.expr, rows) => refused(&e),
        Expr::Case(ref case) if case.expr.as_ref().is_some_and(|e| is_interval(e, rows)) => {
            refused(&e)
        }
        e => Ok(Transformed::no(e)),
    }
}

fn compares(op: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq};
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom)
}

fn is_interval(e: &Expr, rows: &DFSchema) -> bool {
    matches!(e.get_type(rows), Ok(DataType::Interval(_)))
}

/// An interval as the time that passes in it.
fn elapsed(e: Expr, rows: &DFSchema) -> Result<Expr> {
    // What coercion made an interval of.
    if let Expr::Cast(given) = &e
        && matches!(given.expr.get_type(rows)?, DataType::Duration(_) | DataType::Null)
    {
        return Ok(cast(given.expr.as_ref().clone(), ELAPSED));
    }
    let mut constant = e.clone();
    if e.column_refs().is_empty() && !e.contains_outer() && !e.is_volatile() {
        constant = ExprSimplifier::new(SimplifyContext::default()).simplify(constant)?;
    }
    let Expr::Literal(ScalarValue::IntervalMonthDayNano(value), _) = constant else {
        return refused(&e);
    };
    let Some(value) = value else { return Ok(lit(ScalarValue::DurationNanosecond(None))) };
    let nanos = i64::from(value.days)
        .checked_mul(NANOS_A_DAY)
        .and_then(|days| days.checked_add(value.nanoseconds));
    match nanos.filter(|_| value.months == 0) {
        Some(nanos) => Ok(lit(ScalarValue::DurationNanosecond(Some(nanos)))),
        None => refused(&e),
    }
}

fn refused<T>(e: &Expr) -> Result<T> {
    plan_err!(
        "{e} cannot be compared: only days and shorter units have a fixed length; compare a \
         difference of two timestamps with a constant such as INTERVAL '30 days', or instants with \
         each other (a <= b + INTERVAL '1 month')"
    )
}
