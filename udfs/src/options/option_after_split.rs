//! `option_after_split`: what a position in an option becomes when its underlying is split.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, exec_err, plan_err};
use trademl_math::options::market::contract::{Contract as Position, OddSplit, Split};
use trademl_math::options::market::osi_symbol::OsiSymbol;

use super::arguments::{SYMBOL, number};
use super::columns::Columns;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "option_after_split",
    family: "options",
    summary: "What a position in an option becomes when its underlying is split: by OCC's rules, over which its memo on \
              the split prevails.",
    arguments: &[
        SYMBOL,
        integer("contracts", "contracts", None, "contracts held; below 0 if they are sold"),
        integer("new", "shares", None, "shares after: 7 of a 7-for-1 split, 1 of a 1-for-10"),
        integer("old", "shares", None, "shares before: 1 of a 7-for-1 split, 10 of a 1-for-10"),
        Argument {
            name: "odd",
            role: Role::Constant(Kind::Text),
            default: Some("'deliverable'"),
            unit: "–",
            meaning: "what a split like 3-for-2 changes: 'deliverable', the rule since 2007; 'strike_and_multiplier', \
                      the one before, and where the memo has a strike divisor",
        },
        Argument {
            default: Some("100.0"),
            ..number("multiplier", "1", "dollars a contract for 1 of premium before, > 0")
        },
        integer("shares", "shares", Some("100"), "whole shares that a contract delivers before"),
        Argument {
            default: Some("0.0"),
            ..number("fraction", "shares", "part of a share that it delivers in cash before, < 1")
        },
    ],
    returns: "STRUCT: symbol TEXT in 21 characters; contracts BIGINT; multiplier DOUBLE; shares BIGINT, fraction DOUBLE. \
              A split into whole shares multiplies contracts and divides strikes, to the nearest cent; any other one \
              changes what a contract delivers and gives it the root with the next digit",
    nulls: "a NULL argument gives NULL",
    errors: "a symbol that is none, a split with a side that is not 1 or more, a multiplier, shares or fraction outside \
             their range, an unknown odd; and what cannot be written: a root of more than six places, a strike that is \
             rounded to 0, too many contracts or shares",
    lookahead: Lookahead::Row,
    source: "OCC By-Laws, article VI, section 11A; SR-OCC-2006-01",
    example: "SELECT s.symbol, s.contracts, s.multiplier, s.shares FROM (SELECT option_after_split('AAPL140621C00645000', -2, new => 7, old => 1) AS s)\n----\nAAPL  140621C00092140 -14 100.0 100",
};

const fn integer(
    name: &'static str,
    unit: &'static str,
    default: Option<&'static str>,
    meaning: &'static str,
) -> Argument {
    Argument { name, role: Role::Column(Kind::Integer), default, unit, meaning }
}

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::Struct(fields()),
        prepare: |call| odd(call).map(drop),
        evaluate,
    }
    .function()
}

fn fields() -> Fields {
    let fields = [
        ("symbol", DataType::Utf8),
        ("contracts", DataType::Int64),
        ("multiplier", DataType::Float64),
        ("shares", DataType::Int64),
        ("fraction", DataType::Float64),
    ];
    fields.into_iter().map(|(name, data_type)| Field::new(name, data_type, true)).collect()
}

fn odd(call: &Call) -> Result<OddSplit> {
    match call.text("odd")? {
        "deliverable" => Ok(OddSplit::Deliverable),
        "strike_and_multiplier" => Ok(OddSplit::StrikeAndMultiplier),
        other => plan_err!(
            "{}: odd: expected 'deliverable' or 'strike_and_multiplier', was '{other}'",
            CONTRACT.name
        ),
    }
}

fn evaluate(call: &Call, arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let odd = odd(call)?;
    let columns = Columns::new(&CONTRACT, arrays);
    let integers = |name| columns.of::<Int64Array>(name);
    let symbols = columns.of::<StringArray>("symbol")?;
    let (contracts, shares) = (integers("contracts")?, integers("shares")?);
    let (news, olds) = (integers("new")?, integers("old")?);
    let multipliers = columns.of::<Float64Array>("multiplier")?;
    let fractions = columns.of::<Float64Array>("fraction")?;
    let rows = symbols.iter().zip(contracts).zip(news.iter().zip(olds));
    let rows = rows.zip(multipliers.iter().zip(shares.iter().zip(fractions)));
    let after = |(((symbol, contracts), (new, old)), (multiplier, (shares, fraction)))| {
        let (Some(symbol), Some(contracts), Some((new, old))) =
            (symbol, contracts, Option::zip(new, old))
        else {
            return Ok(None);
        };
        let (Some(multiplier), Some((shares, fraction))) =
            (multiplier, Option::zip(shares, fraction))
        else {
            return Ok(None);
        };
        let before = Position {
            symbol: parsed(symbol)?,
            contracts,
            multiplier: within("multiplier", multiplier, multiplier > 0.0, "a number > 0")?,
            shares: count("shares", shares, 0)?,
            fraction: within("fraction", fraction, (0.0..1.0).contains(&fraction), "0 ≤ x < 1")?,
        };
        let split = Split { new: count("new", new, 1)?, old: count("old", old, 1)? };
        match before.after_split(split, odd) {
            Ok(after) => Ok(Some(after)),
            Err(error) => exec_err!("{}: '{symbol}': {error}", CONTRACT.name),
        }
    };
    let after: Vec<Option<Position>> = rows.map(after).collect::<Result<_>>()?;
    let all = || after.iter().map(Option::as_ref);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(all().map(|p| p.map(|p| p.symbol.to_string())).collect::<StringArray>()),
        Arc::new(all().map(|p| p.map(|p| p.contracts)).collect::<Int64Array>()),
        Arc::new(all().map(|p| p.map(|p| p.multiplier)).collect::<Float64Array>()),
        Arc::new(all().map(|p| p.map(|p| i64::from(p.shares))).collect::<Int64Array>()),
        Arc::new(all().map(|p| p.map(|p| p.fraction)).collect::<Float64Array>()),
    ];
    let valid = all().map(|p| p.is_some()).collect();
    Ok(Arc::new(StructArray::try_new(fields(), columns, Some(valid))?))
}

fn parsed(symbol: &str) -> Result<OsiSymbol> {
    match symbol.parse() {
        Ok(symbol) => Ok(symbol),
        Err(error) => {
            exec_err!("{}: argument 'symbol' is '{symbol}': {error}", CONTRACT.name)
        }
    }
}

fn count(argument: &str, value: i64, least: u32) -> Result<u32> {
    match u32::try_from(value) {
        Ok(count) if count >= least => Ok(count),
        _ => exec_err!(
            "{}: argument '{argument}' is {value}, expected an integer from {least} to {}",
            CONTRACT.name,
            u32::MAX
        ),
    }
}

fn within(argument: &str, value: f64, valid: bool, range: &str) -> Result<f64> {
    match valid && value.is_finite() {
        true => Ok(value),
        false => {
            exec_err!("{}: argument '{argument}' is {value}, expected {range}", CONTRACT.name)
        }
    }
}
