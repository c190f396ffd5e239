//! Joins: rows of two relations side by side, and what the conditions say of their instants.

use datafusion::common::Result;
use datafusion::logical_expr::{Join, JoinType};

use crate::analysis::Analysis;
use crate::relation::{Relation, Value};

impl Analysis<'_> {
    pub fn join(&mut self, join: &Join) -> Result<Relation> {
        let left = self.relation(&join.left)?;
        // A lateral side sees the row of the other one.
        self.scopes.push((join.left.schema().as_ref().clone(), left.clone()));
        let right = self.relation(&join.right);
        self.scopes.pop();
        let anchors = left.rows.len();
        let mut joined = side_by_side(left, right?);
        if matches!(
            join.join_type,
            JoinType::Right | JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark
        ) {
            joined.rows.rotate_left(anchors);
        }
        let schema = join.left.schema().join(join.right.schema())?;
        let on = join.on.iter().map(|(l, r)| l.clone().eq(r.clone()));
        for predicate in on.chain(join.filter.clone()) {
            self.filter(&mut joined, &predicate, &schema)?;
        }
        let l = join.left.schema().fields().len();
        // NULL for what has no match tells whether there was one.
        let chosen = joined.chosen.clone();
        match join.join_type {
            JoinType::Inner => {}
            JoinType::Left | JoinType::Right | JoinType::Full => joined.all_know(&chosen),
            JoinType::LeftSemi | JoinType::LeftAnti => joined.columns.truncate(l),
            JoinType::RightSemi | JoinType::RightAnti => {
                joined.columns.drain(..l);
            }
            JoinType::LeftMark => {
                joined.columns.truncate(l);
                joined.columns.push(Value { knows: chosen, ..Value::default() });
            }
            JoinType::RightMark => {
                joined.columns.drain(..l);
                joined.columns.push(Value { knows: chosen, ..Value::default() });
            }
        }
        Ok(joined)
    }
}

/// The columns and instants of two relations, in rows of both.
pub(crate) fn side_by_side(mut left: Relation, right: Relation) -> Relation {
    left.columns.extend(right.columns);
    left.order.extend(&right.order);
    left.chosen.add(&right.chosen);
    left.rows.extend(right.rows);
    left
}
