//! The risk-neutral density of a surface.

use super::slices::SliceSurface;

impl SliceSurface {
    /// The risk-neutral density of `k = ln(S_t/F)` in t years, as [`VarianceJet::density`] of the
    /// surface: negative where a butterfly would be an arbitrage.
    ///
    /// [`VarianceJet::density`]: crate::options::svi::raw::VarianceJet::density
    pub fn density(&self, k: f64, years: f64) -> f64 {
        self.jet(k, years).density(k)
    }
}

#[cfg(test)]
mod tests {
    use super::super::slices::tests::surface;
    use crate::options::svi::raw::tests::vogt;

    /// ∫f by the trapezoidal rule, which is exact to rounding for what fades out on both sides.
    fn integral(f: impl Fn(f64) -> f64) -> f64 {
        let step = 0.002;
        (-10_000..=10_000).map(|i| f(f64::from(i) * step) * step).sum()
    }

    #[test]
    fn integrates_to_1_and_is_a_martingale() {
        let s = surface();
        for t in [0.02, 0.1, 0.3, 1.0, 2.0] {
            let mass = integral(|k| s.density(k, t));
            assert!((mass - 1.0).abs() < 1e-9, "{mass}");
            let forward = integral(|k| k.exp() * s.density(k, t));
            assert!((forward - 1.0).abs() < 1e-9, "{forward}");
        }
    }

    /// Also with arbitrage: what is negative in one place is missing in another.
    #[test]
    fn integrates_to_1_for_vogt() {
        let mass = integral(|k| vogt().jet(k).density(k));
        assert!((mass - 1.0).abs() < 1e-9, "{mass}");
        assert!(vogt().jet(0.9).density(0.9) < 0.0);
    }
}
