//! Surface SVI: a whole surface from the total variance at the money and three parameters.

use crate::options::svi::raw::RawSvi;

/// `φ(θ)`, the curvature of a slice by its total variance θ at the money.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Phi {
    /// `η/(θ^γ(1 + θ)^(1−γ))`: Gatheral & Jacquier (2014), eq. 4.5. η > 0, 0 < γ ≤ ½.
    PowerLaw {
        /// η.
        eta: f64,
        /// γ.
        gamma: f64,
    },
    /// `1/(λθ)·(1 − (1 − e^(−λθ))/(λθ))`: Gatheral & Jacquier (2014), Example 4.1. λ > 0.
    HestonLike {
        /// λ.
        lambda: f64,
    },
}

impl Phi {
    /// φ(θ).
    pub fn at(&self, theta: f64) -> f64 {
        match *self {
            Self::PowerLaw { eta, gamma } => {
                eta / (theta.powf(gamma) * (1.0 + theta).powf(1.0 - gamma))
            }
            Self::HestonLike { lambda } => {
                let x = lambda * theta;
                // The bracket over x, without cancellation for small x.
                if x < 1e-4 { 0.5 - x / 6.0 + x * x / 24.0 } else { (x + (-x).exp_m1()) / (x * x) }
            }
        }
    }

    /// ∂(θφ)/∂θ.
    fn wing_change(&self, theta: f64) -> f64 {
        match *self {
            Self::PowerLaw { gamma, .. } => self.at(theta) * (1.0 - gamma) / (1.0 + theta),
            Self::HestonLike { lambda } => {
                let x = lambda * theta;
                if x < 1e-4 { 0.5 - x / 3.0 } else { -((-x).exp_m1() + x * (-x).exp()) / (x * x) }
            }
        }
    }
}

/// `w(k, θ) = θ/2·(1 + ρφ(θ)k + √((φ(θ)k + ρ)² + 1 − ρ²))`: Gatheral & Jacquier (2014), eq. 4.1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ssvi {
    rho: f64,
    phi: Phi,
}

impl Ssvi {
    /// The surface, if |ρ| < 1 and φ's parameters are within their ranges. Arbitrage is not excluded:
    /// see [`Ssvi::is_free`].
    pub fn new(rho: f64, phi: Phi) -> Option<Self> {
        let valid = match phi {
            Phi::PowerLaw { eta, gamma } => {
                eta > 0.0 && eta.is_finite() && gamma > 0.0 && gamma <= 0.5
            }
            Phi::HestonLike { lambda } => lambda > 0.0 && lambda.is_finite(),
        };
        (valid && rho.abs() < 1.0).then_some(Self { rho, phi })
    }

    /// ρ.
    pub fn rho(&self) -> f64 {
        self.rho
    }

    /// φ.
    pub fn phi(&self) -> Phi {
        self.phi
    }

    /// w(k) where the total variance at the money is θ.
    pub fn total_variance(&self, k: f64, theta: f64) -> f64 {
        let phi = self.phi.at(theta);
        surface_svi(k, theta, self.rho, theta * phi)
    }

    /// The slice where the total variance at the money is θ; `None` unless θ > 0.
    pub fn slice(&self, theta: f64) -> Option<RawSvi> {
        raw(theta, self.rho, theta * self.phi.at(theta))
    }

    /// Whether the slice at θ is free of butterfly arbitrage by the sufficient conditions
    /// `θφ(1 + |ρ|) < 4` and `θφ²(1 + |ρ|) ≤ 4`: Gatheral & Jacquier (2014), Theorem 4.2.
    pub fn butterfly_is_free(&self, theta: f64) -> bool {
        butterfly_is_free(theta, self.rho, theta * self.phi.at(theta))
    }

    /// Whether slices do not cross around θ, when θ does not fall with time: `0 ≤ ∂(θφ)/∂θ ≤
    /// (1 + √(1 − ρ²))/ρ²·φ`, Gatheral & Jacquier (2014), Theorem 4.1. Both forms of φ always pass.
    pub fn calendar_is_free(&self, theta: f64) -> bool {
        let change = self.phi.wing_change(theta);
        let square = self.rho * self.rho;
        change >= 0.0 && square * change <= (1.0 + (1.0 - square).sqrt()) * self.phi.at(theta)
    }

