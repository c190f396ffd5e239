//! One exact sum.

use num_bigint::BigInt;

use super::scaled::Scaled;

/// The sum of any finite floats and of products of two, in whole parts of 2⁻²¹⁴⁸, which is the least
/// product. Adding is integer arithmetic: associative, commutative, and undone by subtracting. (The
/// long accumulator of Kulisch, *Computer Arithmetic and Validity* (2013), ch. 8; only the digits in
/// use are kept, a handful for numbers of like size.)
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sum {
    /// Digits of 32 bits, the least first, each with room for the carries of 2³⁰ additions.
    digits: Vec<i64>,
    /// How many digits of nothing are below the first.
    low: usize,
    /// Additions since the last carry.
    additions: u32,
}

const DIGIT: u32 = 32;
const CARRY_AFTER: u32 = 1 << 30;
/// What one part is worth: 2 to this power.
const PART: i64 = -2148;
/// The least float is 2⁻¹⁰⁷⁴, as many bits above the least product.
const LEAST: u32 = 1074;

/// A finite float as a whole number of parts: sign, mantissa, and the bits it is shifted by.
struct Whole {
    negative: bool,
    mantissa: u64,
    shift: u32,
}

impl Whole {
    fn new(x: f64) -> Self {
        let bits = x.to_bits();
        let exponent = (bits >> 52 & 0x7ff) as u32;
        let fraction = bits & ((1 << 52) - 1);
        // Without an exponent there is no hidden bit.
        let hidden = u64::from(exponent > 0) << 52;
        Self {
            negative: x.is_sign_negative(),
            mantissa: fraction | hidden,
            shift: exponent.max(1) - 1,
        }
    }
}

impl Sum {
    /// Adds a number, which must be finite.
    pub fn add(&mut self, x: f64) {
        let x = Whole::new(x);
        self.put(x.negative, u128::from(x.mantissa), x.shift + LEAST);
    }

    /// Adds numbers, which must be finite: many at a time cost a tenth of one by one.
    pub fn add_all(&mut self, x: &[f64]) {
        for x in x.chunks(BLOCK) {
            match halves(x) {
                Some(halves) => halves.into_iter().for_each(|half| self.add(half)),
                None => x.iter().for_each(|x| self.add(*x)),
            }
        }
    }

    /// Adds the product of two numbers, unrounded. Both must be finite.
    pub fn add_product(&mut self, x: f64, y: f64) {
        let (x, y) = (Whole::new(x), Whole::new(y));
        let product = u128::from(x.mantissa) * u128::from(y.mantissa);
        self.put(x.negative != y.negative, product, x.shift + y.shift);
    }

    fn put(&mut self, negative: bool, mantissa: u128, shift: u32) {
        if mantissa == 0 {
            return;
        }
        let (first, within) = ((shift / DIGIT) as usize, shift % DIGIT);
        let last = ((shift + mantissa.ilog2()) / DIGIT) as usize;
        self.cover(first, last);
        let sign = if negative { -1 } else { 1 };
        let mut rest = mantissa >> (DIGIT - within);
        let mut digit = (mantissa << within) as u32;
        for place in &mut self.digits[first - self.low..=last - self.low] {
            *place += sign * i64::from(digit);
            digit = rest as u32;
            rest >>= DIGIT;
        }
        self.added();
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        let mut other = other.clone();
        other.carry();
        let Some(last) = other.digits.len().checked_sub(1) else { return };
        self.cover(other.low, other.low + last);
        let from = other.low - self.low;
        for (place, digit) in self.digits[from..].iter_mut().zip(&other.digits) {
            *place += digit;
        }
        self.added();
    }

    fn added(&mut self) {
        self.additions += 1;
        if self.additions == CARRY_AFTER {
            self.carry();
        }
    }

    /// Makes room for the digits `first ..= last`.
    fn cover(&mut self, first: usize, last: usize) {
        if self.digits.is_empty() {
            self.low = first;
        }
        if let Some(below @ 1..) = self.low.checked_sub(first) {
            self.digits.splice(0..0, std::iter::repeat_n(0, below));
            self.low = first;
        }
        let needed = last + 1 - self.low;
        if needed > self.digits.len() {
            self.digits.resize(needed, 0);
        }
    }

    /// Brings all digits but the highest, which has the sign, into 0 … 2³² − 1.
    fn carry(&mut self) {
        self.additions = 0;
        let mut i = 0;
        while i < self.digits.len() {
            let highest = i + 1 == self.digits.len();
            if !(highest && self.digits[i].unsigned_abs() < 1 << DIGIT) {
                let over = self.digits[i] >> DIGIT;
                self.digits[i] &= (1 << DIGIT) - 1;
                if highest {
                    self.digits.push(0);
                }
                self.digits[i + 1] += over;
            }
            i += 1;
        }
    }

