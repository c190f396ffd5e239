//! Laurent polynomials in `t = e^u` and their roots at t > 0.
//!
//! With `k = m + σ·sinh u` a slice of SVI is `w = a + bσ(ρ sinh u + cosh u)`: everything asked of it is
//! rational in t, so its roots are those of a polynomial, and finitely many.

const CAPACITY: usize = 17;

/// `Σ cⱼ tʲ` for j from −order to order, at most 8.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Laurent {
    order: usize,
    coefficients: [f64; CAPACITY],
}

impl Laurent {
    /// `constant + sinh·sinh u + cosh·cosh u`.
    pub(crate) fn hyperbolic(constant: f64, sinh: f64, cosh: f64) -> Self {
        let mut coefficients = [0.0; CAPACITY];
        coefficients[0] = 0.5 * (cosh - sinh);
        coefficients[1] = constant;
        coefficients[2] = 0.5 * (cosh + sinh);
        Self { order: 1, coefficients }
    }

    /// The product of two.
    pub(crate) fn times(&self, other: &Self) -> Self {
        let mut coefficients = [0.0; CAPACITY];
        for i in 0..=2 * self.order {
            for j in 0..=2 * other.order {
                coefficients[i + j] += self.coefficients[i] * other.coefficients[j];
            }
        }
        Self { order: self.order + other.order, coefficients }
    }

    /// `self + factor·other`; orders may differ.
    pub(crate) fn plus(&self, factor: f64, other: &Self) -> Self {
        if other.order > self.order {
            return other.scaled(factor).plus(1.0, self);
        }
        let mut sum = *self;
        let shift = self.order - other.order;
        for j in 0..=2 * other.order {
            sum.coefficients[shift + j] += factor * other.coefficients[j];
        }
        sum
    }

    /// The derivative in u.
    pub(crate) fn derivative(&self) -> Self {
        let mut derived = *self;
        for (j, c) in derived.coefficients[..=2 * self.order].iter_mut().enumerate() {
            *c *= j as f64 - self.order as f64;
        }
        derived
    }

    /// Without the highest and the lowest power, which the caller knows to cancel.
    pub(crate) fn without_ends(&self) -> Self {
        let mut coefficients = [0.0; CAPACITY];
        coefficients[..2 * self.order - 1].copy_from_slice(&self.coefficients[1..2 * self.order]);
        Self { order: self.order - 1, coefficients }
    }

    fn scaled(&self, factor: f64) -> Self {
        Self { order: self.order, coefficients: self.coefficients.map(|c| factor * c) }
    }

    /// u at every root t > 0, ascending; where roots nearly coincide, and where rounding cannot tell
    /// whether there is one, a point that close to them. So each true root is among them, and the
    /// caller looks at what changes there. Roots beyond |u| = 32 count as at infinity.
    pub(crate) fn roots(&self) -> Vec<f64> {
        let used = &self.coefficients[..=2 * self.order];
        let largest = used.iter().fold(0.0_f64, |most, c| most.max(c.abs()));
        let mut found = Vec::new();
        if largest > 0.0 && largest.is_finite() {
            let mut reversed = used.to_vec();
            reversed.reverse();
            within_unit(&reversed, &mut |t| found.push(-t.ln()));
            within_unit(used, &mut |t| found.push(t.ln()));
        }
        found.sort_by(f64::total_cmp);
        found
    }
}

const SMALLEST: f64 = 1.3e-14;
const CLOSE: f64 = 1e-6;
const STEPS: usize = 1500;

