//! Options on shares with cash dividends: the arguments and the reading of them.

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, ListArray, StringArray,
};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::{Result, exec_err};
use trademl_math::options::cash_dividends::{CashDividend, DividendOption, Style};
use trademl_math::options::status::Valuation;

use super::arguments::{DIVIDEND_YIELD, KIND, RATE, SPOT, STRIKE, TIME, VOLATILITY};
use super::columns::Columns;
use super::terms::on_asset;
use super::valued::kind_named;
use crate::function::{Argument, Contract, Kind, Role};
use crate::scalar::list_row;

pub(super) const ARGUMENTS: &[Argument] = &[
    KIND,
    SPOT,
    STRIKE,
    TIME,
    RATE,
    VOLATILITY,
    list(
        "dividend_times",
        "years",
        "years until the share goes ex, ascending, after today and before expiry",
    ),
    list("dividend_amounts", "price", "amounts a share at these times, ≥ 0"),
    DIVIDEND_YIELD,
    Argument {
        name: "american",
        role: Role::Column(Kind::Boolean),
        default: Some("true"),
        unit: "–",
        meaning: "whether the option may be exercised before expiry",
    },
];
pub(super) const ERRORS: &str = "a kind that is neither call nor put; lists of different lengths";
pub(super) const SOURCE: &str =
    "Vellekoop & Nieuwenhuis (2006), Applied Mathematical Finance 13(3)";

const fn list(name: &'static str, unit: &'static str, meaning: &'static str) -> Argument {
    Argument { name, role: Role::Column(Kind::Numbers), default: None, unit, meaning }
}

/// What each row is worth; none where an argument is NULL.
pub(super) fn valuations(
    contract: &'static Contract,
    arrays: &[ArrayRef],
) -> Result<Vec<Option<Valuation>>> {
    let columns = Columns::new(contract, arrays);
    let kinds = columns.of::<StringArray>("kind")?;
    let american = columns.of::<BooleanArray>("american")?;
    let numbers = ["spot", "strike", "time", "rate", "volatility", "dividend_yield"];
    let numbers = numbers.map(|name| columns.of::<Float64Array>(name));
    let numbers = numbers.into_iter().collect::<Result<Vec<_>>>()?;
    let times = columns.of::<ListArray>("dividend_times")?;
    let amounts = columns.of::<ListArray>("dividend_amounts")?;
    let mut out = Vec::with_capacity(kinds.len());
    for row in 0..kinds.len() {
        let lists = [(times, list_row(times, row)), (amounts, list_row(amounts, row))];
        let given = kinds.is_valid(row)
            && american.is_valid(row)
            && numbers.iter().all(|column| column.is_valid(row))
            && lists.iter().all(|(lists, row)| lists.is_valid(*row));
        if !given {
            out.push(None);
            continue;
        }
        let [times, amounts] = lists.map(|(lists, row)| lists.value(row));
        if times.len() != amounts.len() {
            return exec_err!(
                "{}: argument 'dividend_times' has {} dividends and 'dividend_amounts' {} in row {}, expected as many",
                contract.name,
                times.len(),
                amounts.len(),
                row + 1
            );
        }
        // A dividend with a NULL is none that could be priced in.
        let number = |list: &ArrayRef, i: usize| match list.is_valid(i) {
            true => list.as_primitive::<Float64Type>().value(i),
            false => f64::NAN,
        };
        let dividends: Vec<CashDividend> = (0..times.len())
            .map(|i| CashDividend { time: number(&times, i), amount: number(&amounts, i) })
            .collect();
        let mut terms = [0.0; 6];
        for (term, column) in terms.iter_mut().zip(&numbers) {
            *term = column.value(row);
        }
        let option = DividendOption {
            terms: on_asset(kind_named(contract, kinds.value(row))?, terms),
            style: if american.value(row) { Style::American } else { Style::European },
            dividends: &dividends,
        };
        out.push(Some(option.price()));
    }
    Ok(out)
}
