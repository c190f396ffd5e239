//! Extended surface SVI: SSVI slices with a correlation each.

use super::simplex::minimise;
use super::ssvi::{butterfly_is_free, raw, surface_svi};
use super::ssvi_fit::at_money;
use crate::options::svi::quotes::Quotes;
use crate::options::svi::raw::RawSvi;

/// A slice `w(k) = ½(θ + ρψk + √((ψk + θρ)² + θ²(1 − ρ²)))`, ψ = θφ: Hendriks & Martini (2019), The
/// extended SSVI volatility surface, Journal of Computational Finance 22(5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EssviSlice {
    theta: f64,
    rho: f64,
    psi: f64,
}

impl EssviSlice {
    /// The slice, if θ > 0, |ρ| < 1 and ψ > 0.
    pub fn new(theta: f64, rho: f64, psi: f64) -> Option<Self> {
        let finite = theta.is_finite() && psi.is_finite();
        (finite && theta > 0.0 && rho.abs() < 1.0 && psi > 0.0).then_some(Self { theta, rho, psi })
    }

    /// θ, the total variance at the money.
    pub fn theta(&self) -> f64 {
        self.theta
    }

    /// ρ.
    pub fn rho(&self) -> f64 {
        self.rho
    }

    /// ψ = θφ: the wings rise by ½ψ(1 ± ρ).
    pub fn psi(&self) -> f64 {
        self.psi
    }

    /// w(k).
    pub fn total_variance(&self, k: f64) -> f64 {
        surface_svi(k, self.theta, self.rho, self.psi)
    }

    /// The slice in raw parameters; `None` if they leave the range of floats.
    pub fn to_raw(&self) -> Option<RawSvi> {
        raw(self.theta, self.rho, self.psi)
    }

    /// Whether the slice is free of butterfly arbitrage by the sufficient conditions `ψ(1 + |ρ|) < 4` and
    /// `ψ²(1 + |ρ|) ≤ 4θ`: Gatheral & Jacquier (2014), Theorem 4.2.
    pub fn butterfly_is_free(&self) -> bool {
        butterfly_is_free(self.theta, self.rho, self.psi)
    }

    /// Whether the slice lies above an earlier one by the sufficient conditions of Hendriks & Martini
    /// (2019), Proposition 3.5: `θ ≥ θ₁`, `|ρψ − ρ₁ψ₁| ≤ ψ − ψ₁` and `ψ/θ ≤ ψ₁/θ₁`. The first two are
    /// necessary; [`RawSvi::calendar`] decides where only the third fails.
    pub fn calendar_is_free(&self, earlier: &Self) -> bool {
        self.theta >= earlier.theta
            && (self.rho * self.psi - earlier.rho * earlier.psi).abs() <= self.psi - earlier.psi
            && self.psi * earlier.theta <= earlier.psi * self.theta
    }

    /// The slice that fits quotes best among those free of butterfly arbitrage and, after an `earlier`
    /// slice, of calendar arbitrage, both by the conditions above; with its squared error. `None` if
    /// there is none.
    ///
    /// In the way of Corbetta, Cohort, Laachir & Martini (2019), Robust calibration and arbitrage-free
    /// interpolation of SSVI slices, Decisions in Economics and Finance 42: for given ρ and θ the
    /// conditions are an interval of ψ, from which nothing is ever searched outside. Instead of
    /// anchoring the slice at the quote nearest to the money, θ is fitted as well. Nelder–Mead from the
    /// best of a fixed grid; deterministic, a local optimum.
    pub fn fit(quotes: &Quotes, earlier: Option<&Self>) -> Option<(Self, f64)> {
        let scale = at_money(quotes);
        let floor = earlier.map_or(0.0, |e| e.theta);
        let slice = |z: [f64; 3]| {
            let theta = floor + scale * z[0].exp();
            let rho = z[1].tanh();
            let (low, high) = psi_interval(theta, rho, earlier);
            let psi = low + (high - low) / (1.0 + (-z[2]).exp());
            (low <= high).then(|| Self::new(theta, rho, psi)).flatten().filter(|slice| {
                slice.butterfly_is_free() && earlier.is_none_or(|e| slice.calendar_is_free(e))
            })
        };
        let error = |z: [f64; 3]| {
            let error = |s: Self| quotes.squared_error(|k| s.total_variance(k));
            slice(z).map_or(f64::INFINITY, error)
        };
        let above = ((scale - floor) / scale).max(1e-3).ln();
        let mut best = ([0.0; 3], f64::INFINITY);
        let rhos = [-0.9, -0.7, -0.45, -0.2, 0.0, 0.3, 0.7];
        for rho in rhos.into_iter().chain(earlier.map(|e| e.rho)) {
            for theta in [above, above + 0.5, above - 2.0] {
                for share in [-2.5, 0.0, 2.5] {
                    let z = [theta, rho.atanh(), share];
                    let at = error(z);
                    if at < best.1 {
                        best = (z, at);
                    }
                }
            }
        }
        let (z, at) = minimise(error, best.0, 0.2, 600);
        slice(z).map(|slice| (slice, at))
    }
}

