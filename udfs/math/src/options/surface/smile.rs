//! What is read off a surface at one time to expiry.
//!
//! Deltas are those of options on the forward, not discounted: a call's is Φ(d₁), a put's Φ(d₁) − 1, each
//! with the volatility of its own strike. d₁ and d₂ fall in k wherever there is no butterfly arbitrage:
//! Fukasawa (2012), Mathematical Finance 22(4), so that one strike has a given delta.

use statrs::function::erf::erfc_inv;

use super::slices::{Place, SliceSurface};
use crate::options::kind::Kind;
use crate::options::normal;

/// The smile at one time to expiry, in volatilities a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smile {
    /// σ where the strike is the forward.
    pub at_the_money: f64,
    /// ∂σ/∂k there, k = ln(strike/forward).
    pub slope: f64,
    /// ∂²σ/∂k² there.
    pub curvature: f64,
    /// σ of the put and of the call of delta 0.25, where some strike has it.
    pub wings_25: Option<[f64; 2]>,
    /// σ of the put and of the call of delta 0.10, likewise.
    pub wings_10: Option<[f64; 2]>,
    /// What a straddle at the forward costs, not discounted, as a share of the forward: the mean absolute
    /// move at expiry.
    pub expected_move: f64,
    /// σ of the fair variance of a swap, where there is one: [`SliceSurface::swap_variance`].
    pub swap: Option<f64>,
}

/// σ of the call less that of the put.
pub fn risk_reversal([put, call]: [f64; 2]) -> f64 {
    call - put
}

/// How far the wings are above what is at the money.
pub fn butterfly([put, call]: [f64; 2], at_the_money: f64) -> f64 {
    0.5 * (put + call) - at_the_money
}

/// Beyond this |ln(strike/forward)| there is no strike that a float could hold.
const FURTHEST: f64 = 700.0;
/// Standard deviations beyond which the normal density adds nothing.
const TAIL: f64 = 8.5;
/// Most points of the integral of a swap.
const POINTS: usize = 1 << 15;

impl SliceSurface {
    /// The smile at a time from the first slice to the last; `None` outside of them, and without a
    /// volatility at the money.
    pub fn smile(&self, years: f64) -> Option<Smile> {
        let (first, last) = (self.slices().first()?.0, self.slices().last()?.0);
        if !(first <= years && years <= last) {
            return None;
        }
        let place = self.place(years);
        let jet = place.jet(0.0);
        let root = jet.value.sqrt();
        let per_year = years.sqrt();
        let wing = |delta: f64| -> Option<[f64; 2]> {
            let of = |kind| {
                let k = strike_of_delta(&place, kind, delta)?;
                Some((place.total_variance(k) / years).sqrt())
            };
            Some([of(Kind::Put)?, of(Kind::Call)?])
        };
        let smile = Smile {
            at_the_money: root / per_year,
            slope: jet.slope / (2.0 * root * per_year),
            curvature: (0.5 * jet.curvature - 0.25 * jet.slope * jet.slope / jet.value)
                / (root * per_year),
            wings_25: wing(0.25),
            wings_10: wing(0.10),
            expected_move: 2.0 * (normal::cdf(0.5 * root) - normal::cdf(-0.5 * root)),
            swap: swap_variance(&place).map(|w| (w / years).sqrt()),
        };
        (smile.at_the_money > 0.0 && smile.slope.is_finite()).then_some(smile)
    }

    /// ln(strike/forward) of the option whose delta is `delta` in absolute value, 0 < delta < 1; `None` if
    /// no strike has it. Where butterfly arbitrage gives it to several, one of them.
    pub fn strike_of_delta(&self, kind: Kind, delta: f64, years: f64) -> Option<f64> {
        strike_of_delta(&self.place(years), kind, delta)
    }

    /// The fair total variance of a swap on the returns until then, of options at all strikes:
    /// ∫ w(k(z)) φ(z) dz with z = d₂, Gatheral (2006), The Volatility Surface, eq. 11.5. `None` where d₂ does
    /// not fall from one tail to where it first reaches the other: by arbitrage, or a wing so steep that no strike
    /// is far enough out.
    pub fn swap_variance(&self, years: f64) -> Option<f64> {
        swap_variance(&self.place(years))
    }
}

/// d₂ at k; d₁ is √w above it.
fn d2(place: &Place<'_>, k: f64) -> f64 {
    let root = place.total_variance(k).sqrt();
    -k / root - 0.5 * root
}

