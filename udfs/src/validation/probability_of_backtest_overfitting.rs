//! `probability_of_backtest_overfitting`: how often the best trial disappoints out of sample.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, Int64Array};
use datafusion::arrow::compute::partition;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err, internal_err, plan_err};
use trademl_math::pbo::overfitting;

use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::relation::{Call, Emit, Group, RelationFunction};

/// C(20, 10) is 184756 choices; the paper uses 16 blocks.
const MOST_BLOCKS: usize = 20;

const CONTRACT: Contract = Contract {
    name: "probability_of_backtest_overfitting",
    family: "validation",
    summary: "How often the trial with the best Sharpe ratio in one half of the blocks of time is \
              at or below the median of the trials in the other half, over all C(n_blocks, \
              n_blocks/2) ways to choose the halves.",
    arguments: &[
        Argument {
            name: "trials",
            role: Role::Relation,
            default: None,
            unit: "–",
            meaning: "one row a trial and time; every trial that was tried, not only good ones",
        },
        Argument {
            name: "trial",
            role: Role::Column(Kind::Any),
            default: Some("trial"),
            unit: "–",
            meaning: "name of the configuration; at least two",
        },
        Argument {
            name: "ts",
            role: Role::Order,
            default: Some("date"),
            unit: "date or timestamp",
            meaning: "when the return was made; the same times for each trial, two or more a block",
        },
        Argument {
            name: "ret",
            role: Role::Column(Kind::Float),
            default: Some("ret"),
            unit: "return per period",
            meaning: "return of the trial above the risk-free rate",
        },
        Argument {
            name: "n_blocks",
            role: Role::Constant(Kind::Integer),
            default: Some("16"),
            unit: "blocks",
            meaning: "consecutive blocks of times, as equal as can be, the longer ones first; even, \
                      2 … 20",
        },
    ],
    returns: "one row: pbo [1], n_trials, n_observations (times), n_blocks, n_combinations, \
              median_logit of the relative rank out of sample, degradation_slope (least squares of \
              the pick's Sharpe ratio out of sample on the one in sample), probability_of_loss \
              (share of picks with a Sharpe ratio < 0 out of sample)",
    nulls: "a NULL trial or ret is an error; degradation_slope is NULL if the Sharpe ratio in \
            sample does not vary",
    errors: "fewer than two trials, fewer than two times a block, a trial without a return at some \
             time or with two, a return that is NULL, NaN or infinite; n_blocks odd or not 2 … 20",
    lookahead: Lookahead::Full,
    source: "Bailey, Borwein, López de Prado & Zhu (2017), The Probability of Backtest Overfitting, \
             J. Computational Finance 20(4), §3",
    // Each trial is good where the other is bad, so the pick always loses: rank 1 of 2, ln(1/2).
    example: "SELECT pbo, n_combinations, round(median_logit, 6) AS median_logit, \
              probability_of_loss FROM probability_of_backtest_overfitting((SELECT * FROM (VALUES \
              ('a', DATE '2024-01-02', 0.03), ('b', DATE '2024-01-02', -0.03), \
              ('a', DATE '2024-01-03', 0.01), ('b', DATE '2024-01-03', -0.01), \
              ('a', DATE '2024-01-04', -0.03), ('b', DATE '2024-01-04', 0.03), \
              ('a', DATE '2024-01-05', -0.01), ('b', DATE '2024-01-05', 0.01)\
              ) AS t(trial, date, ret)), n_blocks => 2)\n\
              ----\n\
              1.0 2 -0.693147 1.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    let body = Body::Relation(Arc::new(ProbabilityOfBacktestOverfitting));
    Function { contract: &CONTRACT, body }
}

#[derive(Debug)]
struct ProbabilityOfBacktestOverfitting;

