//! The implied volatilities of a call's rows, and how they came about.

use std::array::from_fn;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray};
use datafusion::arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::common::Result;
use trademl_math::options::implied_volatility::Quote;
use trademl_math::options::kind::Kind;
use trademl_math::options::quotes::Quotes;
use trademl_math::options::status::Status;

use super::valued::Options;
use crate::function::Contract;

/// What came of the rows of a call.
struct Solved {
    /// NaN for none; of a row that is not present any.
    volatilities: Vec<f64>,
    statuses: Vec<Status>,
    /// The rows without a NULL.
    present: Option<NullBuffer>,
}

/// The volatility of each row, NULL where there is none. `quoted` makes the option of a row's numbers.
pub(super) fn volatilities<const K: usize>(
    contract: &Contract,
    columns: &[ArrayRef],
    quoted: impl Fn(Kind, [f64; K]) -> Quote,
) -> Result<ArrayRef> {
    let Solved { volatilities, present, .. } = solved(contract, columns, quoted)?;
    let found = BooleanBuffer::collect_bool(volatilities.len(), |row| !volatilities[row].is_nan());
    let valid = NullBuffer::union(Some(&NullBuffer::new(found)), present.as_ref());
    let valid = valid.filter(|valid| valid.null_count() > 0);
    Ok(Arc::new(Float64Array::new(volatilities.into(), valid)))
}

/// How the volatility of each row came about, or why there is none.
pub(super) fn statuses<const K: usize>(
    contract: &Contract,
    columns: &[ArrayRef],
    quoted: impl Fn(Kind, [f64; K]) -> Quote,
) -> Result<ArrayRef> {
    let Solved { statuses, present, .. } = solved(contract, columns, quoted)?;
    let present = |row| present.as_ref().is_none_or(|present| present.is_valid(row));
    let names = statuses.iter().enumerate().map(|(row, s)| present(row).then(|| s.name()));
    Ok(Arc::new(names.collect::<StringArray>()))
}

fn solved<const K: usize>(
    contract: &Contract,
    columns: &[ArrayRef],
    quoted: impl Fn(Kind, [f64; K]) -> Quote,
) -> Result<Solved> {
    let Options { kinds, numbers, present } = Options::<K>::read(contract, columns)?;
    let rows = kinds.len();
    let mut quotes: [Vec<f64>; 5] = from_fn(|_| Vec::with_capacity(rows));
    for (row, kind) in kinds.iter().enumerate() {
        let q = quoted(*kind, numbers.map(|column| column[row]));
        let all = [q.price, q.forward, q.strike, q.time, q.discount];
        quotes.iter_mut().zip(all).for_each(|(column, x)| column.push(x));
    }
    let [price, forward, strike, time, discount] = &quotes;
    let quotes = Quotes { kind: &kinds, price, forward, strike, time, discount };
    let (mut volatilities, mut statuses) = (vec![0.0; rows], vec![Status::Valued; rows]);
    quotes.implied_volatilities(&mut volatilities, &mut statuses);
    Ok(Solved { volatilities, statuses, present })
}
