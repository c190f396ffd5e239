//! `triple_barrier`: which of take-profit, stop-loss and time ends each position.
//!
//! A relation and not a window function, because a label has several columns and rows whose horizon
//! is not over have none.

use std::sync::Arc;

use datafusion::arrow::array::{Float64Array, Int16Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, exec_err, plan_err};
use trademl_math::triple_barrier::{Barriers, Label, Path};

use super::arguments::{BARS, DATE, PRICE, SYMBOL};
use super::rows::{Allowed, Rows};
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "triple_barrier",
    family: "labels",
    summary: "Labels each entry by the first barrier its closes touch within max_h rows: \
              take-profit at +tp_sigma·σ, stop-loss at −sl_sigma·σ, or time. With high and low a row \
              touches a barrier within it, the stop first when both; with side, returns are those of \
              the side taken.",
    arguments: &[
        BARS,
        SYMBOL,
        DATE,
        PRICE,
        Argument {
            name: "tp_sigma",
            role: Role::Constant(Kind::Float),
            default: Some("2.0"),
            unit: "σ",
            meaning: "upper barrier in volatilities at entry, > 0",
        },
        Argument {
            name: "sl_sigma",
            role: Role::Constant(Kind::Float),
            default: Some("2.0"),
            unit: "σ",
            meaning: "lower barrier in volatilities at entry, > 0",
        },
        Argument {
            name: "max_h",
            role: Role::Constant(Kind::Integer),
            default: Some("10"),
            unit: "rows",
            meaning: "rows after the entry until the vertical barrier, ≥ 1",
        },
        Argument {
            name: "vol_window",
            role: Role::Constant(Kind::Integer),
            default: Some("20"),
            unit: "rows",
            meaning: "log returns in σ, the last one ending at the entry, ≥ 2; unused with vol",
        },
        Argument {
            name: "vol",
            role: Role::Column(Kind::Float),
            default: Some("NULL"),
            unit: "simple return",
            meaning: "σ of the barriers, known at the row, ≥ 0; 0 or NULL at a row is no entry",
        },
        Argument {
            name: "high",
            role: Role::Column(Kind::Float),
            default: Some("NULL"),
            unit: "price",
            meaning: "high of the row, adjusted as the price; with low, barriers are touched within rows",
        },
        Argument {
            name: "low",
            role: Role::Column(Kind::Float),
            default: Some("NULL"),
            unit: "price",
            meaning: "low of the row, adjusted as the price, ≤ high",
        },
        Argument {
            name: "side",
            role: Role::Column(Kind::Float),
            default: Some("NULL"),
            unit: "–",
            meaning: "side of a primary model, known at the row: > 0 long, < 0 short, 0 or NULL at a row \
                      no entry. The label is then that of a meta-model",
        },
    ],
    returns: "the symbol; entry_date; exit_date (row of the first touch); label SMALLINT 1, −1, 0, \
              with side 1 if ret > 0, else 0; outcome TEXT 'tp', 'sl', 'time'; ret DOUBLE (simple return \
              from entry to the close of the exit; with high and low that of the barrier, or of the \
              nearest price of a row beyond it; times the side); sigma DOUBLE (volatility of one row, \
              known at entry)",
    nulls: "a row with a NULL price, high or low is treated as absent: it is no entry and does not \
            count for max_h or vol_window; NULL symbol or date is an error. Not labelled: without vol \
            the first vol_window rows, entries with σ = 0, and entries without a touch whose horizon is not over. An empty \
            relation gives no rows",
    errors: "price, high or low ≤ 0, NaN or infinite; high < low; one of high and low without the \
             other; vol < 0, NaN or infinite; side NaN or infinite; a date twice within a symbol; a \
             symbol with fewer than vol_window + max_h + 1 prices, with vol max_h + 1; tp_sigma or sl_sigma ≤ 0, max_h < 1, vol_window < 2",
    lookahead: Lookahead::Label("exit_date"),
    source: "López de Prado (2018), Advances in Financial Machine Learning, ch. 3, on closes, with \
             a rolling σ and label 0 at the vertical barrier",
    example: "SELECT symbol, entry_date, exit_date, label, outcome, round(ret, 4) AS ret, \
              round(sigma, 4) AS sigma FROM triple_barrier((SELECT * FROM (VALUES \
              ('A', DATE '2024-01-02', 100.0), ('A', DATE '2024-01-03', 101.0), \
              ('A', DATE '2024-01-04', 100.0), ('A', DATE '2024-01-05', 103.0), \
              ('A', DATE '2024-01-08', 103.0), ('A', DATE '2024-01-09', 102.0)) \
              AS t(symbol, date, close)), max_h => 2, vol_window => 2) ORDER BY entry_date\n\
              ----\n\
              A 2024-01-04 2024-01-05 1 tp 0.03 0.0141\n\
              A 2024-01-05 2024-01-09 0 time -0.0097 0.0279",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(TripleBarrier)) }
}

