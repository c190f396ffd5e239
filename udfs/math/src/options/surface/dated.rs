//! A surface asked by expiry date and strike, as options are quoted.

use super::slices::{SliceSurface, SurfaceError};
use crate::options::kind::Kind;
use crate::options::svi::raw::{RawSvi, VarianceJet};

const DAYS_A_YEAR: f64 = 365.0;

/// A slice with its expiry and forward.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DatedSlice {
    /// Days since any fixed day.
    pub expiry: i32,
    /// Years to expiry.
    pub years: f64,
    /// Forward at expiry.
    pub forward: f64,
    /// Total variance by log-moneyness.
    pub slice: RawSvi,
}

/// Slices that may be asked for any expiry and strike.
///
/// Between expiries years go with dates, the logarithm of the forward with years and total variance as
/// in [`SliceSurface`]. Outside them a day is 1/365 of a year and the forward grows as in the nearest
/// interval; a single expiry has one forward.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedSurface {
    /// By years.
    slices: Vec<DatedSlice>,
    /// Of their forwards: a power a question would cost more than all the rest.
    log_forwards: Vec<f64>,
    surface: SliceSurface,
}

/// One option on the surface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurfacePoint {
    /// Years to expiry.
    pub years: f64,
    /// ln(strike/forward).
    pub k: f64,
}

impl DatedSurface {
    /// Of slices in any order, which may cross.
    pub fn new(mut slices: Vec<DatedSlice>) -> Result<Self, SurfaceError> {
        slices.sort_by(|x, y| x.years.total_cmp(&y.years));
        let surface = SliceSurface::unchecked(slices.iter().map(|s| (s.years, s.slice)).collect())?;
        if let Some(bad) = slices.iter().position(|s| !(s.forward > 0.0 && s.forward.is_finite())) {
            return Err(SurfaceError::Forward(bad));
        }
        if let Some(bad) = slices.windows(2).position(|pair| pair[0].expiry >= pair[1].expiry) {
            return Err(SurfaceError::Years(bad + 1));
        }
        let log_forwards = slices.iter().map(|slice| slice.forward.ln()).collect();
        Ok(Self { slices, log_forwards, surface })
    }

    /// Total variance by log-moneyness and years.
    pub fn surface(&self) -> &SliceSurface {
        &self.surface
    }

    /// Where an option of this expiry and strike lies; `None` unless the expiry is after the instant of the
    /// surface and the strike above 0 and finite.
    pub fn point(&self, expiry: i32, strike: f64) -> Option<SurfacePoint> {
        let late = self.slices.partition_point(|s| s.expiry < expiry);
        let years = self.years(late, expiry);
        let k = strike.ln() - self.log_forward(late, years);
        (years > 0.0 && strike > 0.0 && k.is_finite()).then_some(SurfacePoint { years, k })
    }

    /// Implied volatility at a point.
    pub fn implied_volatility(&self, point: SurfacePoint) -> f64 {
        self.surface.implied_volatility(point.k, point.years)
    }

    /// w and its derivatives at a point.
    pub fn jet(&self, point: SurfacePoint) -> VarianceJet {
        self.surface.jet(point.k, point.years)
    }

    /// The years to an expiry, `late` being the first slice that is not before it.
    fn years(&self, late: usize, expiry: i32) -> f64 {
        let days = |from: i32, to: i32| f64::from(to) - f64::from(from);
        match (late.checked_sub(1).map(|i| &self.slices[i]), self.slices.get(late)) {
            // Exactly, since what is told of a slice's time and of a moment later differs.
            (_, Some(slice)) if slice.expiry == expiry => slice.years,
            (Some(early), Some(late)) => {
                let share = days(early.expiry, expiry) / days(early.expiry, late.expiry);
                (early.years + share * (late.years - early.years)).min(late.years)
            }
            (None, Some(first)) => first.years - days(expiry, first.expiry) / DAYS_A_YEAR,
            (Some(last), None) => last.years + days(last.expiry, expiry) / DAYS_A_YEAR,
            (None, None) => f64::NAN,
        }
    }

    /// The strike at which an option of this expiry has a delta, as [`SliceSurface::strike_of_delta`];
    /// `None` unless the expiry is after the instant of the surface.
    pub fn strike_of_delta(&self, expiry: i32, kind: Kind, delta: f64) -> Option<f64> {
        let late = self.slices.partition_point(|s| s.expiry < expiry);
        let years = self.years(late, expiry);
        let k = self.surface.strike_of_delta(kind, delta, years).filter(|_| years > 0.0)?;
        Some(self.forward(years) * k.exp())
    }