/// Roots of a polynomial in (0, 1]: the interval is halved until the Bernstein coefficients change
/// sign at most once, which bounds the number of roots (Descartes' rule). De Casteljau's halving is a
/// sequence of means, so it adds no cancellation.
fn within_unit(polynomial: &[f64], found: &mut impl FnMut(f64)) {
    let degree = polynomial.len() - 1;
    let mut start = [0.0; CAPACITY];
    for (i, b) in start[..=degree].iter_mut().enumerate() {
        // C(i, j)/C(degree, j), one factor after the other.
        let mut share = 1.0;
        for (j, c) in polynomial[..=i].iter().enumerate() {
            *b += share * c;
            share *= (i - j) as f64 / (degree - j).max(1) as f64;
        }
    }
    let mut open = vec![(0.0, 1.0, start)];
    for step in 0.. {
        let Some((low, high, b)) = open.pop() else {
            break;
        };
        let used = &b[..=degree];
        match changes(used) {
            0 => {
                if used[degree] == 0.0 {
                    found(high);
                }
            }
            1 if low > 0.0 => found(bisect(polynomial, low, high, used[0] < 0.0)),
            _ if high - low < CLOSE * high || high < SMALLEST || step > STEPS => {
                found(0.5 * (low + high));
            }
            _ => {
                let (left, right) = halves(&b, degree);
                let middle = 0.5 * (low + high);
                open.push((middle, high, right));
                open.push((low, middle, left));
            }
        }
    }
}

/// How often the sign changes along coefficients, zeros left out.
fn changes(coefficients: &[f64]) -> usize {
    let (mut changes, mut last) = (0, 0.0);
    for c in coefficients {
        if *c != 0.0 {
            changes += usize::from(*c * last < 0.0 || (last != 0.0 && (*c < 0.0) != (last < 0.0)));
            last = *c;
        }
    }
    changes
}

fn halves(b: &[f64; CAPACITY], degree: usize) -> ([f64; CAPACITY], [f64; CAPACITY]) {
    // Means in place: what the rounds leave behind is the right half.
    let (mut left, mut right) = ([0.0; CAPACITY], *b);
    for (done, first) in left[..=degree].iter_mut().enumerate() {
        *first = right[0];
        for i in 0..degree - done {
            right[i] = 0.5 * (right[i] + right[i + 1]);
        }
    }
    (left, right)
}

fn bisect(polynomial: &[f64], mut low: f64, mut high: f64, rising: bool) -> f64 {
    while high - low > 4.0 * f64::EPSILON * high {
        let middle = 0.5 * (low + high);
        let value = polynomial.iter().rev().fold(0.0, |sum, c| sum * middle + c);
        if (value < 0.0) == rising {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn roots_of_sinh_and_cosh() {
        // cosh u = 2 at ±acosh 2, sinh u = −3 at asinh(−3).
        let roots = Laurent::hyperbolic(-2.0, 0.0, 1.0).roots();
        assert!(roots.len() == 2 && (roots[1] - 2.0_f64.acosh()).abs() < 1e-14);
        let roots = Laurent::hyperbolic(3.0, 1.0, 0.0).roots();
        assert!(roots.len() == 1 && (roots[0] + 3.0_f64.asinh()).abs() < 1e-14);
        assert!(Laurent::hyperbolic(0.5, 0.0, 1.0).roots().is_empty());
        assert!(Laurent::hyperbolic(0.0, 0.0, 0.0).roots().is_empty());
        // u = 0, on the border of the two halves.
        assert!(Laurent::hyperbolic(0.0, 1.0, 0.0).roots().contains(&0.0));
    }

    proptest! {
        /// A product of factors `sinh u − sinh uᵢ` has the roots uᵢ and no others.
        #[test]
        fn every_root_is_found(at in prop::collection::vec(-9.0..9.0_f64, 1..8)) {
            let mut product = Laurent::hyperbolic(0.5, 0.0, 1.0);
            for u in &at {
                product = product.times(&Laurent::hyperbolic(-u.sinh(), 1.0, 0.0));
            }
            let roots = product.roots();
            let mut sorted = at.clone();
            sorted.sort_by(f64::total_cmp);
            let gap = sorted.windows(2).map(|p| p[1] - p[0]).fold(f64::INFINITY, f64::min);
            for u in &at {
                let nearest = roots.iter().map(|r| (r - u).abs()).fold(f64::INFINITY, f64::min);
                prop_assert!(nearest < if gap > 0.5 { 1e-9 } else { 0.02 }, "{u} of {at:?}: {roots:?}");
            }
        }
    }
}
