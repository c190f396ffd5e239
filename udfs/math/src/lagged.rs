//! Functions of a row and of the row so many before it.

#![expect(clippy::inline_always, reason = "wide instructions reach only what is inlined")]

use fearless_simd::{Level as Processor, Simd};

use crate::dispatch::dispatch;
use crate::kernel::Kernel;
use crate::rolling::{Block, LANES, Number, Place, Rows, Written, at, read};

/// The results of a row of `K` inputs, from it and an earlier one.
pub trait OfRows<const K: usize, const O: usize>: Send {
    /// For each of some rows side by side.
    fn of<N: Number>(&self, row: [N; K], earlier: [N; K]) -> [N; O];
}

/// The kernel of such a function; the earlier row is `n` rows before, with 0 the row itself. `n` rows of
/// warm-up.
#[derive(Debug, Clone)]
pub struct Lagged<F, const K: usize, const O: usize> {
    n: usize,
    of: F,
    /// The last `n` rows, or as many as there were.
    last: [Vec<f64>; K],
}

impl<F: OfRows<K, O>, const K: usize, const O: usize> Lagged<F, K, O> {
    /// A function of rows that are `n` rows apart.
    pub fn new(n: usize, of: F) -> Self {
        Self { n, of, last: [const { Vec::new() }; K] }
    }

    /// Gives whether all rows and results are finite.
    fn rows(&mut self, x: [&[f64]; K], outs: &mut [impl Written; O]) -> bool {
        let rows = x[0].len();
        let known = self.last[0].len();
        // The rows before which there are not so many; those whose earlier one is from a piece before.
        let late = rows.min(self.n - known);
        let head = rows.min(self.n);
        let mut finite = late == 0;
        outs.iter_mut().for_each(|out| (0..late).for_each(|_| out.put(&[f64::NAN])));
        for row in late..head {
            let now = x.map(|x| x[row]);
            let earlier = self.last.each_ref().map(|last| last[row - late]);
            let values = self.of.of(now, earlier);
            finite &= now.iter().chain(&values).all(|x| x.is_finite());
            outs.iter_mut().zip(values).for_each(|(out, value)| out.put(&[value]));
        }
        let later = x.map(|x| &x[head..]);
        // With the widest instructions that there are.
        finite &= dispatch!(Processor::new(), simd => self.body(simd, later, x, outs));
        for (last, x) in self.last.iter_mut().zip(x) {
            if rows < self.n {
                last.drain(..(known + rows).saturating_sub(self.n));
                last.extend_from_slice(x);
            } else {
                last.clear();
                last.extend_from_slice(&x[rows - self.n..]);
            }
        }
        finite
    }

    #[inline(always)]
    fn body<V: Simd>(
        &self,
        simd: V,
        x: [&[f64]; K],
        earlier: [&[f64]; K],
        outs: &mut [impl Written; O],
    ) -> bool {
        simd.vectorize(
            #[inline(always)]
            || {
                let (mut now, mut then): (Rows<'_, K>, Rows<'_, K>) = ([&[]; K], [&[]; K]);
                for k in 0..K {
                    (now[k], then[k]) = (x[k].as_chunks().0, earlier[k].as_chunks().0);
                }
                // Nothing times a number: NaN once that is not finite.
                let mut nothing = Block::splat(simd, 0.0);
                let mut block = [0.0; LANES];
                for g in 0..now[0].len() {
                    let row = read(simd, at(now, g));
                    let values = self.of.of(row, read(simd, at(then, g)));
                    nothing = nothing + (Block::nothing(row) + Block::nothing(values));
                    for o in 0..O {
                        values[o].write(&mut block);
                        outs[o].put(&block);
                    }
                }
                let mut finite = nothing.is_nothing();
                for row in now[0].len() * LANES..x[0].len() {
                    let (mut now, mut then) = ([0.0; K], [0.0; K]);
                    for k in 0..K {
                        (now[k], then[k]) = (x[k][row], earlier[k][row]);
                        finite &= now[k].is_finite();
                    }
                    let values = self.of.of(now, then);
                    for o in 0..O {
                        finite &= values[o].is_finite();
                        outs[o].put(&[values[o]]);
                    }
                }
                finite
            },
        )
    }
}

impl<F: OfRows<K, O>, const K: usize, const O: usize> Kernel for Lagged<F, K, O> {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        if let (Some(x), Some(outs)) = (inputs.first_chunk(), outputs.first_chunk_mut::<O>()) {
            self.rows(*x, &mut outs.each_mut().map(|out| Place::new(out)));
        }
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let (x, outs) = (inputs.first_chunk()?, outputs.first_chunk_mut()?);
        outs.iter_mut().for_each(|out| out.reserve(x[0].len()));
        Some(self.rows(*x, outs))
    }

    fn size(&self) -> usize {
        self.last.iter().map(|last| last.capacity() * size_of::<f64>()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sides;

    impl OfRows<2, 2> for Sides {
        fn of<N: Number>(&self, [a, b]: [N; 2], [c, d]: [N; 2]) -> [N; 2] {
            [a - c, b / d]
        }
    }

    #[test]
    fn the_row_so_many_before_however_rows_come() {
        let column = |scale: f64| (1..=300).map(|i| (f64::from(i) * scale).sin()).collect();
        let [a, b]: [Vec<f64>; 2] = [0.7, 1.3].map(column);
        let values = |row: usize, n: usize| match row.checked_sub(n) {
            Some(earlier) => [a[row] - a[earlier], b[row] / b[earlier]],
            None => [f64::NAN; 2],
        };
        let bits = |x: f64| if x.is_nan() { f64::NAN } else { x }.to_bits();
        for n in [0, 1, 2, 7, 8, 9, 31, 299, 300, 1000] {
            for piece in [1, 3, 8, 30, 77, 300] {
                let (mut kernel, mut out) = (Lagged::new(n, Sides), [vec![], vec![]]);
                for (a, b) in a.chunks(piece).zip(b.chunks(piece)) {
                    let [x, y] = &mut out;
                    let row = x.len();
                    let finite = kernel.append(&[a, b], &mut [x, y]);
                    assert_eq!(finite, Some(row >= n), "{n} in pieces of {piece}");
                }
                for (row, (x, y)) in out[0].iter().zip(&out[1]).enumerate() {
                    assert_eq!([x, y].map(|x| bits(*x)), values(row, n).map(bits), "{n} at {row}");
                }
            }
        }
    }

    #[test]
    fn a_row_that_is_no_number_is_told_of() {
        for (row, wrong) in [(0, f64::NAN), (5, f64::INFINITY), (17, f64::NEG_INFINITY)] {
            let mut x = vec![1.0; 20];
            x[row] = wrong;
            let told =
                |a, b| Lagged::new(0, Sides).append(&[a, b], &mut [&mut vec![], &mut vec![]]);
            assert_eq!(
                (told(&x, &[1.0; 20]), told(&[1.0; 20], &[1.0; 20])),
                (Some(false), Some(true))
            );
        }
    }
}
