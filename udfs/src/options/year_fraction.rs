//! `year_fraction`: the years between two dates by a convention.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err, plan_err};
use trademl_math::options::market::day_count::DayCount;

use super::arguments::CALENDAR;
use super::columns::{Columns, date};
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::known_calendar::{calendar, known_date};
use crate::relation::{Call, did_you_mean};
use crate::scalar::ScalarFunction;

const NAMES: [&str; 6] = ["act/365f", "act/360", "act/act", "30/360", "30e/360", "bus/252"];

const CONTRACT: Contract = Contract {
    name: "year_fraction",
    family: "options",
    summary: "The fraction of a year between two dates by a day count convention.",
    arguments: &[
        Argument {
            name: "from",
            role: Role::Column(Kind::Date),
            default: None,
            unit: "date",
            meaning: "first date",
        },
        Argument {
            name: "to",
            role: Role::Column(Kind::Date),
            default: None,
            unit: "date",
            meaning: "last date",
        },
        Argument {
            name: "convention",
            role: Role::Constant(Kind::Text),
            default: None,
            unit: "–",
            meaning: "in either letter case: 'act/365f'; 'act/360'; 'act/act', ISDA's, days in leap years over 366; \
                      '30/360', bond basis; '30e/360', Eurobond basis; 'bus/252', sessions over 252, from included \
                      and to not",
        },
        CALENDAR,
    ],
    returns: "years; below 0 if to is before from. Options are best timed to the minute: years_to_expiry",
    nulls: "a NULL date gives NULL",
    errors: "an unknown convention or calendar; with 'bus/252' a date outside the years the calendar knows",
    lookahead: Lookahead::Row,
    source: "ISDA (2006), Definitions, section 4.16 (b), (d)–(g)",
    example: "SELECT round(year_fraction(DATE '2003-11-01', DATE '2004-05-01', 'act/act'), 12) AS act_act, year_fraction(DATE '2024-01-01', DATE '2025-01-01', 'bus/252') AS bus_252\n----\n0.497724380567 1.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |call| convention(call).map(drop),
        evaluate,
    }
    .function()
}

fn convention(call: &Call) -> Result<DayCount> {
    let calendar = calendar(CONTRACT.name, call)?;
    let name = call.text("convention")?;
    Ok(match name.to_ascii_lowercase().as_str() {
        "act/365f" => DayCount::Actual365Fixed,
        "act/360" => DayCount::Actual360,
        "act/act" => DayCount::ActualActualIsda,
        "30/360" => DayCount::Thirty360BondBasis,
        "30e/360" => DayCount::Thirty360Eurobond,
        "bus/252" => DayCount::Business252(calendar),
        _ => {
            return plan_err!(
                "{}: unknown convention '{name}'{}, expected {}",
                CONTRACT.name,
                did_you_mean(name, NAMES),
                NAMES.join(", ")
            );
        }
    })
}

fn evaluate(call: &Call, arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let convention = convention(call)?;
    let columns = Columns::new(&CONTRACT, arrays);
    let (from, to) = (columns.of::<Date32Array>("from")?, columns.of::<Date32Array>("to")?);
    let date = |argument, days| match convention {
        DayCount::Business252(calendar) => known_date(CONTRACT.name, argument, calendar, days),
        _ => date(&CONTRACT, argument, days),
    };
    let years = |(from, to): (Option<i32>, Option<i32>)| {
        let Some((from, to)) = from.zip(to) else { return Ok(None) };
        match convention.year_fraction(date("from", from)?, date("to", to)?) {
            Ok(years) => Ok(Some(years)),
            Err(outside) => exec_err!("{}: {outside}", CONTRACT.name),
        }
    };
    Ok(Arc::new(from.iter().zip(to).map(years).collect::<Result<Float64Array>>()?))
}
