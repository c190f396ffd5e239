//! `svi_variance`: the total variance of an SVI slice at one log-moneyness.

use std::sync::Arc;

use datafusion::arrow::array::Float64Array;
use datafusion::arrow::datatypes::DataType;

use super::svi_columns::{A, B, ERRORS, K, M, NULLS, RHO, SIGMA, rows, slice};
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "svi_variance",
    family: "options",
    summary: "Total implied variance (volatility² · time) of a raw SVI slice: a + b(ρ(k − m) + √((k − m)² + σ²)).",
    arguments: &[K, A, B, RHO, M, SIGMA],
    returns: "total variance; the implied volatility is sqrt(svi_variance(…) / time)",
    nulls: NULLS,
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Gatheral & Jacquier (2014), Arbitrage-free SVI volatility surfaces, Quantitative Finance 14(1)",
    example: "SELECT round(svi_variance(0.0, 0.04, 0.1, 0.0, 0.0, 0.1), 6) AS w, svi_variance(0.0, 0.04, 0.1, 1.0, 0.0, 0.1) \
              AS no_slice\n\
              ----\n\
              0.05 NULL",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            let rows = rows::<6>(&CONTRACT, columns)?;
            let variance = |[k, raw @ ..]: [f64; 6]| {
                slice(raw).map(|slice| slice.total_variance(k)).filter(|w| w.is_finite())
            };
            Ok(Arc::new(rows.map(|row| row.and_then(variance)).collect::<Float64Array>()))
        },
    }
    .function()
}