/// The ψ that no arbitrage leaves for given θ and ρ; empty if the first exceeds the second.
fn psi_interval(theta: f64, rho: f64, earlier: Option<&EssviSlice>) -> (f64, f64) {
    // Bounds are met after rounding.
    const INSIDE: f64 = 1.0 - 1e-12;
    let tilt = 1.0 + rho.abs();
    let butterfly = (4.0 / tilt).min(2.0 * (theta / tilt).sqrt()) * INSIDE;
    let Some(earlier) = earlier else {
        return (0.0, butterfly);
    };
    let left = (1.0 - earlier.rho) / (1.0 - rho);
    let right = (1.0 + earlier.rho) / (1.0 + rho);
    let low = earlier.psi * left.max(right) * (2.0 - INSIDE);
    (low, butterfly.min(earlier.psi / earlier.theta * theta * INSIDE))
}

/// Slices by years to expiry, none crossing an earlier one.
#[derive(Debug, Clone, PartialEq)]
pub struct Essvi {
    /// (years, slice), years ascending.
    slices: Vec<(f64, EssviSlice)>,
}

impl Essvi {
    /// The surface of slices in ascending order of years; `None` if they are none, out of order, or
    /// break the conditions against arbitrage.
    pub fn new(slices: Vec<(f64, EssviSlice)>) -> Option<Self> {
        let first = slices.first()?;
        let free = slices.iter().all(|(_, slice)| slice.butterfly_is_free())
            && slices
                .windows(2)
                .all(|pair| pair[1].0 > pair[0].0 && pair[1].1.calendar_is_free(&pair[0].1));
        (first.0 > 0.0 && slices.iter().all(|s| s.0.is_finite()) && free).then_some(Self { slices })
    }

    /// The surface of quotes of expiries, (years, quotes) in ascending order, fitted from the first to
    /// the last by [`EssviSlice::fit`], with its squared error.
    pub fn fit(expiries: &[(f64, Quotes)]) -> Option<(Self, f64)> {
        let mut slices: Vec<(f64, EssviSlice)> = Vec::with_capacity(expiries.len());
        let mut total = 0.0;
        for (years, quotes) in expiries {
            let earlier = slices.last().map(|(_, slice)| slice);
            let (slice, error) = EssviSlice::fit(quotes, earlier)?;
            slices.push((*years, slice));
            total += error;
        }
        Self::new(slices).map(|surface| (surface, total))
    }

    /// (years, slice), years ascending.
    pub fn slices(&self) -> &[(f64, EssviSlice)] {
        &self.slices
    }

