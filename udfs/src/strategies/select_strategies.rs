//! `select_strategies`: whole quantities of candidates that make the most of a budget under limits.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, UInt64Array,
};
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::{Result, exec_datafusion_err, exec_err, plan_err};
use trademl_math::options::positions::select::{Candidate, Limits, select};

use super::arguments::number;
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "select_strategies",
    family: "strategies",
    summary: "The whole quantities of candidate strategies with the highest expected profit net of cost within a budget and \
              limits on the Greeks, date by date; buying nothing is always a choice. The search is exact, and says so; it \
              gives up the proof after 200 000 branches a date.",
    arguments: &[
        Argument {
            name: "candidates",
            role: Role::Relation,
            default: None,
            unit: "–",
            meaning: "one row a date and candidate, which is bought 0 to most times; its other side is a candidate of \
                      its own",
        },
        Argument {
            name: "date",
            role: Role::Key,
            default: Some("date"),
            unit: "–",
            meaning: "the choice a row belongs to; its columns open the result",
        },
        Argument {
            name: "candidate",
            role: Role::Column(Kind::Any),
            default: Some("candidate"),
            unit: "–",
            meaning: "what tells candidates apart; unique within a date",
        },
        Argument {
            default: Some("expected_pnl"),
            ..number("expected_pnl", "money", "expected profit of one, before costs")
        },
        Argument {
            default: Some("capital"),
            ..number("capital", "money", "what one takes of the budget: its premium, or its margin")
        },
        Argument { default: Some("0.0"), ..number("cost", "money", "what trading one costs") },
        Argument { default: Some("0.0"), ..number("delta", "units", "of one") },
        Argument { default: Some("0.0"), ..number("gamma", "units per price", "of one") },
        Argument { default: Some("0.0"), ..number("vega", "money per 1.00", "of one") },
        Argument { default: Some("0.0"), ..number("theta", "money a year", "of one") },
        Argument {
            name: "most",
            role: Role::Column(Kind::Integer),
            default: Some("1"),
            unit: "strategies",
            meaning: "the largest quantity, ≥ 0",
        },
        cap("budget", "money", "of Σ quantity · capital, ≥ 0; NULL for no limit"),
        cap("delta_cap", "units", "of |Σ quantity · delta|, ≥ 0; NULL for no limit"),
        cap("gamma_cap", "units per price", "of |Σ quantity · gamma|, ≥ 0; NULL for no limit"),
        cap("vega_cap", "money per 1.00", "of |Σ quantity · vega|, ≥ 0; NULL for no limit"),
        cap("theta_cap", "money a year", "of |Σ quantity · theta|, ≥ 0; NULL for no limit"),
    ],
    returns: "the date and a row a candidate, in the order of its text: candidate; quantity BIGINT ≥ 0; of the date's choice \
              expected_pnl DOUBLE (Σ quantity · (expected_pnl − cost)), bound DOUBLE (no choice earns more) and optimal \
              BOOLEAN (proven to 1e-9 that none does)",
    nulls: "any NULL is an error. An empty relation gives no rows",
    errors: "a number NaN or infinite; most < 0 or above 10⁶; a candidate twice on a date; a limit < 0, NaN or infinite",
    lookahead: Lookahead::Past,
    source: "Land & Doig (1960), Econometrica 28(3): branch and bound, on a dual simplex relaxation",
    example: "SELECT candidate, quantity, expected_pnl, bound, optimal FROM select_strategies((SELECT DATE '2024-01-02' AS \
              date, c AS candidate, e AS expected_pnl, k AS capital, v AS vega, 3 AS most FROM (VALUES ('long', 9.0, \
              100.0, 3.0), ('short', -2.0, 10.0, -5.0)) AS t(c, e, k, v)), most => most, vega => vega, budget => 1000, \
              vega_cap => 1) ORDER BY candidate\n\
              ----\n\
              long 3 23.0 23.0 true\n\
              short 2 23.0 23.0 true",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(SelectStrategies)) }
}

const fn cap(name: &'static str, unit: &'static str, meaning: &'static str) -> Argument {
    Argument { name, role: Role::Constant(Kind::Float), default: Some("NULL"), unit, meaning }
}

#[derive(Debug)]
struct SelectStrategies;

