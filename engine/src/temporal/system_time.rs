//! `a JOIN t FOR SYSTEM_TIME AS OF a.ts`: each left row sees the table as it was known at that
//! row's own time.

use datafusion::common::ScalarValue;
use datafusion::common::{Column, JoinType, Result, plan_err};
use datafusion::functions_aggregate::min_max::max_udaf;
use datafusion::functions_window::expr_fn::lead;
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{
    Expr, ExprFunctionExt as _, LogicalPlan, LogicalPlanBuilder, WindowFrame, WindowFrameBound,
    WindowFrameUnits, WindowFunctionDefinition,
};
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, Join, JoinConstraint, JoinOperator, TableFactor, TableVersion,
};
use trademl_catalog::{KNOWN_AT, PitDefinition};
use trademl_lookahead::KNOWN_UNTIL;
use trademl_temporal::{Comparison, JoinSpec, Pick};

use super::clause::{Clause, arguments};
use super::planner::Sides;
use crate::pit::{Read, asking_for};

/// The latest event known so far.
const LATEST_EVENT: &str = "__latest_event";

/// Plans the join.
pub(super) fn plan(
    left: LogicalPlan,
    mut join: Join,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let TableFactor::Table { name, version, .. } = &mut join.relation else {
        return plan_err!("FOR SYSTEM_TIME AS OF follows a table");
    };
    let name = name.to_string();
    let Some(TableVersion::ForSystemTimeAsOf(at)) = version.take() else {
        return plan_err!("{name}: FOR SYSTEM_TIME AS OF is missing");
    };
    let table = context.plan(join.relation.clone())?;
    let (right, mut tables) = asking_for(table, Read::History)?;
    let definition = match (tables.pop(), tables.is_empty()) {
        (Some(table), true) => table.definition().cloned(),
        _ => None,
    };
    let Some(definition) = definition else {
        return plan_err!(
            "{name}: FOR SYSTEM_TIME AS OF a column takes one point-in-time table; create it with \
             CREATE PIT TABLE, or cut a view at a constant"
        );
    };
    let at_left = context.sql_to_expr(at.clone(), left.schema()).map_err(|e| {
        e.context(format!("{name}: FOR SYSTEM_TIME AS OF takes a column of the left side"))
    })?;
    let sides = Sides { left, right, context };
    match join.join_operator.clone() {
        JoinOperator::AsOf { match_condition, .. } => {
            latest_known_event(sides, &join, &match_condition, &at, at_left, &definition)
        }
        JoinOperator::Join(on) | JoinOperator::Inner(on) => {
            snapshot(sides, JoinType::Inner, &on, at_left, &definition)
        }
        JoinOperator::Left(on) | JoinOperator::LeftOuter(on) => {
            snapshot(sides, JoinType::Left, &on, at_left, &definition)
        }
        _ => plan_err!("{name}: FOR SYSTEM_TIME AS OF a column takes an inner, LEFT or ASOF join"),
    }
}

/// Every row of the table as known at the left row's time: a revision counts from when it became
/// known until the next one of the same row did.
fn snapshot(
    sides: Sides<'_>,
    kind: JoinType,
    constraint: &JoinConstraint,
    at: Expr,
    definition: &PitDefinition,
) -> Result<LogicalPlan> {
    let Sides { left, right, context } = sides;
    let JoinConstraint::On(on) = constraint else {
        return plan_err!(
            "JOIN {} FOR SYSTEM_TIME AS OF a column needs its keys in ON, as ON a.key = b.key",
            definition.name
        );
    };
    let on = context.sql_to_expr(on.clone(), &left.schema().join(right.schema())?)?;
    let identity = definition.identity_columns();
    let identity = identity.iter().map(|c| column(&right, c)).collect::<Result<Vec<_>>>()?;
    let known_at = column(&right, KNOWN_AT)?;
    let next = lead(known_at.clone(), Some(1), None)
        .partition_by(identity)
        .order_by(vec![known_at.clone().sort(true, true)])
        .build()?;
    let right = with_column(right, next, KNOWN_UNTIL)?;
    let until = Expr::Column(Column::new_unqualified(KNOWN_UNTIL));
    let is_known = known_at.lt_eq(at.clone());
    let is_current = until.clone().is_null().or(at.lt(until));
    let shown: Vec<Expr> = left
        .schema()
        .iter()
        .chain(right.schema().iter())
        .map(Column::from)
        .filter(|c| c.name != KNOWN_UNTIL)
        .map(Expr::Column)
        .collect();
    LogicalPlanBuilder::from(left)
        .join_on(right, kind, [on, is_known, is_current])?
        .project(shown)?
        .build()
}

