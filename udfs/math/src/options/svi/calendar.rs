//! Calendar arbitrage between two slices: where the later one has less total variance.

use super::laurent::Laurent;
use super::raw::RawSvi;

/// How a slice lies above an earlier one.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// The lowest difference of total variances, later less earlier, over the whole line; −∞ if a wing
    /// of the later slice is less steep.
    pub minimum: f64,
    /// The log-moneyness of the lowest difference; −∞ or +∞ at an end.
    pub at: f64,
    /// The log-moneyness of every intersection, ascending.
    pub crossings: Vec<f64>,
    /// How far the earlier slice exceeds the later one halfway between intersections and 1 beyond the
    /// outermost: Gatheral & Jacquier (2014), Definition 5.1. 0 without intersections.
    pub crossedness: f64,
}

impl Calendar {
    /// Whether the two slices are free of calendar arbitrage: Gatheral & Jacquier (2014), Lemma 2.1.
    pub fn is_free(&self) -> bool {
        self.minimum >= 0.0
    }
}

impl RawSvi {
    /// How the slice lies above an `earlier` one on the same underlying.
    ///
    /// Complete, not sampled: in the angle of the earlier slice the squared intersections are the roots
    /// of a quartic, the squared stationary points of the difference those of a polynomial of degree 8,
    /// and the ends are told by the slopes of the wings.
    pub fn calendar(&self, earlier: &Self) -> Calendar {
        let difference = |k: f64| self.total_variance(k) - earlier.total_variance(k);
        let (left, right) = self.limits_above(earlier);
        let mut lowest = (left, f64::NEG_INFINITY);
        if right < lowest.0 {
            lowest = (right, f64::INFINITY);
        }
        for k in self.stationary_above(earlier) {
            if difference(k) < lowest.0 {
                lowest = (difference(k), k);
            }
        }
        let crossings = self.crossings(earlier);
        let mut middles: Vec<f64> = crossings.windows(2).map(|p| 0.5 * (p[0] + p[1])).collect();
        middles.extend(crossings.first().map(|k| k - 1.0));
        middles.extend(crossings.last().map(|k| k + 1.0));
        let crossedness = middles.iter().fold(0.0_f64, |most, k| most.max(-difference(*k)));
        Calendar { minimum: lowest.0, at: lowest.1, crossings, crossedness }
    }

    /// The difference to `earlier` at −∞ and at +∞.
    fn limits_above(&self, earlier: &Self) -> (f64, f64) {
        let (left, right) = self.wing_slopes();
        let (earlier_left, earlier_right) = earlier.wing_slopes();
        let limit = |slope: f64, earlier_slope: f64, sign: f64| {
            if slope == earlier_slope {
                self.a() - earlier.a() - sign * slope * (self.m() - earlier.m())
            } else {
                (slope - earlier_slope) * f64::INFINITY
            }
        };
        (limit(left, earlier_left, -1.0), limit(right, earlier_right, 1.0))
    }

    /// Candidates for the stationary points of the difference to `earlier`, each true one among them.
    pub(crate) fn stationary_above(&self, earlier: &Self) -> Vec<f64> {
        let (x, square) = self.seen_from(earlier);
        let cosh = Laurent::hyperbolic(0.0, 0.0, 1.0);
        let slope = Laurent::hyperbolic(
            0.0,
            earlier.b(),
            earlier.b() * earlier.rho() - self.b() * self.rho(),
        );
        let reach = x.times(&cosh);
        let squares =
            square.times(&slope.times(&slope)).plus(-self.b() * self.b(), &reach.times(&reach));
        squares.roots().into_iter().map(|u| earlier.m() + earlier.sigma() * u.sinh()).collect()
    }

