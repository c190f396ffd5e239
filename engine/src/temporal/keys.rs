//! ON and USING: the keys of a join on time, and conditions on one side.

use datafusion::common::{Column, Result, plan_err};
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    Expr, ExprSchemable as _, LogicalPlan, LogicalPlanBuilder, Operator, lit, when,
};
use datafusion::sql::sqlparser::ast::{Join, JoinConstraint, JoinOperator};
use trademl_temporal::{Comparison, JoinSpec, Pick, TemporalJoin};

use super::planner::{Of, Sides};
use super::tie::tie;
use crate::names::normal;

impl Sides<'_> {
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
        if spec.tie.is_none() {
            let named = spec.on.iter().map(|(_, right)| right).chain([&spec.times.1]);
            spec.tie = tie(&self.right, &named.collect::<Vec<_>>());
        }
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
