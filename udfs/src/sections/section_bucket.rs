//! `section_bucket`: bucket 1 … n by rank within the partition, as even as equals allow: these share a bucket.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;
use trademl_math::section;

use super::of_values::integers;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "section_bucket",
    family: "sections",
    summary: "Bucket 1 … n by rank within the partition, as even as equals allow: these \
              share a bucket. Partition by the date, so that a partition is one cross- \
              section.",
    arguments: &[
        Argument {
            name: "x",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "any",
            meaning: "value to compare across the section",
        },
        Argument {
            name: "n",
            role: Role::Constant(Kind::Integer),
            default: Some("10"),
            unit: "1",
            meaning: "how many buckets, ≥ 1",
        },
    ],
    returns: "bucket, 1 for the least values to n for the greatest",
    nulls: "a NULL row gives NULL and does not count",
    errors: "x NaN or infinite (function, value and row are named); n < 1",
    lookahead: Lookahead::Full,
    source: "definition",
    example: "SELECT symbol, section_bucket(x, 2) OVER (PARTITION BY day) AS r FROM \
              (VALUES (1, 'A', 1.0), (1, 'B', 1.0), (1, 'C', 4.0), (1, 'D', NULL)) AS \
              t(day, symbol, x) ORDER BY symbol\n\
              ----\n\
              A 1\n\
              B 1\n\
              C 2\n\
              D NULL",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Integer,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Section(evaluate),
    }
    .function()
}

fn evaluate(call: &Call, columns: &[ArrayRef]) -> Result<ArrayRef> {
    let n = call.count("n", 1)?;
    integers(&CONTRACT, columns, |x| section::bucket(x, n))
}
