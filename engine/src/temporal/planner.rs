//! Plans of joins on time.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Column, DFSchema, Result, TableReference, plan_err};
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    Expr, ExprSchemable as _, LogicalPlan, LogicalPlanBuilder, Operator, lit, when,
};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr as SqlExpr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    Join, JoinConstraint, JoinOperator, TableFactor, Value,
};
use trademl_temporal::{Comparison, Horizon, JoinSpec, Pick, TemporalJoin};

use super::distance::ticks;
use super::fold::{is_ours, row_wise_cut};
use super::{latest, system_time};
use crate::planner::normal;

/// More offsets than this are a slip.
const MOST_OFFSETS: i64 = 100_000;

/// Plans joins that `fold.rs` has set apart.
#[derive(Debug)]
pub(crate) struct TemporalRelations;

impl RelationPlanner for TemporalRelations {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let (mut table, alias) = match relation {
            TableFactor::NestedJoin { table_with_joins, alias }
                if table_with_joins.joins.len() == 1 && is_ours(&table_with_joins.joins[0]) =>
            {
                (*table_with_joins, alias)
            }
            other => return Ok(RelationPlanning::Original(Box::new(other))),
        };
        let Some(join) = table.joins.pop() else {
            return plan_err!("a join without a right side");
        };
        let left = context.plan(table.relation)?;
        let plan = match (&join.join_operator, row_wise_cut(&join)) {
            (JoinOperator::AsOf { match_condition, .. }, None) => {
                match arguments(match_condition) {
                    Some((name, args)) if name == "__latest" => latest::plan(left, &args, context)?,
                    Some((name, args)) => {
                        let right = context.plan(join.relation.clone())?;
                        let mut sides = Sides { left, right, context };
                        let clause = Clause::read(&name, &args)?;
                        let spec = sides.spec(&clause)?;
                        sides.join(spec, &join)?
                    }
                    None => return plan_err!("ASOF JOIN: MATCH_CONDITION is missing"),
                }
            }
            (_, Some(_)) => system_time::plan(left, join, context)?,
            _ => return plan_err!("not a join on time"),
        };
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias))))
    }
}

/// The name and arguments of the call that `clauses.rs` has made.
pub(super) fn arguments(condition: &SqlExpr) -> Option<(String, Vec<SqlExpr>)> {
    let SqlExpr::Function(Function { name, args: FunctionArguments::List(list), .. }) = condition
    else {
        return None;
    };
    let args = list.args.iter().map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) => Some(e.clone()),
        _ => None,
    });
    Some((name.to_string().to_lowercase(), args.collect::<Option<Vec<_>>>()?))
}

/// A join clause as written.
pub(super) struct Clause<'a> {
    kind: &'a str,
    pub keep_unmatched: bool,
    condition: &'a SqlExpr,
    tolerance: Option<&'a SqlExpr>,
    rest: &'a [SqlExpr],
}

impl<'a> Clause<'a> {
    pub fn read(kind: &'a str, args: &'a [SqlExpr]) -> Result<Self> {
        let [join, condition, tolerance, rest @ ..] = args else {
            return plan_err!("MATCH_CONDITION takes one comparison, as (a.ts >= b.ts)");
        };
        let tolerance = (!is_null(tolerance)).then_some(tolerance);
        let keep_unmatched = string(join) == Some("left");
        Ok(Self { kind, keep_unmatched, condition, tolerance, rest })
    }

    /// The comparison and the two times, left of the sign first.
    pub fn comparison(&self) -> Result<(Comparison, &'a SqlExpr, &'a SqlExpr)> {
        let mut condition = self.condition;
        while let SqlExpr::Nested(inner) = condition {
            condition = inner;
        }
        let wrong = || {
            plan_err!(
                "MATCH_CONDITION: was {condition}, expected one comparison of a left and a right \
                 time, as a.ts >= b.ts, or NEAREST(a.ts, b.ts); a limit on the distance goes into \
                 TOLERANCE, all else into ON or WHERE"
            )
        };
        match condition {
            SqlExpr::BinaryOp { left, op, right } => {
                let comparison = match op {
                    BinaryOperator::GtEq => Comparison::GtEq,
                    BinaryOperator::Gt => Comparison::Gt,
                    BinaryOperator::LtEq => Comparison::LtEq,
                    BinaryOperator::Lt => Comparison::Lt,
                    _ => return wrong(),
                };
                Ok((comparison, left, right))
            }
            SqlExpr::Function(call) if call.name.to_string().eq_ignore_ascii_case("nearest") => {
                let FunctionArguments::List(list) = &call.args else { return wrong() };
                match list.args.as_slice() {
                    [
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(left)),
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(right)),
                    ] => Ok((Comparison::Nearest, left, right)),
                    _ => wrong(),
                }
            }
            _ => wrong(),
        }
    }

    pub fn has_tolerance(&self) -> bool {
        self.tolerance.is_some()
    }
}

