//! Arguments of scalar, aggregate and window functions: types from the contract, constants from literals.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{DataType, FieldRef, Schema};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{ColumnarValue, Signature, Volatility};
use datafusion::physical_expr::PhysicalExpr;

use crate::function::{Contract, Role};
use crate::relation::Call;

impl Contract {
    /// The signature all our functions share: names from the contract, types by [`Self::coerce`].
    pub fn signature(&self) -> Signature {
        let signature = Signature::user_defined(Volatility::Immutable);
        // Names are unique by a test over the list, so the fallback never serves.
        signature.clone().with_parameter_names(self.argument_names()).unwrap_or(signature)
    }

    /// The types arguments are cast to.
    ///
    /// # Errors
    ///
    /// On a wrong number of arguments, or a type an argument does not take.
    pub fn coerce(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if given.len() != self.arguments.len() {
            return plan_err!(
                "{}: expected {} arguments, was {}; write {}",
                self.name,
                self.arguments.len(),
                given.len(),
                self.syntax()
            );
        }
        self.arguments
            .iter()
            .zip(given)
            .map(|(argument, given)| {
                let kind = match argument.role {
                    Role::Column(kind) | Role::Constant(kind) => kind,
                    _ => return Ok(given.clone()),
                };
                if !kind.accepts(given) {
                    return plan_err!(
                        "{}: argument '{}' is {given}, expected {}; write {}",
                        self.name,
                        argument.name,
                        kind.word(),
                        self.syntax()
                    );
                }
                Ok(kind.data_type().unwrap_or_else(|| given.clone()))
            })
            .collect()
    }

    /// Reads the constant arguments of a planned call.
    ///
    /// # Errors
    ///
    /// If a constant argument is not a literal.
    pub(crate) fn call(
        &self,
        expressions: &[Arc<dyn PhysicalExpr>],
        fields: &[FieldRef],
    ) -> Result<Call> {
        let one_row = RecordBatch::try_new_with_options(
            Arc::new(Schema::empty()),
            vec![],
            &RecordBatchOptions::new().with_row_count(Some(1)),
        )?;
        let mut call = Call { constants: HashMap::new(), columns: HashMap::new() };
        for (i, argument) in self.arguments.iter().enumerate() {
            match argument.role {
                Role::Constant(_) => match expressions.get(i).map(|e| e.evaluate(&one_row)) {
                    Some(Ok(ColumnarValue::Scalar(value))) => {
                        call.constants.insert(argument.name, value);
                    }
                    _ => {
                        return plan_err!(
                            "{}: argument '{}' must be a literal, the same for all rows",
                            self.name,
                            argument.name
                        );
                    }
                },
                _ => {
                    if let Some(field) = fields.get(i) {
                        call.columns.insert(argument.name, Arc::clone(field));
                    }
                }
            }
        }
        Ok(call)
    }

    /// The positions of the column arguments.
    pub(crate) fn column_positions(&self) -> Vec<usize> {
        let columns = self.arguments.iter().enumerate();
        columns.filter(|(_, a)| matches!(a.role, Role::Column(_))).map(|(i, _)| i).collect()
    }

    /// The column arguments of `values`, in contract order.
    pub(crate) fn columns(&self, values: &[ArrayRef]) -> Vec<ArrayRef> {
        self.column_positions().into_iter().filter_map(|i| values.get(i).cloned()).collect()
    }
}

/// Reads constants of a scalar call from its evaluated arguments.
pub(crate) fn scalar_call(
    contract: &'static Contract,
    values: &[ColumnarValue],
    fields: &[FieldRef],
) -> Result<Call> {
    let mut call = Call { constants: HashMap::new(), columns: HashMap::new() };
    for ((argument, value), field) in contract.arguments.iter().zip(values).zip(fields) {
        match (argument.role, value) {
            (Role::Constant(_), ColumnarValue::Scalar(value)) => {
                call.constants.insert(argument.name, value.clone());
            }
            (Role::Constant(_), ColumnarValue::Array(array)) if array.len() == 1 => {
                call.constants.insert(argument.name, ScalarValue::try_from_array(array, 0)?);
            }
            (Role::Constant(_), ColumnarValue::Array(_)) => {
                return plan_err!(
                    "{}: argument '{}' must be a literal, the same for all rows",
                    contract.name,
                    argument.name
                );
            }
            _ => {
                call.columns.insert(argument.name, Arc::clone(field));
            }
        }
    }
    Ok(call)
}
