//! Dupire's local volatility of a surface.

use super::slices::SliceSurface;

impl SliceSurface {
    /// Local volatility at log-moneyness k and t years: `√(∂w/∂t / g(k))`, Dupire's formula in total
    /// variance, Gatheral (2006), The Volatility Surface, eq. 1.10, whose denominator is Durrleman's g.
    /// `None` where g is not above 0: a butterfly there would be an arbitrage. It jumps at slices,
    /// because total variance is linear between them.
    pub fn local_volatility(&self, k: f64, years: f64) -> Option<f64> {
        let density = self.jet(k, years).durrleman(k);
        let variance = self.forward_variance(k, years) / density;
        (density > 0.0 && variance >= 0.0).then(|| variance.sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::super::slices::SliceSurface;
    use super::super::slices::tests::surface;
    use crate::options::svi::raw::RawSvi;

    #[test]
    fn a_flat_surface_has_its_own_volatility() {
        let flat = |w: f64| RawSvi::new(w, 0.0, 0.0, 0.0, 0.1).unwrap();
        let s = SliceSurface::new(vec![(0.5, flat(0.02)), (1.0, flat(0.065))]).unwrap();
        assert!((s.local_volatility(0.3, 0.2).unwrap() - 0.2).abs() < 1e-15);
        assert!((s.local_volatility(-0.3, 0.8).unwrap() - 0.3).abs() < 1e-14);
        assert!((s.local_volatility(-0.3, 2.0).unwrap() - 0.3).abs() < 1e-14);
    }

    /// Dupire's formula in undiscounted call prices, by finite differences: ∂C/∂t over ½K²∂²C/∂K².
    #[test]
    fn equals_dupire_in_prices() {
        use statrs::function::erf::erfc;
        let s = surface();
        let cdf = |x: f64| 0.5 * erfc(-x / std::f64::consts::SQRT_2);
        let call = |strike: f64, t: f64| {
            let (k, root) = (strike.ln(), s.total_variance(strike.ln(), t).sqrt());
            cdf(-k / root + 0.5 * root) - strike * cdf(-k / root - 0.5 * root)
        };
        for (strike, t) in [(0.9, 0.3), (1.0, 0.3), (1.1, 0.7), (0.8, 1.4)] {
            let (h, d) = (1e-3, 1e-4);
            let rise = (call(strike, t + d) - call(strike, t - d)) / (2.0 * d);
            let bend =
                (call(strike + h, t) - 2.0 * call(strike, t) + call(strike - h, t)) / (h * h);
            let expected = (2.0 * rise / (strike * strike * bend)).sqrt();
            let local = s.local_volatility(strike.ln(), t).unwrap();
            assert!((local / expected - 1.0).abs() < 1e-3, "{local} is not {expected}");
        }
    }
}
