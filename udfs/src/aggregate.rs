//! The host of aggregates that need the whole group at once.
//!
//! Rows with a NULL in a column that is not NULL by default are dropped, unless the function takes
//! them; the rest is put into one canonical order, and the kernel runs once. So a result depends
//! neither on partitions nor on threads.

use std::mem::size_of_val;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::compute::{
    SortColumn, and, concat, filter, is_not_null, lexsort_to_indices, take,
};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err, not_impl_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, Signature,
};
use datafusion::scalar::ScalarValue as Scalar;

use crate::function::{Body, Contract, Function};
use crate::host::Host;
use crate::relation::Call;

type Evaluate = fn(&Call, &[ArrayRef]) -> Result<ScalarValue>;

/// An aggregate function: its contract and its kernel.
#[derive(Debug)]
pub struct AggregateFunction {
    /// The contract.
    pub contract: &'static Contract,
    /// The type of the result.
    pub returns: DataType,
    /// Checks the constants when the query is planned.
    pub prepare: fn(&Call) -> Result<()>,
    /// From the group's column arguments to the result. Rows hold no NULL but where they are not dropped
    /// for one, and are sorted by all columns, the last one first, so a trailing time column puts them
    /// in time order.
    pub evaluate: Evaluate,
}

impl AggregateFunction {
    /// The entry for the registry.
    pub fn function(self) -> Function {
        self.hosted(false)
    }

    /// The same for a function that is given rows with NULLs too, because what they stand for must
    /// not be left out in silence.
    pub fn function_with_nulls(self) -> Function {
        self.hosted(true)
    }

    fn hosted(self, with_nulls: bool) -> Function {
        let contract = self.contract;
        let host = Host::new(contract, Hosted { function: self, with_nulls });
        Function { contract, body: Body::Aggregate(Arc::new(AggregateUDF::from(host))) }
    }
}

#[derive(Debug)]
struct Hosted {
    function: AggregateFunction,
    with_nulls: bool,
}

impl AggregateUDFImpl for Host<Hosted> {
    fn name(&self) -> &str {
        self.contract.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.function.function.returns.clone())
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        self.contract.coerce(given)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let contract = self.contract;
        if args.is_distinct {
            return not_impl_err!(
                "{}: DISTINCT would drop equal returns; leave it out",
                contract.name
            );
        }
        let call = contract.call(args.exprs, args.expr_fields)?;
        (self.function.function.prepare)(&call).map_err(|e| contract.blame(e))?;
        let positions = contract.column_positions();
        let types =
            positions.iter().map(|i| args.expr_fields[*i].data_type().clone()).collect::<Vec<_>>();
        let optional = |i: &usize| contract.arguments[*i].default == Some("NULL");
        let required = |i: &usize| !self.function.with_nulls && !optional(i);
        Ok(Box::new(Collected {
            evaluate: self.function.function.evaluate,
            call,
            required: positions.iter().map(required).collect(),
            positions,
            pieces: vec![vec![]; types.len()],
            types,
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let positions = self.contract.column_positions();
        let fields = positions.into_iter().map(|i| {
            let name = format_state_name(args.name, self.contract.arguments[i].name);
            let item = Field::new_list_field(args.input_fields[i].data_type().clone(), true);
            Arc::new(Field::new_list(name, item, true)) as FieldRef
        });
        Ok(fields.collect())
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The rows seen so far, as the pieces they came in.
#[derive(Debug)]
struct Collected {
    evaluate: Evaluate,
    call: Call,
    positions: Vec<usize>,
    /// Which of the columns drop the rows in which they are NULL.
    required: Vec<bool>,
    types: Vec<DataType>,
    pieces: Vec<Vec<ArrayRef>>,
}

impl Collected {
    fn columns(&mut self) -> Result<Vec<ArrayRef>> {
        for (pieces, data_type) in self.pieces.iter_mut().zip(&self.types) {
            if pieces.is_empty() {
                pieces.push(datafusion::arrow::array::new_empty_array(data_type));
            }
            if pieces.len() > 1 {
                let whole = concat(&pieces.iter().map(AsRef::as_ref).collect::<Vec<_>>())?;
                *pieces = vec![whole];
            }
        }
        Ok(self.pieces.iter().map(|p| Arc::clone(&p[0])).collect())
    }
}

impl Accumulator for Collected {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let columns: Vec<_> = self.positions.iter().map(|i| Arc::clone(&values[*i])).collect();
        let Some(rows) = columns.first().map(|c| c.len()) else {
            return internal_err!("an aggregate needs a column argument");
        };
        let mut keep = BooleanArray::from(vec![true; rows]);
        for (column, required) in columns.iter().zip(&self.required) {
            if *required && column.null_count() > 0 {
                keep = and(&keep, &is_not_null(column)?)?;
            }
        }
        for (pieces, column) in self.pieces.iter_mut().zip(columns) {
            pieces.push(filter(&column, &keep)?);
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for (pieces, state) in self.pieces.iter_mut().zip(states) {
            let lists = state.as_list::<i32>();
            pieces.extend((0..lists.len()).filter(|i| lists.is_valid(*i)).map(|i| lists.value(i)));
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let columns = self.columns()?;
        let lists = columns.into_iter().map(|c| {
            let list = datafusion::common::utils::SingleRowListArrayBuilder::new(c);
            Scalar::List(Arc::new(list.build_list_array()))
        });
        Ok(lists.collect())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let columns = self.columns()?;
        let by: Vec<_> = columns
            .iter()
            .rev()
            .map(|c| SortColumn { values: Arc::clone(c), options: None })
            .collect();
        let order = lexsort_to_indices(&by, None)?;
        let sorted =
            columns.iter().map(|c| Ok(take(c, &order, None)?)).collect::<Result<Vec<_>>>()?;
        (self.evaluate)(&self.call, &sorted)
    }

    fn size(&self) -> usize {
        let pieces = self.pieces.iter().flatten();
        size_of_val(self)
            + pieces.map(|p| p.to_data().get_slice_memory_size().unwrap_or(0)).sum::<usize>()
    }
}
