//! The raw parameters of an SVI slice.

/// Total variance `w(k) = a + b(ρ(k − m) + √((k − m)² + σ²))`: Gatheral & Jacquier (2014), eq. 3.1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RawSvi {
    a: f64,
    b: f64,
    rho: f64,
    m: f64,
    sigma: f64,
}

/// A total variance with its derivatives in the log-moneyness.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VarianceJet {
    /// w.
    pub value: f64,
    /// ∂w/∂k.
    pub slope: f64,
    /// ∂²w/∂k².
    pub curvature: f64,
}

impl RawSvi {
    /// The slice, if b ≥ 0, |ρ| < 1, σ > 0 and `a + bσ√(1 − ρ²)`, its lowest total variance, is not
    /// negative. `a` itself may be.
    pub fn new(a: f64, b: f64, rho: f64, m: f64, sigma: f64) -> Option<Self> {
        let finite = [a, b, m, sigma].iter().all(|x| x.is_finite());
        let slice = Self { a, b, rho, m, sigma };
        let valid = finite && b >= 0.0 && rho.abs() < 1.0 && sigma > 0.0;
        (valid && slice.minimum().1 >= 0.0).then_some(slice)
    }

    /// The level a, in total variance.
    pub fn a(&self) -> f64 {
        self.a
    }

    /// The mean slope b of the wings, in total variance per log-moneyness.
    pub fn b(&self) -> f64 {
        self.b
    }

    /// The tilt ρ of the wings.
    pub fn rho(&self) -> f64 {
        self.rho
    }

    /// The log-moneyness m between the wings.
    pub fn m(&self) -> f64 {
        self.m
    }

    /// The width σ of the bend between the wings, in log-moneyness.
    pub fn sigma(&self) -> f64 {
        self.sigma
    }

    /// w(k).
    pub fn total_variance(&self, k: f64) -> f64 {
        let x = k - self.m;
        self.a + self.b * (self.rho * x + (x * x + self.sigma * self.sigma).sqrt())
    }

    /// w, w′ and w″ at k.
    pub fn jet(&self, k: f64) -> VarianceJet {
        let x = k - self.m;
        let r = x.hypot(self.sigma);
        let bend = self.sigma / r;
        VarianceJet {
            value: self.a + self.b * (self.rho * x + r),
            slope: self.b * (self.rho + x / r),
            curvature: self.b * bend * bend / r,
        }
    }

    /// Where w is lowest, and how low: `m − ρσ/√(1 − ρ²)` and `a + bσ√(1 − ρ²)`.
    pub fn minimum(&self) -> (f64, f64) {
        let root = self.rho_complement();
        (self.m - self.rho * self.sigma / root, self.a + self.b * self.sigma * root)
    }

    /// How fast w rises to the left and to the right in the end: b(1 − ρ) and b(1 + ρ).
    pub fn wing_slopes(&self) -> (f64, f64) {
        (self.b * (1.0 - self.rho), self.b * (1.0 + self.rho))
    }

    /// √(1 − ρ²), without the cancellation near |ρ| = 1.
    pub(crate) fn rho_complement(&self) -> f64 {
        ((1.0 - self.rho) * (1.0 + self.rho)).sqrt()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Vogt's slice, t = 1: Gatheral & Jacquier (2014), section 3.2.
    pub(crate) fn vogt() -> RawSvi {
        RawSvi::new(-0.0410, 0.1331, 0.3060, 0.3586, 0.4153).unwrap()
    }

    /// Any slice with wings below Lee's bound.
    pub(crate) fn any_slice() -> impl Strategy<Value = RawSvi> {
        (0.0..0.2, 1e-3..0.9_f64, -0.95..0.95, -0.5..0.5, -6.0..0.7_f64).prop_map(
            |(lowest, wing, rho, m, log_sigma): (f64, f64, f64, f64, f64)| {
                let (sigma, b) = (log_sigma.exp(), 2.0 * wing / (1.0 + rho.abs()));
                let a = lowest - b * sigma * (1.0 - rho * rho).sqrt();
                RawSvi::new(a + 1e-9, b, rho, m, sigma).unwrap()
            },
        )
    }

    #[test]
    fn invalid_is_none() {
        assert_eq!(RawSvi::new(0.04, -0.1, 0.0, 0.0, 0.1), None);
        assert_eq!(RawSvi::new(0.04, 0.1, 1.0, 0.0, 0.1), None);
        assert_eq!(RawSvi::new(0.04, 0.1, 0.0, 0.0, 0.0), None);
        assert_eq!(RawSvi::new(-0.02, 0.1, 0.0, 0.0, 0.1), None);
        assert_eq!(RawSvi::new(0.04, 0.1, 0.0, f64::NAN, 0.1), None);
        assert_eq!(RawSvi::new(0.04, 0.1, f64::NAN, 0.0, 0.1), None);
        assert!(RawSvi::new(-0.01, 0.1, 0.0, 0.0, 0.1).is_some());
    }

    proptest! {
        #[test]
        fn derivatives_are_differences(slice in any_slice(), k in -1.0..1.0) {
            let step = 1e-4 * slice.sigma();
            let (low, at, high) = (slice.jet(k - step), slice.jet(k), slice.jet(k + step));
            prop_assert!((at.value - slice.total_variance(k)).abs() < 1e-14);
            let slope = (high.value - low.value) / (2.0 * step);
            prop_assert!((slope - at.slope).abs() < 1e-6);
            let curvature = (high.slope - low.slope) / (2.0 * step);
            prop_assert!((curvature - at.curvature).abs() < 1e-6 * (1.0 + slice.b() / slice.sigma()));
        }

        #[test]
        fn nothing_is_below_the_minimum(slice in any_slice(), k in -2.0..2.0) {
            let (at, lowest) = slice.minimum();
            prop_assert!(slice.total_variance(k) >= lowest - 1e-14);
            prop_assert!((slice.total_variance(at) - lowest).abs() < 1e-13);
        }
    }
}
