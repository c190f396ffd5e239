//! Portfolio size: as large as a volatility target, a cap per name and a gross cap allow.
//!
//! A direction is split into its legs (long and short, or long only). Every leg gets the gross
//! weight g, spread in proportion to the direction; names above the cap are clipped to it and the
//! excess goes to the others in proportion, until none is above (the fixed point of iterated
//! clipping). So the legs stay equal and the portfolio stays dollar-neutral at every g. The answer
//! is the largest g within the caps, or the g where volatility meets its target, if that is less.

/// The caps of a portfolio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Volatility, in the unit of the risk function given to [`size`].
    pub volatility: f64,
    /// Σ|w|.
    pub gross: f64,
    /// |w| of each name.
    pub name: f64,
}

/// What keeps a portfolio, or one of its names, from being larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// No position.
    None,
    /// The cap per name.
    NameCap,
    /// The gross cap.
    GrossCap,
    /// The volatility target.
    Volatility,
}

/// A sized portfolio.
#[derive(Debug, Clone, PartialEq)]
pub struct Sized {
    /// One weight per name.
    pub weights: Vec<f64>,
    /// The volatility of the weights.
    pub volatility: f64,
    /// What limits the portfolio as a whole.
    pub binding: Binding,
}

/// Portfolios stay this much inside the gross cap and the volatility target, so that sums in another
/// order keep them too.
const ROUNDING: f64 = 1e-12;

/// Sizes `direction` (any scale, zero for no position). Long only takes the positive part; otherwise
/// both signs must occur, or there is no position. `risk` gives the volatility of weights and is
/// homogeneous: risk(k·w) = k·risk(w).
pub fn size(
    direction: &[f64],
    long_only: bool,
    limits: Limits,
    risk: impl Fn(&[f64]) -> f64,
) -> Sized {
    let long = Leg::new(direction, 1.0);
    let short = if long_only { None } else { Leg::new(direction, -1.0) };
    let legs: Vec<Leg> = match (long, short) {
        (Some(long), None) if long_only => vec![long],
        (Some(long), Some(short)) => vec![long, short],
        _ => vec![],
    };
    let count = legs.len() as f64;
    let Some(capacity) = legs.iter().map(|l| l.shares.len() as f64 * limits.name).reduce(f64::min)
    else {
        let weights = vec![0.0; direction.len()];
        return Sized { weights, volatility: 0.0, binding: Binding::None };
    };
    let leg_cap = limits.gross / count * (1.0 - ROUNDING);
    let (most, binding) = if capacity < leg_cap {
        (capacity, Binding::NameCap)
    } else {
        (leg_cap, Binding::GrossCap)
    };
    let target = limits.volatility * (1.0 - ROUNDING);
    let at = |gross: f64| {
        let mut weights = vec![0.0; direction.len()];
        for leg in &legs {
            leg.spread(gross, limits.name, &mut weights);
        }
        let volatility = risk(&weights);
        (weights, volatility)
    };
    let (weights, volatility) = at(most);
    if volatility <= target {
        return Sized { weights, volatility, binding };
    }
    // Up to `free` no name is clipped and volatility is proportional to g.
    let largest = legs.iter().flat_map(|l| &l.shares).map(|(_, s)| s.abs()).fold(0.0, f64::max);
    let free = most.min(limits.name / largest);
    let (_, free_volatility) = at(free);
    let gross = if free_volatility >= target {
        free * (target / free_volatility)
    } else {
        let excess = |g: f64| at(g).1 - target;
        let below = (free, free_volatility - target);
        root(below, (most, volatility - target), excess)
    };
    let (weights, volatility) = at(gross);
    Sized { weights, volatility, binding: Binding::Volatility }
}

/// One side of a portfolio: names with their signed shares, |shares| summing to one.
struct Leg {
    shares: Vec<(usize, f64)>,
}

impl Leg {
    /// The names whose direction has the sign; `None` if there are none.
    fn new(direction: &[f64], sign: f64) -> Option<Self> {
        let own = |(_, d): &(usize, f64)| d * sign > 0.0;
        let mut shares: Vec<_> = direction.iter().copied().enumerate().filter(own).collect();
        let total: f64 = shares.iter().map(|(_, d)| d.abs()).sum();
        for (_, share) in &mut shares {
            *share /= total;
        }
        (!shares.is_empty() && total.is_finite()).then_some(Self { shares })
    }

    /// Writes weights with Σ|w| = `gross` and |w| ≤ `cap`; `gross` is at most the leg's capacity.
    fn spread(&self, gross: f64, cap: f64, weights: &mut [f64]) {
        let mut open = self.shares.clone();
        let mut left = gross;
        loop {
            let total: f64 = open.iter().map(|(_, s)| s.abs()).sum();
            if open.is_empty() || total <= 0.0 {
                return;
            }
            let scale = left / total;
            let clipped = |(_, s): &(usize, f64)| s.abs() * scale > cap;
            let before = open.len();
            for (name, share) in open.iter().filter(|e| clipped(e)) {
                weights[*name] = cap * share.signum();
            }
            open.retain(|e| !clipped(e));
            if open.len() == before {
                for (name, share) in open {
                    weights[name] = share * scale;
                }
                return;
            }
            left = (left - cap * (before - open.len()) as f64).max(0.0);
        }
    }
}

