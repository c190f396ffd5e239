//! The ways to a surface: each gives raw SVI slices, so that all surfaces are asked alike.

use super::essvi::EssviSlice;
use super::ssvi_fit::{PhiForm, ssvi_fit};
use crate::options::svi::quotes::Quotes;
use crate::options::svi::raw::RawSvi;

/// How slices are fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Each expiry by itself: [`Quotes::fit`]. Arbitrage is not excluded.
    Raw,
    /// Each expiry without butterflies and nowhere below the one before: [`Quotes::refit`].
    Svi,
    /// One ρ and φ for all expiries, power law: [`ssvi_fit`].
    Ssvi,
    /// A ρ and ψ for each expiry: [`EssviSlice::fit`].
    Essvi,
}

impl Method {
    /// The method of that name: `raw`, `svi`, `ssvi`, `essvi`.
    pub fn of(name: &str) -> Option<Self> {
        let all = [Self::Raw, Self::Svi, Self::Ssvi, Self::Essvi];
        all.into_iter().find(|method| method.name() == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Svi => "svi",
            Self::Ssvi => "ssvi",
            Self::Essvi => "essvi",
        }
    }

    /// The slices of quotes of expiries, (years, quotes) in ascending order; none where none was found.
    pub fn slices(self, expiries: &[(f64, Quotes)]) -> Vec<Option<RawSvi>> {
        match self {
            Self::Raw => expiries.iter().map(|(_, quotes)| Some(quotes.fit().slice)).collect(),
            Self::Svi => {
                let mut earlier = None;
                let each = expiries.iter().map(|(_, quotes)| {
                    let refit = quotes.refit(&quotes.fit(), earlier.as_ref())?;
                    earlier = Some(refit.fit.slice);
                    earlier
                });
                each.collect()
            }
            Self::Ssvi => {
                let quotes: Vec<Quotes> =
                    expiries.iter().map(|(_, quotes)| quotes.clone()).collect();
                match ssvi_fit(&quotes, PhiForm::PowerLaw) {
                    Some(fit) => fit.thetas.iter().map(|theta| fit.ssvi.slice(*theta)).collect(),
                    None => vec![None; expiries.len()],
                }
            }
            Self::Essvi => {
                let mut earlier = None;
                let each = expiries.iter().map(|(_, quotes)| {
                    let (slice, _) = EssviSlice::fit(quotes, earlier.as_ref())?;
                    earlier = Some(slice);
                    slice.to_raw()
                });
                each.collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::surface::slices::SliceSurface;

    /// Quotes that lie on an SSVI surface with ρ = −0.4 and φ = θ^−0.4·(1 + θ)^−0.6.
    fn quotes() -> Vec<(f64, Quotes)> {
        let each = [(0.1, 0.004), (0.3, 0.013), (1.0, 0.05)].map(|(years, theta): (f64, f64)| {
            let k: Vec<f64> = (-8..=8).map(|i| f64::from(i) * 0.04).collect();
            let phi = theta.powf(-0.4) * (1.0 + theta).powf(-0.6);
            let w = k.iter().map(|k| {
                let x = phi * k - 0.4;
                0.5 * theta * (1.0 - 0.4 * phi * k + (x * x + 1.0 - 0.16).sqrt())
            });
            (years, Quotes::new(&k, &w.collect::<Vec<_>>(), None).unwrap())
        });
        each.into_iter().collect()
    }

    #[test]
    fn every_method_finds_a_surface_it_can_express() {
        for name in ["raw", "svi", "ssvi", "essvi"] {
            let method = Method::of(name).unwrap();
            let quotes = quotes();
            let slices = method.slices(&quotes);
            for ((years, quotes), slice) in quotes.iter().zip(&slices) {
                let slice = slice.unwrap();
                let rmse = quotes.squared_error(|k| slice.total_variance(k)) / quotes.weight();
                // Nelder–Mead ends where its simplex is small.
                assert!(rmse.sqrt() < 1e-6, "{name} at {years}: {}", rmse.sqrt());
            }
            let slices = quotes.iter().zip(&slices).map(|((years, _), s)| (*years, s.unwrap()));
            assert!(SliceSurface::new(slices.collect()).is_ok(), "{name}");
        }
        assert_eq!(Method::of("sabr"), None);
    }

    #[test]
    fn no_expiries_have_no_slices() {
        for method in [Method::Raw, Method::Svi, Method::Ssvi, Method::Essvi] {
            assert!(method.slices(&[]).is_empty());
        }
    }
}
