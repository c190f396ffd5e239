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

use fearless_simd::{Level as Processor, Simd, dispatch};

use super::columnar::{Columnar, Parts};
use super::history::{History, LANES, Level, missing};
use super::number::Lanes;

/// Rows that are worked on at once: their states stay in the first cache.
const CHUNK: usize = 128;

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
    pub fn push<const O: usize>(
        &mut self,
        inputs: [&[f64]; K],
        outputs: [&mut [f64]; O],
        tell: impl Fn(S, [f64; K]) -> [f64; O],
    ) {
        // With the widest instructions that there are.
        self.push_on(Processor::new(), inputs, outputs, &tell);
    }

    fn push_on<const O: usize>(
        &mut self,
        processor: Processor,
        inputs: [&[f64]; K],
        outputs: [&mut [f64]; O],
        tell: &impl Fn(S, [f64; K]) -> [f64; O],
    ) {
        dispatch!(processor, simd => self.rows(simd, inputs, outputs, tell));
    }

    #[inline(always)]
    fn rows<V: Simd, const O: usize>(
        &mut self,
        simd: V,
        inputs: [&[f64]; K],
        mut outputs: [&mut [f64]; O],
        tell: &impl Fn(S, [f64; K]) -> [f64; O],
    ) {
        let rows = inputs.iter().map(|x| x.len()).min().unwrap_or(0);
        // As many as a long window has: so many are moved to the front after each chunk.
        let most = CHUNK.max(self.n);
        for start in (0..rows).step_by(most) {
            let chunk = start..rows.min(start + most);
            self.chunk(simd, inputs.map(|x| &x[chunk.clone()]));
            let outputs = outputs.each_mut().map(|out| &mut out[chunk.clone()]);
            simd.vectorize(
                #[inline(always)]
                || self.tell(outputs, tell),
            );
            self.turn(chunk.len());
        }
    }

    #[inline(always)]
    fn tell<const O: usize>(
        &self,
        mut outputs: [&mut [f64]; O],
        tell: &impl Fn(S, [f64; K]) -> [f64; O],
    ) {
        let rows = outputs[0].len();
        let (windows, last) = (&self.windows, &self.last);
        let columns = windows.columns.each_ref().map(|x| &x.values[..rows]);
        let count = &windows.count.values[..rows];
        let last = last.each_ref().map(|x| &x.values[x.before..][..rows]);
        // So many rows as lie side by side in registers: one instruction does the same to all.
        let (counts, rest) = count.as_chunks::<LANES>();
        let groups = counts.len();
        let in_columns = columns.map(|x| &x.as_chunks::<LANES>().0[..groups]);
        let in_last = last.map(|x| &x.as_chunks::<LANES>().0[..groups]);
        let out = outputs.each_mut().map(|x| &mut x.as_chunks_mut::<LANES>().0[..groups]);
        for (g, count) in counts.iter().enumerate() {
            let mut told = [[0.0; LANES]; O];
            for i in 0..LANES {
                let (mut state, mut at) = ([0.0; C], [0.0; K]);
                for c in 0..C {
                    state[c] = in_columns[c][g][i];
                }
                for k in 0..K {
                    at[k] = in_last[k][g][i];
                }
                let row = tell(S::of(state, count[i]), at);
                for o in 0..O {
                    told[o][i] = row[o];
                }
            }
            for o in 0..O {
                out[o][g] = told[o];
            }
        }
        for i in rows - rest.len()..rows {
            let row = tell(S::of(columns.map(|x| x[i]), count[i]), last.map(|x| x[i]));
            for (out, told) in outputs.iter_mut().zip(row) {
                out[i] = told;
            }
        }
    }

    #[inline(always)]
    fn chunk<V: Simd>(&mut self, simd: V, inputs: [&[f64]; K]) {
        let rows = inputs[0].len();
        let missing = missing(&inputs);
        // Each state that is looked at, n rows back at most, is one of up to n rows.
        let whole = !missing && self.whole / 2 >= self.n;
        if !whole && !self.counted {
            for (k, level) in self.levels.iter_mut().enumerate() {
                level.count.values.fill((1_u64 << k) as f64);
            }
        }
        self.counted = !whole;
        self.begin(simd, inputs, missing);
        self.windows.histories().for_each(|h| h.grow(rows));
        let mut covered = 0;
        for k in 0.. {
            let width = 1 << k;
            // All rows that there are: the rest of the window is no longer one.
            let all = self.rows + rows <= width;
            let rest = all && covered < width && self.n >> k > 1;
            if self.n & width != 0 || rest {
                self.extend(simd, k, covered, rows);
                covered += width;
            }
            if all || self.n >> k == 1 {
                break;
            }
            self.double(simd, k, rows);
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
    #[inline(always)]
    fn begin<V: Simd>(&mut self, simd: V, inputs: [&[f64]; K], missing: bool) {
        let rows = inputs[0].len();
        for (x, last) in inputs.iter().zip(&mut self.last) {
            last.last_values(x, missing);
        }
        let level = &mut self.levels[0];
        level.histories().for_each(|h| h.grow(rows));
        let last = self.last.each_ref().map(|x| x.back(0, rows));
        let out = level.now(rows);
        for at in (0..last[0].len()).step_by(Lanes::<V>::COUNT) {
            let at = at..at + Lanes::<V>::COUNT;
            let mut row = [Lanes::splat(simd, 0.0); K];
            for k in 0..K {
                row[k] = Lanes::read(simd, &last[k][at.clone()]);
            }
            let states = S::row(row);
            for c in 0..C {
                states[c].write(&mut out[c][at.clone()]);
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
    #[inline(always)]
    fn double<V: Simd>(&mut self, simd: V, k: usize, rows: usize) {
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
        let older = &given[k];
        let parts = [width, width];
        let merge = Merge { last: &self.last, older, newer: older, out: next, parts, rows };
        merge.run::<S, V, false>(simd, self.counted);
    }

    /// Puts the rows of level `k` before those that the windows have.
    #[inline(always)]
    fn extend<V: Simd>(&mut self, simd: V, k: usize, covered: usize, rows: usize) {
        let level = &self.levels[k];
        if covered == 0 {
            for (out, given) in self.windows.histories().zip(level.all()) {
                out.values.copy_from_slice(&given.values[given.before..]);
            }
            return;
        }
        let (out, parts) = (&mut self.windows, [1 << k, covered]);
        let merge = Merge { last: &self.last, older: level, newer: level, out, parts, rows };
        merge.run::<S, V, true>(simd, self.counted);
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

/// Older parts of windows, to be merged with the newer ones, which are in `newer` or, in place, in `out`.
struct Merge<'a, const K: usize, const C: usize> {
    last: &'a [History; K],
    older: &'a Level<C>,
    newer: &'a Level<C>,
    out: &'a mut Level<C>,
    /// Rows of the older part, and of the newer.
    parts: [usize; 2],
    rows: usize,
}

impl<const K: usize, const C: usize> Merge<'_, K, C> {
    #[inline(always)]
    fn run<S: Columnar<K, C>, V: Simd, const IN_PLACE: bool>(self, simd: V, counted: bool) {
        // A function of its own each: the compiler keeps more of it in registers.
        match counted {
            false => simd.vectorize(
                #[inline(always)]
                || self.merge::<S, V, false, IN_PLACE>(simd),
            ),
            true => simd.vectorize(
                #[inline(always)]
                || self.merge::<S, V, true, IN_PLACE>(simd),
            ),
        }
    }

    #[inline(always)]
    fn merge<S: Columnar<K, C>, V: Simd, const COUNTED: bool, const IN_PLACE: bool>(self, simd: V) {
        let Self { last, older, newer, out, parts, rows } = self;
        let counted = if COUNTED { rows } else { 0 };
        let back = parts[1];
        let parts = [Lanes::splat(simd, parts[0] as f64), Lanes::splat(simd, parts[1] as f64)];
        let older_count = older.count.back(back, counted);
        let older = older.back(back, rows);
        let newer_count = newer.count.back(0, counted);
        let newer = newer.back(0, rows);
        let then = last.each_ref().map(|x| x.back(back, rows));
        let now = last.each_ref().map(|x| x.back(0, rows));
        let count = out.count.now(counted);
        let columns = out.columns.each_mut().map(|column| column.now(rows));
        // No closures below: what the compiler leaves as a function of its own has narrow instructions.
        let length = columns[0].len();
        for at in (0..length).step_by(Lanes::<V>::COUNT) {
            let at = at..at + Lanes::<V>::COUNT;
            let (mut before, mut after) = ([parts[0]; C], [parts[0]; C]);
            for c in 0..C {
                before[c] = Lanes::read(simd, &older[c][at.clone()]);
                let newer = if IN_PLACE { &*columns[c] } else { newer[c] };
                after[c] = Lanes::read(simd, &newer[at.clone()]);
            }
            let mut by = [parts[0]; K];
            for k in 0..K {
                by[k] = Lanes::read(simd, &then[k][at.clone()])
                    - Lanes::read(simd, &now[k][at.clone()]);
            }
            let mut counts = parts;
            if COUNTED {
                let newer = if IN_PLACE { &*count } else { newer_count };
                counts[0] = Lanes::read(simd, &older_count[at.clone()]);
                counts[1] = Lanes::read(simd, &newer[at.clone()]);
                (counts[0] + counts[1]).write(&mut count[at.clone()]);
            }
            let both = S::merge_columns(before, after, Parts { counts, rows: parts, by });
            for c in 0..C {
                // An older part without values leaves the newer one as it is.
                let merged = match COUNTED {
                    true => counts[0].if_none(after[c], both[c]),
                    false => both[c],
                };
                merged.write(&mut columns[c][at.clone()]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Comoments, Moments, Weighted};
    use super::*;

    fn bits<S: Columnar<K, C>, const K: usize, const C: usize>(
        processor: Processor,
        n: usize,
        inputs: [&[f64]; K],
        tell: impl Fn(S) -> f64,
    ) -> Vec<u64> {
        let mut out = vec![0.0; inputs[0].len()];
        Doubling::new(n).push_on(processor, inputs, [&mut out], &|state, _| [tell(state)]);
        // Of which kind a NaN is says nothing.
        out.into_iter().map(|x| if x.is_nan() { f64::NAN } else { x }.to_bits()).collect()
    }

    proptest! {
        #[test]
        fn every_processor_gives_the_same_bits(
            x in prop::collection::vec(prop_oneof![9 => -1e6..1e6, 1 => Just(f64::NAN)], 0..700),
            n in 1..150_usize,
        ) {
            let y: Vec<f64> = x.iter().map(|x: &f64| (x * 0.37).sin() * 1e3).collect();
            let [narrow, wide] = [Processor::baseline(), Processor::new()].map(|processor| {
                let moments = |tell: fn(Moments<4>) -> f64| bits(processor, n, [&x], tell);
                [
                    moments(|s| s.variance(1.0).sqrt()),
                    moments(|s| s.skewness()),
                    moments(|s| s.excess_kurtosis()),
                    bits(processor, n, [&x], |s: Weighted| s.mean()),
                    bits(processor, n, [&x, &y], |s: Comoments| s.correlation()),
                ]
            });
            prop_assert_eq!(narrow, wide);
        }
    }
}
