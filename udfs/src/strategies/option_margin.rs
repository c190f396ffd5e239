//! `option_margin`: what a US margin account must hold against options.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, StructArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use trademl_math::options::positions::margin::{Margined, Phase, UnderlyingClass, margin};

use super::arguments::{EXPIRY, KIND, MULTIPLIER, PRICE, QUANTITY, SPOT, STRIKE};
use super::legs::{DAY, Rows, ticks};
use crate::aggregate::AggregateFunction;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::structs::fields;

const CONTRACT: Contract = Contract {
    name: "option_margin",
    family: "strategies",
    summary: "What a US margin account must hold against its options and shares on one underlying, by the strategy-based \
              rules: one group an account and underlying. Left out, on the safe side: loan value of long-dated options, \
              relief for hedged shares; spreads and further sold options in one group are charged for all that is sold.",
    arguments: &[
        KIND,
        STRIKE,
        Argument {
            meaning: "when the option ends; what ends before an option sold is no cover for it. Of the underlying it \
                      is not read",
            ..EXPIRY
        },
        QUANTITY,
        Argument {
            meaning: "price of the option a unit, ≥ 0: of the trade at first, then the market's. Of the underlying it \
                      is not read",
            ..PRICE
        },
        Argument { meaning: "price of the underlying, > 0; one for the group", ..SPOT },
        MULTIPLIER,
        Argument {
            name: "class",
            role: Role::Constant(Kind::Text),
            default: Some("'equity'"),
            unit: "–",
            meaning: "what the options are on: 'equity' (a share, narrow index or its fund), 20 %; 'broad_index', 15 %",
        },
        Argument {
            name: "phase",
            role: Role::Constant(Kind::Text),
            default: Some("'initial'"),
            unit: "–",
            meaning: "'initial' on the trade, 'maintenance' later; only shares tell",
        },
        Argument {
            name: "leverage",
            role: Role::Constant(Kind::Float),
            default: Some("1.0"),
            unit: "1",
            meaning: "the multiple of its index that a leveraged fund follows, > 0",
        },
    ],
    returns: "STRUCT of DOUBLE, in money: margin (before proceeds), proceeds (worth of the options sold), call = margin − \
              proceeds (what the customer must bring, below 0 for a credit left over)",
    nulls: "NULL without rows; a NULL that is read is an error, as a leg left out would change the requirement",
    errors: "a kind that is none; strike, spot, multiplier or leverage ≤ 0, price < 0, NaN or infinite; quantity NaN or \
             infinite; more than one spot in a group; a class or phase that is none",
    lookahead: Lookahead::Full,
    source: "Regulation T; Cboe Rule 10.3; FINRA Rule 4210(c) and (f)(2); as the Cboe Margin Manual explains them",
    example: "SELECT round(m.margin, 2) AS margin, round(m.proceeds, 2) AS proceeds, round(m.call, 2) AS call FROM (SELECT \
              option_margin(kind, strike, DATE '2024-03-15', quantity, price, 128.5, multiplier => 100) AS m FROM (VALUES \
              ('call', 125, 1, 3.8), ('call', 120, -1, 8.4)) AS t(kind, strike, quantity, price))\n\
              ----\n\
              880.0 840.0 40.0",
};

const NUMBERS: [&str; 3] = ["margin", "proceeds", "call"];

/// The entry for the registry.
pub fn function() -> Function {
    AggregateFunction {
        contract: &CONTRACT,
        returns: DataType::Struct(fields(&NUMBERS, &[])),
        prepare: |call| terms(call).map(drop),
        evaluate,
    }
    .function_with_nulls()
}

fn terms(call: &Call) -> Result<(UnderlyingClass, Phase, f64)> {
    let class = match call.text("class")? {
        "equity" => UnderlyingClass::Equity,
        "broad_index" => UnderlyingClass::BroadIndex,
        other => {
            return plan_err!("class: expected 'equity' or 'broad_index', was '{other}'");
        }
    };
    let phase = match call.text("phase")? {
        "initial" => Phase::Initial,
        "maintenance" => Phase::Maintenance,
        other => return plan_err!("phase: expected 'initial' or 'maintenance', was '{other}'"),
    };
    Ok((class, phase, call.positive("leverage")?))
}

fn evaluate(call: &Call, columns: &[ArrayRef]) -> Result<ScalarValue> {
    let (class, phase, leverage) = terms(call)?;
    let rows = Rows::new(&CONTRACT, columns);
    if rows.len() == 0 {
        return ScalarValue::try_from(&DataType::Struct(fields(&NUMBERS, &[])));
    }
    let spot = rows.one("spot", "a finite number > 0")?;
    let expiries = ticks(&CONTRACT, "expiry", rows.column("expiry")?)?;
    let mut legs = vec![];
    let mut prices = vec![];
    for row in 0..rows.len() {
        let leg = rows.leg(row, || match expiries.is_valid(row) {
            true => Ok(expiries.value(row) as f64 / DAY),
            false => exec_err!(
                "{}: argument 'expiry' is NULL at {}, expected when the option ends",
                CONTRACT.name,
                rows.at(row)?
            ),
        })?;
        prices.push(match leg.expiry() {
            Some(_) => rows.number("price", row, |x| x >= 0.0, "a finite number ≥ 0")?,
            None => f64::NAN,
        });
        legs.push(leg);
    }
    let account = Margined { legs: &legs, prices: &prices, spot, class, leverage };
    let found = match margin(&account, phase) {
        Ok(found) => found,
        Err(error) => return exec_err!("{}: {error}", CONTRACT.name),
    };
    let numbers = [found.margin, found.proceeds, found.call()];
    let numbers = numbers.map(|x| -> ArrayRef { Arc::new(Float64Array::from(vec![x])) });
    let all = StructArray::try_new(fields(&NUMBERS, &[]), numbers.to_vec(), None)?;
    Ok(ScalarValue::Struct(Arc::new(all)))
}
