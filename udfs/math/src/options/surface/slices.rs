//! A surface of SVI slices that do not cross.

use crate::options::svi::calendar::Calendar;
use crate::options::svi::raw::{RawSvi, VarianceJet};

/// SVI slices by years to expiry, none below an earlier one.
///
/// Total variance is linear in time along constant log-moneyness, so that no calendar spread between
/// any two times can be an arbitrage: Gatheral & Jacquier (2014), Lemma 2.1. Before the first slice it
/// is that slice times t/t₁, which keeps g ≥ 0 where the slice has it (g is concave in the factor).
/// After the last it rises by the same amount at all k, with the forward variance at the money of the
/// last interval, so that Lee's bound still holds. The wings are the slices' own. Between two slices and
/// after the last one butterflies are not proved free: [`VarianceJet::durrleman`] of a jet tells.
#[derive(Debug, Clone, PartialEq)]
pub struct SliceSurface {
    /// (years, slice), years ascending.
    slices: Vec<(f64, RawSvi)>,
    /// Forward variance a year after the last slice.
    forward_variance: f64,
}

/// Why slices are not a surface.
#[derive(Debug, Clone, PartialEq)]
pub enum SurfaceError {
    /// There is no slice.
    Empty,
    /// The years of this slice are not finite, above 0 and above those of the slice before.
    Years(usize),
    /// The forward of this slice is not finite and above 0.
    Forward(usize),
    /// This slice falls below the one before.
    Crossed(usize, Calendar),
}

impl SliceSurface {
    /// A surface of (years to expiry, slice), which need not be in order.
    pub fn new(slices: Vec<(f64, RawSvi)>) -> Result<Self, SurfaceError> {
        let surface = Self::unchecked(slices)?;
        for (i, pair) in surface.slices.windows(2).enumerate() {
            let calendar = pair[1].1.calendar(&pair[0].1);
            if !calendar.is_free() {
                return Err(SurfaceError::Crossed(i + 1, calendar));
            }
        }
        Ok(surface)
    }

    /// A surface of slices that may cross; where they do, variance falls in time.
    pub fn unchecked(mut slices: Vec<(f64, RawSvi)>) -> Result<Self, SurfaceError> {
        slices.sort_by(|x, y| x.0.total_cmp(&y.0));
        let (years, last) = *slices.last().ok_or(SurfaceError::Empty)?;
        let mut before = 0.0;
        for (i, (years, _)) in slices.iter().enumerate() {
            if !(years.is_finite() && *years > before) {
                return Err(SurfaceError::Years(i));
            }
            before = *years;
        }
        let at_money = last.total_variance(0.0);
        let forward_variance = match slices.len().checked_sub(2).map(|i| slices[i]) {
            Some((t, slice)) => (at_money - slice.total_variance(0.0)) / (years - t),
            None => at_money / years,
        };
        Ok(Self { slices, forward_variance: forward_variance.max(0.0) })
    }

    /// (years, slice), years ascending.
    pub fn slices(&self) -> &[(f64, RawSvi)] {
        &self.slices
    }

    /// w(k, t) for t years; NaN unless t ≥ 0.
    pub fn total_variance(&self, k: f64, years: f64) -> f64 {
        self.place(years).total_variance(k)
    }

    /// √(w/t), a year; NaN unless t > 0.
    pub fn implied_volatility(&self, k: f64, years: f64) -> f64 {
        (self.total_variance(k, years) / years).sqrt()
    }

    /// w, ∂w/∂k and ∂²w/∂k².
    pub fn jet(&self, k: f64, years: f64) -> VarianceJet {
        self.place(years).jet(k)
    }

    /// ∂w/∂t, the forward variance a year; at a slice that of the time before it.
    pub fn forward_variance(&self, k: f64, years: f64) -> f64 {
        let i = self.slices.partition_point(|(t, _)| *t < years);
        let variance = |i: usize| self.slices[i].1.total_variance(k);
        match i {
            0 => variance(0) / self.slices[0].0,
            i if i == self.slices.len() => self.forward_variance,
            i => (variance(i) - variance(i - 1)) / (self.slices[i].0 - self.slices[i - 1].0),
        }
    }

    /// The slice between slices at a time.
    pub(super) fn place(&self, years: f64) -> Place<'_> {
        let years = if years >= 0.0 { years } else { f64::NAN };
        let i = self.slices.partition_point(|(t, _)| *t < years);
        let early = i.checked_sub(1).map(|i| &self.slices[i]);
        match (early, self.slices.get(i)) {
            (early, Some((t, late))) => {
                let from = early.map_or(0.0, |e| e.0);
                let share = (years - from) / (t - from);
                Place { early: early.map(|e| &e.1), late, share, above: 0.0 }
            }
            (early, None) => {
                let (t, late) = early.unwrap_or(&self.slices[0]);
                let above = self.forward_variance * (years - t);
                Place { early: None, late, share: 1.0, above }
            }
        }
    }
}

