//! The host of window functions: ordered rows of a partition in, one value a row out.
//!
//! ```text
//! mod.rs       what a window function is, and DataFusion's side of it
//! column.rs    a function at work on Arrow columns: NULLs, domains, kernels
//! exec.rs      the operator: streams sorted rows, a kernel a function and partition
//! ranges.rs    where partitions begin and end in a batch
//! section.rs   the operator of cross-sections, which sorts nothing; by_section.rs: its columns
//! groups.rs    rows by group
//! grouped_sort.rs    the sort below windows
//! rule.rs      puts the operators where DataFusion planned its own
//! calls.rs     the calls of a plan's windows, for the optimizer's rules that replace some:
//! one_zero.rs  keys of partitions that are floats
//! standard.rs  SQL's own aggregates over frames of rows, on the same kernels
//! ```
//!
//! Frames are not consulted, and the order is never reversed, so time never flips.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::Result;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    Documentation, LimitEffect, PartitionEvaluator, Signature, WindowUDF, WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;
use trademl_math::kernel::Kernel;

use crate::function::{Body, Contract, Function};
use crate::host::Host;
use crate::relation::Call;

mod by_section;
mod calls;
mod column;
mod exec;
mod grouped_sort;
mod groups;
mod lag;
mod one_zero;
mod ranges;
mod rule;
mod section;
mod standard;

pub use calls::{call, replace_calls};
pub use column::null_where_nan;
use column::{Column, Segments, WindowColumn as _};
pub use grouped_sort::GroupedSorts;
pub use one_zero::OneZero;
pub use rule::KernelWindows;
pub use standard::StandardWindows;

/// A list that is short as a rule and costs no memory then: what is done for each batch.
type Few<T> = smallvec::SmallVec<[T; 4]>;

/// A window function: its contract and how it is evaluated.
#[derive(Debug, Clone, Copy)]
pub struct WindowFunction {
    /// The contract.
    pub contract: &'static Contract,
    /// What comes out.
    pub output: Output,
    /// The values it is defined for, one a column argument; the last one counts for those after it.
    pub domains: &'static [Domain],
    /// What a NULL is.
    pub nulls: Nulls,
    /// How it is evaluated.
    pub evaluation: Evaluation,
}

/// The type of a result.
#[derive(Debug, Clone, Copy)]
pub enum Output {
    /// A double.
    Float,
    /// An integer.
    Integer,
    /// A struct of doubles.
    Fields(&'static [&'static str]),
}

/// The values that an argument may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// Finite numbers.
    Finite,
    /// Finite numbers above zero: prices.
    Price,
    /// Finite numbers of at least zero: volumes.
    NonNegative,
}

/// What a NULL is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// A row with a NULL is not there: lags and windows count the others, and its result is NULL.
    Absent,
    /// The row counts, its value is missing: the kernel sees NaN.
    Missing,
}

/// How a window function is evaluated.
#[derive(Debug, Clone, Copy)]
pub enum Evaluation {
    /// Row by row, from each row and those before it. The constants are checked here, when the
    /// query is planned.
    Series(fn(&Call) -> Result<Box<dyn Kernel>>),
    /// From all rows of the partition at once: one value a row from its column arguments.
    Section(fn(&Call, &[ArrayRef]) -> Result<ArrayRef>),
}

impl WindowFunction {
    /// The entry for the registry.
    pub fn function(self) -> Function {
        let contract = self.contract;
        let host = Host::new(contract, self);
        Function { contract, body: Body::Window(Arc::new(WindowUDF::from(host))) }
    }

    /// Checks the constants of a call.
    fn check(&self, call: &Call) -> Result<()> {
        let checked = match self.evaluation {
            Evaluation::Series(kernel) => kernel(call).map(drop),
            // An empty partition has constants, too.
            Evaluation::Section(evaluate) => {
                let columns =
                    self.contract.arguments.iter().filter_map(|a| call.columns.get(a.name));
                let columns =
                    columns.map(|f| datafusion::arrow::array::new_empty_array(f.data_type()));
                evaluate(call, &columns.collect::<Vec<_>>()).map(drop)
            }
        };
        checked.map_err(|e| self.contract.blame(e))
    }
}

impl Output {
    fn data_type(self) -> DataType {
        match self {
            Self::Float => DataType::Float64,
            Self::Integer => DataType::Int64,
            Self::Fields(names) => {
                let field = |name: &&str| Field::new(*name, DataType::Float64, true);
                DataType::Struct(names.iter().map(field).collect::<Fields>())
            }
        }
    }

    /// How many outputs the kernel has.
    fn count(self) -> usize {
        match self {
            Self::Float | Self::Integer => 1,
            Self::Fields(names) => names.len(),
        }
    }
}

impl WindowUDFImpl for Host<WindowFunction> {
    fn name(&self) -> &str {
        self.contract.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn field(&self, args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(args.name(), self.function.output.data_type(), true)))
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        self.contract.coerce(given)
    }

    fn partition_evaluator(
        &self,
        args: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        let call = self.contract.call(args.input_exprs(), args.input_fields())?;
        self.function.check(&call)?;
        Ok(Box::new(Evaluator { function: self.function, call }))
    }

    fn limit_effect(&self, _: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        LimitEffect::Unknown
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// A function in DataFusion's own operator, which takes a whole partition at once.
#[derive(Debug)]
struct Evaluator {
    function: WindowFunction,
    call: Call,
}

impl PartitionEvaluator for Evaluator {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let columns = self.function.contract.columns(values);
        let whole = Segments { ranges: std::iter::once(0..rows).collect(), continues: false };
        Column::new(self.function, self.call.clone()).push(&columns, &whole)
    }
}
