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

use fearless_simd::{Level as Processor, Simd};

use super::columnar::{Columnar, Parts};
use super::history::{History, LANES, Level, blocks, missing};
use super::number::Lanes;
use crate::dispatch::dispatch;

/// Rows that are worked on at once: their states stay in the first cache.
const CHUNK: usize = 256;

/// Parts of a window that are put together in registers.
const MOST_PARTS: usize = 4;

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
    /// What a window is put together from, the newest part first: its level, and how many rows are newer.
    parts: Vec<(usize, usize)>,
    /// States of the newer parts together.
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
            parts: vec![],
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
            let outputs = outputs.each_mut().map(|out| &mut out[chunk.clone()]);
            self.chunk(simd, inputs.map(|x| &x[chunk.clone()]), outputs, tell);
            self.turn(chunk.len());
        }
    }

    /// Puts windows together from `first` and `PARTS` older parts, and writes what is told of them.
    #[inline(always)]
    fn finish<V: Simd, const O: usize, const PARTS: usize, const COUNTED: bool>(
        &self,
        simd: V,
        first: &Level<C>,
        outputs: &mut [&mut [f64]; O],
        tell: &impl Fn(S, [f64; K]) -> [f64; O],
    ) {
        let rows = outputs[0].len();
        let groups = rows.div_ceil(LANES);
        let newest = blocks(&first.columns, 0, groups);
        let count = if COUNTED { first.count.blocks(0, groups) } else { &[] };
        let now = blocks(&self.last, 0, groups);
        let (mut older, mut then) = ([newest; PARTS], [now; PARTS]);
        let mut widths = [[Lanes::splat(simd, 0.0); 2]; PARTS];
        let rest = &self.parts[self.parts.len() - PARTS..];
        for p in 0..PARTS {
            let (k, back) = rest[p];
            older[p] = blocks(&self.levels[k].columns, back, groups);
            then[p] = blocks(&self.last, back, groups);
            widths[p] =
                [Lanes::splat(simd, (1_usize << k) as f64), Lanes::splat(simd, back as f64)];
        }
        // So many rows as lie side by side in registers: one instruction does the same to all.
        for g in 0..groups {
            let mut states = [[0.0; LANES]; C];
            for at in 0..LANES / Lanes::<V>::COUNT {
                let mut state = [Lanes::splat(simd, 0.0); C];
                for c in 0..C {
                    state[c] = Lanes::part(simd, &newest[c][g], at);
                }
                for p in 0..PARTS {
                    let (mut before, mut by) = (state, [widths[p][0]; K]);
                    for c in 0..C {
                        before[c] = Lanes::part(simd, &older[p][c][g], at);
                    }
                    for k in 0..K {
                        by[k] = Lanes::part(simd, &then[p][k][g], at)
                            - Lanes::part(simd, &now[k][g], at);
                    }
                    let parts = Parts { counts: widths[p], rows: widths[p], by };
                    state = S::merge_columns(before, state, parts);
                }
                for c in 0..C {
                    state[c].write_part(&mut states[c], at);
                }
            }
            let mut told = [[0.0; LANES]; O];
            for i in 0..LANES {
                let (mut state, mut last) = ([0.0; C], [0.0; K]);
                for c in 0..C {
                    state[c] = states[c][i];
                }
                for k in 0..K {
                    last[k] = now[k][g][i];
                }
                let count = if COUNTED { count[g][i] } else { self.n as f64 };
                let row = tell(S::of(state, count), last);
                for o in 0..O {
                    told[o][i] = row[o];
                }
            }
            for o in 0..O {
                let out = &mut outputs[o][g * LANES..];
                match out.first_chunk_mut() {
                    Some(out) => *out = told[o],
                    None => out.copy_from_slice(&told[o][..out.len()]),
                }
            }
        }
    }

    #[inline(always)]
    fn chunk<V: Simd, const O: usize>(
        &mut self,
        simd: V,
        inputs: [&[f64]; K],
        mut outputs: [&mut [f64]; O],
        tell: &impl Fn(S, [f64; K]) -> [f64; O],
    ) {
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
        self.parts.clear();
        let mut covered = 0;
        for k in 0.. {
            let width = 1 << k;
            // All rows that there are: the rest of the window is no longer one.
            let all = self.rows + rows <= width;
            let rest = all && covered < width && self.n >> k > 1;
            if self.n & width != 0 || rest {
                self.parts.push((k, covered));
                covered += width;
            }
            if all || self.n >> k == 1 {
                break;
            }
            self.double(simd, k, rows);
        }
        // What is put together in registers; the newer parts of others are put together before.
        let last = if whole { self.parts.len().min(MOST_PARTS) - 1 } else { 0 };
        let newer = self.parts.len() - last;
        if newer > 1 {
            self.windows.grow(rows, self.counted);
            for part in 0..newer {
                let (k, covered) = self.parts[part];
                self.extend(simd, k, covered, rows);
            }
        }
        let first = if newer > 1 { &self.windows } else { &self.levels[self.parts[0].0] };
        let outputs = &mut outputs;
        // A function of its own each: the compiler keeps more of it in registers.
        match (whole, last) {
            (false, _) => simd.vectorize(
                #[inline(always)]
                || self.finish::<V, O, 0, true>(simd, first, outputs, tell),
            ),
            (true, 0) => simd.vectorize(
                #[inline(always)]
                || self.finish::<V, O, 0, false>(simd, first, outputs, tell),
            ),
            (true, 1) => simd.vectorize(
                #[inline(always)]
                || self.finish::<V, O, 1, false>(simd, first, outputs, tell),
            ),
            (true, 2) => simd.vectorize(
                #[inline(always)]
                || self.finish::<V, O, 2, false>(simd, first, outputs, tell),
            ),
            (true, _) => simd.vectorize(
                #[inline(always)]
                || self.finish::<V, O, 3, false>(simd, first, outputs, tell),
            ),
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
        level.grow(rows, self.counted);
        let groups = rows.div_ceil(LANES);
        let last = blocks(&self.last, 0, groups);
        let columns = level.columns.each_mut().map(|column| column.blocks_now(groups));
        for g in 0..groups {
            for at in 0..LANES / Lanes::<V>::COUNT {
                let mut row = [Lanes::splat(simd, 0.0); K];
                for k in 0..K {
                    row[k] = Lanes::part(simd, &last[k][g], at);
                }
                let states = S::row(row);
                for c in 0..C {
                    states[c].write_part(&mut columns[c][g], at);
                }
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
        next.grow(rows, self.counted);
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
            let copied = C + usize::from(self.counted);
            for (out, given) in self.windows.histories().zip(level.all()).take(copied) {
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
        self.levels.iter_mut().for_each(|level| level.turn(rows, self.counted));
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
        let groups = rows.div_ceil(LANES);
        let counted = if COUNTED { groups } else { 0 };
        let back = parts[1];
        let parts = [Lanes::splat(simd, parts[0] as f64), Lanes::splat(simd, parts[1] as f64)];
        let older_count = older.count.blocks(back, counted);
        let older = blocks(&older.columns, back, groups);
        let newer_count = newer.count.blocks(0, counted);
        let newer = blocks(&newer.columns, 0, groups);
        let (then, now) = (blocks(last, back, groups), blocks(last, 0, groups));
        let count = out.count.blocks_now(counted);
        let columns = out.columns.each_mut().map(|column| column.blocks_now(groups));
        // No closures below: what the compiler leaves as a function of its own has narrow instructions.
        for g in 0..groups {
            for at in 0..LANES / Lanes::<V>::COUNT {
                let (mut before, mut after) = ([parts[0]; C], [parts[0]; C]);
                for c in 0..C {
                    before[c] = Lanes::part(simd, &older[c][g], at);
                    let newer = if IN_PLACE { &columns[c][g] } else { &newer[c][g] };
                    after[c] = Lanes::part(simd, newer, at);
                }
                let mut by = [parts[0]; K];
                for k in 0..K {
                    by[k] = Lanes::part(simd, &then[k][g], at) - Lanes::part(simd, &now[k][g], at);
                }
                let mut counts = parts;
                if COUNTED {
                    let newer = if IN_PLACE { &count[g] } else { &newer_count[g] };
                    counts[0] = Lanes::part(simd, &older_count[g], at);
                    counts[1] = Lanes::part(simd, newer, at);
                    (counts[0] + counts[1]).write_part(&mut count[g], at);
                }
                let both = S::merge_columns(before, after, Parts { counts, rows: parts, by });
                for c in 0..C {
                    // An older part without values leaves the newer one as it is.
                    let merged = match COUNTED {
                        true => counts[0].if_none(after[c], both[c]),
                        false => both[c],
                    };
                    merged.write_part(&mut columns[c][g], at);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Comoments, Moments};
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
                    bits(processor, n, [&x, &y], |s: Comoments| s.correlation()),
                ]
            });
            prop_assert_eq!(narrow, wide);
        }
    }
}
