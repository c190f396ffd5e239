//! `cpcv_splits`: train and test sets of combinatorial purged cross-validation.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err, internal_err, plan_err};
use trademl_math::cpcv::{Cpcv, Design, Flaw, Set};

use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::relation::{Call, Emit, Group, RelationFunction};

/// Beyond this a call is a slip: the result has a row per split and label.
const MOST_SPLITS: usize = 10_000;

const CONTRACT: Contract = Contract {
    name: "cpcv_splits",
    family: "validation",
    summary: "Train and test sets of combinatorial purged cross-validation: every choice of n_test \
              of n_folds consecutive folds of the distinct start times is the test set of a split.",
    arguments: &[
        Argument {
            name: "labels",
            role: Role::Relation,
            default: None,
            unit: "–",
            meaning: "one row a label, of any number of symbols",
        },
        Argument {
            name: "start",
            role: Role::Order,
            default: Some("entry_date"),
            unit: "date or timestamp",
            meaning: "first instant of the label",
        },
        Argument {
            name: "label_end",
            role: Role::Column(Kind::Time),
            default: Some("exit_date"),
            unit: "date or timestamp",
            meaning: "last instant the label depends on, ≥ start and of its type",
        },
        Argument {
            name: "symbol",
            role: Role::Column(Kind::Any),
            default: Some("symbol"),
            unit: "–",
            meaning: "handed through to tell rows of one start apart; labels of all symbols purge \
                      each other",
        },
        Argument {
            name: "n_folds",
            role: Role::Constant(Kind::Integer),
            default: Some("8"),
            unit: "folds",
            meaning: "folds of floor(T/n_folds) of the T distinct start times, the last with the \
                      rest; ≥ 2",
        },
        Argument {
            name: "n_test",
            role: Role::Constant(Kind::Integer),
            default: Some("2"),
            unit: "folds",
            meaning: "folds tested in each split, ≥ 1 and < n_folds",
        },
        Argument {
            name: "embargo",
            role: Role::Constant(Kind::Integer),
            default: Some("10"),
            unit: "distinct start times",
            meaning: "times after the last label of each test fold has ended at which no train \
                      label may start, ≥ 0",
        },
    ],
    returns: "split (from 0, in lexicographic order of the test folds), fold (from 0), path (from \
              0: the j-th test of a fold is on path j; NULL unless test), set: 'train', 'test', \
              'purged' (overlaps a test label) or 'embargoed'; symbol, start, label_end as given",
    nulls: "path is NULL outside test sets; a NULL symbol is handed through",
    errors: "an empty relation; fewer distinct starts than n_folds; a NULL start or label_end; \
             label_end before start or of another type; n_test ≥ n_folds; more than 10000 splits; \
             a split without train rows",
    lookahead: Lookahead::Full,
    source: "López de Prado (2018), Advances in Financial Machine Learning, §7.4 and ch. 12",
    example: "SELECT start, fold, set, path FROM cpcv_splits((SELECT * FROM (VALUES \
              ('A', DATE '2024-01-01', DATE '2024-01-02'), ('A', DATE '2024-01-02', DATE '2024-01-03'), \
              ('A', DATE '2024-01-03', DATE '2024-01-04'), ('A', DATE '2024-01-04', DATE '2024-01-05'), \
              ('A', DATE '2024-01-05', DATE '2024-01-06'), ('A', DATE '2024-01-06', DATE '2024-01-07')\
              ) AS t(symbol, entry_date, exit_date)), n_folds => 3, n_test => 1, embargo => 1) \
              WHERE split = 0 ORDER BY start\n\
              ----\n\
              2024-01-01 0 test 0\n\
              2024-01-02 0 test 0\n\
              2024-01-03 1 purged NULL\n\
              2024-01-04 1 embargoed NULL\n\
              2024-01-05 2 train NULL\n\
              2024-01-06 2 train NULL",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(CpcvSplits)) }
}

#[derive(Debug)]
struct CpcvSplits;

