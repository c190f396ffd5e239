//! SQL's own aggregates over frames of rows, and `lag`, on kernels of ours.
//!
//! `avg(x) OVER (PARTITION BY s ORDER BY d ROWS BETWEEN 19 PRECEDING AND CURRENT ROW)` and the like
//! mean what they mean in DataFusion; only the last bits of a float can differ, because values that
//! leave a frame are not subtracted.

use std::collections::VecDeque;
use std::sync::Arc;

use datafusion::arrow::array::NullBufferBuilder;
use datafusion::arrow::array::{Array, ArrayRef, AsArray as _, Float64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue, internal_err};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    ExprSchemable as _, LimitEffect, LogicalPlan, PartitionEvaluator, Signature, Volatility,
    WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition, WindowUDF, WindowUDFImpl,
};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};
use datafusion::physical_expr::PhysicalExpr;
use trademl_math::rolling::{Comoments, Extreme, Frame, Greatest, Least, Moments, Statistic, Sum};

use super::calls::replace_calls;
use super::column::{Segments, WindowColumn};
use super::lag::lagged;

/// Replaces aggregates over frames of rows, and lags.
#[derive(Debug)]
pub struct StandardWindows;

impl OptimizerRule for StandardWindows {
    fn name(&self) -> &'static str {
        "standard_windows"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        replace_calls(plan, rolled)
    }
}

/// The call as one of ours, if it is over rows up to this one.
fn rolled(function: &WindowFunction, schema: &DFSchema) -> Result<Option<WindowFunction>> {
    let WindowFunctionDefinition::AggregateUDF(aggregate) = &function.fun else {
        return Ok(lagged(function, schema));
    };
    let params = &function.params;
    let frame = &params.window_frame;
    if params.filter.is_some()
        || params.distinct
        || params.null_treatment.is_some()
        || frame.units != WindowFrameUnits::Rows
    {
        return Ok(None);
    }
    let from = match &frame.start_bound {
        WindowFrameBound::Preceding(v) if v.is_null() => None,
        bound => match preceding(bound) {
            Some(rows) => Some(rows),
            None => return Ok(None),
        },
    };
    let Some(to) = preceding(&frame.end_bound) else { return Ok(None) };
    if from.is_some_and(|from| from < to) {
        return Ok(None);
    }
    let Some(name) = AGGREGATES.iter().find(|name| **name == aggregate.name()) else {
        return Ok(None);
    };
    let types = params.args.iter().map(|e| e.get_type(schema)).collect::<Result<Vec<_>>>()?;
    let floats = types.iter().all(|t| *t == DataType::Float64);
    if !(floats || (*name == "count" && types.len() == 1)) {
        return Ok(None);
    }
    let aggregate = FrameAggregate { name, from, to, signature: any() };
    Ok(Some(WindowFunction {
        fun: WindowFunctionDefinition::WindowUDF(Arc::new(WindowUDF::from(aggregate))),
        params: params.clone(),
    }))
}

/// How many rows before this one; `None` of a bound after it.
fn preceding(bound: &WindowFrameBound) -> Option<usize> {
    match bound {
        WindowFrameBound::CurrentRow => Some(0),
        WindowFrameBound::Preceding(v) => match v.cast_to(&DataType::UInt64) {
            Ok(ScalarValue::UInt64(Some(rows))) => usize::try_from(rows).ok(),
            _ => None,
        },
        WindowFrameBound::Following(_) => None,
    }
}

/// The aggregates that are replaced.
const AGGREGATES: [&str; 21] = [
    "avg",
    "corr",
    "count",
    "covar_pop",
    "covar_samp",
    "max",
    "min",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "stddev",
    "stddev_pop",
    "sum",
    "var",
    "var_pop",
];

/// An aggregate over the rows from one distance before each row to another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct FrameAggregate {
    name: &'static str,
    /// Rows before this one at which the frame begins, `None` at the partition's first.
    from: Option<usize>,
    /// Rows before this one at which it ends.
    to: usize,
    signature: Signature,
}

