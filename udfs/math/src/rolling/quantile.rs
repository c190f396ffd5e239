//! Quantiles of the last rows: Hyndman & Fan (1996), type 7.

use fearless_simd::{Level as Processor, Simd};

use super::history::LANES;
use super::number::{Lanes, Number};
use super::sorted::Sorted;
use crate::dispatch::dispatch;
use crate::kernel::{Kernel, Ring};

/// Windows of up to so many rows are put in order by going through all their values, eight side by side,
/// which is faster than to search and move: no step waits for what the one before it found.
const SHORT: usize = 256;

/// The quantile `q` in 0 … 1 of the last `n` rows that have `least` values, linear between neighbours.
pub fn quantile(n: usize, least: usize, q: f64) -> Box<dyn Kernel> {
    ordered(n, least.max(1), Place::Quantile(q))
}

/// The value above so many others of the last `n` rows, which must all have values.
pub fn order_statistic(n: usize, rank: usize) -> Box<dyn Kernel> {
    ordered(n, n, Place::Rank(rank))
}

fn ordered(n: usize, least: usize, place: Place) -> Box<dyn Kernel> {
    match n <= SHORT {
        true => Box::new(Short::new(n.max(1), least, place)),
        false => Box::new(Long { sorted: Sorted::new(n), least, place }),
    }
}

/// A place among values in order.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Above such a share of the others.
    Quantile(f64),
    /// Above so many others.
    Rank(usize),
}

impl Place {
    /// The value there; NaN of none.
    fn of(self, values: &[f64]) -> f64 {
        match self {
            Self::Quantile(q) => of(values, q),
            Self::Rank(rank) => values.get(rank).copied().unwrap_or(f64::NAN),
        }
    }
}

/// The quantile of values in order; NaN of none.
fn of(values: &[f64], q: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
    let at = q * last as f64;
    let (low, share) = (at.floor(), at - at.floor());
    let below = values[(low as usize).min(last)];
    let above = values[(low as usize + 1).min(last)];
    if share == 0.0 { below } else { below + share * (above - below) }
}

struct Long {
    sorted: Sorted,
    least: usize,
    place: Place,
}

impl Kernel for Long {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        for (out, x) in outputs[0].iter_mut().zip(inputs[0]) {
            self.sorted.push(*x);
            let values = self.sorted.values();
            *out = if values.len() < self.least { f64::NAN } else { self.place.of(values) };
        }
    }

    fn size(&self) -> usize {
        self.sorted.size()
    }
}

struct Short {
    rows: Ring,
    least: usize,
    place: Place,
    /// How many values there are.
    count: usize,
    /// A block of −∞, the values in order, and ∞ after them.
    values: Vec<f64>,
    /// Where the next order is written.
    next: Vec<f64>,
}

impl Short {
    fn new(n: usize, least: usize, place: Place) -> Self {
        let mut values = vec![f64::INFINITY; n.next_multiple_of(LANES) + 2 * LANES];
        values[..LANES].fill(f64::NEG_INFINITY);
        Self { rows: Ring::new(n), least, place, count: 0, next: values.clone(), values }
    }

    #[inline(always)]
    fn fill<V: Simd>(&mut self, simd: V, x: &[f64], out: &mut [f64]) {
        for (out, x) in out.iter_mut().zip(x) {
            // Where there is no value, ∞ goes or comes, of which there are enough. −0 is 0.
            let none = |x: f64| if x.is_nan() { f64::INFINITY } else { x + 0.0 };
            let (new, old) = (none(*x), none(self.rows.push(*x).unwrap_or(f64::NAN)));
            self.count += usize::from(new < f64::INFINITY);
            self.count -= usize::from(old < f64::INFINITY);
            exchange(simd, &self.values, &mut self.next, old, new);
            std::mem::swap(&mut self.values, &mut self.next);
            *out = match self.count < self.least {
                true => f64::NAN,
                false => self.place.of(&self.values[LANES..LANES + self.count]),
            };
        }
    }
}

/// Writes the values without one `old` and with `new`, in order.
#[inline(always)]
fn exchange<V: Simd>(simd: V, values: &[f64], next: &mut [f64], old: f64, new: f64) {
    let (old, new) = (Lanes::splat(simd, old), Lanes::splat(simd, new));
    let out = next[LANES..].as_chunks_mut::<LANES>().0;
    let blocks = out.len() - 1;
    let below = &values[LANES - 1..].as_chunks::<LANES>().0[..blocks];
    let here = &values[LANES..].as_chunks::<LANES>().0[..blocks];
    let above = &values[LANES + 1..].as_chunks::<LANES>().0[..blocks];
    for (block, out) in out[..blocks].iter_mut().enumerate() {
        for at in 0..LANES / Lanes::<V>::COUNT {
            let [below, here, above] = [&below[block], &here[block], &above[block]].map(
                #[inline(always)]
                |x| Lanes::part(simd, x, at),
            );
            // What is not less than the old value moves down by one.
            let left = Lanes::less(below, old, below, here);
            let kept = Lanes::less(here, old, here, above);
            // Each place takes the new value, what it has, or what is before it.
            let least = Lanes::less(kept, new, kept, new);
            Lanes::less(left, least, least, left).write_part(out, at);
        }
    }
}

impl Kernel for Short {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let ([x, ..], [out, ..]) = (inputs, outputs) else { return };
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || self.fill(simd, x, out)));
    }

    fn size(&self) -> usize {
        self.rows.size() + (self.values.capacity() + self.next.capacity()) * size_of::<f64>()
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
            place in prop_oneof![Just(Place::Quantile(0.3)), Just(Place::Rank(2))],
        ) {
            let mut short = Short::new(n, least, place);
            let mut long = Long { sorted: Sorted::new(n), least, place };
            let [short, long] = [&mut short as &mut dyn Kernel, &mut long].map(|kernel| {
                run(kernel, &[&x], 1)[0].iter().map(|x| x.to_bits()).collect::<Vec<_>>()
            });
            prop_assert_eq!(short, long);
        }
    }
}