impl RelationFunction for CpcvSplits {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        checked_sizes(call)?;
        let (start, end) = (call.column_type("start")?, call.column_type("label_end")?);
        if start != end {
            return plan_err!(
                "{}: argument 'label_end' is {end}, expected {start} as argument 'start'; cast one \
                 to the type of the other",
                CONTRACT.name
            );
        }
        Ok(vec![
            Field::new("split", DataType::Int64, false),
            Field::new("fold", DataType::Int64, false),
            Field::new("path", DataType::Int64, true),
            Field::new("set", DataType::Utf8, false),
            Field::new("symbol", call.column_type("symbol")?.clone(), true),
            Field::new("start", start.clone(), false),
            Field::new("label_end", end.clone(), false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let identity = ["symbol", "start", "label_end"]
            .into_iter()
            .map(|name| group.column(name).cloned())
            .collect::<Result<Vec<_>>>()?;
        let cpcv = laid_out(call, &identity)?;
        let rows = identity[0].len();
        let folds: Vec<usize> = (0..rows).map(|row| cpcv.fold(row)).collect();
        let fold: ArrayRef = Arc::new(folds.iter().map(|f| *f as i64).collect::<Int64Array>());
        // Before the first piece, so that a design that cannot work leaves nothing half written.
        let trains = |split: &usize| (0..rows).any(|row| cpcv.set(*split, row) == Set::Train);
        if let Some(split) = (0..cpcv.design().n_splits()).find(|s| !trains(s)) {
            return exec_err!(
                "{}: split {split}, which tests folds {:?}, has no train rows left after purging \
                 and an embargo of {}; pass fewer n_test, a shorter embargo, shorter labels or more \
                 data",
                CONTRACT.name,
                cpcv.design().test_folds(split),
                call.integer("embargo")?
            );
        }
        for split in 0..cpcv.design().n_splits() {
            let sets = cpcv.sets(split);
            let path = |fold: &usize| cpcv.design().path(split, *fold).map(|p| p as i64);
            let mut piece: Vec<ArrayRef> = vec![
                Arc::new(Int64Array::from_value(split as i64, rows)),
                Arc::clone(&fold),
                Arc::new(folds.iter().map(path).collect::<Int64Array>()),
                Arc::new(sets.iter().map(|s| Some(word(*s))).collect::<StringArray>()),
            ];
            piece.extend(identity.iter().cloned());
            emit(piece)?;
        }
        Ok(())
    }
}

fn word(set: Set) -> &'static str {
    match set {
        Set::Train => "train",
        Set::Test => "test",
        Set::Purged => "purged",
        Set::Embargoed => "embargoed",
    }
}

fn checked_sizes(call: &Call) -> Result<(usize, usize, usize)> {
    let (folds, test) = (call.count("n_folds", 2)?, call.count("n_test", 1)?);
    if test >= folds {
        return plan_err!(
            "{}: argument 'n_test' is {test}, expected less than n_folds, which is {folds}; the \
             folds that are not tested train the model",
            CONTRACT.name
        );
    }
    if Design::count(folds, test).is_none_or(|splits| splits > MOST_SPLITS) {
        return plan_err!(
            "{}: {test} of {folds} folds make more than {MOST_SPLITS} splits; pass fewer n_folds \
             or n_test",
            CONTRACT.name
        );
    }
    Ok((folds, test, call.count("embargo", 0)?))
}

/// The labels in their folds, or what is wrong with them; `identity`: symbol, start, `label_end`.
fn laid_out(call: &Call, identity: &[ArrayRef]) -> Result<Cpcv> {
    let (n_folds, n_test, embargo) = checked_sizes(call)?;
    let shown = |column: usize, row| array_value_to_string(&identity[column], row);
    if identity[0].is_empty() {
        return exec_err!(
            "{}: the relation has no rows, expected at least {n_folds} distinct start times; check \
             the filter and the as-of time",
            CONTRACT.name
        );
    }
    if let Some(row) = (0..identity[2].len()).find(|row| identity[2].is_null(*row)) {
        return exec_err!(
            "{}: argument 'label_end' is NULL for symbol {} starting {}; leave out labels whose \
             horizon is not over",
            CONTRACT.name,
            shown(0, row)?,
            shown(1, row)?
        );
    }
    let Some(design) = Design::new(n_folds, n_test) else {
        return internal_err!("sizes were checked");
    };
    let start = cast(&identity[1], &DataType::Int64)?;
    let end = cast(&identity[2], &DataType::Int64)?;
    let (start, end) = (start.as_primitive::<Int64Type>(), end.as_primitive::<Int64Type>());
    match Cpcv::new(design, start.values(), end.values(), embargo) {
        Ok(cpcv) => Ok(cpcv),
        Err(Flaw::TooFewTimes { times }) => exec_err!(
            "{}: {times} distinct start times, n_folds is {n_folds}; pass n_folds ≤ {times} or \
             more data",
            CONTRACT.name
        ),
        Err(Flaw::EndsBeforeStart { row }) => exec_err!(
            "{}: argument 'label_end' is {} for symbol {} starting {}, expected no earlier than \
             the start",
            CONTRACT.name,
            shown(2, row)?,
            shown(0, row)?,
            shown(1, row)?
        ),
    }
}