/// Of any types: they were settled before.
pub(super) fn any() -> Signature {
    Signature::user_defined(Volatility::Immutable)
}

impl WindowUDFImpl for FrameAggregate {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn field(&self, args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        let (data_type, nullable) = match self.name {
            "count" => (DataType::Int64, false),
            "regr_count" => (DataType::UInt64, true),
            _ => (DataType::Float64, true),
        };
        Ok(Arc::new(Field::new(args.name(), data_type, nullable)))
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        Ok(given.to_vec())
    }

    fn partition_evaluator(
        &self,
        _: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Evaluator(self.clone())))
    }

    fn limit_effect(&self, _: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        LimitEffect::None
    }
}

#[derive(Debug)]
struct Evaluator(FrameAggregate);

impl PartitionEvaluator for Evaluator {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let whole = Segments { ranges: std::iter::once(0..rows).collect(), continues: false };
        self.0.column().push(values, &whole)
    }
}

impl FrameAggregate {
    /// A new column of it.
    pub fn column(&self) -> Box<dyn WindowColumn> {
        match self.name {
            "count" => self.of::<Sum>(present, |s, _| Some(s.count)),
            "sum" => self.of::<Sum>(one, |s, _| some(s.count, s.sum)),
            "avg" => self.of::<Sum>(one, |s, _| some(s.count, s.sum / s.count)),
            "min" => self.of::<Extreme<Least>>(one, |s, _| some(s.count, s.value)),
            "max" => self.of::<Extreme<Greatest>>(one, |s, _| some(s.count, s.value)),
            "var" => self.of::<Moments<2>>(one, |s, _| spread(s, 1.0)),
            "var_pop" => self.of::<Moments<2>>(one, |s, _| spread(s, 0.0)),
            "stddev" => self.of::<Moments<2>>(one, |s, _| spread(s, 1.0).map(f64::sqrt)),
            "stddev_pop" => self.of::<Moments<2>>(one, |s, _| spread(s, 0.0).map(f64::sqrt)),
            // Of regressions the first argument is y, the second x.
            name => self.of::<Comoments>(pair, pair_statistic(name)),
        }
    }

    fn of<S: Statistic + 'static>(&self, read: Read<S>, tell: Tell<S>) -> Box<dyn WindowColumn> {
        let length = self.from.map(|from| (from - self.to).saturating_add(1));
        let frame = Frame::new(length);
        let (delay, name) = (self.to, self.name);
        Box::new(FrameColumn { length, delay, name, read, tell, frame, late: VecDeque::new() })
    }
}

fn some(count: f64, value: f64) -> Option<f64> {
    (count > 0.0).then_some(value)
}

fn spread(s: &Moments<2>, ddof: f64) -> Option<f64> {
    (s.count > ddof).then(|| s.variance(ddof))
}

fn pair_statistic(name: &str) -> Tell<Comoments> {
    match name {
        "corr" => |s, _| (s.count > 1.0 && s.xx > 0.0 && s.yy > 0.0).then(|| s.correlation()),
        "covar_samp" => |s, _| (s.count > 1.0).then(|| s.covariance()),
        "covar_pop" => |s, _| (s.count > 0.0).then(|| s.xy / s.count),
        "regr_count" => |s, _| Some(s.count),
        "regr_avgy" => |s, p| some(s.count, p.0 + s.mean_x),
        "regr_avgx" => |s, p| some(s.count, p.1 + s.mean_y),
        "regr_syy" => |s, _| (s.count > 0.0).then_some(s.xx),
        "regr_sxx" => |s, _| (s.count > 0.0).then_some(s.yy),
        "regr_sxy" => |s, _| (s.count > 0.0).then_some(s.xy),
        "regr_slope" => |s, _| (s.count > 1.0 && s.yy > 0.0).then(|| s.xy / s.yy),
        "regr_intercept" => |s, p| {
            (s.count > 1.0 && s.yy > 0.0).then(|| p.0 + s.mean_x - s.xy / s.yy * (p.1 + s.mean_y))
        },
        _ => {
            |s, _| (s.count > 1.0 && s.xx > 0.0 && s.yy > 0.0).then(|| s.xy * s.xy / (s.xx * s.yy))
        }
    }
}

