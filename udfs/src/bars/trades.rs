//! Trades in, bars out: arguments, columns and checks that all kinds of bars share.

use std::cmp::Ordering;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int64Array, PrimitiveArray, UInt64Array,
};
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Int64Type};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err};
use trademl_math::bars::{Bar, Trade};

use crate::function::{Argument, Contract, Kind, Role};
use crate::relation::{Call, Group};

pub(super) const TRADES: Argument = Argument {
    name: "trades",
    role: Role::Relation,
    default: None,
    unit: "–",
    meaning: "one row a trade",
};

pub(super) const SYMBOL: Argument = Argument {
    name: "symbol",
    role: Role::Key,
    default: Some("symbol"),
    unit: "–",
    meaning: "what is traded; its columns open the result",
};

pub(super) const TS: Argument = Argument {
    name: "ts",
    role: Role::Order,
    default: Some("ts"),
    unit: "date or timestamp",
    meaning: "when the trade became known",
};

pub(super) const PRICE: Argument = Argument {
    name: "price",
    role: Role::Column(Kind::Float),
    default: Some("price"),
    unit: "price",
    meaning: "price of the trade, > 0",
};

pub(super) const SIZE: Argument = Argument {
    name: "size",
    role: Role::Column(Kind::Float),
    default: Some("size"),
    unit: "quantity",
    meaning: "quantity traded, > 0",
};

pub(super) const SEQUENCE: Argument = Argument {
    name: "sequence",
    role: Role::Column(Kind::Integer),
    default: Some("NULL"),
    unit: "–",
    meaning: "orders the trades of one instant; without it, and where it is NULL or equal, the lower \
              price is first, then the smaller size",
};

/// What every kind of bars returns.
pub(super) const RETURNS: &str = "the symbol; bar_end (when the bar is known: the instant of its last \
     trade); bar_start (of its first trade); open, high, low, close, volume, dollar (Σ price · size) DOUBLE; \
     trades BIGINT; vwap DOUBLE (dollar / volume)";

/// What NULLs give, for every kind of bars.
pub(super) const NULLS: &str = "a row with a NULL price or size is treated as absent; NULL symbol or ts is \
     an error. Trades after the last finished bar give none. An empty relation gives no rows";

/// The trades of one symbol in order.
pub(super) struct Trades<'a> {
    pub trades: Vec<Trade>,
    /// The row of each.
    rows: Vec<usize>,
    times: &'a ArrayRef,
}

impl<'a> Trades<'a> {
    /// The trades, checked.
    pub fn of(contract: &Contract, group: &'a Group) -> Result<Self> {
        let times = group.column("ts")?;
        let (prices, sizes) = (group.floats("price")?, group.floats("size")?);
        for (name, column) in [("price", prices), ("size", sizes)] {
            let wrong = |row: &usize| {
                let x = column.value(*row);
                column.is_valid(*row) && !(x.is_finite() && x > 0.0)
            };
            if let Some(row) = (0..column.len()).find(wrong) {
                return exec_err!(
                    "{}: argument '{name}' is {} at {}, ts={}, expected a finite number > 0; correct the \
                     row, filter it out or make it NULL",
                    contract.name,
                    column.value(row),
                    group.key,
                    array_value_to_string(times, row)?
                );
            }
        }
        let mut rows: Vec<usize> =
            (0..times.len()).filter(|row| prices.is_valid(*row) && sizes.is_valid(*row)).collect();
        let sequence = group.column("sequence")?.as_primitive_opt::<Int64Type>();
        let ticks = cast(times, &DataType::Int64)?;
        let ticks = ticks.as_primitive::<Int64Type>();
        // Rows come sorted by time; trades of one instant in any order.
        let order = |a: &usize, b: &usize| {
            let number = |column: &PrimitiveArray<Float64Type>| {
                column.value(*a).total_cmp(&column.value(*b))
            };
            ticks
                .value(*a)
                .cmp(&ticks.value(*b))
                .then_with(|| by_sequence(sequence, *a, *b))
                .then_with(|| number(prices).then_with(|| number(sizes)))
        };
        rows.sort_by(order);
        let trade = |row: &usize| Trade { price: prices.value(*row), size: sizes.value(*row) };
        let trades = rows.iter().map(trade).collect();
        Ok(Self { trades, rows, times })
    }

    /// The instants of the trades, in the unit of their type.
    pub fn ticks(&self) -> Result<Vec<i64>> {
        let ticks = cast(self.times, &DataType::Int64)?;
        let ticks = ticks.as_primitive::<Int64Type>();
        Ok(self.rows.iter().map(|row| ticks.value(*row)).collect())
    }

    /// The columns of bars that end with their last trade.
    pub fn columns(&self, bars: &[Bar]) -> Result<Vec<ArrayRef>> {
        let times = |of: fn(&Bar) -> usize| -> Result<ArrayRef> {
            let rows = bars.iter().map(|bar| self.rows[of(bar)] as u64);
            Ok(take(self.times, &UInt64Array::from_iter_values(rows), None)?)
        };
        let mut columns = vec![times(|bar| bar.last)?, times(|bar| bar.first)?];
        columns.extend(values(bars));
        Ok(columns)
    }
}

/// NULL is after every number, so that it does not depend on how rows were read.
fn by_sequence(sequence: Option<&Int64Array>, a: usize, b: usize) -> Ordering {
    let Some(sequence) = sequence else { return Ordering::Equal };
    let place = |row| (sequence.is_null(row), sequence.is_valid(row).then(|| sequence.value(row)));
    place(a).cmp(&place(b))
}

/// The columns of bars after their times.
pub(super) fn values<'a>(bars: impl IntoIterator<Item = &'a Bar> + Clone) -> Vec<ArrayRef> {
    let float = |of: fn(&Bar) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(bars.clone().into_iter().map(of)))
    };
    let trades = bars.clone().into_iter().map(|bar| bar.trades() as i64);
    vec![
        float(|bar| bar.open),
        float(|bar| bar.high),
        float(|bar| bar.low),
        float(|bar| bar.close),
        float(|bar| bar.volume),
        float(|bar| bar.dollar),
        Arc::new(Int64Array::from_iter_values(trades)),
        float(Bar::vwap),
    ]
}

/// The columns of the result; the end comes first, it is the event time.
pub(super) fn fields(call: &Call) -> Result<Vec<Field>> {
    let ts = call.column_type("ts")?;
    let float = |name| Field::new(name, DataType::Float64, false);
    Ok(vec![
        Field::new("bar_end", ts.clone(), false),
        Field::new("bar_start", ts.clone(), false),
        float("open"),
        float("high"),
        float("low"),
        float("close"),
        float("volume"),
        float("dollar"),
        Field::new("trades", DataType::Int64, false),
        float("vwap"),
    ])
}