    /// The sum as it is.
    pub(super) fn scaled(&self) -> Scaled {
        let mut whole = self.clone();
        whole.carry();
        let Some((highest, digits)) = whole.digits.split_last() else { return Scaled::whole(0) };
        let bytes = digits.iter().flat_map(|digit| (*digit as u32).to_le_bytes());
        let bytes: Vec<u8> = bytes.chain(highest.to_le_bytes()).collect();
        let exponent = PART + self.low as i64 * i64::from(DIGIT);
        Scaled::new(BigInt::from_signed_bytes_le(&bytes), exponent)
    }

    /// The sum divided by a number, rounded once: to the nearest float, of two as near to the even one.
    pub fn over(&self, divisor: u64) -> f64 {
        self.scaled().over(&Scaled::whole(divisor))
    }

    /// As words, for another process or the disk.
    pub fn write(&self, words: &mut Vec<i64>) {
        let mut whole = self.clone();
        whole.carry();
        words.push(whole.low as i64);
        words.push(whole.digits.len() as i64);
        words.extend(whole.digits);
    }

    /// What `write` has written; `None` if it has not. The words are taken off the front.
    pub fn read(words: &mut &[i64]) -> Option<Self> {
        let (header, rest) = words.split_at_checked(2)?;
        let (low, length) = (usize::try_from(header[0]).ok()?, usize::try_from(header[1]).ok()?);
        let (digits, rest) = rest.split_at_checked(length)?;
        *words = rest;
        Some(Self { digits: digits.to_vec(), low, additions: 0 })
    }

    /// Bytes on the heap.
    pub fn heap(&self) -> usize {
        self.digits.capacity() * size_of::<i64>()
    }
}

/// Numbers that are summed at a time, and the bits that so many may carry.
const BLOCK: usize = 1024;
const CARRIES: i32 = 11;

