//! The first rows by some order: which they are can depend on all others.

use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::{FetchType, Limit, LogicalPlan, SkipType, Sort, SortExpr};

use crate::analysis::{Analysis, peek};
use crate::instant::Time;
use crate::relation::{Known, Knows, Relation, Until};
use crate::span::Span;

impl Analysis<'_> {
    pub fn limit(&mut self, limit: &Limit) -> Result<Relation> {
        let skips = !matches!(limit.get_skip_type(), Ok(SkipType::Literal(0)));
        let keeps_all = matches!(limit.get_fetch_type(), Ok(FetchType::Literal(None)));
        let relation = self.relation(&limit.input)?;
        if keeps_all && !skips {
            return Ok(relation);
        }
        let Some(sort) = sorted(&limit.input) else {
            return Ok(self.limited(relation, None, limit.input.schema()));
        };
        // The sort may be by a column that is not in the result.
        let by = self.relation(&sort.input)?;
        let kept = self.limited(by, Some(&sort.expr), sort.input.schema());
        let at_end = |known: &Known| known.until == Until::End;
        let mut relation = relation;
        relation.chosen.add(&Knows(kept.chosen.0.into_iter().filter(at_end).collect()));
        Ok(relation)
    }

    /// Keeps the first rows by some order.
    pub fn limited(
        &self,
        mut relation: Relation,
        by: Option<&[SortExpr]>,
        schema: &DFSchema,
    ) -> Relation {
        let first = by.and_then(|sort| sort.first());
        let ascending = first.filter(|sort| sort.asc);
        let time = ascending.and_then(|sort| self.time(&sort.expr, schema, &relation));
        let kept = match (first, time.filter(Time::is_exact)) {
            // Whether a row is among the first depends on those before it.
            (Some(sort), Some(time)) => {
                let why = peek(
                    &format!("the first rows by {sort}"),
                    "rows that are complete later than they are ordered by",
                    "order by the time of the first relation of the join",
                );
                let survivors = [(time.of, Span::ZERO)];
                relation.chosen.in_terms_of(&survivors, &relation.order, &why)
            }
            (first, _) => {
                let order = first.map_or("LIMIT without ORDER BY".to_owned(), |sort| {
                    format!("the first rows by {sort}")
                });
                let sees = "all rows, since later ones decide which are kept";
                let instead = "rank within PARTITION BY the event time and filter on the rank";
                Knows::of(Until::End, peek(&order, sees, instead))
            }
        };
        relation.chosen.add(&kept);
        relation
    }
}

/// The sort below columns that are only chosen.
fn sorted(plan: &LogicalPlan) -> Option<&Sort> {
    match plan {
        LogicalPlan::Sort(sort) => Some(sort),
        LogicalPlan::Projection(p) => sorted(&p.input),
        LogicalPlan::SubqueryAlias(alias) => sorted(&alias.input),
        _ => None,
    }
}
