//! The host of window functions: a partition's columns, oldest row first, in one pass.
//!
//! The frame is not consulted, and DataFusion may not reverse the order, so time never flips.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::Result;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    Documentation, LimitEffect, PartitionEvaluator, Signature, WindowUDF, WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;

use crate::function::{Body, Contract, Function};
use crate::host::Host;
use crate::relation::Call;

type Evaluate = fn(&Call, &[ArrayRef]) -> Result<ArrayRef>;

/// A window function: its contract and its kernel.
#[derive(Debug)]
pub struct WindowFunction {
    /// The contract.
    pub contract: &'static Contract,
    /// The type of the result.
    pub returns: DataType,
    /// Checks the constants when the query is planned.
    pub prepare: fn(&Call) -> Result<()>,
    /// From the partition's column arguments, in contract order and row order, to one value a row.
    pub evaluate: Evaluate,
}

impl WindowFunction {
    /// The entry for the registry.
    pub fn function(self) -> Function {
        let contract = self.contract;
        let host = Host::new(contract, self);
        Function { contract, body: Body::Window(Arc::new(WindowUDF::from(host))) }
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
        Ok(Arc::new(Field::new(args.name(), self.function.returns.clone(), true)))
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        self.contract.coerce(given)
    }

    fn partition_evaluator(
        &self,
        args: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        let contract = self.contract;
        let call = contract.call(args.input_exprs(), args.input_fields())?;
        (self.function.prepare)(&call).map_err(|e| contract.blame(e))?;
        Ok(Box::new(Evaluator { contract, evaluate: self.function.evaluate, call }))
    }

    fn limit_effect(&self, _: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        LimitEffect::Unknown
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

#[derive(Debug)]
struct Evaluator {
    contract: &'static Contract,
    evaluate: Evaluate,
    call: Call,
}

impl PartitionEvaluator for Evaluator {
    fn evaluate_all(&mut self, values: &[ArrayRef], _: usize) -> Result<ArrayRef> {
        (self.evaluate)(&self.call, &self.contract.columns(values))
    }
}
