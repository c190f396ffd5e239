//! Butterfly arbitrage of a slice: where its density is negative, over the whole line.

use super::laurent::Laurent;
use super::raw::RawSvi;

/// What a slice's density says.
#[derive(Debug, Clone, PartialEq)]
pub struct Butterfly {
    /// The lowest value of g over the whole line, or its limit at an end.
    pub minimum: f64,
    /// The log-moneyness where g is lowest; −∞ or +∞ at an end.
    pub at: f64,
    /// The intervals of log-moneyness where g < 0, ascending.
    pub negative: Vec<(f64, f64)>,
    /// Whether both wings rise by less than 2: Lee's bound, strictly. At 2 or more, calls do not
    /// become worthless at high strikes, or mass is left at 0.
    pub within_lee: bool,
}

impl Butterfly {
    /// Whether the slice is free of butterfly arbitrage.
    pub fn is_free(&self) -> bool {
        self.within_lee && self.minimum >= 0.0
    }
}

impl RawSvi {
    /// Durrleman's g at k.
    pub fn durrleman(&self, k: f64) -> f64 {
        self.jet(k).durrleman(k)
    }

    /// The butterfly arbitrage of the slice.
    ///
    /// Complete, not sampled: in `u = asinh((k − m)/σ)`, `16·w²·cosh³u·g` is a Laurent polynomial of
    /// order 5 in eᵘ and the numerator of g′ one of order 6, so g changes its sign at most 10 times and
    /// has at most 12 stationary points, and all are found. At the ends g tends to (4 − s²)/16 for a
    /// wing of slope s.
    pub fn butterfly(&self) -> Butterfly {
        let (left, right) = self.wing_slopes();
        let mut lowest = (f64::INFINITY, f64::INFINITY);
        let mut consider = |g: f64, k: f64| {
            if g < lowest.0 {
                lowest = (g, k);
            }
        };
        consider((4.0 - left * left) / 16.0, f64::NEG_INFINITY);
        consider((4.0 - right * right) / 16.0, f64::INFINITY);
        for k in self.durrleman_stationary() {
            consider(self.durrleman(k), k);
        }
        let (minimum, at) = lowest;
        // Without a negative minimum there is nothing to look for.
        let negative = if minimum < 0.0 { self.negative_intervals(at) } else { Vec::new() };
        Butterfly { minimum, at, negative, within_lee: left < 2.0 && right < 2.0 }
    }

    /// The log-moneyness of every stationary point of g.
    pub(crate) fn durrleman_stationary(&self) -> Vec<f64> {
        let (w, cosh, numerator) = self.durrleman_numerator();
        let scale = w.times(&cosh);
        let change = w.derivative().times(&cosh).plus(1.5, &w.times(&cosh.derivative()));
        let stationary = numerator
            .derivative()
            .times(&scale)
            .plus(-2.0, &numerator.times(&change))
            .without_ends();
        stationary.roots().into_iter().map(|u| self.at_angle(u)).collect()
    }

    /// w, cosh u and `16·w²·cosh³u·g`.
    fn durrleman_numerator(&self) -> (Laurent, Laurent, Laurent) {
        let (b, rho, sigma) = (self.b(), self.rho(), self.sigma());
        let w = Laurent::hyperbolic(self.a(), b * sigma * rho, b * sigma);
        let cosh = Laurent::hyperbolic(0.0, 0.0, 1.0);
        let k = Laurent::hyperbolic(self.m(), sigma, 0.0);
        // w′ is `rise`/cosh u, w″ is b/(σ cosh³u).
        let rise = Laurent::hyperbolic(0.0, b, b * rho);
        let tilt = w.times(&cosh).plus(-0.5, &k.times(&rise));
        let square = tilt.times(&tilt).times(&cosh);
        let w_and_4 = w.plus(4.0, &Laurent::hyperbolic(1.0, 0.0, 0.0));
        let slope = rise.times(&rise).times(&cosh).times(&w).times(&w_and_4);
        let curvature = w.times(&w);
        let numerator = slope.plus(-16.0, &square).plus(-8.0 * b / sigma, &curvature);
        (w, cosh, Laurent::hyperbolic(0.0, 0.0, 0.0).plus(-1.0, &numerator))
    }

