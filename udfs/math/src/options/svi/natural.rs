//! The natural parameters of an SVI slice.

use super::raw::RawSvi;

/// Total variance `w(k) = Δ + ω/2·(1 + ζρ(k − μ) + √((ζ(k − μ) + ρ)² + 1 − ρ²))`: Gatheral & Jacquier
/// (2014), eq. 3.2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NaturalSvi {
    /// Δ, a shift of the whole slice, in total variance.
    pub delta: f64,
    /// μ, the log-moneyness at which w is Δ + ω.
    pub mu: f64,
    /// ρ, the tilt, within (−1, 1).
    pub rho: f64,
    /// ω ≥ 0, in total variance.
    pub omega: f64,
    /// ζ > 0, per log-moneyness.
    pub zeta: f64,
}

impl NaturalSvi {
    /// The same slice in raw parameters: Gatheral & Jacquier (2014), Lemma 3.1. `None` for parameters
    /// out of their ranges or a slice that falls below 0.
    pub fn to_raw(self) -> Option<RawSvi> {
        let Self { delta, mu, rho, omega, zeta } = self;
        let complement = (1.0 - rho) * (1.0 + rho);
        RawSvi::new(
            delta + 0.5 * omega * complement,
            0.5 * omega * zeta,
            rho,
            mu - rho / zeta,
            complement.sqrt() / zeta,
        )
    }
}

impl From<RawSvi> for NaturalSvi {
    fn from(raw: RawSvi) -> Self {
        let root = raw.rho_complement();
        let omega = 2.0 * raw.b() * raw.sigma() / root;
        Self {
            delta: raw.a() - 0.5 * omega * root * root,
            mu: raw.m() + raw.rho() * raw.sigma() / root,
            rho: raw.rho(),
            omega,
            zeta: root / raw.sigma(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::raw::tests::any_slice;
    use super::*;

    proptest! {
        #[test]
        fn the_same_slice_there_and_back(raw in any_slice(), k in -2.0..2.0) {
            let natural = NaturalSvi::from(raw);
            let NaturalSvi { delta, mu, rho, omega, zeta } = natural;
            let y: f64 = zeta * (k - mu);
            let root = ((y + rho) * (y + rho) + 1.0 - rho * rho).sqrt();
            let w = delta + 0.5 * omega * (1.0 + rho * y + root);
            prop_assert!((w - raw.total_variance(k)).abs() < 1e-11);
            // Half a rounding may put the lowest point below 0: the strategy keeps it above.
            let back = natural.to_raw().unwrap();
            prop_assert!((back.total_variance(k) - raw.total_variance(k)).abs() < 1e-11);
            prop_assert!((back.m() - raw.m()).abs() < 1e-11);
            prop_assert!((back.sigma() / raw.sigma() - 1.0).abs() < 1e-11);
        }
    }

    #[test]
    fn out_of_range_is_none() {
        let natural = NaturalSvi { delta: 0.0, mu: 0.0, rho: 1.0, omega: 0.04, zeta: 2.0 };
        assert_eq!(natural.to_raw(), None);
        assert_eq!(NaturalSvi { rho: 0.0, zeta: 0.0, ..natural }.to_raw(), None);
        assert_eq!(NaturalSvi { rho: 0.0, delta: -0.05, ..natural }.to_raw(), None);
    }
}