    /// Whether the surface is free of both arbitrages for every θ > 0: `η(1 + |ρ|) ≤ 2` for the power
    /// law, `λ ≥ (1 + |ρ|)/4` for the Heston-like form.
    pub fn is_free(&self) -> bool {
        match self.phi {
            Phi::PowerLaw { eta, .. } => eta * (1.0 + self.rho.abs()) <= 2.0,
            Phi::HestonLike { lambda } => lambda >= 0.25 * (1.0 + self.rho.abs()),
        }
    }
}

/// `w(k)` with ψ = θφ.
pub(super) fn surface_svi(k: f64, theta: f64, rho: f64, psi: f64) -> f64 {
    let (y, lean) = (psi * k, theta * rho);
    let root = ((y + lean) * (y + lean) + (theta - lean) * (theta + lean)).sqrt();
    0.5 * (theta + rho * y + root)
}

/// The slice with ψ = θφ in raw parameters.
pub(super) fn raw(theta: f64, rho: f64, psi: f64) -> Option<RawSvi> {
    let complement = (1.0 - rho) * (1.0 + rho);
    let phi = psi / theta;
    RawSvi::new(0.5 * theta * complement, 0.5 * psi, rho, -rho / phi, complement.sqrt() / phi)
}

/// Theorem 4.2 with ψ = θφ.
pub(super) fn butterfly_is_free(theta: f64, rho: f64, psi: f64) -> bool {
    let wing = psi * (1.0 + rho.abs());
    wing < 4.0 && wing * psi <= 4.0 * theta
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_ssvi() -> impl Strategy<Value = Ssvi> {
        let power = (-0.95..0.95, 0.05..2.0_f64, 0.01..=0.5)
            .prop_map(|(rho, eta, gamma)| Ssvi::new(rho, Phi::PowerLaw { eta, gamma }).unwrap());
        let heston = (-0.95..0.95, 0.1..50.0_f64)
            .prop_map(|(rho, lambda)| Ssvi::new(rho, Phi::HestonLike { lambda }).unwrap());
        prop_oneof![power, heston]
    }

    #[test]
    fn out_of_range_is_none() {
        assert_eq!(Ssvi::new(1.0, Phi::PowerLaw { eta: 1.0, gamma: 0.5 }), None);
        assert_eq!(Ssvi::new(0.0, Phi::PowerLaw { eta: 0.0, gamma: 0.5 }), None);
        assert_eq!(Ssvi::new(0.0, Phi::PowerLaw { eta: 1.0, gamma: 0.6 }), None);
        assert_eq!(Ssvi::new(0.0, Phi::HestonLike { lambda: -1.0 }), None);
    }

    proptest! {
        #[test]
        fn the_slice_is_the_surface(s in any_ssvi(), theta in 1e-4..1.0_f64, k in -1.0..1.0) {
            let slice = s.slice(theta).unwrap();
            prop_assert!((slice.total_variance(k) - s.total_variance(k, theta)).abs() < 1e-13);
            prop_assert!((s.total_variance(0.0, theta) - theta).abs() < 1e-15);
        }

        /// The sufficient conditions against the complete checks.
        #[test]
        fn free_is_free(s in any_ssvi(), theta in 1e-4..1.0_f64, more in 0.001..1.0) {
            prop_assert!(s.calendar_is_free(theta));
            let (slice, later) = (s.slice(theta).unwrap(), s.slice(theta + more).unwrap());
            if s.is_free() {
                prop_assert!(s.butterfly_is_free(theta));
            }
            if s.butterfly_is_free(theta) {
                prop_assert!(slice.butterfly().minimum >= 0.0);
            }
            prop_assert!(later.calendar(&slice).minimum >= -1e-12);
        }

        #[test]
        fn wing_change_is_a_difference(s in any_ssvi(), theta in 1e-3..1.0_f64) {
            let h = 1e-5 * theta;
            let psi = |t: f64| t * s.phi().at(t);
            let difference = (psi(theta + h) - psi(theta - h)) / (2.0 * h);
            prop_assert!((difference - s.phi().wing_change(theta)).abs() < 1e-5 * s.phi().at(theta));
        }
    }
}
