//! `trend_scanning`: the sign of the clearest linear trend ahead.

use std::sync::Arc;

use datafusion::arrow::array::{Float64Array, Int16Array};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, plan_err};
use trademl_math::labels::trend_scanning::{Trend, scan};

use super::arguments::{BARS, DATE, SYMBOL};
use super::rows::{Allowed, Rows};
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "trend_scanning",
    family: "labels",
    summary: "Labels each row by the sign of the linear trend that starts there and is clearest: of the \
              least-squares lines through the next min_rows … max_rows rows, the row included, the one \
              whose slope has the greatest absolute t-statistic.",
    arguments: &[
        BARS,
        SYMBOL,
        DATE,
        Argument {
            name: "price",
            role: Role::Column(Kind::Float),
            default: Some("close"),
            unit: "price",
            meaning: "what has the trend: a close adjusted for splits and dividends, or its logarithm",
        },
        Argument {
            name: "min_rows",
            role: Role::Constant(Kind::Integer),
            default: Some("5"),
            unit: "rows",
            meaning: "rows of the shortest line, ≥ 3",
        },
        Argument {
            name: "max_rows",
            role: Role::Constant(Kind::Integer),
            default: Some("20"),
            unit: "rows",
            meaning: "rows of the longest line, ≥ min_rows",
        },
    ],
    returns: "the symbol; entry_date; exit_date (last row of the longest line: all lines were looked at); \
              trend_end (last row of the clearest one); label SMALLINT 1, −1, or 0 where the price does \
              not move; slope DOUBLE (a row); t_value DOUBLE (NULL where the rows lie on a line)",
    nulls: "a row with a NULL price is treated as absent; NULL symbol or date is an error. The last \
            max_rows − 1 rows have no label. An empty relation gives no rows",
    errors: "price NaN or infinite; a date twice within a symbol; min_rows < 3; max_rows < min_rows",
    lookahead: Lookahead::Label("exit_date"),
    source: "López de Prado & Lewis (2019); López de Prado (2020), Machine Learning for Asset Managers, \
             §5.4. Of equal t-statistics the shortest line is taken, of exact lines the longest",
    example: "SELECT entry_date, exit_date, trend_end, label, round(slope, 4) AS slope, round(t_value, 4) AS t_value FROM \
              trend_scanning((SELECT * FROM (VALUES ('A', DATE '2024-01-02', 1.0), \
              ('A', DATE '2024-01-03', 2.0), ('A', DATE '2024-01-04', 4.0), ('A', DATE '2024-01-05', 3.0), \
              ('A', DATE '2024-01-08', 1.0)) AS t(symbol, date, close)), min_rows => 4, max_rows => 4) \
              ORDER BY entry_date\n\
              ----\n\
              2024-01-02 2024-01-05 2024-01-05 1 0.8 1.8856\n\
              2024-01-03 2024-01-08 2024-01-08 -1 -0.4 -0.6172",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(TrendScanning)) }
}

#[derive(Debug)]
struct TrendScanning;

impl RelationFunction for TrendScanning {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        if is_bound(call, &[]) {
            lengths(call)?;
        }
        let date = call.column_type("date")?;
        Ok(vec![
            Field::new("entry_date", date.clone(), false),
            Field::new("exit_date", date.clone(), false),
            Field::new("trend_end", date.clone(), false),
            Field::new("label", DataType::Int16, false),
            Field::new("slope", DataType::Float64, false),
            Field::new("t_value", DataType::Float64, true),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let (least, most) = lengths(call)?;
        let rows = Rows::new(&CONTRACT, group, &["price"])?;
        let prices = rows.numbers("price", Allowed::Finite)?;
        let trends: Vec<Trend> = scan(&prices, least, most).collect();
        let of = trends.iter();
        emit(vec![
            rows.dates(of.clone().map(|t| t.entry))?,
            rows.dates(of.clone().map(|t| t.entry + most - 1))?,
            rows.dates(of.clone().map(|t| t.end))?,
            Arc::new(Int16Array::from_iter_values(of.clone().map(|t| t.label))),
            Arc::new(Float64Array::from_iter_values(of.clone().map(|t| t.slope))),
            Arc::new(of.map(|t| t.t.is_finite().then_some(t.t)).collect::<Float64Array>()),
        ])
    }
}

fn lengths(call: &Call) -> Result<(usize, usize)> {
    let (least, most) = (call.count("min_rows", 3)?, call.count("max_rows", 3)?);
    match most < least {
        true => plan_err!("max_rows: expected at least min_rows, which is {least}, was {most}"),
        false => Ok((least, most)),
    }
}