impl RelationFunction for SelectStrategies {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        if is_bound(call, &CAPS) {
            limits(call)?;
        }
        Ok(vec![
            Field::new("candidate", call.column_type("candidate")?.clone(), false),
            Field::new("quantity", DataType::Int64, false),
            Field::new("expected_pnl", DataType::Float64, false),
            Field::new("bound", DataType::Float64, false),
            Field::new("optimal", DataType::Boolean, false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let limits = limits(call)?;
        let given = group.column("candidate")?;
        let names = cast(given, &DataType::Utf8)?;
        let names = names.as_string::<i32>();
        if names.null_count() > 0 {
            return exec_err!(
                "{}: argument 'candidate' is NULL in {} rows of {}, expected what tells candidates apart",
                CONTRACT.name,
                names.null_count(),
                group.key
            );
        }
        // By name, so that of several optima the same is found.
        let mut rows: Vec<usize> = (0..names.len()).collect();
        rows.sort_by_key(|row| names.value(*row));
        if let Some(pair) = rows.windows(2).find(|p| names.value(p[0]) == names.value(p[1])) {
            return exec_err!(
                "{}: {}, candidate={} occurs twice, expected one row a date and candidate; remove the \
                 duplicate",
                CONTRACT.name,
                group.key,
                names.value(pair[0])
            );
        }
        let candidate = |row: &usize| candidate(group, *row, names.value(*row));
        let candidates = rows.iter().map(candidate).collect::<Result<Vec<_>>>()?;
        let chosen = match select(&candidates, &limits) {
            Ok(chosen) => chosen,
            Err(error) => return exec_err!("{}: {}: {error}", CONTRACT.name, group.key),
        };
        let order = UInt64Array::from_iter_values(rows.iter().map(|row| *row as u64));
        let quantities = chosen.quantities.iter().map(|quantity| i64::from(*quantity));
        emit(vec![
            take(given, &order, None)?,
            Arc::new(Int64Array::from_iter_values(quantities)),
            same(chosen.expected_pnl, rows.len()),
            same(chosen.bound, rows.len()),
            Arc::new(BooleanArray::from(vec![chosen.optimal; rows.len()])),
        ])
    }
}

const CAPS: [&str; 5] = ["budget", "delta_cap", "gamma_cap", "vega_cap", "theta_cap"];

/// More of a candidate than this is a slip.
const MOST: i64 = 1_000_000;

fn same(x: f64, rows: usize) -> ArrayRef {
    Arc::new(Float64Array::from(vec![x; rows]))
}

fn limits(call: &Call) -> Result<Limits> {
    let cap = |name: &str| match call.optional_float(name)? {
        None => Ok(f64::INFINITY),
        Some(cap) if cap >= 0.0 => Ok(cap),
        Some(cap) => {
            plan_err!(
                "{}: argument '{name}' is {cap}, expected a number ≥ 0 or NULL",
                CONTRACT.name
            )
        }
    };
    let [budget, delta, gamma, vega, theta] = CAPS;
    Ok(Limits {
        budget: cap(budget)?,
        delta: cap(delta)?,
        gamma: cap(gamma)?,
        vega: cap(vega)?,
        theta: cap(theta)?,
    })
}

fn candidate(group: &Group, row: usize, name: &str) -> Result<Candidate> {
    let fail = |argument: &str, was: String, expected: &str| {
        exec_datafusion_err!(
            "{}: argument '{argument}' is {was} at {}, candidate={name}, expected {expected}; correct the \
             row or filter it out",
            CONTRACT.name,
            group.key
        )
    };
    let number = |argument: &str| {
        let column = group.floats(argument)?;
        match column.is_valid(row).then(|| column.value(row)) {
            Some(x) if x.is_finite() => Ok(x),
            Some(x) => Err(fail(argument, x.to_string(), "a finite number")),
            None => Err(fail(argument, "NULL".to_string(), "a finite number")),
        }
    };
    let most = group.column("most")?.as_primitive::<Int64Type>();
    let most = match most.is_valid(row).then(|| most.value(row)) {
        Some(most @ 0..=MOST) => most as u32,
        other => {
            let was = other.map_or("NULL".to_string(), |most| most.to_string());
            return Err(fail("most", was, "an integer from 0 to 1000000"));
        }
    };
    Ok(Candidate {
        expected_pnl: number("expected_pnl")?,
        cost: number("cost")?,
        capital: number("capital")?,
        delta: number("delta")?,
        gamma: number("gamma")?,
        vega: number("vega")?,
        theta: number("theta")?,
        most,
    })
}