/// The rows of a batch.
type Read<S> = fn(&[ArrayRef]) -> Result<Vec<Option<<S as Statistic>::Value>>>;
/// The result of a frame, with the pivot.
type Tell<S> = fn(&S, <S as Statistic>::Value) -> Option<f64>;

fn floats(columns: &[ArrayRef], i: usize) -> Result<&Float64Array> {
    match columns.get(i).and_then(|c| c.as_primitive_opt::<Float64Type>()) {
        Some(column) => Ok(column),
        None => internal_err!("a column of a frame is not of floats"),
    }
}

fn one(columns: &[ArrayRef]) -> Result<Vec<Option<f64>>> {
    let x = floats(columns, 0)?;
    Ok(match x.null_count() {
        0 => x.values().iter().copied().map(Some).collect(),
        _ => x.iter().collect(),
    })
}

fn pair(columns: &[ArrayRef]) -> Result<Vec<Option<(f64, f64)>>> {
    let (x, y) = (floats(columns, 0)?, floats(columns, 1)?);
    Ok(x.iter().zip(y).map(|(x, y)| Some((x?, y?))).collect())
}

fn present(columns: &[ArrayRef]) -> Result<Vec<Option<f64>>> {
    let Some(column) = columns.first() else { return internal_err!("count of nothing") };
    let nulls = column.logical_nulls();
    let is = |row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
    Ok((0..column.len()).map(|row| is(row).then_some(0.0)).collect())
}

struct FrameColumn<S: Statistic> {
    length: Option<usize>,
    delay: usize,
    name: &'static str,
    read: Read<S>,
    tell: Tell<S>,
    frame: Frame<S>,
    /// Rows that no frame has reached yet.
    late: VecDeque<Option<S::Value>>,
}

impl<S: Statistic> WindowColumn for FrameColumn<S> {
    fn push(&mut self, columns: &[ArrayRef], segments: &Segments) -> Result<ArrayRef> {
        let rows = (self.read)(columns)?;
        let mut out = Floats::with_capacity(rows.len());
        for (n, range) in segments.ranges.iter().enumerate() {
            if n > 0 || !segments.continues {
                self.frame = Frame::new(self.length);
                self.late.clear();
            }
            let rows = &rows[range.clone()];
            if self.delay == 0 {
                for row in rows {
                    let state = self.frame.push(*row);
                    out.push((self.tell)(&state, self.frame.pivot()));
                }
                continue;
            }
            for row in rows {
                self.late.push_back(*row);
                let reached = match self.late.len() > self.delay {
                    true => self.late.pop_front(),
                    false => None,
                };
                let state = reached.map_or_else(S::empty, |row| self.frame.push(row));
                out.push((self.tell)(&state, self.frame.pivot()));
            }
        }
        let out = out.finish();
        Ok(match self.name {
            "count" => cast(&out, &DataType::Int64)?,
            "regr_count" => cast(&out, &DataType::UInt64)?,
            _ => Arc::new(out),
        })
    }

    fn size(&self) -> usize {
        self.frame.size() + self.late.capacity() * size_of::<Option<S::Value>>()
    }
}

/// Doubles with NULLs, in the making.
struct Floats {
    values: Vec<f64>,
    nulls: NullBufferBuilder,
}

impl Floats {
    fn with_capacity(rows: usize) -> Self {
        Self { values: Vec::with_capacity(rows), nulls: NullBufferBuilder::new(rows) }
    }

    #[inline]
    fn push(&mut self, value: Option<f64>) {
        self.values.push(value.unwrap_or_default());
        self.nulls.append(value.is_some());
    }

    fn finish(mut self) -> Float64Array {
        Float64Array::new(self.values.into(), self.nulls.finish())
    }
}