    fn crossings(&self, earlier: &Self) -> Vec<f64> {
        let (x, square) = self.seen_from(earlier);
        let (b, sigma) = (earlier.b(), earlier.sigma());
        // b√… of this slice where the two are equal.
        let rest =
            Laurent::hyperbolic(earlier.a() - self.a(), b * sigma * earlier.rho(), b * sigma)
                .plus(-self.b() * self.rho(), &x);
        let squares = rest.times(&rest).plus(-self.b() * self.b(), &square);
        let mut crossings: Vec<f64> = squares
            .roots()
            .into_iter()
            .map(|u| earlier.m() + sigma * u.sinh())
            // Squaring added the points where `rest` is negative.
            .filter(|k| {
                let w = self.total_variance(*k);
                let size = w + earlier.total_variance(*k) + self.b() * (k - self.m()).abs();
                (w - earlier.total_variance(*k)).abs() <= 1e-7 * size
            })
            .collect();
        crossings.dedup();
        crossings
    }

    /// k − m and (k − m)² + σ² in the angle of another slice.
    fn seen_from(&self, other: &Self) -> (Laurent, Laurent) {
        let x = Laurent::hyperbolic(other.m() - self.m(), other.sigma(), 0.0);
        let square =
            x.times(&x).plus(self.sigma() * self.sigma(), &Laurent::hyperbolic(1.0, 0.0, 0.0));
        (x, square)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::raw::tests::{any_slice, vogt};
    use super::*;

    #[test]
    fn a_slice_does_not_cross_itself_raised() {
        let raised = RawSvi::new(-0.0400, 0.1331, 0.3060, 0.3586, 0.4153).unwrap();
        let found = raised.calendar(&vogt());
        assert!(
            found.is_free() && (found.minimum - 0.001).abs() < 1e-12 && found.crossedness == 0.0
        );
        assert!(vogt().calendar(&vogt()).is_free());
        assert!(!vogt().calendar(&raised).is_free());
    }

    /// Two V shapes: by hand, w₁ = 0.04 + 0.1|k| and w₂ = 0.03 + 0.2|k| cross at ±0.1.
    #[test]
    fn crossed_by_hand() {
        let earlier = RawSvi::new(0.04, 0.1, 0.0, 0.0, 1e-9).unwrap();
        let later = RawSvi::new(0.03, 0.2, 0.0, 0.0, 1e-9).unwrap();
        let found = later.calendar(&earlier);
        assert!((found.minimum + 0.01).abs() < 1e-8 && found.at.abs() < 1e-8, "{found:?}");
        assert_eq!(found.crossings.len(), 2, "{found:?}");
        assert!((found.crossings[0] + 0.1).abs() < 1e-8 && (found.crossings[1] - 0.1).abs() < 1e-8);
        assert!((found.crossedness - 0.01).abs() < 1e-8);
        let reversed = earlier.calendar(&later);
        assert_eq!(reversed.minimum, f64::NEG_INFINITY);
        assert!((reversed.crossedness - 0.1).abs() < 1e-8);
    }

    proptest! {
        #[test]
        fn nothing_is_missed(earlier in any_slice(), later in any_slice()) {
            let found = later.calendar(&earlier);
            let mut below = false;
            for i in -400..=400 {
                let k = later.m() + (f64::from(i) * 0.05).sinh() * 0.05;
                let difference = later.total_variance(k) - earlier.total_variance(k);
                prop_assert!(difference >= found.minimum - 1e-9 * (1.0 + k.abs()), "{k}: {found:?}");
                below |= difference < -1e-9 * (1.0 + k.abs());
                if i > -400 {
                    let before = later.m() + (f64::from(i - 1) * 0.05).sinh() * 0.05;
                    let last = later.total_variance(before) - earlier.total_variance(before);
                    if last * difference < -1e-12 * (1.0 + k * k) {
                        prop_assert!(
                            found.crossings.iter().any(|c| before <= *c && *c <= k), "{k}: {found:?}"
                        );
                    }
                }
            }
            prop_assert!(!below || !found.is_free());
        }
    }
}
