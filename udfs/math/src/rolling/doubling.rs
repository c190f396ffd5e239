//! The last n rows of a series as one state, a column of rows at a time.
//!
//! The state of the last 2w rows is that of the last w merged with that of the w before, and n rows
//! are put together from powers of two. So a row costs log₂ n merges that wait for no other row,
//! which the processor does several at once; nothing is ever subtracted, and a result depends on the
//! rows of its window only, not on where the series began or how it came in pieces.
//!
//! Means are kept from the window's last value, so that a level far above the spread (1e9 + noise)
//! costs no digits.

use std::array::from_fn;
use std::marker::PhantomData;

use wide::f64x4;

use super::frame::Statistic;
use super::number::Number;

/// A statistic of `K` series whose state is `C` numbers beside the count.
///
/// Deviations are from the window's last values, so that its arithmetic has no digits to lose.
pub trait Columnar<const K: usize, const C: usize>: Statistic {
    /// Of no values.
    const EMPTY: [f64; C];

    /// Of one row.
    fn row<N: Number>(row: [N; K]) -> [N; C];

    /// Of two parts together, neither of them empty.
    fn merge_columns<N: Number>(older: [N; C], newer: [N; C], parts: Parts<N, K>) -> [N; C];

    /// The state of so many values.
    fn of(columns: [f64; C], count: f64) -> Self;
}

/// Two parts of a window that follow on each other, the older one first.
#[derive(Debug, Clone, Copy)]
pub struct Parts<N, const K: usize> {
    /// The values in each.
    pub counts: [N; 2],
    /// The rows in each.
    pub rows: [N; 2],
    /// What the older one's deviations are from less what the newer one's are from.
    pub by: [N; K],
}

impl<const K: usize> Parts<f64, K> {
    /// Parts without missing rows and with deviations from the same.
    pub(super) fn of(older: f64, newer: f64) -> Self {
        Self { counts: [older, newer], rows: [older, newer], by: [0.0; K] }
    }
}

/// Rows that are worked on at once: their states stay in the first cache.
const CHUNK: usize = 512;
/// Rows that are merged side by side.
const LANES: usize = 4;

type Lanes = [f64; LANES];

/// The states of windows of `n` rows.
#[derive(Debug, Clone)]
pub struct Doubling<S, const K: usize, const C: usize> {
    n: usize,
    /// Rows before the chunk in work.
    rows: usize,
    /// Of these the last ones that all have a value.
    whole: usize,
    /// Whether the counts of the levels are kept; while all rows have a value they are known.
    counted: bool,
    /// Of each series the last value up to each row, 0 before the first.
    last: [History; K],
    /// States of windows of 1, 2, 4 … rows.
    levels: Vec<Level<C>>,
    /// States of windows of n rows.
    windows: Level<C>,
    statistic: PhantomData<S>,
}

/// Values of rows before a chunk, then those of the chunk.
#[derive(Debug, Clone)]
struct History {
    before: usize,
    values: Vec<f64>,
}

impl History {
    fn new(before: usize, value: f64) -> Self {
        Self { before, values: vec![value; before] }
    }

    /// Makes room for a chunk.
    fn grow(&mut self, rows: usize) {
        self.values.resize(self.before + rows.next_multiple_of(LANES), 0.0);
    }

    /// Forgets the oldest.
    fn turn(&mut self, rows: usize) {
        self.values.copy_within(rows..rows + self.before, 0);
    }

    /// The values `back` rows before those of the chunk.
    #[inline]
    fn back(&self, back: usize, groups: usize) -> &[Lanes] {
        &self.values[self.before - back..].as_chunks().0[..groups]
    }

    #[inline]
    fn now(&mut self, groups: usize) -> &mut [Lanes] {
        &mut self.values[self.before..].as_chunks_mut().0[..groups]
    }
}

#[derive(Debug, Clone)]
struct Level<const C: usize> {
    columns: [History; C],
    count: History,
}

impl<const C: usize> Level<C> {
    fn new(before: usize, empty: [f64; C]) -> Self {
        Self {
            columns: empty.map(|value| History::new(before, value)),
            count: History::new(before, 0.0),
        }
    }

    fn all(&self) -> impl Iterator<Item = &History> {
        self.columns.iter().chain([&self.count])
    }

    fn histories(&mut self) -> impl Iterator<Item = &mut History> {
        self.columns.iter_mut().chain([&mut self.count])
    }

    #[inline]
    fn back(&self, back: usize, groups: usize) -> [&[Lanes]; C] {
        self.columns.each_ref().map(|column| column.back(back, groups))
    }

    #[inline]
    fn now(&mut self, groups: usize) -> [&mut [Lanes]; C] {
        self.columns.each_mut().map(|column| column.now(groups))
    }

