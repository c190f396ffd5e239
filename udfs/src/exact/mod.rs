//! SQL's own sums, averages, variances, correlations and regressions, exact over floats.
//!
//! They mean what they mean in DataFusion, but are summed as whole numbers and rounded when they are
//! told. So no bit of a result depends on the order of rows, on threads, partitions or files.

mod accumulator;
mod groups;
mod one_distinct;
mod statistic;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray as _};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type, Int64Type};
use datafusion::common::{Result, exec_err, internal_datafusion_err};
use datafusion::execution::{FunctionRegistry, SessionState};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF,
    SetMonotonicity, Signature,
};
use datafusion::scalar::ScalarValue;
use trademl_math::exact::Moments;

use accumulator::{Distinct, Whole};
use groups::Groups;
pub use one_distinct::optimizer_rules;
use statistic::{STATISTICS, Statistic, Tell};

/// Puts the exact aggregates in the places of DataFusion's.
///
/// # Errors
///
/// If DataFusion has no aggregate of a name.
pub fn install(state: &mut SessionState) -> Result<()> {
    for (name, statistic) in STATISTICS {
        let standard = state.udaf(name)?;
        let exact = ExactAggregate { standard, statistic: *statistic };
        state.register_udaf(Arc::new(AggregateUDF::from(exact)))?;
    }
    Ok(())
}

/// An aggregate that is exact over floats; over other types it is DataFusion's.
#[derive(Debug, PartialEq, Eq, Hash)]
struct ExactAggregate {
    standard: Arc<AggregateUDF>,
    statistic: Statistic,
}

/// Calls `$body` with the function that tells the statistic from its moments as `$tell`.
macro_rules! with_tell {
    ($statistic:expr, $tell:ident => $body:expr) => {
        match $statistic.tell() {
            Tell::Sum($tell) => $body,
            Tell::Spread($tell) => $body,
            Tell::Pair($tell) => $body,
        }
    };
}

fn floats(args: &AccumulatorArgs<'_>) -> bool {
    args.expr_fields.iter().all(|f| *f.data_type() == DataType::Float64)
}

impl AggregateUDFImpl for ExactAggregate {
    fn name(&self) -> &str {
        self.standard.name()
    }

    fn aliases(&self) -> &[String] {
        self.standard.aliases()
    }

    fn signature(&self) -> &Signature {
        self.standard.signature()
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        self.standard.return_type(given)
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        self.standard.coerce_types(given)
    }

    fn is_nullable(&self) -> bool {
        self.standard.is_nullable()
    }

    fn default_value(&self, data_type: &DataType) -> Result<ScalarValue> {
        self.standard.default_value(data_type)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
        self.standard.inner().set_monotonicity(data_type)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.standard.documentation()
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        if args.input_fields.iter().any(|f| *f.data_type() != DataType::Float64) {
            return self.standard.state_fields(args);
        }
        let (what, item) = match args.is_distinct {
            true => ("values", DataType::Float64),
            false => ("exact", DataType::Int64),
        };
        let name = format_state_name(args.name, what);
        Ok(vec![Arc::new(Field::new_list(name, Field::new_list_field(item, true), true))])
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        if !floats(&args) {
            return self.standard.accumulator(args);
        }
        if args.is_distinct {
            return match self.statistic.tell() {
                Tell::Sum(tell) => Ok(Box::new(Distinct::new(tell))),
                Tell::Spread(tell) => Ok(Box::new(Distinct::new(tell))),
                Tell::Pair(_) => exec_err!(
                    "{}(DISTINCT …) is not defined; select the distinct pairs in a subquery",
                    self.name()
                ),
            };
        }
        with_tell!(self.statistic, tell => Ok(Box::new(Whole::new(tell))))
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        match floats(&args) {
            true => self.accumulator(args),
            false => self.standard.create_sliding_accumulator(args),
        }
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        match floats(&args) {
            true => !args.is_distinct,
            false => self.standard.groups_accumulator_supported(args),
        }
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        if !floats(&args) {
            return self.standard.create_groups_accumulator(args);
        }
        with_tell!(self.statistic, tell => Ok(Box::new(Groups::new(tell))))
    }
}

/// Calls `each` with the place and values of every row that has no NULL.
fn rows(values: &[ArrayRef], mut each: impl FnMut(usize, f64, f64)) {
    let columns: Vec<_> = values.iter().map(|v| v.as_primitive::<Float64Type>()).collect();
    match columns.as_slice() {
        [x] if x.null_count() == 0 => {
            x.values().iter().enumerate().for_each(|(row, x)| each(row, *x, 0.0));
        }
        [x] => x.iter().enumerate().for_each(|(row, x)| {
            if let Some(x) = x {
                each(row, x, 0.0);
            }
        }),
        [x, y] => x.iter().zip(y.iter()).enumerate().for_each(|(row, pair)| {
            if let (Some(x), Some(y)) = pair {
                each(row, x, y);
            }
        }),
        _ => {}
    }
}

/// Calls `each` with the place and moments of every state in a column of them.
fn states<const SUMS: usize>(
    column: &ArrayRef,
    mut each: impl FnMut(usize, &Moments<SUMS>),
) -> Result<()> {
    let lists = column.as_list::<i32>();
    for row in (0..lists.len()).filter(|row| lists.is_valid(*row)) {
        let words = lists.value(row);
        let read = Moments::read(words.as_primitive::<Int64Type>().values());
        let moments = read
            .ok_or_else(|| internal_datafusion_err!("a state of exact sums does not read back"))?;
        each(row, &moments);
    }
    Ok(())
}
