//! How every pattern is a window function: four prices in, an integer signal out.

use datafusion::common::Result;
use trademl_math::kernel::Kernel;

use crate::function::{Contract, Function};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

/// The entry of a pattern for the registry.
pub fn signal(
    contract: &'static Contract,
    kernel: fn(&Call) -> Result<Box<dyn Kernel>>,
) -> Function {
    WindowFunction {
        contract,
        output: Output::Integer,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(kernel),
    }
    .function()
}