fn d1(place: &Place<'_>, k: f64) -> f64 {
    let root = place.total_variance(k).sqrt();
    -k / root + 0.5 * root
}

fn strike_of_delta(place: &Place<'_>, kind: Kind, delta: f64) -> Option<f64> {
    if !(0.0 < delta && delta < 1.0) {
        return None;
    }
    // Φ⁻¹(delta) for a call; a put's 1 − delta is the other side.
    let z = -std::f64::consts::SQRT_2 * erfc_inv(2.0 * delta);
    crossing(|k| d1(place, k), if kind == Kind::Call { z } else { -z })
}

/// Where a falling function meets a level: brackets, then bisections to the last digit.
fn crossing(falling: impl Fn(f64) -> f64, level: f64) -> Option<f64> {
    // Further and further out on a side, until the level is behind.
    let bracket = |side: f64| {
        let further = |k: &f64| (*k < FURTHEST).then(|| FURTHEST.min(2.0 * k));
        let mut points = std::iter::successors(Some(0.125), further).map(|k| side * k);
        points.find(|k| side * (falling(*k) - level) <= 0.0)
    };
    let (mut low, mut high) = (bracket(-1.0)?, bracket(1.0)?);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        match falling(middle) >= level {
            true => low = middle,
            false => high = middle,
        }
    }
    Some(0.5 * (low + high))
}

fn swap_variance(place: &Place<'_>) -> Option<f64> {
    let (from, to) = (crossing(|k| d2(place, k), TAIL)?, crossing(|k| d2(place, k), -TAIL)?);
    // Strikes as hyperbolic sines: close to each other at the money and far apart in the wings.
    let unit = place.total_variance(0.0).sqrt();
    let (from, to) = ((from / unit).asinh(), (to / unit).asinh());
    let density = |u: f64| {
        let k = unit * u.sinh();
        let jet = place.jet(k);
        let root = jet.value.sqrt();
        // −∂d₂/∂k
        let fall = 1.0 / root + jet.slope * (0.25 / root - 0.5 * k / (root * jet.value));
        let weight = if fall > 0.0 { fall * unit * u.cosh() } else { f64::NAN };
        normal::pdf(-k / root - 0.5 * root) * weight * jet.value
    };
    // The trapezoidal rule, refined until it stands: what it sums fades out at both ends.
    let (mut points, mut sum, mut before) = (64, 0.0, f64::NAN);
    let mut step = (to - from) / 64.0;
    for i in 0..=points {
        sum += density(from + step * i as f64);
    }
    loop {
        let total = sum * step;
        if (total - before).abs() <= 1e-10 * total {
            return Some(total);
        }
        if points >= POINTS || !total.is_finite() {
            return None;
        }
        before = total;
        for i in 0..points {
            sum += density(from + step * (i as f64 + 0.5));
        }
        points *= 2;
        step *= 0.5;
    }
}

#[cfg(test)]
mod tests {
    use super::super::slices::tests::surface;
    use super::*;
    use crate::options::black::undiscounted_price;
    use crate::options::svi::raw::RawSvi;
    use crate::options::svi::raw::tests::vogt;

    fn flat(volatility: f64) -> SliceSurface {
        let slice = |years: f64| {
            (years, RawSvi::new(volatility * volatility * years, 0.0, 0.0, 0.0, 0.1).unwrap())
        };
        SliceSurface::new(vec![slice(0.1), slice(2.0)]).unwrap()
    }

    #[test]
    fn of_a_flat_surface() {
        for years in [0.1, 0.7, 2.0] {
            let smile = flat(0.3).smile(years).unwrap();
            let (near, far) = (smile.wings_25.unwrap(), smile.wings_10.unwrap());
            let same = [smile.at_the_money, smile.swap.unwrap(), near[0], far[1]];
            assert!(same.iter().all(|x| (x - 0.3).abs() < 1e-9), "{smile:?}");
            assert_eq!((smile.slope, smile.curvature), (0.0, 0.0));
            // Brenner & Subrahmanyam (1988): √(2/π) σ√T to first order.
            let first = (2.0 / std::f64::consts::PI).sqrt() * 0.3 * years.sqrt();
            assert!((smile.expected_move / first - 1.0).abs() < 0.01 * years, "{smile:?}");
            assert!(risk_reversal(far).abs() < 1e-15);
            assert!(butterfly(far, smile.at_the_money).abs() < 1e-15);
        }
    }