    fn size(&self) -> usize {
        self.all().map(|h| h.values.capacity()).sum()
    }
}

impl<S: Columnar<K, C>, const K: usize, const C: usize> Doubling<S, K, C> {
    /// Windows of `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self {
            n: n.max(1),
            rows: 0,
            whole: 0,
            counted: true,
            last: from_fn(|_| History::new(1, 0.0)),
            levels: vec![Level::new(1, S::EMPTY)],
            windows: Level::new(0, S::EMPTY),
            statistic: PhantomData,
        }
    }

    /// Takes the next rows, and writes what is told of the window at each: from its state, and the
    /// last values, which deviations are from. A row of which a value is NaN counts in the window's
    /// length only.
    #[inline]
    pub fn push<const O: usize>(
        &mut self,
        inputs: [&[f64]; K],
        outputs: [&mut [f64]; O],
        tell: impl Fn(S, [f64; K]) -> [f64; O],
    ) {
        let mut outputs = outputs;
        let rows = inputs.iter().map(|x| x.len()).min().unwrap_or(0);
        for start in (0..rows).step_by(CHUNK) {
            let chunk = start..rows.min(start + CHUNK);
            self.chunk(inputs.map(|x| &x[chunk.clone()]));
            self.tell(outputs.each_mut().map(|out| &mut out[chunk.clone()]), &tell);
            self.turn(chunk.len());
        }
    }

    #[inline]
    fn tell<const O: usize>(
        &self,
        outputs: [&mut [f64]; O],
        tell: impl Fn(S, [f64; K]) -> [f64; O],
    ) {
        let rows = outputs[0].len();
        let outputs = outputs.map(|out| &mut out[..rows]);
        let columns = self.windows.columns.each_ref().map(|x| &x.values[..rows]);
        let count = &self.windows.count.values[..rows];
        let last = self.last.each_ref().map(|x| &x.values[x.before..][..rows]);
        for i in 0..rows {
            let told = tell(S::of(from_fn(|c| columns[c][i]), count[i]), from_fn(|k| last[k][i]));
            for o in 0..O {
                outputs[o][i] = told[o];
            }
        }
    }

    fn chunk(&mut self, inputs: [&[f64]; K]) {
        let rows = inputs[0].len();
        let missing = inputs.iter().any(|x| x.iter().fold(false, |any, x| any | x.is_nan()));
        // Each state that is looked at, n rows back at most, is one of up to n rows.
        let whole = !missing && self.whole / 2 >= self.n;
        if !whole && !self.counted {
            for (k, level) in self.levels.iter_mut().enumerate() {
                level.count.values.fill((1_u64 << k) as f64);
            }
        }
        self.counted = !whole;
        self.begin(inputs, missing);
        self.windows.histories().for_each(|h| h.grow(rows));
        let mut covered = 0;
        for k in 0.. {
            let width = 1 << k;
            // All rows that there are: the rest of the window is no longer one.
            let all = self.rows + rows <= width;
            let rest = all && covered < width && self.n >> k > 1;
            if self.n & width != 0 || rest {
                self.extend(k, covered, rows);
                covered += width;
            }
            if all || self.n >> k == 1 {
                break;
            }
            self.double(k, rows);
        }
        if whole {
            self.windows.count.values.fill(self.n as f64);
        }
        self.whole = match missing {
            false => self.whole + rows,
            true => (0..rows).rev().take_while(|i| inputs.iter().all(|x| !x[*i].is_nan())).count(),
        };
    }

    /// The states of single rows.
    fn begin(&mut self, inputs: [&[f64]; K], missing: bool) {
        let rows = inputs[0].len();
        for (x, last) in inputs.iter().zip(&mut self.last) {
            last.grow(rows);
            let before = last.before;
            let mut value = last.values[before - 1];
            let places = &mut last.values[before..before + rows];
            match missing {
                false => places.copy_from_slice(x),
                true => places.iter_mut().zip(*x).for_each(|(place, x)| {
                    value = if x.is_nan() { value } else { *x };
                    *place = value;
                }),
            }
        }
        let level = &mut self.levels[0];
        level.histories().for_each(|h| h.grow(rows));
        let groups = rows.div_ceil(LANES);
        let last = self.last.each_ref().map(|x| x.back(0, groups));
        let out = level.now(groups);
        for g in 0..groups {
            let states = S::row(from_fn(|k| f64x4::new(last[k][g])));
            for c in 0..C {
                out[c][g] = states[c].to_array();
            }
        }
        if self.counted {
            level.count.values[1..].fill(1.0);
        }
        if missing {
            let empty = S::EMPTY;
            for row in (0..rows).filter(|row| inputs.iter().any(|x| x[*row].is_nan())) {
                level.count.values[1 + row] = 0.0;
                for (column, empty) in level.columns.iter_mut().zip(empty) {
                    column.values[1 + row] = empty;
                }
            }
        }
    }

    /// The states of twice as many rows as those of level `k`.
    fn double(&mut self, k: usize, rows: usize) {
        let width = 1_usize << k;
        if self.levels.len() == k + 1 {
            // So far windows of 2·width rows had no more rows than those of width.
            let mut next = Level::new(2 * width, S::EMPTY);
            for (new, old) in next.histories().zip(self.levels[k].histories()) {
                new.values[width..].copy_from_slice(&old.values[..width]);
            }
            self.levels.push(next);
            for last in &mut self.last {
                last.values.splice(..0, std::iter::repeat_n(0.0, width));
                last.before += width;
            }
        }
        let Some((given, [next, ..])) = self.levels.split_at_mut_checked(k + 1) else { return };
        next.histories().for_each(|h| h.grow(rows));
        let older = Older { last: &self.last, older: &given[k], rows: [width, width] };
        match self.counted {
            false => older.merge::<S, false, false>(&given[k], next, rows),
            true => older.merge::<S, true, false>(&given[k], next, rows),
        }
    }

    /// Puts the rows of level `k` before those that the windows have.
    fn extend(&mut self, k: usize, covered: usize, rows: usize) {
        let level = &self.levels[k];
        if covered == 0 {
            for (out, given) in self.windows.histories().zip(level.all()) {
                out.values.copy_from_slice(&given.values[given.before..]);
            }
            return;
        }
        let older = Older { last: &self.last, older: level, rows: [1 << k, covered] };
        match self.counted {
            false => older.merge::<S, false, true>(level, &mut self.windows, rows),
            true => older.merge::<S, true, true>(level, &mut self.windows, rows),
        }
    }

    fn turn(&mut self, rows: usize) {
        self.rows += rows;
        self.last.iter_mut().for_each(|h| h.turn(rows));
        self.levels.iter_mut().flat_map(Level::histories).for_each(|h| h.turn(rows));
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        let last: usize = self.last.iter().map(|h| h.values.capacity()).sum();
        let levels: usize = self.levels.iter().map(Level::size).sum();
        (last + levels + self.windows.size()) * size_of::<f64>()
    }
}

