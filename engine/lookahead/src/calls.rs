//! Our own nodes: joins on time and relation functions.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ExprSchemable as _;
use datafusion::logical_expr::UserDefinedLogicalNodeCore as _;
use trademl_temporal::{Comparison, Pick, TemporalJoin};
use trademl_udfs::fill::FILL;
use trademl_udfs::function::{Lookahead, Role};
use trademl_udfs::relation::RelationNode;

use crate::age::{Age, Ages};
use crate::analysis::{Analysis, peek};
use crate::instant::{Instant, Time};
use crate::join::side_by_side;
use crate::relation::{Knows, Relation, Until, Value, Why};
use crate::span::Span;

impl Analysis<'_> {
    pub fn temporal_join(&mut self, join: &TemporalJoin) -> Result<Relation> {
        let (left_plan, right_plan) = join.sides();
        let spec = join.spec();
        let left = self.relation(left_plan)?;
        let right = self.relation(right_plan)?;
        let schema = left_plan.schema();
        let ticks = spec.times.0.get_type(schema)?;
        let l = self.time(&spec.times.0, schema, &left);
        let r = self.time(&spec.times.1, right_plan.schema(), &right);
        // How far the right time can be after the left one.
        let ahead = match &spec.pick {
            Pick::AsOf { comparison, tolerance, offsets } => {
                let offset = offsets.iter().max().and_then(|offset| length(*offset, &ticks));
                match comparison {
                    Comparison::GtEq | Comparison::Gt => offset,
                    Comparison::LtEq | Comparison::Lt | Comparison::Nearest => {
                        let tolerance = tolerance.and_then(|t| length(t, &ticks));
                        offset.zip(tolerance).map(|(offset, tolerance)| offset + tolerance)
                    }
                }
            }
            Pick::Window { to, .. } => length(*to, &ticks),
        };
        // And how far before it, where there is a match.
        let behind = match &spec.pick {
            Pick::AsOf { comparison: Comparison::LtEq | Comparison::Lt, offsets, .. } => {
                offsets.iter().min().and_then(|offset| length(-*offset, &ticks))
            }
            Pick::AsOf { tolerance, offsets, .. } => {
                let offset = offsets.iter().min().and_then(|offset| length(-*offset, &ticks));
                let tolerance = tolerance.and_then(|tolerance| length(tolerance, &ticks));
                offset.zip(tolerance).map(|(offset, tolerance)| offset + tolerance)
            }
            Pick::Window { from, .. } => from.and_then(|from| length(-from, &ticks)),
        };
        let width = left.columns.len();
        let found = right.chosen.clone();
        let chosen = left.chosen.clone();
        let mut joined = side_by_side(left, right);
        if let (Some(l), Some(r), Some(ahead)) = (l, r, ahead) {
            let strict = matches!(&spec.pick, Pick::AsOf { comparison: Comparison::Gt, .. });
            joined.order.compare(&r, &l.shifted(ahead), strict && ahead == Span::ZERO);
        }
        if let (Some(l), Some(r), Some(behind)) = (l, r, behind) {
            joined.order.compare(&l.shifted(-behind), &r, false);
        }
        for (a, b) in &spec.on {
            let both = left_plan.schema().join(right_plan.schema())?;
            for e in [a, b] {
                let knows = self.knows(e, &both, &joined)?;
                joined.chosen.add(&knows);
            }
        }
        if spec.keep_unmatched && matches!(spec.pick, Pick::AsOf { .. }) {
            // Every left row leaves once; whether it has a match is in the right columns.
            joined.chosen = chosen;
        }
        joined.columns[width..].iter_mut().for_each(|column| column.knows.add(&found));
        if spec.horizon.is_some() {
            // The offset, and the instant looked up, which the left time and the offset make.
            let knows = self.knows(&spec.times.0, schema, &joined)?;
            joined.columns.push(Value::default());
            joined.columns.push(Value { knows, ..Value::default() });
        }
        Ok(joined)
    }

    pub fn call(&mut self, call: &RelationNode) -> Result<Relation> {
        let contract = call.function().contract();
        let mut all = Relation::default();
        let mut ages = Ages::default();
        let mut order_by = vec![];
        for (i, input) in call.relations().iter().enumerate() {
            let relation = self.relation(input)?;
            let mut knows = relation.chosen.clone();
            for (of, argument, e) in call.arguments() {
                if of != i {
                    continue;
                }
                let made = self.made_of(e, input.schema(), &relation)?;
                knows.add(&made.knows);
                ages.add(&made.ages);
                if contract.arguments[argument].role == Role::Order {
                    order_by.extend(self.time(e, input.schema(), &relation));
                }
            }
            all.chosen.add(&knows);
            all.order.extend(&relation.order);
            all.rows.extend(relation.rows);
        }
        let columns = call.schema().fields();
        // A key may be a time as well, as an expiry is.
        let times = || columns.iter().enumerate().filter(|(_, field)| is_time(field.data_type()));
        let timed = times().find(|(i, _)| *i >= call.keys()).or_else(|| times().next());
        let timed = timed.map(|(i, _)| i);
        if all.rows.is_empty() {
            // Made from what has no time, as a calendar: known always, but its rows have theirs.
            let mut made =
                Relation { columns: vec![Value::default(); columns.len()], ..Relation::default() };
            if let Some(timed) = timed {
                let of = self.instant();
                made.rows.push(of);
                made.columns[timed].time = Some(told(of, columns[timed].data_type()));
            }
            return Ok(made);
        }
        let call_shown = format!("{}(…)", contract.name);
        let row = match (order_by.as_slice(), timed, contract.lookahead) {
            ([first, ..], Some(timed), Lookahead::Row | Lookahead::Past | Lookahead::Label(_)) => {
                Some((timed, *first))
            }
            _ => None,
        };
        let Some((timed, time)) = row else {
            let end = Knows::of(
                Until::End,
                peek(
                    &call_shown,
                    "all rows of its input, by its contract",
                    "use what it gives as an evaluation only",
                ),
            );
            let value = Value { knows: end.clone(), ..Value::default() };
            all.columns = vec![value; columns.len()];
            return Ok(Relation {
                columns: all.columns,
                chosen: end,
                rows: vec![],
                order: all.order,
            });
        };
        let lost = peek(
            &call_shown,
            "rows without an order in time",
            "give it the event time to order by",
        );
        let survivors = [(time.of, time.high - time.low)];
        let mut order = all.order.clone();
        // Rows of all inputs up to the instant of the row count.
        for other in &order_by[1..] {
            order.note(other.of, time.of, time.high - other.low);
        }
        let knows = all.chosen.in_terms_of(&survivors, &order, &lost);
        let mut ages = ages.in_terms_of(&[time.of], &order);
        all.order = order;
        all.rows.retain(|i| *i == time.of);
        all.chosen = knows.clone();
        if contract.name == FILL {
            // What it fills with is of the past, but no bucket is filled before a later one has come.
            ages = ages.older(Age::Unbounded);
            let fill = peek(
                "FILL",
                "whether a later bucket of its key comes",
                "leave FILL out, or join a calendar of buckets with ASOF JOIN, which takes the one \
                 before",
            );
            all.chosen.add(&Knows::of(Until::End, fill));
        }
        let keys = call.keys();
        all.columns = columns
            .iter()
            .enumerate()
            .map(|(i, field)| {
                let time = (i == timed).then_some(time);
                let mut value = Value { knows: knows.clone(), ages: ages.clone(), time };
                if let (Lookahead::Label(horizon), true) =
                    (contract.lookahead, i >= keys && i != timed)
                {
                    let why = Why::Label {
                        expression: field.name().clone(),
                        horizon: format!("{call_shown} up to {horizon}"),
                    };
                    value.knows.add(&Knows::of(Until::End, why));
                }
                value
            })
            .collect();
        Ok(all)
    }
}

/// So many units of a time type.
fn length(ticks: i64, time: &DataType) -> Option<Span> {
    use datafusion::arrow::datatypes::TimeUnit;
    Some(match time {
        DataType::Date32 => Span::days(ticks),
        DataType::Timestamp(unit, _) => match unit {
            TimeUnit::Second => Span::micros(ticks.saturating_mul(1_000_000)),
            TimeUnit::Millisecond => Span::micros(ticks.saturating_mul(1_000)),
            TimeUnit::Microsecond => Span::micros(ticks),
            TimeUnit::Nanosecond => Span::micros(ticks / 1_000 + (ticks % 1_000).signum()),
        },
        _ => return None,
    })
}

/// An event time of a type: a date is over when the day is.
pub(crate) fn told(of: Instant, data_type: &DataType) -> Time {
    match data_type {
        DataType::Date32 | DataType::Date64 => Time::exact(of, -Span::days(1), Some(Span::days(1))),
        _ => Time::exact(of, Span::ZERO, None),
    }
}

fn is_time(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..))
}
