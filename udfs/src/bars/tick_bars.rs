//! `tick_bars`: bars of so many trades.

use std::sync::Arc;

use datafusion::arrow::datatypes::Field;
use datafusion::common::Result;
use trademl_math::bars::{Measure, by_measure};

use super::trades::{NULLS, PRICE, RETURNS, SEQUENCE, SIZE, SYMBOL, TRADES, TS, Trades, fields};
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "tick_bars",
    family: "bars",
    summary: "Bars of n trades each.",
    arguments: &[
        TRADES,
        SYMBOL,
        TS,
        PRICE,
        SIZE,
        Argument {
            name: "n",
            role: Role::Constant(Kind::Integer),
            default: Some("1000"),
            unit: "trades",
            meaning: "trades a bar, ≥ 1",
        },
        SEQUENCE,
    ],
    returns: RETURNS,
    nulls: NULLS,
    errors: "price or size ≤ 0, NaN or infinite; n < 1",
    lookahead: Lookahead::Past,
    source: "López de Prado (2018), Advances in Financial Machine Learning, §2.3.1",
    example: "SELECT bar_end, open, high, low, close, volume, trades, vwap FROM tick_bars((SELECT s AS symbol, t::TIMESTAMP AS ts, p AS price, q AS size FROM (VALUES \
              ('A', '2024-01-02T14:30:00', 10.0, 5.0), ('A', '2024-01-02T14:30:01', 11.0, 1.0), \
              ('A', '2024-01-02T14:30:02', 9.0, 2.0), ('A', '2024-01-02T14:30:03', 10.0, 4.0), \
              ('A', '2024-01-02T14:30:04', 12.0, 1.0)) AS t(s, t, p, q)), n => 3) ORDER BY bar_end\n\
              ----\n\
              2024-01-02T14:30:02 10.0 11.0 9.0 9.0 8.0 3 9.875",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(TicksBars)) }
}

#[derive(Debug)]
struct TicksBars;

impl RelationFunction for TicksBars {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        if is_bound(call, &[]) {
            threshold(call)?;
        }
        fields(call)
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let trades = Trades::of(&CONTRACT, group)?;
        let bars = by_measure(&trades.trades, Measure::Ticks, threshold(call)?);
        emit(trades.columns(&bars)?)
    }
}

fn threshold(call: &Call) -> Result<f64> {
    Ok(call.count("n", 1)? as f64)
}
