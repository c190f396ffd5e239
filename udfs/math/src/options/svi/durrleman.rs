//! Durrleman's function g of a total variance, whose sign is that of the risk-neutral density.

use super::raw::VarianceJet;

impl VarianceJet {
    /// `g(k) = (1 − k·w′/2w)² − w′²/4·(1/w + 1/4) + w″/2`: Gatheral & Jacquier (2014), eq. 2.1. A slice
    /// is free of butterfly arbitrage only if g ≥ 0 everywhere. +∞ where w is 0.
    pub fn durrleman(&self, k: f64) -> f64 {
        let Self { value: w, slope, curvature } = *self;
        if w <= 0.0 {
            return f64::INFINITY;
        }
        let tilt = 1.0 - 0.5 * k * slope / w;
        tilt * tilt - 0.25 * slope * slope * (1.0 / w + 0.25) + 0.5 * curvature
    }

    /// The risk-neutral density of `k = ln(S_T/F)`: `g(k)/√(2πw)·exp(−d₋²/2)`, `d₋ = −k/√w − √w/2`:
    /// Gatheral & Jacquier (2014), Lemma 2.2. It integrates to 1 if no mass is left at 0.
    pub fn density(&self, k: f64) -> f64 {
        let w = self.value;
        if w <= 0.0 {
            return 0.0;
        }
        let d = -k / w.sqrt() - 0.5 * w.sqrt();
        let normal = (-0.5 * d * d).exp();
        if normal == 0.0 {
            0.0
        } else {
            self.durrleman(k) * normal / (std::f64::consts::TAU * w).sqrt()
        }
    }
}