impl RelationFunction for ProbabilityOfBacktestOverfitting {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        checked_blocks(call)?;
        Ok(vec![
            Field::new("pbo", DataType::Float64, false),
            Field::new("n_trials", DataType::Int64, false),
            Field::new("n_observations", DataType::Int64, false),
            Field::new("n_blocks", DataType::Int64, false),
            Field::new("n_combinations", DataType::Int64, false),
            Field::new("median_logit", DataType::Float64, false),
            Field::new("degradation_slope", DataType::Float64, true),
            Field::new("probability_of_loss", DataType::Float64, false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let n_blocks = checked_blocks(call)?;
        let matrix = Matrix::read(group, n_blocks)?;
        let Some(found) = overfitting(&matrix.returns, matrix.trials, n_blocks) else {
            return internal_err!("sizes were checked");
        };
        let count = |n: usize| -> ArrayRef { Arc::new(Int64Array::from(vec![n as i64])) };
        let value = |v: Option<f64>| -> ArrayRef { Arc::new(Float64Array::from(vec![v])) };
        emit(vec![
            value(Some(found.probability)),
            count(matrix.trials),
            count(matrix.times),
            count(n_blocks),
            count(found.logits.len()),
            value(Some(found.median_logit)),
            value(found.degradation_slope),
            value(Some(found.probability_of_loss)),
        ])
    }
}

fn checked_blocks(call: &Call) -> Result<usize> {
    let n_blocks = call.count("n_blocks", 2)?;
    if n_blocks % 2 == 1 || n_blocks > MOST_BLOCKS {
        return plan_err!(
            "{}: argument 'n_blocks' is {n_blocks}, expected an even number from 2 to \
             {MOST_BLOCKS}; half of the blocks are in sample",
            CONTRACT.name
        );
    }
    Ok(n_blocks)
}

/// Returns by time and trial, complete: a row a time, a column a trial.
struct Matrix {
    returns: Vec<f64>,
    trials: usize,
    times: usize,
}

impl Matrix {
    fn read(group: &Group, n_blocks: usize) -> Result<Self> {
        let (trial, ts) = (group.column("trial")?, group.column("ts")?);
        let ret = group.floats("ret")?;
        let shown = |row| -> Result<String> {
            let (trial, ts) = (array_value_to_string(trial, row)?, array_value_to_string(ts, row)?);
            Ok(format!("for trial '{trial}' at {ts}"))
        };
        let name = CONTRACT.name;
        if let Some(row) = (0..trial.len()).find(|row| trial.is_null(*row)) {
            let ts = array_value_to_string(ts, row)?;
            return exec_err!("{name}: argument 'trial' is NULL at {ts}, expected a name");
        }
        if let Some(row) = (0..ret.len()).find(|r| ret.is_null(*r) || !ret.value(*r).is_finite()) {
            let value = array_value_to_string(ret, row)?;
            return exec_err!(
                "{name}: argument 'ret' is {} {}, expected a finite number; give every trial a \
                 return at every time, 0 if it held nothing",
                if value.is_empty() { "NULL" } else { &value },
                shown(row)?
            );
        }

        let converter = RowConverter::new(vec![SortField::new(trial.data_type().clone())])?;
        let keys = converter.convert_columns(&[Arc::clone(trial)])?;
        let mut codes = BTreeMap::new();
        for row in 0..keys.num_rows() {
            codes.entry(keys.row(row)).or_insert((row, 0_usize));
        }
        for (code, entry) in codes.values_mut().enumerate() {
            entry.1 = code;
        }
        let times = partition(&[Arc::clone(ts)])?.ranges();
        if codes.len() < 2 {
            return exec_err!(
                "{name}: {} trials, expected at least two; overfitting is a matter of choosing \
                 between trials",
                codes.len()
            );
        }
        if times.len() < 2 * n_blocks {
            return exec_err!(
                "{name}: {} distinct times, n_blocks is {n_blocks}, expected two times a block or \
                 more; pass a smaller n_blocks or more data",
                times.len()
            );
        }

        // NaN marks a cell without a return.
        let mut returns = vec![f64::NAN; times.len() * codes.len()];
        for (row_of_time, cells) in times.iter().zip(returns.chunks_exact_mut(codes.len())) {
            for row in row_of_time.clone() {
                let cell = &mut cells[codes[&keys.row(row)].1];
                if !cell.is_nan() {
                    return exec_err!(
                        "{name}: two returns {}, expected one; sum or average them first",
                        shown(row)?
                    );
                }
                *cell = ret.value(row);
            }
        }
        if let Some(cell) = returns.iter().position(|r| r.is_nan()) {
            let time = times[cell / codes.len()].start;
            let missing = codes.values().find(|(_, code)| *code == cell % codes.len());
            let first = missing.map_or(0, |(row, _)| *row);
            return exec_err!(
                "{name}: no return for trial '{}' at {}, expected one a trial and time; fill it, 0 \
                 if the trial held nothing, or keep only times all trials have",
                array_value_to_string(trial, first)?,
                array_value_to_string(ts, time)?
            );
        }
        Ok(Self { returns, trials: codes.len(), times: times.len() })
    }
}
