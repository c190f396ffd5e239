//! The host of scalar functions: whole columns in, a column out.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, ListArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

use crate::arguments::scalar_call;
use crate::function::{Body, Contract, Function};
use crate::host::Host;
use crate::relation::Call;

/// A scalar function: its contract and its kernel.
#[derive(Debug)]
pub struct ScalarFunction {
    /// The contract.
    pub contract: &'static Contract,
    /// The type of the result.
    pub returns: DataType,
    /// Checks the constants.
    pub prepare: fn(&Call) -> Result<()>,
    /// From the column arguments, in contract order, to the result. A list that is the same for all rows
    /// comes as one row, since it may be long: [`list_row`] tells where it is.
    pub evaluate: fn(&Call, &[ArrayRef]) -> Result<ArrayRef>,
}

impl ScalarFunction {
    /// The entry for the registry.
    pub fn function(self) -> Function {
        let contract = self.contract;
        let host = Host::new(contract, self);
        Function { contract, body: Body::Scalar(Arc::new(ScalarUDF::from(host))) }
    }
}

/// Where in a column of lists that of a row is.
pub(crate) fn list_row(lists: &ListArray, row: usize) -> usize {
    if lists.len() == 1 { 0 } else { row }
}

impl ScalarUDFImpl for Host<ScalarFunction> {
    fn name(&self) -> &str {
        self.contract.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.function.returns.clone())
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        self.contract.coerce(given)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let contract = self.contract;
        let call = scalar_call(contract, &args.args, &args.arg_fields)?;
        (self.function.prepare)(&call).map_err(|e| contract.blame(e))?;
        let positions = contract.column_positions();
        let columns: Vec<_> = positions.iter().filter_map(|i| args.args.get(*i).cloned()).collect();
        let all_scalar = columns.iter().all(|c| matches!(c, ColumnarValue::Scalar(_)));
        let arrays = columns.into_iter().map(|column| match column {
            ColumnarValue::Array(array) => Ok(array),
            ColumnarValue::Scalar(value) => {
                let once = all_scalar || matches!(value.data_type(), DataType::List(_));
                value.to_array_of_size(if once { 1 } else { args.number_rows })
            }
        });
        let arrays = arrays.collect::<Result<Vec<_>>>()?;
        let result = (self.function.evaluate)(&call, &arrays)?;
        if all_scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
