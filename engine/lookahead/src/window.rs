//! How far ahead of its row a window function reads.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{Expr, WindowFrameBound, WindowFrameUnits};
use trademl_udfs::function::Lookahead;

use crate::age::{Age, Ages};
use crate::analysis::Analysis;
use crate::expression::span_of;
use crate::instant::Time;
use crate::relation::{Knows, Relation, Until, Value, Why};
use crate::span::Span;

/// How far a function reads.
enum Ahead {
    /// Rows up to so long after its own.
    By(Time, Span),
    /// Rows without a bound, for a reason.
    Unbounded { sees: String, instead: String },
}

impl Analysis<'_> {
    /// A window function over the rows of a relation.
    pub fn window(
        &mut self,
        function: &WindowFunction,
        schema: &DFSchema,
        relation: &Relation,
    ) -> Result<Value> {
        let params = &function.params;
        let mut knows = relation.chosen.clone();
        let mut ages = Ages::default();
        let ordered = params.order_by.iter().map(|sort| &sort.expr);
        let filter = params.filter.as_deref();
        let all = params.args.iter().chain(&params.partition_by).chain(ordered).chain(filter);
        for e in all {
            knows.add(&self.knows(e, schema, relation)?);
        }
        // A rank is made of what it orders.
        let ordered = params.order_by.iter().map(|sort| &sort.expr);
        let ranked = ordered.filter(|_| params.args.is_empty());
        for e in params.args.iter().chain(ranked) {
            ages.add(&self.made_of(e, schema, relation)?.ages);
        }
        let expression = function.fun.name().to_owned();
        let why = |sees: String, instead: String| Why::Peek {
            expression: format!("{expression}(…) OVER"),
            sees,
            instead,
        };
        let knows = match self.ahead(function, schema, relation) {
            Ahead::By(time, by) => {
                let instead = "end the frame at CURRENT ROW, or make it a label".to_owned();
                let why = why(format!("rows up to {by} after its own"), instead);
                knows.in_terms_of(&[(time.of, by)], &relation.order, &why)
            }
            Ahead::Unbounded { sees, instead } => {
                knows.with(&Knows::of(Until::End, why(sees, instead)))
            }
        };
        Ok(Value { knows, ages: ages.older(behind(function)), time: None })
    }

    fn ahead(&self, function: &WindowFunction, schema: &DFSchema, relation: &Relation) -> Ahead {
        let params = &function.params;
        let time = |e: &Expr| self.time(e, schema, relation);
        let width = |time: &Time| time.high - time.low;
        // Within a partition by time there is nothing later than its bucket.
        let buckets = params.partition_by.iter().filter_map(time);
        if let Some(bucket) = buckets.min_by_key(|time| width(time).longest()) {
            return Ahead::By(bucket, width(&bucket));
        }
        let unbounded =
            |sees: &str, instead: String| Ahead::Unbounded { sees: sees.to_owned(), instead };
        let Some(first) = params.order_by.first() else {
            let instead = "add ORDER BY the event time, or PARTITION BY it".to_owned();
            return unbounded("all rows of the partition, later ones too", instead);
        };
        let Some(order) = time(&first.expr) else {
            let instead = format!("order by the event time instead of {}", first.expr);
            return unbounded("rows in an order that is not that of time", instead);
        };
        let name = function.fun.name().to_lowercase();
        let peers = Ahead::By(order, width(&order));
        let back = |rows: &str| format!("write lag, or a frame of {rows} PRECEDING");
        let own = self.contract(&name);
        match name.as_str() {
            "row_number" | "rank" | "dense_rank" if first.asc => return peers,
            "row_number" | "rank" | "dense_rank" => {
                return unbounded("how many rows come later", "order by time ascending".into());
            }
            "percent_rank" | "cume_dist" | "ntile" => {
                let instead = "PARTITION BY the event time to rank a cross-section".to_owned();
                return unbounded("how many rows the partition has, later ones too", instead);
            }
            "lag" | "lead" => {
                let sign = if (name == "lead") == first.asc { 1 } else { -1 };
                let offset = match params.args.get(1) {
                    None => Some(1),
                    Some(e) => integer(e),
                };
                return match offset.map(|n| n * sign) {
                    Some(n) if n <= 0 => peers,
                    Some(n) => unbounded(&format!("the row {n} later"), back(&n.to_string())),
                    None => unbounded(
                        "a row whose distance is not a constant",
                        "give lag a constant of 0 or more".into(),
                    ),
                };
            }
            _ => {}
        }
        match own {
            Some(Lookahead::Row | Lookahead::Past) if first.asc => return peers,
            Some(Lookahead::Row) => return peers,
            Some(Lookahead::Past) => {
                let sees = "later rows, which come first in descending time";
                return unbounded(sees, "order by time ascending".into());
            }
            Some(_) => {
                let sees = "rows after its own, by its contract";
                return unbounded(sees, "use a function that looks back".into());
            }
            None => {}
        }
        let frame = &params.window_frame;
        let (bound, forward) = match first.asc {
            true => (&frame.end_bound, true),
            false => (&frame.start_bound, false),
        };
        let ahead = match (bound, forward) {
            (WindowFrameBound::CurrentRow, _) => Some(Span::ZERO),
            (WindowFrameBound::Following(v), true) | (WindowFrameBound::Preceding(v), false) => {
                frame_span(v, frame.units)
            }
            // It ends before the row.
            (WindowFrameBound::Preceding(v), true) | (WindowFrameBound::Following(v), false) => {
                Some(frame_span(v, frame.units).map_or(Span::ZERO, |by| -by))
            }
        };
        match ahead {
            Some(by) => Ahead::By(order, width(&order) + by),
            None if first.asc => {
                let sees = format!("rows of a frame that ends {}", shown(bound));
                unbounded(&sees, "end the frame at CURRENT ROW".into())
            }
            None => {
                let sees =
                    format!("rows of a frame that begins {}, in descending time", shown(bound));
                unbounded(
                    &sees,
                    "order by time ascending, with a frame that ends at CURRENT ROW".into(),
                )
            }
        }
    }
}

