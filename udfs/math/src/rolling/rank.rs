//! Ranks of rows among the last rows.

use fearless_simd::{Level as Processor, Simd};

use super::history::LANES;
use super::number::{Lanes, Number};
use super::sorted::Sorted;
use crate::dispatch::dispatch;
use crate::kernel::Kernel;

/// In windows of up to so many rows each is compared with all of them, eight rows side by side, which is
/// faster than to keep them in order.
const SHORT: usize = 256;
/// Rows that are worked on at once.
const CHUNK: usize = 1024;

/// The rank of a row among the last `n`, if they have `least` values, as a share in (0, 1]; equals have
/// their mean rank.
pub fn rank(n: usize, least: usize) -> Box<dyn Kernel> {
    let least = least.max(1);
    match n <= SHORT {
        true => {
            Box::new(Short { n: n.max(1), least: least as f64, rows: vec![f64::NAN; n.max(1) - 1] })
        }
        false => Box::new(Long { sorted: Sorted::new(n), least }),
    }
}

/// The share of a value with so many less than it and so many equal to it, itself among them.
fn share(less: f64, equal: f64, count: f64) -> f64 {
    (2.0 * less + 1.0 + equal) / 2.0 / count
}

struct Long {
    sorted: Sorted,
    least: usize,
}

impl Kernel for Long {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        for (out, x) in outputs[0].iter_mut().zip(inputs[0]) {
            let less = self.sorted.push(*x);
            let values = self.sorted.values();
            *out = match x.is_nan() || values.len() < self.least {
                true => f64::NAN,
                false => {
                    let equal = values[less..].iter().take_while(|v| **v == values[less]).count();
                    share(less as f64, equal as f64, values.len() as f64)
                }
            };
        }
    }

    fn size(&self) -> usize {
        self.sorted.size()
    }
}

struct Short {
    n: usize,
    least: f64,
    /// The last n − 1 rows, and those of the chunk.
    rows: Vec<f64>,
}

impl Short {
    #[inline(always)]
    fn chunk<V: Simd>(&mut self, simd: V, x: &[f64], out: &mut [f64]) {
        let before = self.n - 1;
        self.rows.extend_from_slice(x);
        self.rows.resize(before + x.len().next_multiple_of(LANES), f64::NAN);
        let (none, one) = (Lanes::splat(simd, 0.0), Lanes::splat(simd, 1.0));
        for start in (0..x.len()).step_by(LANES) {
            let windows = &self.rows[start..start + before + LANES];
            let mut found = [[0.0; LANES]; 3];
            for at in 0..LANES / Lanes::<V>::COUNT {
                let windows = &windows[at * Lanes::<V>::COUNT..];
                let row = Lanes::read(simd, &windows[before..before + Lanes::<V>::COUNT]);
                let [mut less, mut not_more, mut count] = [none; 3];
                for other in windows.windows(Lanes::<V>::COUNT).take(self.n) {
                    let other = Lanes::read(simd, other);
                    // NaN is neither less nor equal.
                    less = less + Lanes::less(other, row, one, none);
                    not_more = not_more + Lanes::not_more(other, row, one, none);
                    count = count + Lanes::not_more(other, other, one, none);
                }
                less.write_part(&mut found[0], at);
                not_more.write_part(&mut found[1], at);
                count.write_part(&mut found[2], at);
            }
            let end = x.len().min(start + LANES);
            for (i, out) in out[start..end].iter_mut().enumerate() {
                let [less, not_more, count] = [found[0][i], found[1][i], found[2][i]];
                let enough = count >= self.least && !x[start + i].is_nan();
                *out = if enough { share(less, not_more - less, count) } else { f64::NAN };
            }
        }
        self.rows.truncate(before + x.len());
        self.rows.drain(..x.len());
    }
}

impl Kernel for Short {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let ([x, ..], [out, ..]) = (inputs, outputs) else { return };
        for (x, out) in x.chunks(CHUNK).zip(out.chunks_mut(CHUNK)) {
            dispatch!(
                Processor::new(),
                simd => simd.vectorize(#[inline(always)] || self.chunk(simd, x, out))
            );
        }
    }

    fn size(&self) -> usize {
        self.rows.capacity() * size_of::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::run;

    proptest! {
        #[test]
        fn short_and_long_windows_are_the_same(
            // Some are equal.
            x in prop::collection::vec(prop_oneof![4 => -1e3..1e3, 2 => (-3..3).prop_map(f64::from), 1 => Just(f64::NAN)], 0..300),
            n in 1..80_usize,
            least in 1..5_usize,
        ) {
            let mut short = Short { n, least: least as f64, rows: vec![f64::NAN; n - 1] };
            let mut long = Long { sorted: Sorted::new(n), least };
            let [short, long] = [&mut short as &mut dyn Kernel, &mut long].map(|kernel| {
                run(kernel, &[&x], 1)[0].iter().map(|x| x.to_bits()).collect::<Vec<_>>()
            });
            prop_assert_eq!(short, long);
        }
    }
}
