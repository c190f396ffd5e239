//! `top_by_adv`: the most traded names as of each date.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, UInt64Array};
use datafusion::arrow::compute::{cast, partition, take};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, ScalarValue, exec_err};
use trademl_math::universe::{DollarVolume, largest};

use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::relation::{Call, Emit, Group, RelationFunction};

/// Rows handed over at once, about.
const PIECE: usize = 8_192;

const CONTRACT: Contract = Contract {
    name: "top_by_adv",
    family: "universe",
    summary: "As of each date the n names with the largest mean dollar volume, price · volume, over the \
              last window rows of each.",
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
            role: Role::Column(Kind::Any),
            default: Some("symbol"),
            unit: "–",
            meaning: "the name; give the issuer where tickers were used twice",
        },
        Argument {
            name: "date",
            role: Role::Order,
            default: Some("date"),
            unit: "date or timestamp",
            meaning: "when the row was known",
        },
        Argument {
            name: "price",
            role: Role::Column(Kind::Float),
            default: Some("close"),
            unit: "price",
            meaning: "as it was traded, not adjusted by later splits, > 0",
        },
        Argument {
            name: "volume",
            role: Role::Column(Kind::Float),
            default: Some("volume"),
            unit: "shares",
            meaning: "not adjusted either, ≥ 0",
        },
        Argument {
            name: "n",
            role: Role::Constant(Kind::Integer),
            default: Some("500"),
            unit: "names",
            meaning: "how many, ≥ 1",
        },
        Argument {
            name: "window",
            role: Role::Constant(Kind::Integer),
            default: Some("60"),
            unit: "rows",
            meaning: "rows of the mean, ending with the date, ≥ 1",
        },
        Argument {
            name: "min_price",
            role: Role::Constant(Kind::Float),
            default: Some("0"),
            unit: "price",
            meaning: "names whose price on the date is less are left out, ≥ 0",
        },
    ],
    returns: "date; symbol; rank BIGINT from 1, the largest; adv DOUBLE, the mean. A name that was \
              delisted is in until its last row, since only names with a row on the date are; of equal \
              means the smaller symbol comes first",
    nulls: "a row with a NULL price or volume counts as absent; names with fewer than window rows are left \
            out; NULL symbol or date is an error; an empty relation gives no rows",
    errors: "price ≤ 0, volume < 0, either NaN or infinite; a symbol twice on a date; n or window < 1, \
             min_price < 0",
    lookahead: Lookahead::Past,
    source: "definition",
    example: "SELECT * FROM top_by_adv((SELECT * FROM (VALUES \
              ('A', DATE '2024-01-02', 10.0, 5), ('B', DATE '2024-01-02', 20.0, 5), \
              ('A', DATE '2024-01-03', 10.0, 45), ('B', DATE '2024-01-03', 20.0, 5), \
              ('A', DATE '2024-01-04', 10.0, 45)) AS t(symbol, date, close, volume)), \
              n => 1, window => 2) ORDER BY date\n\
              ----\n\
              2024-01-03 A 1 250.0\n\
              2024-01-04 A 1 450.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(TopByAdv)) }
}

#[derive(Debug)]
struct TopByAdv;

struct Rules {
    n: usize,
    window: usize,
    min_price: f64,
}

fn rules(call: &Call) -> Result<Rules> {
    Ok(Rules {
        n: call.count("n", 1)?,
        window: call.count("window", 1)?,
        min_price: call.non_negative("min_price")?,
    })
}

