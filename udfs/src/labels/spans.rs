//! Labels as spans over bars, from their entry and exit times.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt64Array};
use datafusion::arrow::compute::{cast, concat, take};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err, internal_err, plan_err};
use trademl_math::labels::concurrency::Spans;

use crate::function::Contract;
use crate::relation::{Call, Group};

/// The labels of one symbol and the bars they span.
pub(super) struct Labels {
    /// The spans, by entry and then exit.
    pub spans: Spans,
    /// Row of each label.
    pub rows: Vec<usize>,
    times: ArrayRef,
    /// A place in `times` for each bar.
    bars: Vec<usize>,
    /// How many rows have an entry: exits follow in `times`.
    count: usize,
}

impl Labels {
    /// Every entry and exit is a bar.
    pub fn of(contract: &'static Contract, group: &Group) -> Result<Self> {
        Self::on(contract, group, |_| true, true)
    }

    /// Rows that do not count are left out; bars are entries, and exits too unless they must be at one.
    pub fn on(
        contract: &'static Contract,
        group: &Group,
        counts: impl Fn(usize) -> bool,
        exits_are_bars: bool,
    ) -> Result<Self> {
        let (entry, exit) = (group.column("entry")?, group.column("exit")?);
        let count = entry.len();
        let times = concat(&[entry.as_ref(), exit.as_ref()])?;
        let ticks = cast(&times, &DataType::Int64)?;
        let ticks = ticks.as_primitive::<Int64Type>();
        let tick = |place: usize| ticks.value(place);
        let shown = |row| -> Result<String> {
            let (entry, exit) =
                (array_value_to_string(entry, row)?, array_value_to_string(exit, row)?);
            Ok(format!("{} with {}, entry={entry}, exit={exit}", contract.name, group.key))
        };
        let mut rows: Vec<usize> =
            (0..count).filter(|row| counts(*row) && exit.is_valid(*row)).collect();
        if let Some(row) = rows.iter().find(|row| tick(count + **row) < tick(**row)) {
            return exec_err!("{}: expected no exit before the entry", shown(*row)?);
        }
        rows.sort_by_key(|row| (tick(*row), tick(count + row)));
        let mut bars: Vec<usize> = (0..count).filter(|row| counts(*row)).collect();
        if exits_are_bars {
            bars.extend(rows.iter().map(|row| count + row));
        }
        bars.sort_by_key(|place| tick(*place));
        bars.dedup_by_key(|place| tick(*place));
        let bar = |place: usize| bars.binary_search_by_key(&tick(place), |bar| tick(*bar)).ok();
        let mut spans = Vec::with_capacity(rows.len());
        for row in &rows {
            match (bar(*row), bar(count + row)) {
                (Some(first), Some(last)) => spans.push((first, last)),
                _ => {
                    return exec_err!(
                        "{}: expected the exit at a bar, that is a row with a price",
                        shown(*row)?
                    );
                }
            }
        }
        let Some(spans) = Spans::new(spans, bars.len()) else {
            return internal_err!("spans lie within the bars");
        };
        Ok(Self { spans, rows, times, bars, count })
    }

    /// The times of the bars.
    pub fn bar_times(&self) -> Result<ArrayRef> {
        self.take(self.bars.iter().copied())
    }

    /// The row of each bar, where bars are entries.
    pub fn bar_rows(&self) -> &[usize] {
        &self.bars
    }

    /// Entry and exit of some labels.
    pub fn entries_and_exits(
        &self,
        labels: impl Iterator<Item = usize> + Clone,
    ) -> Result<[ArrayRef; 2]> {
        let row = |label: usize| self.rows[label];
        Ok([
            self.take(labels.clone().map(row))?,
            self.take(labels.map(|label| self.count + row(label)))?,
        ])
    }

    fn take(&self, places: impl Iterator<Item = usize>) -> Result<ArrayRef> {
        let places = UInt64Array::from_iter_values(places.map(|place| place as u64));
        Ok(take(&self.times, &places, None)?)
    }
}

/// The columns `entry_date` and `exit_date` of a result, of the types given.
pub(super) fn entry_and_exit(contract: &Contract, call: &Call) -> Result<[Field; 2]> {
    let (entry, exit) = (call.column_type("entry")?, call.column_type("exit")?);
    if entry != exit {
        return plan_err!(
            "{}: argument 'exit' is {exit}, expected {entry} as argument 'entry'; cast one to the type \
             of the other",
            contract.name
        );
    }
    Ok([
        Field::new("entry_date", entry.clone(), false),
        Field::new("exit_date", exit.clone(), false),
    ])
}
