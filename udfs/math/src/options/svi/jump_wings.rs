//! The jump-wings parameters of an SVI slice: what a trader reads off a smile.

use super::raw::RawSvi;

/// SVI-JW: Gatheral & Jacquier (2014), eq. 3.5. Variances are a year, slopes in implied volatility
/// times √t per log-moneyness.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JumpWings {
    /// v, the implied variance at the money.
    pub variance: f64,
    /// ψ, the skew at the money: ∂σ/∂k·√t.
    pub skew: f64,
    /// p, the slope of the left (put) wing of w over √w(0).
    pub put_wing: f64,
    /// c, the slope of the right (call) wing of w over √w(0).
    pub call_wing: f64,
    /// ṽ, the lowest implied variance.
    pub minimum_variance: f64,
    /// t, years to expiry.
    pub years: f64,
}

impl JumpWings {
    /// The parameters of a slice that expires in `years`. `None` unless `years` and the variance at
    /// the money are above 0.
    pub fn from_raw(raw: &RawSvi, years: f64) -> Option<Self> {
        let at_money = raw.jet(0.0);
        let root = at_money.value.sqrt();
        let (put, call) = raw.wing_slopes();
        let valid = years > 0.0 && years.is_finite() && root > 0.0;
        valid.then(|| Self {
            variance: at_money.value / years,
            skew: 0.5 * at_money.slope / root,
            put_wing: put / root,
            call_wing: call / root,
            minimum_variance: raw.minimum().1 / years,
            years,
        })
    }

    /// The same slice in raw parameters: Gatheral & Jacquier (2014), Lemma 3.2. `None` if no slice
    /// has these parameters, or more than one: a slice lowest at the money (ψ = 0) or flat does not
    /// say how wide its bend is.
    ///
    /// With `β = m/√(m² + σ²)`, `R = √(m² + σ²)` and `w(0) − min w = bR(1 − ρβ − √(1−ρ²)√(1−β²))`,
    /// where the bracket is `1 − cos(asin ρ − asin β)`, the case m = 0 of the lemma is no exception.
    pub fn to_raw(&self) -> Option<RawSvi> {
        let w = self.variance * self.years;
        let root = w.sqrt();
        let b = 0.5 * root * (self.call_wing + self.put_wing);
        if !(b > 0.0 && self.years > 0.0) {
            return None;
        }
        let rho = (self.call_wing - self.put_wing) / (self.call_wing + self.put_wing);
        let beta = rho - 2.0 * self.skew * root / b;
        if !(rho.abs() < 1.0 && beta.abs() < 1.0) {
            return None;
        }
        let half = (0.5 * (rho.asin() - beta.asin())).sin();
        let rise = w - self.minimum_variance * self.years;
        let radius = rise / (2.0 * b * half * half);
        let sigma = radius * ((1.0 - beta) * (1.0 + beta)).sqrt();
        let depth = b * sigma * ((1.0 - rho) * (1.0 + rho)).sqrt();
        let a = self.minimum_variance * self.years - depth;
        // A lowest variance of 0 comes back as 0 and not as a rounding below it.
        let a = if self.minimum_variance >= 0.0 { a.max(-depth) } else { a };
        RawSvi::new(a, b, rho, radius * beta, sigma)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::raw::tests::{any_slice, vogt};
    use super::*;

    #[track_caller]
    fn close(was: f64, expected: f64, tolerance: f64) {
        assert!((was - expected).abs() < tolerance, "{was} is not {expected}");
    }

    /// Gatheral & Jacquier (2014), section 5.1, with more digits.
    #[test]
    fn vogt_as_published() {
        let jw = JumpWings::from_raw(&vogt(), 1.0).unwrap();
        close(jw.variance, 0.017_426_252_555, 1e-12);
        close(jw.skew, -0.175_211_140_809, 1e-12);
        close(jw.put_wing, 0.699_738_104_117, 1e-12);
        close(jw.call_wing, 1.316_798_218_986, 1e-12);
        close(jw.minimum_variance, 0.011_624_903_235, 1e-12);
    }

    #[test]
    fn no_bend_between_the_wings_is_no_exception() {
        let raw = RawSvi::new(0.01, 0.2, -0.4, 0.0, 0.1).unwrap();
        let back = JumpWings::from_raw(&raw, 0.25).unwrap().to_raw().unwrap();
        close(back.m(), 0.0, 1e-15);
        close(back.sigma(), 0.1, 1e-14);
        close(back.a(), 0.01, 1e-15);
    }

    #[test]
    fn ambiguous_or_impossible_is_none() {
        let lowest_at_money = RawSvi::new(0.01, 0.2, 0.0, 0.0, 0.1).unwrap();
        assert_eq!(JumpWings::from_raw(&lowest_at_money, 1.0).unwrap().to_raw(), None);
        let flat = RawSvi::new(0.04, 0.0, 0.0, 0.0, 0.1).unwrap();
        assert_eq!(JumpWings::from_raw(&flat, 1.0).unwrap().to_raw(), None);
        let jw = JumpWings::from_raw(&vogt(), 1.0).unwrap();
        assert_eq!(JumpWings { skew: 5.0, ..jw }.to_raw(), None);
        assert_eq!(JumpWings { minimum_variance: 0.02, ..jw }.to_raw(), None);
        assert_eq!(JumpWings { put_wing: -0.1, ..jw }.to_raw(), None);
        assert_eq!(JumpWings::from_raw(&vogt(), 0.0), None);
    }

    proptest! {
        #[test]
        fn the_same_slice_there_and_back(raw in any_slice(), years in 0.01..3.0, k in -1.0..1.0) {
            let jw = JumpWings::from_raw(&raw, years).unwrap();
            let beta = raw.m() / raw.m().hypot(raw.sigma());
            // Near its lowest point at the money a slice is hardly determined.
            prop_assume!((beta.asin() - raw.rho().asin()).abs() > 0.02);
            let back = jw.to_raw().unwrap();
            prop_assert!((back.total_variance(k) - raw.total_variance(k)).abs() < 1e-9);
            let again = JumpWings::from_raw(&back, years).unwrap();
            prop_assert!((again.skew - jw.skew).abs() < 1e-7);
        }
    }
}