/// Two planned inputs, and what names mean over them.
pub(super) struct Sides<'a> {
    pub left: LogicalPlan,
    pub right: LogicalPlan,
    pub context: &'a mut dyn RelationPlannerContext,
}

#[derive(Clone, Copy, PartialEq)]
enum Of {
    Left,
    Right,
    Both,
    Neither,
}

impl Sides<'_> {
    fn schema(&self) -> Result<DFSchema> {
        self.left.schema().join(self.right.schema())
    }

    fn expr(&mut self, e: &SqlExpr) -> Result<Expr> {
        let schema = self.schema()?;
        self.context.sql_to_expr(e.clone(), &schema)
    }

    fn side(&self, e: &Expr) -> Of {
        let columns = e.column_refs();
        let left = columns.iter().any(|c| self.left.schema().has_column(c));
        let right = columns.iter().any(|c| self.right.schema().has_column(c));
        match (left, right) {
            (true, false) => Of::Left,
            (false, true) => Of::Right,
            (true, true) => Of::Both,
            (false, false) => Of::Neither,
        }
    }

    /// The times of a clause, of one type, the left side's first.
    pub fn times(&mut self, clause: &Clause<'_>) -> Result<(Comparison, Expr, Expr, DataType)> {
        let (comparison, a, b) = clause.comparison()?;
        let (a, b) = (self.expr(a)?, self.expr(b)?);
        let swapped = match comparison {
            Comparison::GtEq => Comparison::LtEq,
            Comparison::Gt => Comparison::Lt,
            Comparison::LtEq => Comparison::GtEq,
            Comparison::Lt => Comparison::Gt,
            Comparison::Nearest => Comparison::Nearest,
        };
        let (comparison, left, right) = match (self.side(&a), self.side(&b)) {
            (Of::Left, Of::Right) => (comparison, a, b),
            (Of::Right, Of::Left) => (swapped, b, a),
            _ => {
                return plan_err!(
                    "MATCH_CONDITION: compares {a} with {b}, expected one side to be of the left \
                     relation and the other of the right one"
                );
            }
        };
        let types = (left.get_type(self.left.schema())?, right.get_type(self.right.schema())?);
        let time = match comparison_coercion(&types.0, &types.1) {
            Some(_) if !(is_time(&types.0) && is_time(&types.1)) => None,
            Some(common) if common.is_integer() => Some(DataType::Int64),
            Some(common) => Some(common),
            None => None,
        };
        let Some(time) = time else {
            return plan_err!(
                "MATCH_CONDITION: {left} is {} and {right} is {}, expected two dates or \
                 timestamps, or two integers up to 64 bits with sign; CAST what is stored as text \
                 or a float",
                types.0,
                types.1
            );
        };
        let left = left.cast_to(&time, self.left.schema())?;
        let right = right.cast_to(&time, self.right.schema())?;
        Ok((comparison, left, right, time))
    }

    /// What a clause takes; keys are added by [`Self::join`].
    pub fn spec(&mut self, clause: &Clause<'_>) -> Result<JoinSpec> {
        let (comparison, left, right, time) = self.times(clause)?;
        let tolerance = match clause.tolerance {
            None => None,
            Some(tolerance) => match self.distance("TOLERANCE", tolerance, &time)? {
                ticks if ticks < 0 => {
                    return plan_err!("TOLERANCE: was {tolerance}, expected 0 or more");
                }
                ticks => Some(ticks),
            },
        };
        let mut horizon = None;
        let pick = |offsets| Pick::AsOf { comparison, tolerance, offsets };
        let pick = match (clause.kind, clause.rest) {
            ("__asof", []) => pick(vec![0]),
            ("__horizon_range" | "__horizon_list", [alias, offsets @ ..]) => {
                let alias = string(alias).unwrap_or_default();
                horizon = Some(Horizon { alias: TableReference::bare(alias) });
                let offsets = offsets.iter().map(|e| self.distance("HORIZON JOIN", e, &time));
                let offsets = offsets.collect::<Result<Vec<_>>>()?;
                match (clause.kind, offsets.as_slice()) {
                    ("__horizon_range", [from, to, step]) => pick(range(*from, *to, *step)?),
                    _ => pick(offsets),
                }
            }
            ("__window", [from_side, from, to_side, to, prevailing]) => {
                if clause.has_tolerance() {
                    return plan_err!("WINDOW JOIN: takes no TOLERANCE, its RANGE is the limit");
                }
                let from = self.bound(from_side, from, &time)?;
                let Some(to) = self.bound(to_side, to, &time)? else {
                    return plan_err!("WINDOW JOIN: the end of the window is unbounded");
                };
                if from.is_some_and(|from| from > to) {
                    return plan_err!("WINDOW JOIN: the window ends before it begins");
                }
                let prevailing = matches!(prevailing, SqlExpr::Value(v)
                    if v.value == Value::Boolean(true));
                Pick::Window { from, to, prevailing }
            }
            _ => return plan_err!("MATCH_CONDITION takes one comparison, as (a.ts >= b.ts)"),
        };
        let keep_unmatched = clause.keep_unmatched;
        let times = (left, right);
        Ok(JoinSpec { on: vec![], times, pick, keep_unmatched, horizon, tie: None })
    }

    fn distance(&mut self, what: &str, e: &SqlExpr, time: &DataType) -> Result<i64> {
        let e = self.context.sql_to_expr(e.clone(), &DFSchema::empty())?;
        ticks(what, e, time)
    }

    /// An end of a window as a distance after the left time; `None` if there is none.
    fn bound(&mut self, side: &SqlExpr, e: &SqlExpr, time: &DataType) -> Result<Option<i64>> {
        Ok(match string(side) {
            Some("unbounded") => None,
            Some("current") => Some(0),
            Some("preceding") => Some(-self.distance("WINDOW JOIN", e, time)?),
            _ => Some(self.distance("WINDOW JOIN", e, time)?),
        })
    }

    /// Two times cast to the type they have in common.
    pub fn as_one_type(&self, left: Expr, right: Expr) -> Result<(Expr, Expr)> {
        let types = (left.get_type(self.left.schema())?, right.get_type(self.right.schema())?);
        let Some(common) = comparison_coercion(&types.0, &types.1) else {
            return plan_err!("{left} is {} and {right} is {}: not two times", types.0, types.1);
        };
        Ok((
            left.cast_to(&common, self.left.schema())?,
            right.cast_to(&common, self.right.schema())?,
        ))
    }

    /// The right side's key expressions of ON or USING.
    pub fn right_keys(&mut self, join: &Join) -> Result<Vec<Expr>> {
        let mut spec = JoinSpec {
            on: vec![],
            times: (lit(0_i64), lit(0_i64)),
            pick: Pick::AsOf { comparison: Comparison::GtEq, tolerance: None, offsets: vec![0] },
            keep_unmatched: true,
            horizon: None,
            tie: None,
        };
        self.constrain(&mut spec, join)?;
        let is_column = |e: &Expr| !e.column_refs().is_empty();
        Ok(spec.on.into_iter().map(|(_, right)| right).filter(is_column).collect())
    }

    /// Adds the keys of ON or USING, and joins.
    pub fn join(mut self, mut spec: JoinSpec, join: &Join) -> Result<LogicalPlan> {
        let hidden = self.constrain(&mut spec, join)?;
        let plan = TemporalJoin::plan(self.left, self.right, spec)?;
        if hidden.is_empty() {
            return Ok(plan);
        }
        // A key that both sides share is one column, the left one.
        let shown = plan.schema().iter().map(Column::from).filter(|c| !hidden.contains(c));
        let shown: Vec<Expr> = shown.map(Expr::Column).collect();
        LogicalPlanBuilder::from(plan).project(shown)?.build()
    }

    /// Adds the keys of ON or USING; gives the right columns that USING hides.
    fn constrain(&mut self, spec: &mut JoinSpec, join: &Join) -> Result<Vec<Column>> {
        let constraint = match &join.join_operator {
            JoinOperator::AsOf { constraint, .. }
            | JoinOperator::Join(constraint)
            | JoinOperator::Inner(constraint)
            | JoinOperator::Left(constraint)
            | JoinOperator::LeftOuter(constraint) => constraint,
            other => return plan_err!("{other:?}: not a join on time"),
        };
        let mut hidden = vec![];
        match constraint {
            JoinConstraint::None => {}
            JoinConstraint::Natural => {
                return plan_err!("NATURAL: name the keys of a join on time in ON or USING");
            }
            JoinConstraint::On(on) => {
                let on = self.expr(on)?;
                self.keys(on, spec)?;
            }
            JoinConstraint::Using(names) => {
                for name in names {
                    let Some(name) = name.0.last().and_then(|part| part.as_ident()) else {
                        return plan_err!("USING takes columns, was {name}");
                    };
                    let column = |plan: &LogicalPlan, side: &str| -> Result<Column> {
                        let found =
                            plan.schema().qualified_field_with_unqualified_name(&normal(name));
                        found.map(Column::from).map_err(|e| {
                            e.context(format!("USING ({name}): not a column of the {side} side"))
                        })
                    };
                    let (l, r) = (column(&self.left, "left")?, column(&self.right, "right")?);
                    hidden.push(r.clone());
                    self.key(Expr::Column(l), Expr::Column(r), spec)?;
                }
            }
        }
        Ok(hidden)
    }

    /// Sorts the conditions of ON into keys, and filters of one side.
    fn keys(&mut self, on: Expr, spec: &mut JoinSpec) -> Result<()> {
        let (mut left_only, mut right_only) = (vec![], vec![]);
        for condition in split_conjunction_owned(on) {
            match (self.side(&condition), condition) {
                (Of::Right, condition) => right_only.push(condition),
                (Of::Left | Of::Neither, condition) => left_only.push(condition),
                (Of::Both, Expr::BinaryExpr(b))
                    if b.op == Operator::Eq
                        && [self.side(&b.left), self.side(&b.right)] == [Of::Left, Of::Right] =>
                {
                    self.key(*b.left, *b.right, spec)?;
                }
                (Of::Both, Expr::BinaryExpr(b))
                    if b.op == Operator::Eq
                        && [self.side(&b.left), self.side(&b.right)] == [Of::Right, Of::Left] =>
                {
                    self.key(*b.right, *b.left, spec)?;
                }
                (Of::Both, condition) => {
                    return plan_err!(
                        "ON: {condition} compares both sides other than by =; a join on time takes \
                         equalities, and conditions on one side; compare the matched rows in WHERE"
                    );
                }
            }
        }
        // What may be matched is the right side's business, so it holds before the match …
        if let Some(filter) = conjunction(right_only) {
            let right =
                std::mem::replace(&mut self.right, LogicalPlanBuilder::empty(false).build()?);
            self.right = LogicalPlanBuilder::from(right).filter(filter)?.build()?;
        }
        // … and a left row that may not match stays, as a key that equals nothing.
        if let Some(condition) = conjunction(left_only) {
            let key = when(condition, lit(true)).end()?;
            spec.on.push((key, lit(true)));
        }
        Ok(())
    }

    fn key(&self, left: Expr, right: Expr, spec: &mut JoinSpec) -> Result<()> {
        let types = (left.get_type(self.left.schema())?, right.get_type(self.right.schema())?);
        let common = match types.0 == types.1 {
            true => Some(types.0.clone()),
            false => comparison_coercion(&types.0, &types.1),
        };
        let Some(common) = common else {
            return plan_err!(
                "ON: {left} is {} and {right} is {}, which do not compare; CAST one of them",
                types.0,
                types.1
            );
        };
        if common.is_floating() {
            return plan_err!(
                "ON: {left} = {right} compares floats, which have no exact equality; CAST both to \
                 an integer or a DECIMAL"
            );
        }
        let left = left.cast_to(&common, self.left.schema())?;
        let right = right.cast_to(&common, self.right.schema())?;
        spec.on.push((left, right));
        Ok(())
    }
}