    /// The slice at t years: θ, ψ and ρψ are linear in time between slices, which keeps all conditions
    /// against calendar arbitrage (Corbetta et al. 2019, section 4); before the first, θ and ψ shrink
    /// with t; after the last, θ grows with t and ψ and ρ stay. `None` unless t > 0.
    pub fn slice(&self, years: f64) -> Option<EssviSlice> {
        let i = self.slices.partition_point(|(t, _)| *t < years);
        match (i.checked_sub(1).map(|i| &self.slices[i]), self.slices.get(i)) {
            (Some((from, early)), Some((to, late))) => {
                let share = (years - from) / (to - from);
                let mean = |x: f64, y: f64| x + share * (y - x);
                let psi = mean(early.psi, late.psi);
                let lean = mean(early.rho * early.psi, late.rho * late.psi);
                EssviSlice::new(mean(early.theta, late.theta), lean / psi, psi)
            }
            (None, Some((to, late))) => {
                let share = years / to;
                EssviSlice::new(late.theta * share, late.rho, late.psi * share)
            }
            (Some((from, early)), None) => {
                EssviSlice::new(early.theta * years / from, early.rho, early.psi)
            }
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_slice() -> impl Strategy<Value = EssviSlice> {
        (1e-3..0.3_f64, -0.95..0.95, 0.01..0.999_f64).prop_map(|(theta, rho, share)| {
            let (_, high) = psi_interval(theta, rho, None);
            EssviSlice::new(theta, rho, share * high).unwrap()
        })
    }

    /// A slice and one after it, by the conditions.
    fn two_slices() -> impl Strategy<Value = (EssviSlice, EssviSlice)> {
        (any_slice(), 0.0..0.3, -0.95..0.95, 0.0..1.0_f64).prop_filter_map(
            "no ψ is left",
            |(early, more, rho, share)| {
                let theta = early.theta + more;
                let (low, high) = psi_interval(theta, rho, Some(&early));
                let late = EssviSlice::new(theta, rho, low + share * (high - low))?;
                (low <= high).then_some((early, late))
            },
        )
    }

    fn quotes(slice: &EssviSlice, noise: f64) -> Quotes {
        let k: Vec<f64> = (-12..=8).map(|i| 0.25 * slice.theta.sqrt() * f64::from(i)).collect();
        let wobble = |i: usize| 1.0 + noise * (((i * 7919) % 13) as f64 / 6.0 - 1.0);
        let w: Vec<f64> =
            k.iter().enumerate().map(|(i, k)| slice.total_variance(*k) * wobble(i)).collect();
        Quotes::new(&k, &w, None).unwrap()
    }

    proptest! {
        /// The conditions against the complete checks.
        #[test]
        fn free_is_free((early, late) in two_slices(), share in 0.0..1.0_f64) {
            prop_assert!(late.calendar_is_free(&early));
            prop_assert!(early.butterfly_is_free() && late.butterfly_is_free());
            let (e, l) = (early.to_raw().unwrap(), late.to_raw().unwrap());
            prop_assert!(e.butterfly().minimum >= -1e-12);
            prop_assert!(l.calendar(&e).minimum >= -1e-12, "{:?}", l.calendar(&e));
            let surface = Essvi::new(vec![(0.5, early), (1.0, late)]).unwrap();
            let between = surface.slice(0.5 + 0.5 * share).unwrap();
            let after = surface.slice(2.0).unwrap();
            for (first, second) in [(&early, &between), (&between, &late), (&late, &after)] {
                let (f, s) = (first.to_raw().unwrap(), second.to_raw().unwrap());
                prop_assert!(s.calendar(&f).minimum >= -1e-10, "{:?}", s.calendar(&f));
                prop_assert!(s.butterfly().minimum >= -1e-10, "{:?}", s.butterfly());
            }
        }

        #[test]
        fn the_fit_keeps_the_conditions((early, late) in two_slices()) {
            let (first, _) = EssviSlice::fit(&quotes(&early, 0.05), None).unwrap();
            if let Some((second, error)) = EssviSlice::fit(&quotes(&late, 0.05), Some(&first)) {
                prop_assert!(second.butterfly_is_free() && second.calendar_is_free(&first));
                prop_assert!(error.is_finite());
            }
        }
    }

    #[test]
    fn a_surface_without_noise_comes_back() {
        let truth = [(0.1, 0.004, -0.7, 0.08), (0.5, 0.02, -0.6, 0.2), (1.0, 0.045, -0.5, 0.3)]
            .map(|(t, theta, rho, psi)| (t, EssviSlice::new(theta, rho, psi).unwrap()));
        let all: Vec<(f64, Quotes)> = truth.iter().map(|(t, s)| (*t, quotes(s, 0.0))).collect();
        let (fit, error) = Essvi::fit(&all).unwrap();
        assert!(error.sqrt() < 1e-6, "{error} {fit:?}");
        for ((_, found), (_, true_one)) in fit.slices().iter().zip(&truth) {
            assert!(
                (found.rho - true_one.rho).abs() < 1e-3 && (found.psi - true_one.psi).abs() < 1e-3
            );
        }
        assert_eq!(Essvi::new(truth.iter().rev().copied().collect()), None);
    }
}
