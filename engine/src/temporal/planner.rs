//! Plans of joins on time.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DFSchema, Result, TableReference, plan_err};
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;
use datafusion::logical_expr::{Expr, ExprSchemable as _, LogicalPlan};
use datafusion::sql::sqlparser::ast::{Expr as SqlExpr, JoinOperator, TableFactor, Value};
use trademl_temporal::{Comparison, Horizon, JoinSpec, Pick};
use trademl_udfs::relation::plan_with_types;

use super::clause::{Clause, arguments, string};
use super::distance::ticks;
use super::fold::{is_ours, row_wise_cut};
use super::{latest, sample, system_time};

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
            TableFactor::Derived { subquery, alias, .. } if sample::is_ours(&subquery) => {
                let plan = sample::plan(*subquery, context)?;
                return Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias))));
            }
            other => return Ok(RelationPlanning::Original(Box::new(other))),
        };
        let Some(join) = table.joins.pop() else {
            return plan_err!("a join without a right side");
        };
        let left = plan_with_types(table.relation, context)?;
        let plan = match (&join.join_operator, row_wise_cut(&join)) {
            (JoinOperator::AsOf { match_condition, .. }, None) => {
                match arguments(match_condition) {
                    Some((name, args)) if name == "__latest" => latest::plan(left, &args, context)?,
                    Some((name, args)) => {
                        let right = plan_with_types(join.relation.clone(), context)?;
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

/// Two planned inputs, and what names mean over them.
pub(super) struct Sides<'a> {
    pub left: LogicalPlan,
    pub right: LogicalPlan,
    pub context: &'a mut dyn RelationPlannerContext,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Of {
    Left,
    Right,
    Both,
    Neither,
}

impl Sides<'_> {
    fn schema(&self) -> Result<DFSchema> {
        self.left.schema().join(self.right.schema())
    }

    pub fn expr(&mut self, e: &SqlExpr) -> Result<Expr> {
        let schema = self.schema()?;
        self.context.sql_to_expr(e.clone(), &schema)
    }

    pub fn side(&self, e: &Expr) -> Of {
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
                if clause.tolerance.is_some() {
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