/// The older parts of windows, to be merged with the newer ones.
struct Older<'a, const K: usize, const C: usize> {
    last: &'a [History; K],
    older: &'a Level<C>,
    /// Of the older part, and of the newer.
    rows: [usize; 2],
}

impl<const K: usize, const C: usize> Older<'_, K, C> {
    /// Merges them with the newer parts, which are in `newer` or, in place, in `out`.
    #[inline]
    fn merge<S: Columnar<K, C>, const COUNTED: bool, const IN_PLACE: bool>(
        &self,
        newer: &Level<C>,
        out: &mut Level<C>,
        rows: usize,
    ) {
        let groups = rows.div_ceil(LANES);
        let back = self.rows[1];
        let rows = self.rows.map(|rows| f64x4::splat(rows as f64));
        let older = self.older.back(back, groups);
        let older_count = self.older.count.back(back, if COUNTED { groups } else { 0 });
        let given = if IN_PLACE { [&[][..]; C] } else { newer.back(0, groups) };
        let given_count = newer.count.back(0, if COUNTED && !IN_PLACE { groups } else { 0 });
        let then = self.last.each_ref().map(|x| x.back(back, groups));
        let now = self.last.each_ref().map(|x| x.back(0, groups));
        let count = out.count.now(if COUNTED { groups } else { 0 });
        let columns = out.columns.each_mut().map(|column| column.now(groups));
        for g in 0..groups {
            let before: [f64x4; C] = from_fn(|c| f64x4::new(older[c][g]));
            let after: [f64x4; C] =
                from_fn(|c| f64x4::new(if IN_PLACE { columns[c][g] } else { given[c][g] }));
            let by = from_fn(|k| f64x4::new(then[k][g]) - f64x4::new(now[k][g]));
            let mut counts = rows;
            if COUNTED {
                let newer = if IN_PLACE { count[g] } else { given_count[g] };
                counts = [f64x4::new(older_count[g]), f64x4::new(newer)];
                count[g] = (counts[0] + counts[1]).to_array();
            }
            let both = S::merge_columns(before, after, Parts { counts, rows, by });
            for c in 0..C {
                // An older part without values leaves the newer one as it is.
                let merged = match COUNTED {
                    true => counts[0].simd_eq(f64x4::ZERO).bitselect(after[c], both[c]),
                    false => both[c],
                };
                columns[c][g] = merged.to_array();
            }
        }
    }
}