/// The sum of up to a block of numbers as that of two floats; `None` if they are of such different
/// sizes that two do not hold it.
///
/// Each number is cut in two, at bits that are the same for all of them: so high that the upper parts
/// and the lower parts can be added without rounding, in any order (Rump, Ogita & Oishi (2008), SIAM J.
/// Sci. Comput. 31(1), Algorithm 3.3).
fn halves(x: &[f64]) -> Option<[f64; 2]> {
    const LANES: usize = 8;
    let greatest = x.iter().fold(0.0_f64, |greatest, x| greatest.max(x.abs()));
    if greatest == 0.0 {
        return Some([0.0; 2]);
    }
    let exponent = libm::ilogb(greatest) + 1 + CARRIES;
    if !(-800..1000).contains(&exponent) {
        return None;
    }
    let upper = libm::ldexp(1.0, exponent);
    let lower = libm::ldexp(1.0, exponent + CARRIES - 53);
    let (mut high, mut low, mut lost) = ([0.0; LANES], [0.0; LANES], [false; LANES]);
    let mut cut = |i: usize, x: f64| {
        let top = (upper + x) - upper;
        let rest = x - top;
        let bottom = (lower + rest) - lower;
        high[i] += top;
        low[i] += bottom;
        lost[i] |= rest != bottom;
    };
    let (groups, rest) = x.as_chunks::<LANES>();
    for group in groups {
        for (i, x) in group.iter().enumerate() {
            cut(i, *x);
        }
    }
    rest.iter().enumerate().for_each(|(i, x)| cut(i, *x));
    (!lost.contains(&true)).then(|| [high.iter().sum(), low.iter().sum()])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum(x: &[f64]) -> f64 {
        let mut sum = Sum::default();
        x.iter().for_each(|x| sum.add(*x));
        sum.over(1)
    }

    #[test]
    fn nothing_is_lost_beside_a_large_number() {
        assert_eq!(sum(&[1e300, 1.0, -1e300]), 1.0);
        assert_eq!(sum(&[f64::MAX, 5e-324, -f64::MAX]), 5e-324);
        assert_eq!(sum(&[f64::MAX, f64::MAX, -f64::MAX]), f64::MAX);
        assert_eq!(sum(&[f64::MAX, f64::MAX]), f64::INFINITY);
        assert_eq!(sum(&[-0.0]).to_bits(), 0.0_f64.to_bits());
        // Ten tenths as Python's math.fsum has them.
        assert_eq!(sum(&[0.1; 10]), 1.0);
    }

    #[test]
    fn ties_go_to_the_even_float_and_a_trace_breaks_them() {
        let half_bit = 2.0_f64.powi(-53);
        assert_eq!(sum(&[1.0, half_bit]), 1.0);
        assert_eq!(sum(&[1.0, half_bit, 5e-324]), 1.0 + f64::EPSILON);
        assert_eq!(sum(&[1.0 + f64::EPSILON, half_bit]), 1.0 + 2.0 * f64::EPSILON);
        assert_eq!(sum(&[-1.0, -half_bit, -5e-324]), -1.0 - f64::EPSILON);
    }

    #[test]
    fn halves_hold_numbers_of_like_size_only() {
        assert!(halves(&[1.0, 0.1, -3e6]).is_some());
        assert!(halves(&[f64::MAX; BLOCK]).is_none());
        assert!(halves(&[5e-324; BLOCK]).is_none());
        assert!(halves(&[1.0, 1e-20]).is_none());
        // As many as there may be, each as near to the next size as may be.
        let most = [2.0_f64.next_down(); BLOCK];
        assert_eq!(halves(&most).unwrap().iter().sum::<f64>(), 2048.0_f64.next_down());
        let mut all = Sum::default();
        all.add_all(&most);
        assert_eq!(all.over(BLOCK as u64), 2.0_f64.next_down());
    }

    #[test]
    fn carries_before_digits_overflow() {
        let mut sum = Sum { additions: CARRY_AFTER - 3, ..Sum::default() };
        for _ in 0..8 {
            sum.add(-f64::from(u32::MAX));
        }
        assert_eq!(sum.additions, 5);
        assert_eq!(sum.over(1), -8.0 * f64::from(u32::MAX));
        for _ in 0..5 {
            sum.carry();
        }
        assert_eq!(sum.over(1), -8.0 * f64::from(u32::MAX));
        assert!(sum.digits.len() < 5, "{sum:?}");
    }

    #[test]
    fn words_that_are_none_are_refused() {
        assert_eq!(Sum::read(&mut [3].as_slice()), None);
        assert_eq!(Sum::read(&mut [3, 2, 1].as_slice()), None);
        assert_eq!(Sum::read(&mut [-1, 0].as_slice()), None);
    }

    /// Second derivation: big integers alone, in parts of the least float.
    fn fraction(x: f64) -> BigInt {
        let x = Whole::new(x);
        let n = BigInt::from(x.mantissa) << x.shift;
        if x.negative { -n } else { n }
    }

    fn number() -> impl Strategy<Value = f64> {
        (any::<i64>(), -400..400_i32).prop_map(|(m, e)| libm::ldexp(m as f64, e))
    }

    proptest! {
        #[test]
        fn is_the_nearest_float(x in prop::collection::vec(number(), 0..30)) {
            let all: BigInt = x.iter().map(|x| fraction(*x)).sum();
            let distance = |x: f64| (fraction(x) - &all).magnitude().clone();
            let told = sum(&x);
            for other in [told.next_down(), told.next_up()] {
                let even = told.to_bits().is_multiple_of(2);
                prop_assert!(distance(told) < distance(other) || even && distance(told) == distance(other));
            }
        }

        #[test]
        fn neither_order_nor_parts_change_a_bit(
            x in prop::collection::vec(any::<f64>().prop_filter("finite", |x| x.is_finite()), 0..40),
            cut in 0..40_usize,
        ) {
            let mut back = x.clone();
            back.reverse();
            prop_assert_eq!(sum(&x).to_bits(), sum(&back).to_bits());
            let (left, right) = x.split_at(cut.min(x.len()));
            let mut parts = [Sum::default(), Sum::default()];
            left.iter().for_each(|x| parts[0].add(*x));
            right.iter().for_each(|x| parts[1].add(*x));
            let [mut whole, part] = parts;
            let mut words = vec![];
            part.write(&mut words);
            whole.merge(&Sum::read(&mut words.as_slice()).unwrap());
            prop_assert_eq!(sum(&x).to_bits(), whole.over(1).to_bits());
        }

        #[test]
        fn many_at_a_time_are_what_they_are_one_by_one(
            x in prop::collection::vec((any::<i64>(), -60..0_i32), 0..200),
            times in 1..60_usize,
            scale in prop_oneof![6 => -100..100_i32, 1 => -1060..900_i32],
            wide in prop::bool::weighted(0.3),
        ) {
            let size = |e: i32| if wide { e } else { e / 8 };
            let x: Vec<f64> = x.iter().map(|(m, e)| libm::ldexp(*m as f64, size(*e) + scale)).collect();
            let x = x.repeat(times);
            let mut all = Sum::default();
            all.add_all(&x);
            prop_assert_eq!(all.over(1).to_bits(), sum(&x).to_bits());
        }

        #[test]
        fn what_is_taken_off_leaves_no_trace(x in any::<f64>(), y in any::<f64>(), z in any::<f64>()) {
            prop_assume!(x.is_finite() && y.is_finite() && z.is_finite());
            let mut sum = Sum::default();
            sum.add(x);
            sum.add_product(y, z);
            sum.add(-x);
            sum.add_product(-y, z);
            prop_assert!(sum.scaled().is_zero());
        }

        #[test]
        fn a_product_is_the_rounded_product(x in any::<f64>(), y in any::<f64>()) {
            prop_assume!((x * y).is_normal());
            let mut sum = Sum::default();
            sum.add_product(x, y);
            prop_assert_eq!(sum.over(1), x * y);
        }

        #[test]
        fn the_mean_of_equals_is_each(x in -1e300..1e300_f64, n in 1..1000_u64) {
            let mut sum = Sum::default();
            (0..n).for_each(|_| sum.add(x));
            prop_assert_eq!(sum.over(n), x);
        }
    }
}
