//! SSVI of the quotes of several expiries by least squares in total variance.

use super::simplex::minimise;
use super::ssvi::{Phi, Ssvi};
use crate::options::svi::quotes::Quotes;

/// Which φ is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhiForm {
    /// [`Phi::PowerLaw`].
    PowerLaw,
    /// [`Phi::HestonLike`].
    HestonLike,
}

/// A fitted surface.
#[derive(Debug, Clone, PartialEq)]
pub struct SsviFit {
    /// ρ and φ; free of both arbitrages for every θ.
    pub ssvi: Ssvi,
    /// θ, the total variance at the money of every expiry; never falls.
    pub thetas: Vec<f64>,
    /// Σ weight·(w − fitted)².
    pub squared_error: f64,
    /// √(squared error / Σ weight), in total variance.
    pub rmse: f64,
}

const EVALUATIONS: usize = 400;
const LEVEL_STEPS: usize = 12;

/// The SSVI that fits quotes of expiries in ascending order best, over ρ, the parameters of φ and a θ
/// that does not fall, within the conditions of [`Ssvi::is_free`]. `None` without expiries.
///
/// Every θ is found for given ρ and φ (expiries whose θ would fall share one), so three parameters are
/// left at most: Nelder–Mead from the best of a fixed grid. Deterministic; a local optimum.
pub fn ssvi_fit(expiries: &[Quotes], form: PhiForm) -> Option<SsviFit> {
    if expiries.is_empty() {
        return None;
    }
    let surface = |z: [f64; 3]| Levels::of(expiries, parameters(form, z)?);
    let error = |z: [f64; 3]| surface(z).map_or(f64::INFINITY, |levels| levels.squared_error);
    let mut best = ([0.0; 3], f64::INFINITY);
    for rho in [-0.8_f64, -0.5, -0.2, 0.2, 0.6] {
        for shape in [-1.5, 0.0, 1.5] {
            let z = [rho.atanh(), shape, 0.0];
            let at = error(z);
            if at < best.1 {
                best = (z, at);
            }
        }
    }
    let (z, _) = minimise(error, best.0, 0.3, EVALUATIONS);
    let levels = surface(z)?;
    let weight: f64 = expiries.iter().map(Quotes::weight).sum();
    Some(SsviFit {
        ssvi: levels.ssvi,
        thetas: levels.thetas,
        squared_error: levels.squared_error,
        rmse: (levels.squared_error / weight).sqrt(),
    })
}

/// Any three numbers as parameters free of arbitrage.
fn parameters(form: PhiForm, z: [f64; 3]) -> Option<Ssvi> {
    let share = |z: f64| 1.0 / (1.0 + (-z).exp());
    let rho = z[0].tanh();
    let phi = match form {
        PhiForm::PowerLaw => {
            // A rounding below the bound η(1 + |ρ|) ≤ 2.
            let eta = 2.0 * (1.0 - 1e-12) / (1.0 + rho.abs()) * share(z[1]);
            Phi::PowerLaw { eta, gamma: 0.5 * share(z[2]) }
        }
        PhiForm::HestonLike => {
            let least = 0.25 * (1.0 + rho.abs()) * (1.0 + 1e-12);
            Phi::HestonLike { lambda: least + (2.0 - 2.0 * z[1]).exp() }
        }
    };
    Ssvi::new(rho, phi)
}

struct Levels {
    ssvi: Ssvi,
    thetas: Vec<f64>,
    squared_error: f64,
}

impl Levels {
    /// The best θ of every expiry under θ ascending: neighbours out of order are pooled.
    fn of(expiries: &[Quotes], ssvi: Ssvi) -> Option<Self> {
        // (first, one past the last, θ, error).
        let mut blocks: Vec<(usize, usize, f64, f64)> = Vec::with_capacity(expiries.len());
        for i in 0..expiries.len() {
            let start = at_money(&expiries[i]);
            let (theta, error) = level(&expiries[i..=i], &ssvi, start);
            let mut block = (i, i + 1, theta, error);
            while let Some(before) = blocks.last().copied().filter(|before| before.2 > block.2) {
                blocks.pop();
                let both = &expiries[before.0..block.1];
                let (theta, error) = level(both, &ssvi, 0.5 * (before.2 + block.2));
                block = (before.0, block.1, theta, error);
            }
            blocks.push(block);
        }
        let squared_error: f64 = blocks.iter().map(|block| block.3).sum();
        let thetas = blocks
            .iter()
            .flat_map(|block| std::iter::repeat_n(block.2, block.1 - block.0))
            .collect();
        squared_error.is_finite().then_some(Self { ssvi, thetas, squared_error })
    }
}

