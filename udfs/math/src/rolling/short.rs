//! Windows of up to eight rows, in registers: what longer ones are put together from.

use fearless_simd::Simd;

use super::block::Block;
use super::reduction::Join;

/// The states of the windows that end at the last eight rows.
pub struct Short<V: Simd, const C: usize> {
    one: [Block<V>; C],
    two: [Block<V>; C],
    four: [Block<V>; C],
}

impl<V: Simd, const C: usize> Short<V, C> {
    #[inline(always)]
    pub fn new(simd: V) -> Self {
        let none = [Block::splat(simd, 0.0); C];
        Self { one: none, two: none, four: none }
    }

    /// The states of the last `REST` < 8 rows, and of the last 8, at each of the next eight rows, of which
    /// these are the states.
    #[inline(always)]
    pub fn next<J: Join<C>, const REST: usize>(
        &mut self,
        rows: [Block<V>; C],
    ) -> [[Block<V>; C]; 2] {
        let one = J::single(rows);
        let two = J::joined(earlier(one, 1, self.one), one, [1.0; 2]);
        let four = J::joined(earlier(two, 2, self.two), two, [2.0; 2]);
        let eight = J::joined(earlier(four, 4, self.four), four, [4.0; 2]);
        // The oldest rows are in the widest part.
        let mut rest = one;
        if REST & 2 != 0 {
            let older = earlier(two, REST & 1, self.two);
            rest = if REST & 1 == 0 { older } else { J::joined(older, rest, [2.0, 1.0]) };
        }
        if REST & 4 != 0 {
            let older = earlier(four, REST & 3, self.four);
            rest = if REST.is_multiple_of(4) {
                older
            } else {
                J::joined(older, rest, [4.0, (REST & 3) as f64])
            };
        }
        (self.one, self.two, self.four) = (one, two, four);
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
