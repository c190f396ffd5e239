//! `delta_hedge`: a position of options held over a path of its market, its delta hedged.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::Field;
use datafusion::common::Result;
use trademl_math::options::positions::delta_hedge::HedgedStep;

use super::arguments::{HEDGED_PATH, PATH_ERRORS, PATH_NULLS};
use super::path::{Path, output};
use super::rules::rules;
use crate::function::{Body, Contract, Function, Lookahead};
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "delta_hedge",
    family: "strategies",
    summary: "The account of a position of options that is bought on its first step and held, its delta \
              hedged with the underlying: a step trades at its own prices, on deltas of its own market. \
              Options are valued as European; early exercise and assignment are events in the rows.",
    arguments: &HEDGED_PATH,
    returns: "the position and a row a step: date; option_value (money: the legs left, those of the underlying \
              among them); delta (of the legs, in units of the underlying); hedge_shares (held beside them); cash; \
              interest, dividends (received, below 0 paid); cost (of trades, ≥ 0; settlement and exercise are \
              free); leg_pnl, hedge_pnl (change in value of what was held into the step); exercise_pnl \
              (intrinsic value less mark of options exercised); pnl = leg_pnl + hedge_pnl + exercise_pnl + interest \
              + dividends − cost; cumulative_pnl; equity = cash + hedge_shares · spot + option_value = capital + \
              cumulative_pnl. Interest and yield of a step are at rates of the step before",
    nulls: PATH_NULLS,
    errors: PATH_ERRORS,
    lookahead: Lookahead::Past,
    source: "Definition: the self-financing account of Black & Scholes (1973), J. Political Economy 81(3), in discrete \
             time; as Hull, Options, Futures, and Other Derivatives, on delta hedging",
    example: "SELECT date, option_value, round(delta, 1) AS delta, round(hedge_shares, 1) AS shares, \
              round(cash, 2) AS cash, round(pnl, 2) AS pnl, round(equity, 2) AS equity FROM delta_hedge((SELECT * FROM \
              (VALUES (1, DATE '2024-01-02', 'a', 'call', 100, DATE '2024-03-15', 1, 100.0, 4.0), \
              (1, DATE '2024-01-03', 'a', 'call', 100, DATE '2024-03-15', 1, 102.0, 5.2), \
              (1, DATE '2024-01-04', 'a', 'call', 100, DATE '2024-03-15', 1, 99.0, 3.4)) AS t(position, date, leg, \
              kind, strike, expiry, quantity, spot, price)), price => price, multiplier => 100, rate => 0, capital => \
              1000) ORDER BY date\n\
              ----\n\
              2024-01-02 400.0 52.0 -52.0 5800.0 0.0 1000.0\n\
              2024-01-03 520.0 59.7 -59.7 6581.58 16.0 1016.0\n\
              2024-01-04 340.0 47.9 -47.9 5412.19 -1.01 1014.99",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(DeltaHedge)) }
}

/// A column of the result.
type Column = (&'static str, fn(&HedgedStep) -> f64);

const COLUMNS: [Column; 13] = [
    ("option_value", |s| s.option_value),
    ("delta", |s| s.delta),
    ("hedge_shares", |s| s.hedge_shares),
    ("cash", |s| s.cash),
    ("interest", |s| s.interest),
    ("dividends", |s| s.dividends),
    ("cost", |s| s.cost),
    ("leg_pnl", |s| s.leg_pnl),
    ("hedge_pnl", |s| s.hedge_pnl),
    ("exercise_pnl", |s| s.exercise_pnl),
    ("pnl", |s| s.pnl),
    ("cumulative_pnl", |s| s.cumulative_pnl),
    ("equity", |s| s.equity),
];

#[derive(Debug)]
struct DeltaHedge;

impl RelationFunction for DeltaHedge {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        output(&CONTRACT, call, &COLUMNS.map(|(name, _)| name))
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let rules = rules(&CONTRACT, call)?;
        let path = Path::read(&CONTRACT, call, group)?;
        let steps = path.hedged(&path.steps(), &rules)?;
        // No result is −0.
        let column = |(_, of): Column| -> ArrayRef {
            Arc::new(Float64Array::from_iter_values(steps.iter().map(|s| of(s) + 0.0)))
        };
        let mut columns = vec![path.dates()?];
        columns.extend(COLUMNS.map(column));
        emit(columns)
    }
}
