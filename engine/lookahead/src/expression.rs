//! Expressions over one row: what they know, which instant they tell, and what a predicate says of
//! the order of instants.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Between, BinaryExpr, Expr, LogicalPlan, Operator};

use crate::analysis::Analysis;
use crate::instant::{Order, Time};
use crate::relation::{Knows, Relation, Value, Why};
use crate::span::Span;

/// What `FOR SYSTEM_TIME AS OF` a column compares its instants with.
pub const KNOWN_UNTIL: &str = "__known_until";

impl Analysis<'_> {
    /// An expression over the rows of a relation.
    pub fn value(&mut self, e: &Expr, schema: &DFSchema, relation: &Relation) -> Result<Value> {
        let time = self.time(e, schema, relation);
        Ok(Value { time, ..self.made_of(e, schema, relation)? })
    }

    pub fn knows(&mut self, e: &Expr, schema: &DFSchema, relation: &Relation) -> Result<Knows> {
        Ok(self.made_of(e, schema, relation)?.knows)
    }

    /// What an expression is made of, whatever it tells.
    pub fn made_of(&mut self, e: &Expr, schema: &DFSchema, relation: &Relation) -> Result<Value> {
        let mut all = Value::default();
        e.apply(|e| {
            match e {
                // Until when a revision counts is asked of an instant, which knows by then.
                Expr::Column(column) if column.name == KNOWN_UNTIL => {}
                Expr::Column(_) | Expr::OuterReferenceColumn(..) => {
                    if let Some(value) = self.lookup(e, schema, relation) {
                        all.add(&value);
                    }
                }
                Expr::ScalarSubquery(q) => {
                    all.add(&self.subquery(&q.subquery, None, schema, relation)?);
                }
                Expr::Exists(exists) => {
                    all.add(&self.subquery(&exists.subquery.subquery, None, schema, relation)?);
                }
                Expr::InSubquery(in_query) => {
                    let one = Some(in_query.expr.as_ref());
                    all.add(&self.subquery(&in_query.subquery.subquery, one, schema, relation)?);
                }
                Expr::SetComparison(set) => {
                    all.add(&self.subquery(&set.subquery.subquery, None, schema, relation)?);
                }
                _ => {}
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(all)
    }

    /// A column, of the relation or of one around the subquery that it is in.
    fn lookup(&self, e: &Expr, schema: &DFSchema, relation: &Relation) -> Option<Value> {
        let find = |column: &Column, schema: &DFSchema, relation: &Relation| {
            let i = schema.maybe_index_of_column(column)?;
            relation.columns.get(i).cloned()
        };
        match e {
            Expr::Column(column) => find(column, schema, relation),
            Expr::OuterReferenceColumn(_, column) => self
                .scopes
                .iter()
                .rev()
                .find_map(|(schema, relation)| find(column, schema, relation)),
            _ => None,
        }
    }

    /// What a subquery's answer knows, in terms of the row it is asked for.
    fn subquery(
        &mut self,
        plan: &LogicalPlan,
        compared: Option<&Expr>,
        schema: &DFSchema,
        relation: &Relation,
    ) -> Result<Value> {
        self.scopes.push((schema.clone(), relation.clone()));
        let inner = self.relation(plan);
        self.scopes.pop();
        let mut inner = inner?;
        if let (Some(e), Some(column)) = (compared, inner.columns.first())
            && let (Some(outer), Some(inner_time)) = (self.time(e, schema, relation), column.time)
        {
            let mut order = Order::default();
            order.compare(&inner_time, &outer, false);
            order.compare(&outer, &inner_time, false);
            inner.order.extend(&order);
        }
        let mut all = Value { knows: inner.chosen.clone(), ..Value::default() };
        inner.columns.iter().for_each(|column| all.add(column));
        let mut order = inner.order.clone();
        order.extend(&relation.order);
        let survivors: Vec<_> = relation.rows.iter().map(|i| (*i, Span::ZERO)).collect();
        let lost = Why::Peek {
            expression: "a subquery".into(),
            sees: "rows that no condition keeps before the row it is asked for".into(),
            instead: "compare its event time with the outer one, as in WHERE inner.ts <= outer.ts"
                .into(),
        };
        Ok(Value {
            knows: all.knows.in_terms_of(&survivors, &order, &lost),
            ages: all.ages.in_terms_of(&relation.rows, &order),
            time: None,
        })
    }

    /// The instant that an expression tells.
    pub fn time(&self, e: &Expr, schema: &DFSchema, relation: &Relation) -> Option<Time> {
        match e {
            Expr::Column(_) | Expr::OuterReferenceColumn(..) => {
                self.lookup(e, schema, relation)?.time
            }
            Expr::Alias(alias) => self.time(&alias.expr, schema, relation),
            Expr::Cast(cast) => {
                let time = self.time(&cast.expr, schema, relation)?;
                cast_to(time, cast.field.data_type())
            }
            Expr::TryCast(cast) => {
                let time = self.time(&cast.expr, schema, relation)?;
                cast_to(time, cast.field.data_type())
            }
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Plus, right }) => {
                match (span(left), span(right)) {
                    (None, Some(by)) => Some(self.time(left, schema, relation)?.shifted(by)),
                    (Some(by), None) => Some(self.time(right, schema, relation)?.shifted(by)),
                    _ => None,
                }
            }
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Minus, right }) => {
                Some(self.time(left, schema, relation)?.shifted(-span(right)?))
            }
            Expr::ScalarFunction(call) => {
                let args = call.args.as_slice();
                match (call.func.name(), args) {
                    ("date_trunc", [unit, time]) => {
                        Some(self.time(time, schema, relation)?.truncated(unit_of(unit)?))
                    }
                    ("date_bin", [step, time, origin @ ..]) => {
                        let step = span(step)?;
                        let time = self.time(time, schema, relation)?;
                        // Bins of a part of a day begin with it, as those of date_trunc do, and bins of
                        // months and years with January of 1970.
                        let day = Span::days(1).micros;
                        let divides = |whole: i64, part: i64| part > 0 && whole % part == 0;
                        let aligned = origin.is_empty()
                            && match (step.months, step.micros) {
                                (0, micros) => divides(day, micros),
                                (months, 0) => divides(12, months),
                                _ => false,
                            };
                        // Others cut across what the time is a multiple of.
                        let grid = time.grid.filter(|_| aligned);
                        let bin = Time { grid, ..time }.truncated(step);
                        Some(Time { grid: bin.grid.filter(|_| aligned), ..bin })
                    }
                    ("to_date", [time]) => {
                        cast_to(self.time(time, schema, relation)?, &DataType::Date32)
                    }
                    ("coalesce", times) => {
                        let mut times = times.iter().map(|e| self.time(e, schema, relation));
                        let first = times.next()??;
                        // Equal instants, as the two times of a full join, are one.
                        let same = |time: Time| {
                            let after = |a, b| relation.order.after(a, b);
                            let tied = |a, b| after(a, b).is_some_and(|s| !s.is_positive());
                            time.low == first.low
                                && time.high == first.high
                                && (time.of == first.of
                                    || (tied(time.of, first.of) && tied(first.of, time.of)))
                        };
                        times.all(|time| time.is_some_and(same)).then_some(first)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Notes what a predicate says of the order of instants.
    pub fn note(&self, predicate: &Expr, schema: &DFSchema, relation: &Relation) -> Order {
        let mut order = Order::default();
        let time = |e: &Expr| self.time(e, schema, relation);
        for part in split_conjunction(predicate) {
            match part {
                Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
                    let (Some(a), Some(b)) = (time(left), time(right)) else {
                        self.note_distance(&mut order, part, schema, relation);
                        continue;
                    };
                    match op {
                        Operator::Lt => order.compare(&a, &b, true),
                        Operator::LtEq => order.compare(&a, &b, false),
                        Operator::Gt => order.compare(&b, &a, true),
                        Operator::GtEq => order.compare(&b, &a, false),
                        Operator::Eq | Operator::IsNotDistinctFrom => {
                            order.compare(&a, &b, false);
                            order.compare(&b, &a, false);
                        }
                        _ => {}
                    }
                }
                Expr::Between(Between { expr, negated: false, low, high }) => {
                    if let (Some(low), Some(e)) = (time(low), time(expr)) {
                        order.compare(&low, &e, false);
                    }
                    if let (Some(e), Some(high)) = (time(expr), time(high)) {
                        order.compare(&e, &high, false);
                    }
                }
                _ => {}
            }
        }
        order
    }

    /// `a - b <= interval`.
    fn note_distance(&self, order: &mut Order, e: &Expr, schema: &DFSchema, relation: &Relation) {
        let Expr::BinaryExpr(BinaryExpr { left, op, right }) = e else { return };
        let Expr::BinaryExpr(BinaryExpr { left: a, op: Operator::Minus, right: b }) = left.as_ref()
        else {
            return;
        };
        let (Some(a), Some(b)) = (self.time(a, schema, relation), self.time(b, schema, relation))
        else {
            return;
        };
        let Some(distance) = span(right) else { return };
        match op {
            Operator::Lt | Operator::LtEq => order.compare(&a, &b.shifted(distance), false),
            Operator::Gt | Operator::GtEq => order.compare(&b.shifted(distance), &a, false),
            _ => {}
        }
    }
}

fn cast_to(time: Time, to: &DataType) -> Option<Time> {
    match to {
        DataType::Date32 | DataType::Date64 => Some(time.truncated(Span::days(1))),
        DataType::Timestamp(..) => Some(time),
        _ => None,
    }
}

/// A constant interval.
pub(crate) fn span(e: &Expr) -> Option<Span> {
    match e {
        Expr::Literal(value, _) => span_of(value),
        Expr::Negative(e) => Some(-span(e)?),
        Expr::Cast(cast) => span(&cast.expr),
        Expr::Alias(alias) => span(&alias.expr),
        _ => None,
    }
}

pub(crate) fn span_of(value: &ScalarValue) -> Option<Span> {
    match value {
        ScalarValue::IntervalMonthDayNano(Some(v)) => {
            // A part of a microsecond counts as a whole one, away from nothing.
            let micros = v.nanoseconds / 1_000 + (v.nanoseconds % 1_000).signum();
            Some(Span::months(v.months.into()) + Span::days(v.days.into()) + Span::micros(micros))
        }
        ScalarValue::IntervalYearMonth(Some(months)) => Some(Span::months((*months).into())),
        ScalarValue::IntervalDayTime(Some(v)) => {
            Some(Span::days(v.days.into()) + Span::micros(i64::from(v.milliseconds) * 1_000))
        }
        ScalarValue::DurationMicrosecond(Some(micros)) => Some(Span::micros(*micros)),
        ScalarValue::DurationNanosecond(Some(nanos)) => {
            Some(Span::micros(nanos / 1_000 + (nanos % 1_000).signum()))
        }
        _ => None,
    }
}

fn unit_of(e: &Expr) -> Option<Span> {
    let Expr::Literal(value, _) = e else { return None };
    Some(match value.try_as_str()??.to_lowercase().as_str() {
        "year" => Span::months(12),
        "quarter" => Span::months(3),
        "month" => Span::months(1),
        "week" => Span::days(7),
        "day" => Span::days(1),
        "hour" => Span::micros(3_600_000_000),
        "minute" => Span::micros(60_000_000),
        "second" => Span::micros(1_000_000),
        "millisecond" => Span::micros(1_000),
        "microsecond" => Span::micros(1),
        _ => return None,
    })
}