impl RelationFunction for TopByAdv {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        // NULL stands in for a parameter that is not bound yet.
        if !call.constants.values().any(ScalarValue::is_null) {
            rules(call)?;
        }
        Ok(vec![
            Field::new("date", call.column_type("date")?.clone(), false),
            Field::new("symbol", call.column_type("symbol")?.clone(), false),
            Field::new("rank", DataType::Int64, false),
            Field::new("adv", DataType::Float64, false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let rules = rules(call)?;
        let (dates, symbols) = (group.column("date")?, group.column("symbol")?);
        let ids = ids(symbols)?;
        let mut names: Vec<DollarVolume> = vec![];
        names.resize_with(ids.iter().max().map_or(0, |id| id + 1), DollarVolume::default);
        // On which date each name was met last, to tell duplicates.
        let mut met: Vec<usize> = vec![usize::MAX; names.len()];
        let (mut rows, mut ranks, mut means) = (vec![], vec![], vec![]);
        let mut send = |rows: &mut Vec<u64>, ranks: &mut Vec<i64>, means: &mut Vec<f64>| {
            let rows = UInt64Array::from(std::mem::take(rows));
            emit(vec![
                take(dates, &rows, None)?,
                take(symbols, &rows, None)?,
                Arc::new(Int64Array::from(std::mem::take(ranks))) as ArrayRef,
                Arc::new(Float64Array::from(std::mem::take(means))),
            ])
        };
        // Rows of one date come in the order of their symbols.
        for (day, range) in partition(&[Arc::clone(dates)])?.ranges().into_iter().enumerate() {
            let (mut of, mut adv) = (vec![], vec![]);
            for row in range {
                let id = ids[row];
                if std::mem::replace(&mut met[id], day) == day {
                    return exec_err!(
                        "{}: {} occurs twice, expected one row a symbol and date; remove the duplicate",
                        CONTRACT.name,
                        identity(symbols, dates, row)?
                    );
                }
                let price = number(group, "price", row, |v| v > 0.0, "a finite number > 0")?;
                let volume = number(group, "volume", row, |v| v >= 0.0, "a finite number ≥ 0")?;
                let (Some(price), Some(volume)) = (price, volume) else { continue };
                if let Some(mean) = names[id].next(price * volume, rules.window)
                    && price >= rules.min_price
                {
                    of.push(row as u64);
                    adv.push(mean);
                }
            }
            for (rank, place) in largest(&adv, rules.n).into_iter().enumerate() {
                rows.push(of[place]);
                ranks.push(rank as i64 + 1);
                means.push(adv[place]);
            }
            if rows.len() >= PIECE {
                send(&mut rows, &mut ranks, &mut means)?;
            }
        }
        match rows.is_empty() {
            true => Ok(()),
            false => send(&mut rows, &mut ranks, &mut means),
        }
    }
}

/// A number for each row, the same for the same symbol.
fn ids(symbols: &ArrayRef) -> Result<Vec<usize>> {
    let texts = cast(symbols, &DataType::Utf8)?;
    if texts.null_count() > 0 {
        return exec_err!(
            "{}: argument 'symbol' is NULL in {} of {} rows; filter them out or name the symbol",
            CONTRACT.name,
            texts.null_count(),
            texts.len()
        );
    }
    let mut met: HashMap<&str, usize> = HashMap::new();
    let each = texts.as_string::<i32>().iter().flatten().map(|symbol| {
        let next = met.len();
        *met.entry(symbol).or_insert(next)
    });
    Ok(each.collect())
}

fn identity(symbols: &ArrayRef, dates: &ArrayRef, row: usize) -> Result<String> {
    let shown = |column: &ArrayRef| array_value_to_string(column, row);
    Ok(format!("symbol={}, date={}", shown(symbols)?, shown(dates)?))
}

fn number(
    group: &Group,
    argument: &str,
    row: usize,
    allowed: fn(f64) -> bool,
    expected: &str,
) -> Result<Option<f64>> {
    let column = group.floats(argument)?;
    if column.is_null(row) {
        return Ok(None);
    }
    let value = column.value(row);
    if value.is_finite() && allowed(value) {
        return Ok(Some(value));
    }
    exec_err!(
        "{}: argument '{argument}' is {value} at {}, expected {expected}; correct the row, filter it out \
         or make it NULL",
        CONTRACT.name,
        identity(group.column("symbol")?, group.column("date")?, row)?
    )
}