/// The latest event known at the left row's time, in its latest revision.
///
/// A row is known no earlier than its event, so among the rows known at an instant none lies in its
/// future. Read in the order in which they became known, those count that are not older than all
/// known before; the last of them at an instant is the answer.
fn latest_known_event(
    mut sides: Sides<'_>,
    join: &Join,
    condition: &SqlExpr,
    at: &SqlExpr,
    at_left: Expr,
    definition: &PitDefinition,
) -> Result<LogicalPlan> {
    let Some((kind, args)) = arguments(condition) else {
        return plan_err!("ASOF JOIN: MATCH_CONDITION is missing");
    };
    let clause = Clause::read(&kind, &args)?;
    let (comparison, left_time, right_time, _) = sides.times(&clause)?;
    let event = column(&sides.right, &definition.event_time)?;
    let simple = kind == "__asof" && comparison == Comparison::GtEq && clause.tolerance.is_none();
    let same_times =
        strip_cast(&left_time) == strip_cast(&at_left) && strip_cast(&right_time) == event;
    if !simple || !same_times {
        return plan_err!(
            "ASOF JOIN {0} FOR SYSTEM_TIME AS OF {at}: expected MATCH_CONDITION ({at} >= {1}) without \
             TOLERANCE: the latest event known at that time; other matches go against {0} FOR \
             SYSTEM_TIME AS OF a constant",
            definition.name,
            event
        );
    }
    let known_at = column(&sides.right, KNOWN_AT)?;
    let keys = sides.right_keys(join)?;
    let frame = WindowFrame::new_bounds(
        WindowFrameUnits::Rows,
        WindowFrameBound::Preceding(ScalarValue::UInt64(None)),
        WindowFrameBound::CurrentRow,
    );
    let latest = WindowFunctionDefinition::AggregateUDF(max_udaf());
    let latest = Expr::from(WindowFunction::new(latest, vec![event.clone()]));
    let by = [known_at.clone(), event.clone()].map(|e| e.sort(true, true));
    let mut latest = latest.order_by(by.to_vec());
    if !keys.is_empty() {
        latest = latest.partition_by(keys);
    }
    let latest = latest.window_frame(frame).build()?;
    let all: Vec<Expr> =
        sides.right.schema().iter().map(|c| Expr::Column(Column::from(c))).collect();
    let marked = with_column(sides.right, latest, LATEST_EVENT)?;
    let newest = event.clone().gt_eq(Expr::Column(Column::new_unqualified(LATEST_EVENT)));
    sides.right = LogicalPlanBuilder::from(marked).filter(newest)?.project(all)?.build()?;
    let spec = JoinSpec {
        on: vec![],
        times: sides.as_one_type(at_left, known_at)?,
        pick: Pick::AsOf { comparison, tolerance: None, offsets: vec![0] },
        keep_unmatched: clause.keep_unmatched,
        horizon: None,
        tie: Some(event),
    };
    sides.join(spec, join)
}

fn strip_cast(e: &Expr) -> Expr {
    match e {
        Expr::Cast(cast) => strip_cast(&cast.expr),
        other => other.clone(),
    }
}

/// The plan's column of that name.
fn column(plan: &LogicalPlan, name: &str) -> Result<Expr> {
    Ok(Expr::Column(Column::from(plan.schema().qualified_field_with_unqualified_name(name)?)))
}

/// The plan's columns and one more.
fn with_column(plan: LogicalPlan, value: Expr, name: &str) -> Result<LogicalPlan> {
    let all: Vec<Expr> = plan.schema().iter().map(|c| Expr::Column(Column::from(c))).collect();
    let computed = LogicalPlanBuilder::from(plan).window([value])?;
    let schema = computed.schema();
    let last = schema.iter().last().map(Column::from);
    let Some(last) = last else { return plan_err!("a window without a result") };
    computed.project(all.into_iter().chain([Expr::Column(last).alias(name)]))?.build()
}
