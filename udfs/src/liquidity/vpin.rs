//! `vpin`: the imbalance of buys and sells in buckets of volume.

use trademl_math::liquidity::vpin::Vpin;

use super::arguments::{BUCKET, VOLUME, column, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "vpin",
    family: "liquidity",
    summary: "VPIN: the mean of |buys − sells| / bucket over the last n full buckets of volume. \
              Of a bar's volume the share Φ(Δp / σ) are buys (bulk classification), Δp the \
              change of the price since the bar before and σ the sample standard deviation of \
              the last span changes, its own included. A bar fills as many buckets as its \
              volume is good for.",
    arguments: &[
        column("price", "price", "price at the end of the bar, > 0"),
        VOLUME,
        BUCKET,
        rows("n", "50", "window, buckets, ≥ 1"),
        rows("span", "50", "price changes in σ, ≥ 2"),
    ],
    returns: "imbalance [1], from 0 to 1",
    nulls: "a row with a NULL argument gives NULL and counts as absent; bars before there are \
            span changes are not classified, and their volume is in no bucket; rows before n \
            buckets are full give NULL, later ones the value of the last full bucket",
    errors: "an argument NaN or infinite or outside its range (function, value and row are \
             named); bucket ≤ 0; n < 1; span < 2",
    lookahead: Lookahead::Past,
    source: "Easley, López de Prado & O'Hara (2012), Flow Toxicity and Liquidity in a \
             High-Frequency World, Review of Financial Studies 25(5)",
    example: "SELECT i, round(vpin(price, volume, 200, 2, 2) OVER (ORDER BY i), 6) AS vpin FROM \
              (VALUES (1, 100.0, 300), (2, 100.5, 300), (3, 100.0, 250), (4, 100.75, 500), (5, \
              100.75, 300), (6, 100.0, 900), (7, 100.25, 100)) AS t(i, price, volume) ORDER BY \
              i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 NULL\n\
              4 0.463312\n\
              5 0.226446\n\
              6 0.842701\n\
              7 0.702822",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Price, Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| {
            let (bucket, n) = (call.positive("bucket")?, call.count("n", 1)?);
            Ok(Box::new(Vpin::new(bucket, n, call.count("span", 2)?)))
        }),
    }
    .function()
}
