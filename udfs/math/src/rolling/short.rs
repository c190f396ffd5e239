//! Sums over up to eight rows, in registers: what longer windows are put together from.

use fearless_simd::Simd;

use super::block::Block;
use super::number::Number;

/// Windows of up to eight rows, in registers.
pub struct Short<V: Simd, const C: usize> {
    one: Block<V>,
    two: [Block<V>; C],
    four: [Block<V>; C],
}

impl<V: Simd, const C: usize> Short<V, C> {
    #[inline(always)]
    pub fn new(simd: V) -> Self {
        let none = Block::splat(simd, 0.0);
        Self { one: none, two: [none; C], four: [none; C] }
    }

    /// The sums of the last `REST` < 8 rows, and of the last 8, at each of the next eight rows.
    #[inline(always)]
    pub fn next<const REST: usize>(&mut self, x: Block<V>) -> [[Block<V>; C]; 2] {
        let one = [x; C];
        let two = joined([x.earlier(1, self.one); C], one, 1.0);
        let four = joined(earlier(two, 2, self.two), two, 2.0);
        let eight = joined(earlier(four, 4, self.four), four, 4.0);
        // The oldest rows are in the widest part.
        let mut rest = one;
        if REST & 2 != 0 {
            let older = earlier(two, REST & 1, self.two);
            rest = if REST & 1 == 0 { older } else { joined(older, rest, 2.0) };
        }
        if REST & 4 != 0 {
            let older = earlier(four, REST & 3, self.four);
            rest = if REST.is_multiple_of(4) { older } else { joined(older, rest, 4.0) };
        }
        (self.one, self.two, self.four) = (x, two, four);
        [rest, eight]
    }
}

/// [`Block::earlier`] of each column.
#[inline(always)]
fn earlier<V: Simd, const C: usize>(
    mut columns: [Block<V>; C],
    rows: usize,
    before: [Block<V>; C],
) -> [Block<V>; C] {
    for c in 0..C {
        columns[c] = columns[c].earlier(rows, before[c]);
    }
    columns
}

/// The sums of two windows that follow on each other together; the older one has so many rows.
#[inline(always)]
pub fn joined<N: Number, const C: usize>(older: [N; C], newer: [N; C], rows: f64) -> [N; C] {
    let mut both = older;
    both[0] = older[0] + newer[0];
    if C > 1 {
        // Each row of the newer one comes so many rows later.
        both[1] = older[1] + newer[0].times_plus(rows, newer[1]);
    }
    both
}
