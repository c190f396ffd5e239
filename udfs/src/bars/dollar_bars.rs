//! `dollar_bars`: bars of so much value traded.

use std::sync::Arc;

use datafusion::arrow::datatypes::Field;
use datafusion::common::Result;
use trademl_math::bars::{Measure, by_measure};

use super::trades::{NULLS, PRICE, RETURNS, SEQUENCE, SIZE, SYMBOL, TRADES, TS, Trades, fields};
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "dollar_bars",
    family: "bars",
    summary: "Bars that end with the trade at which their value, the sum of price · size, reaches a threshold; trades are not split, so a bar may hold more.",
    arguments: &[
        TRADES,
        SYMBOL,
        TS,
        PRICE,
        SIZE,
        Argument {
            name: "dollar",
            role: Role::Constant(Kind::Float),
            default: Some("1e6"),
            unit: "money",
            meaning: "value a bar reaches, > 0",
        },
        SEQUENCE,
    ],
    returns: RETURNS,
    nulls: NULLS,
    errors: "price or size ≤ 0, NaN or infinite; dollar ≤ 0",
    lookahead: Lookahead::Past,
    source: "López de Prado (2018), Advances in Financial Machine Learning, §2.3.1",
    example: "SELECT bar_end, open, close, dollar, trades FROM dollar_bars((SELECT s AS symbol, t::TIMESTAMP AS ts, p AS price, q AS size FROM (VALUES \
              ('A', '2024-01-02T14:30:00', 10.0, 5.0), ('A', '2024-01-02T14:30:01', 11.0, 1.0), \
              ('A', '2024-01-02T14:30:02', 9.0, 2.0), ('A', '2024-01-02T14:30:03', 10.0, 4.0), \
              ('A', '2024-01-02T14:30:04', 12.0, 1.0)) AS t(s, t, p, q)), dollar => 60) ORDER BY bar_end\n\
              ----\n\
              2024-01-02T14:30:01 10.0 11.0 61.0 2\n\
              2024-01-02T14:30:04 9.0 12.0 70.0 3",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(DollarBars)) }
}

#[derive(Debug)]
struct DollarBars;

impl RelationFunction for DollarBars {
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
        let bars = by_measure(&trades.trades, Measure::Dollar, threshold(call)?);
        emit(trades.columns(&bars)?)
    }
}

fn threshold(call: &Call) -> Result<f64> {
    call.positive("dollar")
}
