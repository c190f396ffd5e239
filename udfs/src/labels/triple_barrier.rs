//! `triple_barrier`: which of take-profit, stop-loss and time ends each position.
//!
//! A relation and not a window function, because a label has several columns and rows whose horizon
//! is not over have none.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, Float64Array, Int16Array, StringArray, UInt64Array,
};
use datafusion::arrow::compute::kernels::cmp::eq;
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, ScalarValue, exec_err};
use trademl_math::triple_barrier::{Barriers, Label};

use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "triple_barrier",
    family: "labels",
    summary: "Labels each entry by the first barrier its closes touch within max_h rows: \
              take-profit at +tp_sigma·σ, stop-loss at −sl_sigma·σ, or time.",
    arguments: &[
        Argument {
            name: "bars",
            role: Role::Relation,
            default: None,
            unit: "–",
            meaning: "one row a symbol and date",
        },
        Argument {
            name: "symbol",
            role: Role::Key,
            default: Some("symbol"),
            unit: "–",
            meaning: "the series a row belongs to; its columns open the result",
        },
        Argument {
            name: "date",
            role: Role::Order,
            default: Some("date"),
            unit: "date or timestamp",
            meaning: "when the close became known; unique within a symbol",
        },
        Argument {
            name: "price",
            role: Role::Column(Kind::Float),
            default: Some("close"),
            unit: "price",
            meaning: "close, adjusted for splits and dividends, > 0",
        },
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
            meaning: "log returns in σ, the last one ending at the entry, ≥ 2",
        },
    ],
    returns: "the symbol; entry_date; exit_date (row of the first touch); label SMALLINT 1, −1, 0; \
              outcome TEXT 'tp', 'sl', 'time'; ret DOUBLE (simple return from entry to exit); \
              sigma DOUBLE (volatility of one row, known at entry)",
    nulls: "a row with a NULL price is treated as absent: it is no entry and does not count for \
            max_h or vol_window; NULL symbol or date is an error. Not labelled: the first vol_window \
            rows, entries with σ = 0, and entries without a touch whose horizon is not over. An empty \
            relation gives no rows",
    errors: "price ≤ 0, NaN or infinite; a date twice within a symbol; a symbol with fewer than \
             vol_window + max_h + 1 prices; tp_sigma or sl_sigma ≤ 0, max_h < 1, vol_window < 2",
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
        if !call.constants.values().any(ScalarValue::is_null) {
            barriers(call)?;
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
        let dates = group.column("date")?;
        refuse_duplicates(group, dates)?;
        let (rows, closes) = prices(group, dates)?;
        if closes.len() < barriers.least_rows() {
            return exec_err!(
                "{}: {} has {} rows with a price, expected at least {} = vol_window {} + max_h {} \
                 + 1, one entry with its whole horizon; shorten max_h or vol_window, load more rows, \
                 or leave the series out",
                CONTRACT.name,
                group.key,
                closes.len(),
                barriers.least_rows(),
                barriers.window,
                barriers.horizon
            );
        }
        let labels: Vec<Label> = barriers.label(&closes).collect();
        let date_of = |row: fn(&Label) -> usize| {
            let rows = UInt64Array::from_iter_values(labels.iter().map(|l| rows[row(l)]));
            take(dates, &rows, None)
        };
        let outcomes = labels.iter().map(|l| l.outcome);
        emit(vec![
            date_of(|l| l.entry)?,
            date_of(|l| l.exit)?,
            Arc::new(Int16Array::from_iter_values(outcomes.clone().map(|o| o.label()))),
            Arc::new(StringArray::from_iter_values(outcomes.map(|o| o.word()))),
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

fn refuse_duplicates(group: &Group, dates: &ArrayRef) -> Result<()> {
    let pairs = dates.len().saturating_sub(1);
    let same = eq(&dates.slice(0, pairs), &dates.slice(dates.len() - pairs, pairs))?;
    match same.values().set_indices().next() {
        Some(row) => exec_err!(
            "{}: {}, date={} occurs twice, expected one row a date; remove the duplicate",
            CONTRACT.name,
            group.key,
            array_value_to_string(dates, row)?
        ),
        None => Ok(()),
    }
}

/// The rows that have a price, and the prices.
fn prices(group: &Group, dates: &ArrayRef) -> Result<(Vec<u64>, Vec<f64>)> {
    let (mut rows, mut closes) = (vec![], vec![]);
    for (row, close) in group.floats("price")?.iter().enumerate() {
        let Some(close) = close else { continue };
        if !(close.is_finite() && close > 0.0) {
            return exec_err!(
                "{}: argument 'price' is {close} at {}, date={}, expected a finite number > 0; \
                 correct the row, filter it out or make it NULL",
                CONTRACT.name,
                group.key,
                array_value_to_string(dates, row)?
            );
        }
        rows.push(row as u64);
        closes.push(close);
    }
    Ok((rows, closes))
}