    #[test]
    fn outside_of_the_slices_there_is_none() {
        let s = surface();
        assert!(s.smile(0.1).is_some() && s.smile(1.0).is_some());
        for years in [0.099, 1.001, 0.0, -1.0, f64::NAN] {
            assert_eq!(s.smile(years), None);
        }
    }

    /// Slope and curvature are differences of the volatility, and a delta that of its price.
    #[test]
    fn as_differences() {
        let s = surface();
        for years in [0.1, 0.3, 1.0] {
            let smile = s.smile(years).unwrap();
            let sigma = |k: f64| s.implied_volatility(k, years);
            let h = 1e-4;
            let slope = (sigma(h) - sigma(-h)) / (2.0 * h);
            assert!((slope - smile.slope).abs() < 1e-6, "{slope} {smile:?}");
            let curvature = (sigma(h) - 2.0 * sigma(0.0) + sigma(-h)) / (h * h);
            assert!((curvature - smile.curvature).abs() < 1e-4, "{curvature} {smile:?}");
            for (kind, delta) in [(Kind::Put, 0.1), (Kind::Put, 0.25), (Kind::Call, 0.25)] {
                let k = s.strike_of_delta(kind, delta, years).unwrap();
                let stdev = sigma(k) * years.sqrt();
                let price = |forward| undiscounted_price(kind, forward, k.exp(), stdev).value();
                let slope = (price(1.0 + 1e-5).unwrap() - price(1.0 - 1e-5).unwrap()) / 2e-5;
                assert!((slope.abs() - delta).abs() < 1e-7, "{kind:?} {delta}: {slope}");
            }
        }
        assert_eq!(s.strike_of_delta(Kind::Call, 0.0, 1.0), None);
        assert_eq!(s.strike_of_delta(Kind::Call, 1.0, 1.0), None);
    }

    /// 2∫ of what is out of the money over the square of the strike: Carr & Madan (1998).
    #[test]
    fn swaps_are_strips_of_options() {
        let s = surface();
        for years in [0.1, 0.3, 1.0] {
            // The kink at the forward costs step²/12.
            let step = 2e-4;
            let strip: f64 = (-25_000..25_000)
                .map(|i| {
                    let k = (f64::from(i) + 0.5) * step;
                    let kind = if k > 0.0 { Kind::Call } else { Kind::Put };
                    let stdev = s.total_variance(k, years).sqrt();
                    let price = undiscounted_price(kind, 1.0, k.exp(), stdev).value().unwrap();
                    2.0 * price * (-k).exp() * step
                })
                .sum();
            let swap = s.swap_variance(years).unwrap();
            assert!((swap / strip - 1.0).abs() < 1e-6, "{years}: {swap} {strip}");
            let smile = s.smile(years).unwrap();
            assert!((smile.swap.unwrap().powi(2) * years / swap - 1.0).abs() < 1e-12);
        }
    }

    /// Steep wings without arbitrage have all but, in the end, strikes far enough out for a swap.
    #[test]
    fn steep_wings() {
        for (b, swap) in [(0.35, true), (0.6, true), (0.8, true), (1.2, false)] {
            let slice = RawSvi::new(0.02, b, -0.5, 0.0, 0.3).unwrap();
            let s = SliceSurface::new(vec![(0.5, slice)]).unwrap();
            let smile = s.smile(0.5).unwrap();
            assert!(smile.wings_25.is_some() && smile.wings_10.is_some(), "{b}");
            assert_eq!(smile.swap.is_some(), swap, "{b}");
        }
    }

    /// Where d₂ does not fall there is no swap; nothing hangs or panics.
    #[test]
    fn arbitrage_is_survived() {
        let s = SliceSurface::new(vec![(1.0, vogt())]).unwrap();
        assert!(s.smile(1.0).is_some());
        let folded = RawSvi::new(0.01, 0.1, 0.9, 0.3, 0.01).unwrap();
        let s = SliceSurface::new(vec![(1.0, folded)]).unwrap();
        assert_eq!(s.smile(1.0).unwrap().swap, None);
        let zero = RawSvi::new(0.0, 0.0, 0.0, 0.0, 0.1).unwrap();
        let s = SliceSurface::new(vec![(1.0, zero)]).unwrap();
        assert_eq!(s.smile(1.0), None);
    }
}
