//! What every host shares: a function with what DataFusion asks of its contract, known by its name.

use std::hash::{Hash, Hasher};

use datafusion::logical_expr::{Documentation, Signature};

use crate::function::Contract;

/// A function as DataFusion holds it; each kind of function implements its trait on it.
#[derive(Debug)]
pub(crate) struct Host<F> {
    pub contract: &'static Contract,
    pub signature: Signature,
    pub documentation: Documentation,
    pub function: F,
}

impl<F> Host<F> {
    pub fn new(contract: &'static Contract, function: F) -> Self {
        let (signature, documentation) = (contract.signature(), contract.documentation());
        Self { contract, signature, documentation, function }
    }
}

impl<F> PartialEq for Host<F> {
    fn eq(&self, other: &Self) -> bool {
        self.contract.name == other.contract.name
    }
}

impl<F> Eq for Host<F> {}

impl<F> Hash for Host<F> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.contract.name.hash(state);
    }
}
