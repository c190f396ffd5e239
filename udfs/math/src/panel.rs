//! Panels: values per date and symbol, stored by date.

use std::ops::Range;

/// One observation: what `symbol` was on `date`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<T> {
    /// Days since 1970-01-01.
    pub date: i32,
    /// Position of the symbol in the caller's sorted list.
    pub symbol: u32,
    /// The observation.
    pub value: T,
}

/// Observations sorted by date, then symbol. Sums over a section therefore run in symbol order,
/// whatever the order of the input rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel<T> {
    dates: Vec<i32>,
    /// Where each date's rows begin, and the end of the last.
    starts: Vec<usize>,
    symbols: Vec<u32>,
    values: Vec<T>,
}

/// The rows of one date, sorted by symbol.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a, T> {
    /// Symbols, ascending.
    pub symbols: &'a [u32],
    /// One value per symbol.
    pub values: &'a [T],
}

/// Two rows of one symbol and date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DuplicateRow {
    /// Days since 1970-01-01.
    pub date: i32,
    /// The symbol.
    pub symbol: u32,
}

impl<T: Copy> Panel<T> {
    /// Sorts `rows` into a panel.
    ///
    /// # Errors
    ///
    /// If a symbol has two rows on one date; the first such pair by date and symbol is named.
    pub fn new(mut rows: Vec<Row<T>>) -> Result<Self, DuplicateRow> {
        rows.sort_unstable_by_key(|r| (r.date, r.symbol));
        let same =
            |pair: &&[Row<T>]| (pair[0].date, pair[0].symbol) == (pair[1].date, pair[1].symbol);
        if let Some(pair) = rows.windows(2).find(same) {
            return Err(DuplicateRow { date: pair[0].date, symbol: pair[0].symbol });
        }
        let mut panel = Self {
            dates: vec![],
            starts: vec![],
            symbols: Vec::with_capacity(rows.len()),
            values: Vec::with_capacity(rows.len()),
        };
        for (i, row) in rows.iter().enumerate() {
            if panel.dates.last() != Some(&row.date) {
                panel.dates.push(row.date);
                panel.starts.push(i);
            }
            panel.symbols.push(row.symbol);
            panel.values.push(row.value);
        }
        panel.starts.push(rows.len());
        Ok(panel)
    }

    /// The dates that have rows, ascending, in days since 1970-01-01.
    pub fn dates(&self) -> &[i32] {
        &self.dates
    }

    /// The rows of the date at position `date` of [`Self::dates`].
    pub fn section(&self, date: usize) -> Section<'_, T> {
        let rows = self.starts[date]..self.starts[date + 1];
        Section { symbols: &self.symbols[rows.clone()], values: &self.values[rows] }
    }

    /// The positions of the last `count` dates up to and including `date` (fewer at the start).
    pub fn trailing(&self, date: i32, count: usize) -> Range<usize> {
        let end = self.dates.partition_point(|d| *d <= date);
        end.saturating_sub(count)..end
    }

    /// One more than the largest symbol.
    pub fn symbol_count(&self) -> usize {
        self.symbols.iter().max().map_or(0, |s| *s as usize + 1)
    }
}

impl<'a, T: Copy> Section<'a, T> {
    /// The rows as pairs.
    pub fn iter(self) -> impl Iterator<Item = (usize, T)> + 'a {
        self.symbols.iter().map(|s| *s as usize).zip(self.values.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(date: i32, symbol: u32, value: f64) -> Row<f64> {
        Row { date, symbol, value }
    }

    #[test]
    fn rows_are_found_by_date_in_symbol_order() {
        let panel =
            Panel::new(vec![row(5, 1, 0.1), row(3, 2, 0.2), row(5, 0, 0.3), row(9, 0, 0.4)])
                .unwrap();
        assert_eq!(panel.dates(), [3, 5, 9]);
        assert_eq!(panel.section(1).iter().collect::<Vec<_>>(), [(0, 0.3), (1, 0.1)]);
        assert_eq!(panel.trailing(8, 2), 0..2);
        assert_eq!(panel.trailing(2, 2), 0..0);
        assert_eq!(panel.symbol_count(), 3);
    }

    #[test]
    fn duplicates_are_named() {
        let rows = vec![row(5, 1, 0.1), row(3, 2, 0.2), row(5, 1, 0.3)];
        assert_eq!(Panel::new(rows), Err(DuplicateRow { date: 5, symbol: 1 }));
    }
}