fn is_time(t: &DataType) -> bool {
    t.is_signed_integer()
        || matches!(t, DataType::UInt8 | DataType::UInt16 | DataType::UInt32)
        || matches!(t, DataType::Date32 | DataType::Timestamp(..))
}

fn range(from: i64, to: i64, step: i64) -> Result<Vec<i64>> {
    if step <= 0 {
        return plan_err!("HORIZON JOIN: STEP was {step} ticks, expected more than 0");
    }
    if from > to {
        return plan_err!("HORIZON JOIN: RANGE begins after it ends");
    }
    let count = to.abs_diff(from) / step.unsigned_abs() + 1;
    if count > MOST_OFFSETS as u64 {
        return plan_err!(
            "HORIZON JOIN: RANGE has {count} offsets, at most {MOST_OFFSETS} are taken; choose a \
             longer STEP"
        );
    }
    Ok((0..count as i64).map(|i| from + i * step).collect())
}

fn string(e: &SqlExpr) -> Option<&str> {
    match e {
        SqlExpr::Value(v) => match &v.value {
            Value::SingleQuotedString(s) => Some(s),
            _ => None,
        },
        _ => None,
    }
}

fn is_null(e: &SqlExpr) -> bool {
    matches!(e, SqlExpr::Value(v) if v.value == Value::Null)
}
