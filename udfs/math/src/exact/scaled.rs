//! Exact numbers: what sums tell is worked out without rounding, and rounded at the end.

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{ToPrimitive as _, Zero as _};

/// A whole number times two to a power.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scaled {
    whole: BigInt,
    exponent: i64,
}

/// The least float is two to this power.
const LEAST: i64 = -1074;

impl Scaled {
    pub fn new(whole: BigInt, exponent: i64) -> Self {
        Self { whole, exponent }
    }

    /// A whole number.
    pub fn whole(n: u64) -> Self {
        Self::new(n.into(), 0)
    }

    pub fn is_zero(&self) -> bool {
        self.whole.is_zero()
    }

    pub fn is_negative(&self) -> bool {
        self.whole.sign() == Sign::Minus
    }

    pub fn times(&self, other: &Self) -> Self {
        Self::new(&self.whole * &other.whole, self.exponent + other.exponent)
    }

    pub fn minus(&self, other: &Self) -> Self {
        let lowest = self.exponent.min(other.exponent);
        let at = |x: &Self| &x.whole << (x.exponent - lowest);
        Self::new(at(self) - at(other), lowest)
    }

    /// The quotient, rounded once: to the nearest float, of two as near to the even one.
    pub fn over(&self, divisor: &Self) -> f64 {
        let (bits, exponent) = self.divided(divisor);
        let magnitude = nearest(bits, exponent);
        let negative = self.is_negative() != divisor.is_negative();
        if negative { -magnitude } else { magnitude }
    }

    /// The root of the quotient, whatever its sign: the quotient is rounded, and so is the root.
    pub fn root_over(&self, divisor: &Self) -> f64 {
        let (bits, exponent) = self.divided(divisor);
        // Half of the exponent has to be whole.
        let odd = exponent.rem_euclid(2);
        let square = libm::ldexp(bits as f64, odd as i32);
        libm::ldexp(square.sqrt(), ((exponent - odd) / 2) as i32)
    }

    /// The quotient's magnitude as 127 bits or one more, and the power of two they are shifted by. The
    /// lowest bit also says whether anything was cut off, so that to round it is to round the quotient.
    fn divided(&self, divisor: &Self) -> (u128, i64) {
        const ENOUGH: i64 = 127;
        let (whole, by): (&BigUint, &BigUint) = (self.whole.magnitude(), divisor.whole.magnitude());
        let up = ENOUGH - whole.bits() as i64 + by.bits() as i64;
        // What is not shifted out of one is shifted into the other.
        let (whole, by) = (whole << up.max(0), by << (-up).max(0));
        if by.is_zero() {
            return (0, 0);
        }
        let quotient = &whole / &by;
        let cut = &quotient * &by != whole;
        let bits = quotient.to_u128().unwrap_or(u128::MAX);
        (bits | u128::from(cut), self.exponent - divisor.exponent - up)
    }
}

/// `bits · 2^exponent` as the nearest float.
fn nearest(bits: u128, exponent: i64) -> f64 {
    let Some(highest) = bits.checked_ilog2() else { return 0.0 };
    if i64::from(highest) + exponent > LEAST + 52 {
        return libm::ldexp(bits as f64, exponent as i32);
    }
    // Of the smallest floats the lowest bit is at a fixed place.
    let Some(dropped @ 1..=127) = u32::try_from(LEAST - exponent).ok() else { return 0.0 };
    let (kept, rest, half) = (bits >> dropped, bits & ((1 << dropped) - 1), 1 << (dropped - 1));
    let up = rest > half || rest == half && kept % 2 == 1;
    f64::from_bits(kept as u64 + u64::from(up))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_smallest_floats_are_rounded_once() {
        // k + 1/3 of the least float, k = 2⁵¹ + 1: to 53 bits it would be k + 1/2, and then k + 1.
        let k = (1_u64 << 51) + 1;
        let third = Scaled::new(BigInt::from(3 * k + 1), LEAST).over(&Scaled::whole(3));
        assert_eq!(third.to_bits(), k);
        let half = |n: u64| Scaled::new(BigInt::from(n), LEAST - 1).over(&Scaled::whole(1));
        assert_eq!([half(1), half(3), half(2)], [0.0, 1e-323, 5e-324]);
        assert_eq!(Scaled::new(BigInt::from(1), LEAST - 60).over(&Scaled::whole(1)), 0.0);
        assert_eq!(Scaled::new(BigInt::from(1), -9000).over(&Scaled::whole(3)), 0.0);
        // The last of them rounds up to the first of the others.
        assert_eq!(
            Scaled::new(BigInt::from((1_u64 << 53) - 1), LEAST - 1).over(&Scaled::whole(1)),
            f64::MIN_POSITIVE
        );
    }

    #[test]
    fn roots_have_exponents_beyond_those_of_floats() {
        let four =
            Scaled::new(BigInt::from(4), -4000).root_over(&Scaled::new(BigInt::from(1), -3998));
        assert_eq!(four, 1.0);
        let large = Scaled::new(BigInt::from(9), 2001).root_over(&Scaled::whole(2));
        assert_eq!(large, 3.0 * 2.0_f64.powi(1000));
        assert_eq!(Scaled::whole(0).root_over(&Scaled::whole(7)), 0.0);
    }

    proptest! {
        #[test]
        fn quotients_are_those_of_floats(a in any::<i32>(), b in 1..i64::from(u32::MAX), e in -900..900_i64) {
            let quotient = Scaled::new(a.into(), e).over(&Scaled::new(b.into(), -3));
            prop_assert_eq!(quotient, libm::ldexp(f64::from(a) / b as f64, e as i32 + 3) + 0.0);
        }
    }
}