/// How far before its row the newest row is that a function reads.
fn behind(function: &WindowFunction) -> Age {
    let params = &function.params;
    let ascending = params.order_by.first().is_none_or(|sort| sort.asc);
    let name = function.fun.name().to_lowercase();
    let frame = &params.window_frame;
    let bound = match (name.as_str(), ascending) {
        ("lag" | "lead", _) => {
            let back = if (name == "lag") == ascending { 1 } else { -1 };
            return match params.args.get(1).map_or(Some(1), integer) {
                Some(rows) => Age::AtMost(Span::ZERO, u64::try_from(rows * back).unwrap_or(0)),
                None => Age::Unbounded,
            };
        }
        ("first_value", true) | ("last_value", false) => &frame.start_bound,
        ("nth_value", _) => return Age::Unbounded,
        (_, true) => &frame.end_bound,
        (_, false) => {
            return match &frame.start_bound {
                WindowFrameBound::Following(v) => frame_age(v, frame.units),
                _ => Age::NONE,
            };
        }
    };
    match bound {
        WindowFrameBound::Preceding(v) => frame_age(v, frame.units),
        _ => Age::NONE,
    }
}

fn frame_age(value: &ScalarValue, units: WindowFrameUnits) -> Age {
    match (frame_span(value, units), units, value.cast_to(&DataType::UInt64)) {
        (Some(span), ..) => Age::AtMost(span, 0),
        (None, WindowFrameUnits::Rows, Ok(ScalarValue::UInt64(Some(n)))) => {
            Age::AtMost(Span::ZERO, n)
        }
        _ => Age::Unbounded,
    }
}

/// How far a bound is from the row in time; `None` if rows are counted, or there is no bound.
fn frame_span(value: &ScalarValue, units: WindowFrameUnits) -> Option<Span> {
    if value.is_null() {
        return None;
    }
    let zero = ScalarValue::new_zero(&value.data_type()).is_ok_and(|zero| zero == *value);
    match units {
        _ if zero => Some(Span::ZERO),
        WindowFrameUnits::Range => match value {
            ScalarValue::Utf8(Some(text)) => interval(text),
            value => span_of(value),
        },
        WindowFrameUnits::Rows | WindowFrameUnits::Groups => None,
    }
}

/// A frame's bound before types are coerced, as in `RANGE INTERVAL '5' DAY PRECEDING`.
fn interval(text: &str) -> Option<Span> {
    let interval =
        datafusion::arrow::compute::kernels::cast_utils::parse_interval_month_day_nano(text);
    span_of(&ScalarValue::IntervalMonthDayNano(Some(interval.ok()?)))
}

fn shown(bound: &WindowFrameBound) -> String {
    match bound {
        WindowFrameBound::Preceding(v) if v.is_null() => "UNBOUNDED PRECEDING".to_owned(),
        WindowFrameBound::Following(v) if v.is_null() => "UNBOUNDED FOLLOWING".to_owned(),
        WindowFrameBound::Preceding(v) => format!("{v} PRECEDING"),
        WindowFrameBound::CurrentRow => "CURRENT ROW".to_owned(),
        WindowFrameBound::Following(v) => format!("{v} FOLLOWING"),
    }
}

fn integer(e: &Expr) -> Option<i64> {
    match e {
        Expr::Literal(value, _) => match value.cast_to(&DataType::Int64) {
            Ok(ScalarValue::Int64(n)) => n,
            _ => None,
        },
        Expr::Negative(e) => Some(-integer(e)?),
        Expr::Cast(cast) => integer(&cast.expr),
        _ => None,
    }
}
