//! Yes or no, side by side: what comparing numbers side by side gives.

use std::ops::{BitAnd, BitOr, BitXor, Not};

use fearless_simd::prelude::*;

use super::number::Lanes;

/// As many answers as there are [`Lanes`].
#[derive(Debug, Clone, Copy)]
pub struct Mask<V: Simd>(V::mask64s);

impl<V: Simd> Mask<V> {
    /// `yes` where it holds, else `no`.
    #[inline(always)]
    pub fn choose(self, yes: Lanes<V>, no: Lanes<V>) -> Lanes<V> {
        yes.with(self.0.select(yes.values(), no.values()))
    }

    /// Likewise, of numbers.
    #[inline(always)]
    pub fn either(self, yes: f64, no: f64) -> Lanes<V> {
        let simd = self.0.token();
        self.choose(Lanes::splat(simd, yes), Lanes::splat(simd, no))
    }
}

macro_rules! comparison {
    ($(#[$meaning:meta])* $name:ident, $simd:ident) => {
        $(#[$meaning])*
        #[inline(always)]
        pub fn $name(self, other: Self) -> Mask<V> {
            Mask(self.values().$simd(other.values()))
        }
    };
}

/// Comparisons; none holds of a NaN.
impl<V: Simd> Lanes<V> {
    comparison!(
        /// Where `self` > `other`.
        above,
        simd_gt
    );
    comparison!(
        /// Where `self` ≥ `other`.
        at_least,
        simd_ge
    );
    comparison!(
        /// Where `self` < `other`.
        below,
        simd_lt
    );
    comparison!(
        /// Where `self` ≤ `other`.
        at_most,
        simd_le
    );
    comparison!(
        /// Where `self` = `other`.
        equals,
        simd_eq
    );
}

macro_rules! operation {
    ($trait:ident, $method:ident) => {
        impl<V: Simd> $trait for Mask<V> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(self.0.$method(other.0))
            }
        }
    };
}

operation!(BitAnd, bitand);
operation!(BitOr, bitor);
operation!(BitXor, bitxor);

impl<V: Simd> Not for Mask<V> {
    type Output = Self;

    #[inline(always)]
    fn not(self) -> Self {
        Self(!self.0)
    }
}

#[cfg(test)]
mod tests {
    use fearless_simd::Level as Processor;

    use super::super::history::LANES;
    use super::*;
    use crate::dispatch::dispatch;

    fn answers<V: Simd>(simd: V, x: &[f64; LANES]) -> [[f64; LANES]; 6] {
        let mut answers = [[0.0; LANES]; 6];
        for part in 0..LANES / Lanes::<V>::COUNT {
            let (x, two) = (Lanes::part(simd, x, part), Lanes::splat(simd, 2.0));
            let (above, at_least) = (x.above(two), x.at_least(two));
            let (below, at_most) = (x.below(two), x.at_most(two));
            let equal = !above & at_least & at_most & !(below ^ (at_most & below));
            let masks = [above, at_least, below, at_most, equal, x.equals(two)];
            for (answers, mask) in answers.iter_mut().zip(masks) {
                mask.either(1.0, 0.0).write_part(answers, part);
            }
        }
        answers
    }

    #[test]
    fn they_answer_as_numbers_do() {
        let x = [1.0, 2.0, 3.0, f64::NAN, 0.0, 2.0, -1.0, f64::INFINITY];
        let said: [fn(f64) -> bool; 6] =
            [|x| x > 2.0, |x| x >= 2.0, |x| x < 2.0, |x| x <= 2.0, |x| x == 2.0, |x| x == 2.0];
        for processor in [Processor::baseline(), Processor::new()] {
            let ours = dispatch!(processor, simd => answers(simd, &x));
            for (said, ours) in said.iter().zip(ours) {
                assert_eq!(ours, x.map(|x| f64::from(u8::from(said(x)))));
            }
        }
    }
}
