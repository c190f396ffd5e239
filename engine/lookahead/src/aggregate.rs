//! Groups: what their rows know by the end of the bucket of time that they are in.

use datafusion::common::Result;
use datafusion::logical_expr::{Aggregate, Expr};

use crate::analysis::{Analysis, peek};
use crate::instant::{Instant, Time};
use crate::relation::{Relation, Value};
use crate::span::Span;

impl Analysis<'_> {
    pub fn aggregate(&mut self, aggregate: &Aggregate) -> Result<Relation> {
        let schema = aggregate.input.schema();
        let input = self.relation(&aggregate.input)?;
        let sets = aggregate.group_expr.iter().any(|e| matches!(e, Expr::GroupingSet(_)));
        let groups = grouped(&aggregate.group_expr);
        let mut order = input.order.clone();
        let mut buckets: Vec<(Span, Instant, Time)> = vec![];
        let mut columns = vec![];
        for e in &groups {
            let mut value = self.value(e, schema, &input)?;
            let time = if sets { None } else { value.time };
            value.time = None;
            if let Some(time) = time {
                // The end of the bucket is an instant of the group, none of its rows is after it.
                let (end, width) = (self.instant(), time.high - time.low);
                order.note(time.of, end, Span::ZERO);
                order.note(end, time.of, width);
                let told = Time::exact(end, time.low, time.grid);
                value.time = Some(Time { moved: time.moved, ..told });
                buckets.push((width, end, time));
            }
            columns.push(value);
        }
        let instants: Vec<_> = buckets.iter().map(|(_, end, time)| (*end, time.of)).collect();
        for (a, of) in &instants {
            for (b, other) in &instants {
                if of == other
                    && a != b
                    && let Some(width) = order.after(*a, *of)
                {
                    order.note(*a, *b, width);
                }
            }
        }
        buckets.sort_by_key(|(width, ..)| width.longest());
        let rows: Vec<Instant> = buckets.iter().map(|(_, end, _)| *end).collect();
        let outer = self.scopes.iter().flat_map(|(_, relation)| &relation.rows);
        let survivors: Vec<_> = rows.iter().chain(outer).map(|i| (*i, Span::ZERO)).collect();
        let instants: Vec<Instant> = survivors.iter().map(|(instant, _)| *instant).collect();
        for (_, relation) in &self.scopes {
            order.extend(&relation.order);
        }
        let names: Vec<String> =
            aggregate.aggr_expr.iter().map(|e| e.schema_name().to_string()).collect();
        let lost = |expression: &str| {
            peek(
                expression,
                "all rows of the group, later ones too",
                "group by the event time, or use a window whose frame ends at CURRENT ROW",
            )
        };
        let group_lost = match groups.is_empty() {
            true => lost(&names.join(", ")),
            false => lost("GROUP BY without the event time"),
        };
        let chosen = input.chosen.in_terms_of(&survivors, &order, &group_lost);
        for column in &mut columns {
            column.knows = column.knows.in_terms_of(&survivors, &order, &group_lost);
            column.ages = column.ages.in_terms_of(&instants, &order);
        }
        if sets {
            columns.push(Value::default());
        }
        for (e, name) in aggregate.aggr_expr.iter().zip(&names) {
            let made = self.made_of(e, schema, &input)?;
            let knows = made.knows.with(&input.chosen);
            columns.push(Value {
                knows: knows.in_terms_of(&survivors, &order, &lost(name)),
                ages: made.ages.in_terms_of(&instants, &order),
                time: None,
            });
        }
        Ok(Relation { columns, order, chosen, rows })
    }
}

/// The expressions that make the group columns.
fn grouped(groups: &[Expr]) -> Vec<&Expr> {
    let mut all: Vec<&Expr> = vec![];
    for e in groups {
        let each = match e {
            Expr::GroupingSet(set) => set.distinct_expr(),
            e => vec![e],
        };
        for e in each {
            if !all.contains(&e) {
                all.push(e);
            }
        }
    }
    all
}