/// Where a time lies: `share·late + (1 − share)·early + above`; without an early slice it is 0.
pub(super) struct Place<'a> {
    early: Option<&'a RawSvi>,
    late: &'a RawSvi,
    share: f64,
    above: f64,
}

impl Place<'_> {
    /// w(k).
    pub(super) fn total_variance(&self, k: f64) -> f64 {
        let early = self.early.map_or(0.0, |slice| slice.total_variance(k));
        self.share * self.late.total_variance(k) + (1.0 - self.share) * early + self.above
    }

    /// w and its derivatives at k.
    pub(super) fn jet(&self, k: f64) -> VarianceJet {
        let (late, early) = (self.late.jet(k), self.early.map(|slice| slice.jet(k)));
        let mean = |of: fn(&VarianceJet) -> f64| {
            self.share * of(&late) + (1.0 - self.share) * early.as_ref().map_or(0.0, of)
        };
        VarianceJet {
            value: mean(|j| j.value) + self.above,
            slope: mean(|j| j.slope),
            curvature: mean(|j| j.curvature),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Three slices of one SSVI surface: free of arbitrage.
    pub(crate) fn surface() -> SliceSurface {
        use crate::options::surface::ssvi::{Phi, Ssvi};
        let ssvi = Ssvi::new(-0.6, Phi::PowerLaw { eta: 1.0, gamma: 0.4 }).unwrap();
        let slice = |years: f64, theta: f64| (years, ssvi.slice(theta).unwrap());
        SliceSurface::new(vec![slice(1.0, 0.045), slice(0.1, 0.004), slice(0.5, 0.02)]).unwrap()
    }

    #[test]
    fn slices_come_back_and_time_is_linear() {
        let s = surface();
        for (t, slice) in s.slices() {
            for k in [-0.5, 0.0, 0.3] {
                assert!((s.total_variance(k, *t) - slice.total_variance(k)).abs() < 1e-16);
                assert!(
                    (s.implied_volatility(k, *t).powi(2) * t - slice.total_variance(k)).abs()
                        < 1e-15
                );
            }
        }
        let w = |t: f64| s.total_variance(-0.2, t);
        assert!((w(0.3) - 0.5 * (w(0.1) + w(0.5))).abs() < 1e-16);
        assert!((w(0.05) - 0.5 * w(0.1)).abs() < 1e-16 && w(0.0) == 0.0);
        let forward = (s.total_variance(0.0, 1.0) - s.total_variance(0.0, 0.5)) / 0.5;
        assert!((w(1.7) - w(1.0) - 0.7 * forward).abs() < 1e-15);
        assert!(w(-0.1).is_nan() && w(f64::NAN).is_nan());
    }

    #[test]
    fn jets_are_differences() {
        let s = surface();
        for t in [0.04, 0.1, 0.2, 0.7, 1.5] {
            for k in [-0.4, -0.01, 0.2] {
                let h = 1e-4;
                let (low, at, high) = (s.jet(k - h, t), s.jet(k, t), s.jet(k + h, t));
                assert!((at.value - s.total_variance(k, t)).abs() < 1e-15);
                assert!(((high.value - low.value) / (2.0 * h) - at.slope).abs() < 1e-6);
                assert!(((high.slope - low.slope) / (2.0 * h) - at.curvature).abs() < 1e-4);
                let d = 1e-6;
                let rise = (s.total_variance(k, t) - s.total_variance(k, t - d)) / d;
                assert!((rise - s.forward_variance(k, t)).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn crossed_slices_are_no_surface() {
        let slice = |a: f64| RawSvi::new(a, 0.1, 0.0, 0.0, 0.1).unwrap();
        let crossed = SliceSurface::new(vec![(0.1, slice(0.02)), (0.2, slice(0.01))]);
        assert!(matches!(crossed, Err(SurfaceError::Crossed(1, _))));
        assert_eq!(SliceSurface::new(vec![]), Err(SurfaceError::Empty));
        let twice = SliceSurface::new(vec![(0.1, slice(0.02)), (0.1, slice(0.03))]);
        assert_eq!(twice, Err(SurfaceError::Years(1)));
        assert_eq!(SliceSurface::new(vec![(0.0, slice(0.02))]), Err(SurfaceError::Years(0)));
    }
}