    /// The forward in so many years.
    pub fn forward(&self, years: f64) -> f64 {
        let told = self.slices.iter().find(|s| s.years == years || self.slices.len() == 1);
        let late = self.slices.partition_point(|s| s.years < years);
        told.map_or_else(|| self.log_forward(late, years).exp(), |slice| slice.forward)
    }

    /// Its logarithm, linear in years, `late` being the first slice that is not before them.
    fn log_forward(&self, late: usize, years: f64) -> f64 {
        // The interval that holds the years, or the nearest one.
        let last = self.slices.len() - 1;
        let late = late.clamp(1, last.max(1)).min(last);
        let early = late.saturating_sub(1);
        let [from, to] = [early, late].map(|i| (self.slices[i].years, self.log_forwards[i]));
        // A single slice has one forward.
        let growth = if early == late { 0.0 } else { (to.1 - from.1) / (to.0 - from.0) };
        from.1 + growth * (years - from.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(expiry: i32, years: f64, forward: f64, level: f64) -> DatedSlice {
        let slice = RawSvi::new(level * years, 0.02, -0.3, 0.0, 0.1).unwrap();
        DatedSlice { expiry, years, forward, slice }
    }

    fn surface() -> DatedSurface {
        // Out of order, and growing at 4 % a year.
        let forward = |years: f64| 100.0 * (0.04 * years).exp();
        let slices =
            [(365, 1.0, 0.05), (73, 0.2, 0.04)].map(|(day, t, a)| slice(day, t, forward(t), a));
        DatedSurface::new(slices.to_vec()).unwrap()
    }

    #[test]
    fn slices_are_met() {
        let s = surface();
        for (day, years) in [(73, 0.2_f64), (365, 1.0)] {
            let point = s.point(day, 90.0).unwrap();
            assert!((point.years - years).abs() < 1e-15);
            let forward = s.forward(point.years);
            assert!((forward - 100.0 * (0.04 * years).exp()).abs() < 1e-12);
            let k = (90.0 / forward).ln();
            assert!((point.k - k).abs() < 1e-15);
            let slice = s.slices.iter().find(|s| s.expiry == day).unwrap().slice;
            let expected = (slice.total_variance(k) / years).sqrt();
            assert!((s.implied_volatility(point) - expected).abs() < 1e-15);
        }
    }

    #[test]
    fn between_and_beyond_the_forward_grows_at_its_rate() {
        let s = surface();
        for day in [1, 40, 100, 219, 300, 500, 2000] {
            let point = s.point(day, 100.0).unwrap();
            assert!((point.years - f64::from(day) / 365.0).abs() < 1e-12, "{day}");
            let forward = 100.0 * (0.04 * point.years).exp();
            assert!((s.forward(point.years) - forward).abs() < 1e-9, "{day}: {point:?}");
            assert!((point.k - (100.0 / forward).ln()).abs() < 1e-14, "{day}: {point:?}");
        }
    }

    #[test]
    fn what_is_no_option_has_no_point() {
        let s = surface();
        for (day, strike) in [(0, 100.0), (-5, 100.0), (73, 0.0), (73, -1.0), (73, f64::NAN)] {
            assert_eq!(s.point(day, strike), None, "{day} {strike}");
        }
        let one = DatedSurface::new(vec![slice(73, 0.2, 100.0, 0.04)]).unwrap();
        assert_eq!(one.forward(one.point(300, 100.0).unwrap().years), 100.0);
    }

    /// A slice's own time is not a moment later, where the next one's variance would begin.
    #[test]
    fn the_years_of_a_slice_are_met_exactly() {
        let slices = [(6, 5.0 / 365.0), (189, 188.0 / 365.0), (366, 1.0)]
            .map(|(day, t)| slice(day, t, 100.0, 0.04));
        let s = DatedSurface::new(slices.to_vec()).unwrap();
        for slice in slices {
            assert_eq!(s.point(slice.expiry, 100.0).unwrap().years, slice.years);
        }
    }

    #[test]
    fn bad_slices_are_refused() {
        assert_eq!(DatedSurface::new(vec![]), Err(SurfaceError::Empty));
        let with = |day, forward| {
            DatedSurface::new(vec![slice(73, 0.2, 100.0, 0.04), slice(day, 0.5, forward, 0.05)])
        };
        assert_eq!(with(150, 0.0), Err(SurfaceError::Forward(1)));
        // More years for an earlier date.
        assert_eq!(with(70, 100.0), Err(SurfaceError::Years(1)));
    }
}