/// The zero of a continuous `f` between a point below zero and one above (regula falsi, Illinois
/// variant), from the side where f ≤ 0.
fn root(mut below: (f64, f64), mut above: (f64, f64), f: impl Fn(f64) -> f64) -> f64 {
    let mut last_was_below = None;
    for _ in 0..200 {
        let x = (below.0 * above.1 - above.0 * below.1) / (above.1 - below.1);
        let y = f(x);
        // An end that stays twice is down-weighted, so that it moves in the next step.
        if y <= 0.0 {
            if last_was_below == Some(true) {
                above.1 /= 2.0;
            }
            below = (x, y);
        } else {
            if last_was_below == Some(false) {
                below.1 /= 2.0;
            }
            above = (x, y);
        }
        last_was_below = Some(y <= 0.0);
        if above.0 - below.0 <= 1e-13 * above.0 || y == 0.0 {
            break;
        }
    }
    below.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMITS: Limits = Limits { volatility: 0.1, gross: 2.0, name: 0.5 };

    /// Independent names, all of volatility 0.2.
    fn independent(weights: &[f64]) -> f64 {
        0.2 * weights.iter().map(|w| w * w).sum::<f64>().sqrt()
    }

    fn close(a: &[f64], b: &[f64]) {
        assert_eq!(a.len(), b.len());
        assert!(a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-10), "{a:?} {b:?}");
    }

    #[test]
    fn volatility_binds() {
        // w = (x, −x): 0.2·x·√2 = 0.1 → x = 0.35355339.
        let sized = size(&[3.0, 0.0, -7.0], false, LIMITS, independent);
        let x = 0.5 / 2.0_f64.sqrt();
        close(&sized.weights, &[x, 0.0, -x]);
        assert_eq!(sized.binding, Binding::Volatility);
    }

    #[test]
    fn volatility_binds_beyond_a_clipped_name() {
        // Long only 3:1 with the cap 0.35: unclipped (3y, y) has 0.2·y·√10 = 0.1 at y = 0.158, 3y = 0.474
        // > 0.35. Clipped: 0.35² + x² = 0.25 → x = 0.357 > 0.35, so 0.35·√2·0.2 = 0.098995 < 0.1:
        // the cap binds. With the cap 0.4: x² = 0.25 − 0.16 → x = 0.3.
        let limits = Limits { name: 0.35, ..LIMITS };
        let sized = size(&[3.0, 1.0], true, limits, independent);
        close(&sized.weights, &[0.35, 0.35]);
        assert_eq!(sized.binding, Binding::NameCap);
        let sized = size(&[3.0, 1.0], true, Limits { name: 0.4, ..LIMITS }, independent);
        close(&sized.weights, &[0.4, 0.3]);
        assert_eq!(sized.binding, Binding::Volatility);
        assert!(sized.volatility <= 0.1);
    }

    #[test]
    fn gross_binds() {
        let limits = Limits { gross: 0.4, ..LIMITS };
        let sized = size(&[1.0, 3.0, -1.0], false, limits, independent);
        close(&sized.weights, &[0.05, 0.15, -0.2]);
        assert_eq!(sized.binding, Binding::GrossCap);
    }

    #[test]
    fn the_smaller_leg_limits_the_larger() {
        // One short of at most 0.1 allows longs of 0.1 in all.
        let limits = Limits { name: 0.1, volatility: 1.0, ..LIMITS };
        let sized = size(&[1.0, 3.0, -1.0], false, limits, independent);
        close(&sized.weights, &[0.025, 0.075, -0.1]);
        assert_eq!(sized.binding, Binding::NameCap);
    }

    #[test]
    fn one_sided_directions_have_no_neutral_portfolio() {
        let sized = size(&[1.0, 0.0], false, LIMITS, independent);
        assert_eq!((sized.weights, sized.binding), (vec![0.0, 0.0], Binding::None));
        let sized = size(&[-1.0], true, LIMITS, independent);
        assert_eq!((sized.weights, sized.binding), (vec![0.0], Binding::None));
    }

    proptest! {
        #[test]
        fn caps_hold_and_one_of_them_binds(
            direction in prop::collection::vec(-1.0..1.0_f64, 1..30),
            loadings in prop::collection::vec(-1.0..1.0_f64, 30),
            long_only: bool,
            volatility in 0.01..0.5_f64,
            gross in 0.1..4.0_f64,
            name in 0.01..0.6_f64,
        ) {
            // One common factor beside independent noise.
            let risk = |w: &[f64]| {
                let factor: f64 = w.iter().zip(&loadings).map(|(w, b)| w * b).sum();
                (independent(w).powi(2) + 0.04 * factor * factor).sqrt()
            };
            let limits = Limits { volatility, gross, name };
            let sized = size(&direction, long_only, limits, risk);
            let total: f64 = sized.weights.iter().map(|w| w.abs()).sum();
            prop_assert!(total <= gross);
            prop_assert!(sized.weights.iter().all(|w| w.abs() <= name));
            prop_assert!(sized.volatility <= volatility);
            let same_side = |(w, d): (&f64, &f64)| w * d >= 0.0;
            prop_assert!(sized.weights.iter().zip(&direction).all(same_side));
            match sized.binding {
                Binding::Volatility => prop_assert!(sized.volatility > volatility * (1.0 - 1e-9)),
                Binding::GrossCap => prop_assert!(total > gross * (1.0 - 1e-9)),
                Binding::NameCap => prop_assert!(sized.weights.iter().any(|w| w.abs() > name * (1.0 - 1e-9))),
                Binding::None => prop_assert_eq!(total, 0.0),
            }
            let net: f64 = sized.weights.iter().sum();
            prop_assert!(long_only || net.abs() < 1e-12);
            prop_assert!(!long_only || sized.weights.iter().all(|w| *w >= 0.0));
        }
    }
}
