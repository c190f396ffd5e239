//! `imbalance_bars`: bars that end when buying or selling outweighs what was expected.

use std::sync::Arc;

use datafusion::arrow::datatypes::Field;
use datafusion::common::{Result, plan_err};
use trademl_math::bars::{Imbalance, Measure};

use super::trades::{NULLS, PRICE, RETURNS, SEQUENCE, SIZE, SYMBOL, TRADES, TS, Trades, fields};
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "imbalance_bars",
    family: "bars",
    summary: "Bars that end where |Σ b·m| ≥ E[T]·|E[b·m]| over their trades: b is the sign of the last price \
              change, 0 before the first; m is 1, size or price · size; E[T] is the exponentially weighted \
              mean of trades a bar, E[b·m] that of b·m over trades, both as known when the bar begins. The \
              first bar holds first_ticks trades.",
    arguments: &[
        TRADES,
        SYMBOL,
        TS,
        PRICE,
        SIZE,
        Argument {
            name: "measure",
            role: Role::Constant(Kind::Text),
            default: Some("'tick'"),
            unit: "–",
            meaning: "what is imbalanced: 'tick', 'volume' or 'dollar'",
        },
        Argument {
            name: "first_ticks",
            role: Role::Constant(Kind::Integer),
            default: Some("1000"),
            unit: "trades",
            meaning: "trades of the first bar, ≥ 1",
        },
        Argument {
            name: "bars_span",
            role: Role::Constant(Kind::Integer),
            default: Some("20"),
            unit: "bars",
            meaning: "span of E[T], ≥ 1: the last bar weighs 2 / (span + 1)",
        },
        Argument {
            name: "ticks_span",
            role: Role::Constant(Kind::Integer),
            default: Some("10000"),
            unit: "trades",
            meaning: "span of E[b·m], ≥ 1",
        },
        Argument {
            name: "bound",
            role: Role::Constant(Kind::Float),
            default: Some("10.0"),
            unit: "1",
            meaning: "E[T] stays within first_ticks / bound and first_ticks · bound, ≥ 1: without it the \
                      recursion runs away to bars of one trade or of all",
        },
        SEQUENCE,
    ],
    returns: RETURNS,
    nulls: NULLS,
    errors: "price or size ≤ 0, NaN or infinite; another measure; first_ticks, bars_span or ticks_span < 1; \
             bound < 1",
    lookahead: Lookahead::Past,
    source: "López de Prado (2018), Advances in Financial Machine Learning, §2.3.2.1; the bound is ours",
    example: "SELECT bar_end, trades, close FROM imbalance_bars((SELECT s AS symbol, t::TIMESTAMP AS ts, p AS \
              price, q AS size FROM (VALUES ('A', '2024-01-02T14:30:00', 10.0, 1.0), \
              ('A', '2024-01-02T14:30:01', 11.0, 1.0), ('A', '2024-01-02T14:30:02', 12.0, 1.0), \
              ('A', '2024-01-02T14:30:03', 11.0, 1.0), ('A', '2024-01-02T14:30:04', 10.0, 1.0), \
              ('A', '2024-01-02T14:30:05', 9.0, 1.0)) AS t(s, t, p, q)), first_ticks => 3) ORDER BY bar_end\n\
              ----\n\
              2024-01-02T14:30:02 3 12.0\n\
              2024-01-02T14:30:05 3 9.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(ImbalanceBars)) }
}

#[derive(Debug)]
struct ImbalanceBars;

impl RelationFunction for ImbalanceBars {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        if is_bound(call, &[]) {
            rule(call)?;
        }
        fields(call)
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let trades = Trades::of(&CONTRACT, group)?;
        let bars = rule(call)?.bars(&trades.trades);
        emit(trades.columns(&bars)?)
    }
}

fn rule(call: &Call) -> Result<Imbalance> {
    let measure = match call.text("measure")? {
        "tick" => Measure::Ticks,
        "volume" => Measure::Volume,
        "dollar" => Measure::Dollar,
        other => return plan_err!("measure: expected 'tick', 'volume' or 'dollar', was '{other}'"),
    };
    let bound = call.float("bound")?;
    if bound < 1.0 {
        return plan_err!("bound: expected a number ≥ 1, was {bound}");
    }
    Ok(Imbalance {
        measure,
        first_ticks: call.count("first_ticks", 1)?,
        bars_span: call.count("bars_span", 1)?,
        ticks_span: call.count("ticks_span", 1)?,
        bound,
    })
}