#[derive(Debug)]
struct TripleBarrier;

impl RelationFunction for TripleBarrier {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        // NULL stands in for a parameter that is not bound yet.
        if is_bound(call, &[]) {
            barriers(call)?;
        }
        if call.is_given("high") != call.is_given("low") {
            return plan_err!("{}: pass both high and low, or none", CONTRACT.name);
        }
        let date = call.column_type("date")?;
        Ok(vec![
            Field::new("entry_date", date.clone(), false),
            Field::new("exit_date", date.clone(), false),
            Field::new("label", DataType::Int16, false),
            Field::new("outcome", DataType::Utf8, false),
            Field::new("ret", DataType::Float64, false),
            Field::new("sigma", DataType::Float64, false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let barriers = barriers(call)?;
        let ranged = call.is_given("high");
        let needed = if ranged { &["price", "high", "low"][..] } else { &["price"] };
        let rows = Rows::new(&CONTRACT, group, needed)?;
        let closes = rows.numbers("price", Allowed::Positive)?;
        let given =
            |name, allowed| call.is_given(name).then(|| rows.numbers(name, allowed)).transpose();
        let high = given("high", Allowed::Positive)?;
        let low = given("low", Allowed::Positive)?;
        let sigmas = given("vol", Allowed::NonNegative)?;
        let sides = given("side", Allowed::Finite)?;
        let range = high.as_deref().zip(low.as_deref());
        if let Some((high, low)) = range
            && let Some(row) = high.iter().zip(low).position(|(high, low)| high < low)
        {
            return exec_err!(
                "{}: argument 'high' is {} at {}, expected at least the low, which is {}",
                CONTRACT.name,
                high[row],
                rows.at(row)?,
                low[row]
            );
        }
        let window = if sigmas.is_some() { 0 } else { barriers.window };
        let least = Barriers { window, ..barriers }.least_rows();
        if closes.len() < least {
            return exec_err!(
                "{}: {} has {} rows with a price, expected at least {least} = vol_window {window} + \
                 max_h {} + 1, one entry with its whole horizon; shorten max_h or vol_window, load more \
                 rows, or leave the series out",
                CONTRACT.name,
                group.key,
                closes.len(),
                barriers.horizon
            );
        }
        let path =
            Path { closes: &closes, range, sigmas: sigmas.as_deref(), sides: sides.as_deref() };
        let labels: Vec<Label> = barriers.label_path(path).collect();
        let label = |l: &Label| match sides {
            Some(_) => i16::from(l.ret > 0.0),
            None => l.outcome.label(),
        };
        emit(vec![
            rows.dates(labels.iter().map(|l| l.entry))?,
            rows.dates(labels.iter().map(|l| l.exit))?,
            Arc::new(Int16Array::from_iter_values(labels.iter().map(label))),
            Arc::new(StringArray::from_iter_values(labels.iter().map(|l| l.outcome.word()))),
            Arc::new(Float64Array::from_iter_values(labels.iter().map(|l| l.ret))),
            Arc::new(Float64Array::from_iter_values(labels.iter().map(|l| l.sigma))),
        ])
    }
}

fn barriers(call: &Call) -> Result<Barriers> {
    Ok(Barriers {
        take_profit: call.positive("tp_sigma")?,
        stop_loss: call.positive("sl_sigma")?,
        horizon: call.count("max_h", 1)?,
        window: call.count("vol_window", 2)?,
    })
}