/// The total variance at the money by quotes: interpolated, or that of the nearest.
pub(super) fn at_money(quotes: &Quotes) -> f64 {
    let rows = quotes.rows();
    let above = rows.partition_point(|row| row.0 < 0.0);
    match (above.checked_sub(1).map(|i| rows[i]), rows.get(above)) {
        (Some(low), Some(high)) => low.1 + (high.1 - low.1) * low.0 / (low.0 - high.0),
        (Some(only), None) => only.1,
        (None, Some(only)) => only.1,
        (None, None) => 0.0,
    }
}

/// The θ that fits quotes best for given ρ and φ, and its squared error: Gauss–Newton in ln θ with
/// halved steps.
fn level(expiries: &[Quotes], ssvi: &Ssvi, start: f64) -> (f64, f64) {
    const STEP: f64 = 1e-6;
    let sums = |theta: f64| {
        let (mut error, mut product, mut square) = (0.0, 0.0, 0.0);
        let (phi, moved) = (ssvi.slice(theta)?, ssvi.slice(theta * (1.0 + STEP))?);
        for (k, w, p) in expiries.iter().flat_map(Quotes::rows) {
            let at = phi.total_variance(*k);
            let slope = (moved.total_variance(*k) - at) / STEP;
            error += p * (w - at) * (w - at);
            product += p * (w - at) * slope;
            square += p * slope * slope;
        }
        Some((error, product / square))
    };
    let Some((mut error, mut step)) = sums(start) else {
        return (start, f64::INFINITY);
    };
    let mut theta = start;
    for _ in 0..LEVEL_STEPS {
        let to = theta * step.clamp(-1.0, 1.0).exp();
        match sums(to) {
            Some((lower, next)) if lower < error => {
                let gain = error - lower;
                (theta, error, step) = (to, lower, next);
                if gain <= 1e-13 * error {
                    break;
                }
            }
            _ => step *= 0.3,
        }
        if step.abs() < 1e-12 {
            break;
        }
    }
    (theta, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quotes(ssvi: &Ssvi, theta: f64, noise: f64) -> Quotes {
        let k: Vec<f64> = (-10..=6).map(|i| 0.3 * theta.sqrt() * f64::from(i)).collect();
        let wobble = |i: usize| 1.0 + noise * (((i * 7919) % 13) as f64 / 6.0 - 1.0);
        let w: Vec<f64> =
            k.iter().enumerate().map(|(i, k)| ssvi.total_variance(*k, theta) * wobble(i)).collect();
        Quotes::new(&k, &w, None).unwrap()
    }

    #[test]
    fn a_surface_without_noise_comes_back() {
        let thetas = [0.004, 0.012, 0.03, 0.08];
        for (form, phi) in [
            (PhiForm::PowerLaw, Phi::PowerLaw { eta: 0.9, gamma: 0.35 }),
            (PhiForm::HestonLike, Phi::HestonLike { lambda: 8.0 }),
        ] {
            let ssvi = Ssvi::new(-0.65, phi).unwrap();
            let all: Vec<Quotes> = thetas.iter().map(|theta| quotes(&ssvi, *theta, 0.0)).collect();
            let fit = ssvi_fit(&all, form).unwrap();
            assert!(fit.rmse < 1e-7, "{fit:?}");
            assert!((fit.ssvi.rho() + 0.65).abs() < 1e-3, "{fit:?}");
            assert!(fit.ssvi.is_free());
        }
    }

    #[test]
    fn theta_never_falls() {
        let ssvi = Ssvi::new(-0.5, Phi::PowerLaw { eta: 1.0, gamma: 0.5 }).unwrap();
        let all = [0.02, 0.015, 0.03].map(|theta| quotes(&ssvi, theta, 0.02));
        let fit = ssvi_fit(&all, PhiForm::PowerLaw).unwrap();
        assert!(fit.thetas.windows(2).all(|p| p[0] <= p[1]), "{fit:?}");
        assert_eq!(fit.thetas[0], fit.thetas[1]);
        assert!(ssvi_fit(&[], PhiForm::PowerLaw).is_none());
    }
}