    fn negative_intervals(&self, lowest: f64) -> Vec<(f64, f64)> {
        let (_, _, numerator) = self.durrleman_numerator();
        let mut ends = vec![f64::NEG_INFINITY];
        ends.extend(numerator.roots().into_iter().map(|u| self.at_angle(u)));
        ends.push(f64::INFINITY);
        ends.dedup();
        let mut negative: Vec<(f64, f64)> = Vec::new();
        for pair in ends.windows(2) {
            let (low, high) = (pair[0], pair[1]);
            let holds_lowest = low <= lowest && lowest <= high;
            if holds_lowest || self.durrleman(self.between(low, high)) < 0.0 {
                match negative.last_mut() {
                    Some(last) if last.1 == low => last.1 = high,
                    _ => negative.push((low, high)),
                }
            }
        }
        negative
    }

    /// The log-moneyness at an angle u.
    fn at_angle(&self, u: f64) -> f64 {
        self.m() + self.sigma() * u.sinh()
    }

    /// A point between two, either of which may be infinite.
    fn between(&self, low: f64, high: f64) -> f64 {
        let angle = |k: f64| ((k - self.m()) / self.sigma()).asinh();
        let u = match (low.is_finite(), high.is_finite()) {
            (true, true) => 0.5 * (angle(low) + angle(high)),
            (true, false) => angle(low) + 1.0,
            (false, true) => angle(high) - 1.0,
            (false, false) => 0.0,
        };
        self.at_angle(u)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::raw::tests::{any_slice, vogt};
    use super::*;

    #[test]
    fn vogt_as_published() {
        let found = vogt().butterfly();
        assert!((found.minimum + 0.032_863_573_454).abs() < 1e-12);
        assert!((found.at - 0.879_262_555).abs() < 1e-7);
        let [(low, high)] = found.negative[..] else { panic!("{found:?}") };
        assert!((low - 0.642_407_878).abs() < 1e-9 && (high - 1.256_912_992).abs() < 1e-9);
        assert!(found.within_lee && !found.is_free());
    }

    /// Gatheral & Jacquier (2014), section 5.1: both repairs of Vogt's slice.
    #[test]
    fn vogt_repaired() {
        use super::super::jump_wings::JumpWings;
        let jw = JumpWings::from_raw(&vogt(), 1.0).unwrap();
        for (call_wing, minimum_variance) in
            [(0.349_315_822_499, 0.015_481_824_841), (0.856_476_3, 0.011_624_9)]
        {
            let repaired = JumpWings { call_wing, minimum_variance, ..jw }.to_raw().unwrap();
            assert!(repaired.butterfly().is_free(), "{repaired:?}");
        }
    }

    #[test]
    fn lee_is_strict() {
        let steep = RawSvi::new(0.5, 1.0, 0.0, 0.0, 0.5).unwrap();
        assert!(steep.butterfly().within_lee);
        let steeper = RawSvi::new(0.5, 2.0, 0.0, 0.0, 0.5).unwrap().butterfly();
        assert!(!steeper.within_lee && !steeper.is_free());
        let steepest = RawSvi::new(0.5, 2.5, 0.0, 0.0, 0.5).unwrap().butterfly();
        assert!(steepest.negative.first().unwrap().0 == f64::NEG_INFINITY);
        assert!(steepest.negative.last().unwrap().1 == f64::INFINITY);
    }

    #[test]
    fn a_flat_slice_is_free() {
        let flat = RawSvi::new(0.04, 0.0, 0.0, 0.0, 0.1).unwrap().butterfly();
        assert!(flat.is_free() && flat.negative.is_empty());
    }

    proptest! {
        /// No sample is below the minimum, and samples are negative just where the intervals say.
        #[test]
        fn nothing_is_missed(slice in any_slice()) {
            let found = slice.butterfly();
            for i in -400..=400 {
                let k = slice.m() + slice.sigma() * (f64::from(i) * 0.04).sinh();
                let g = slice.durrleman(k);
                prop_assert!(g >= found.minimum - 1e-9 * (1.0 + g.abs()), "{g} at {k}: {found:?}");
                if g.abs() > 1e-7 {
                    let inside = found.negative.iter().any(|(low, high)| *low <= k && k <= *high);
                    prop_assert_eq!(inside, g < 0.0, "{} at {}: {:?}", g, k, &found);
                }
            }
        }
    }
}
