//! The slice of quotes that is free of arbitrage: least squares with g ≥ 0 everywhere and, after an
//! earlier slice, no crossing.

use super::butterfly::Butterfly;
use super::calendar::Calendar;
use super::fit::SviFit;
use super::jump_wings::JumpWings;
use super::polish::Vector;
use super::quadratic::solve;
use super::quotes::{Quotes, Scaled};
use super::raw::RawSvi;
use super::reduced::Point;
use super::tangent::Tangent;

/// A slice free of arbitrage, with the proof.
#[derive(Debug, Clone, PartialEq)]
pub struct SviRefit {
    /// The slice and its errors.
    pub fit: SviFit,
    /// The check of the slice; always free.
    pub butterfly: Butterfly,
    /// The check against the earlier slice, if there is one; always free.
    pub calendar: Option<Calendar>,
    /// Whether the fit without these constraints was free already and is returned as it was.
    pub unchanged: bool,
}

const ITERATIONS: usize = 60;
const HALVINGS: usize = 40;

impl Quotes {
    /// The slice with the least squared error among those free of butterfly arbitrage and nowhere below
    /// `earlier`, a slice of the same underlying that expires before. `fit` is [`Quotes::fit`] of the
    /// same quotes. `None` only if `earlier` itself has butterfly arbitrage and no slice was found.
    ///
    /// Sequential quadratic programming with Gauss–Newton steps, g and the difference to `earlier`
    /// constrained at all their stationary points, from several starts. Whatever comes out has passed
    /// [`RawSvi::butterfly`] and [`RawSvi::calendar`]; it is a local optimum, the best of those reached.
    pub fn refit(&self, fit: &SviFit, earlier: Option<&RawSvi>) -> Option<SviRefit> {
        if let Some((butterfly, calendar)) = proof(&fit.slice, earlier) {
            return Some(SviRefit { fit: *fit, butterfly, calendar, unchanged: true });
        }
        let scaled = self.scaled();
        let safe = self.safe(earlier);
        let mut best: Option<SviFit> = safe.map(|slice| self.judge(slice));
        for start in self.starts(fit, earlier) {
            let Some(end) = scaled.descend_within(&start, earlier) else {
                continue;
            };
            let found = scaled
                .lifted(&end, earlier)
                .or_else(|| safe.and_then(|safe| scaled.towards(&safe, &end, earlier)));
            if let Some(found) = found.map(|slice| self.judge(slice))
                && best.is_none_or(|best| found.squared_error < best.squared_error)
            {
                best = Some(found);
            }
        }
        let fit = best?;
        let (butterfly, calendar) = proof(&fit.slice, earlier)?;
        Some(SviRefit { fit, butterfly, calendar, unchanged: false })
    }

    /// A slice that is free of arbitrage, however bad its fit: the earlier one, raised where that stays
    /// free, or the mean.
    fn safe(&self, earlier: Option<&RawSvi>) -> Option<RawSvi> {
        let Some(earlier) = earlier else {
            return RawSvi::new(self.mean(|_, w| w), 0.0, 0.0, 0.0, 1.0);
        };
        let raised = self.raised(earlier).filter(|slice| proof(slice, Some(earlier)).is_some());
        raised.or_else(|| proof(earlier, Some(earlier)).map(|_| *earlier))
    }

    /// An earlier slice, raised to the mean of the quotes if that is higher.
    fn raised(&self, earlier: &RawSvi) -> Option<RawSvi> {
        let by = self.mean(|k, w| w - earlier.total_variance(k)).max(0.0);
        RawSvi::new(earlier.a() + by, earlier.b(), earlier.rho(), earlier.m(), earlier.sigma())
    }

    /// An earlier slice times the factor that brings it to the mean of the quotes, at least 1.
    fn stretched(&self, earlier: &RawSvi) -> Option<RawSvi> {
        let by = self.mean(|_, w| w) / self.mean(|k, _| earlier.total_variance(k));
        let by = by.max(1.0);
        RawSvi::new(by * earlier.a(), by * earlier.b(), earlier.rho(), earlier.m(), earlier.sigma())
    }

    fn mean(&self, f: impl Fn(f64, f64) -> f64) -> f64 {
        self.rows().iter().map(|(k, w, p)| p * f(*k, *w)).sum::<f64>() / self.weight()
    }

    fn starts(&self, fit: &SviFit, earlier: Option<&RawSvi>) -> Vec<RawSvi> {
        let mut starts = vec![fit.slice];
        starts.extend(without_butterfly(&fit.slice));
        starts.extend(earlier.and_then(|earlier| self.raised(earlier)));
        starts.extend(earlier.and_then(|earlier| self.stretched(earlier)));
        let (first, last) = (self.rows()[0].0, self.rows()[self.rows().len() - 1].0);
        let range = last - first;
        let level = self.mean(|_, w| w);
        // A gentle smile, for fits too far from any slice without arbitrage.
        starts.extend(RawSvi::new(0.5 * level, level / range, -0.3, 0.0, 0.5 * range));
        starts
    }
}

/// Gatheral & Jacquier (2014), section 5.1: with `c′ = p + 2ψ` and `ṽ′ = v·4pc′/(p + c′)²` a slice is
/// free of butterfly arbitrage if it is gentle enough.
fn without_butterfly(slice: &RawSvi) -> Option<RawSvi> {
    let jw = JumpWings::from_raw(slice, 1.0)?;
    let call_wing = jw.put_wing + 2.0 * jw.skew;
    let sum = jw.put_wing + call_wing;
    let minimum_variance = jw.variance * 4.0 * jw.put_wing * call_wing / (sum * sum);
    JumpWings { call_wing, minimum_variance, ..jw }.to_raw()
}

/// Both checks, if the slice passes them.
fn proof(slice: &RawSvi, earlier: Option<&RawSvi>) -> Option<(Butterfly, Option<Calendar>)> {
    let calendar = earlier.map(|earlier| slice.calendar(earlier));
    if calendar.as_ref().is_some_and(|calendar| !calendar.is_free()) {
        return None;
    }
    let butterfly = slice.butterfly();
    butterfly.is_free().then_some((butterfly, calendar))
}

impl Scaled {
    /// The end of a descent under constraints, feasible up to their margin if all went well.
    fn descend_within(&self, start: &RawSvi, earlier: Option<&RawSvi>) -> Option<RawSvi> {
        let mut point = self.point(start);
        point.error = self.squares(&point);
        let mut slice = *start;
        let mut constraints = self.constraints(&point, &slice, earlier);
        let mut violation = Self::violation(&constraints);
        let (mut damping, mut price) = (1e-3, 0.0_f64);
        for _ in 0..ITERATIONS {
            let tangent = Tangent::new(&point);
            let turn = tangent.derivatives();
            let (h, g) = self.normal_equations(&point);
            let (mut h, g) = (turn.transpose() * h * turn, turn.transpose() * g);
            let turned: Vec<_> =
                constraints.iter().map(|(v, c)| (*v, turn.transpose() * c)).collect();
            let floor = 1e-14 * h.trace();
            for i in 0..5 {
                h[(i, i)] += damping * h[(i, i)] + floor;
            }
            let Some((step, multipliers)) = solve(&h, &g, &turned) else {
                damping *= 10.0;
                continue;
            };
            // Follows the multipliers down as well: those far from the end are too high.
            price = (2.0 * multipliers).max(0.5 * (price + 2.0 * multipliers));
            let mut next = tangent.moved(&shortened(step, &point)).point();
            next.error = self.squares(&next);
            let Some(moved) = self.slice(&next) else {
                damping = (10.0 * damping).max(1e-6);
                continue;
            };
            let around = self.constraints(&next, &moved, earlier);
            let worse = Self::violation(&around);
            // Half squares, as in the quadratic program, and the exact penalty of its multipliers.
            let merit = |error: f64, violation: f64| 0.5 * error + price * violation;
            let (before, after) = (merit(point.error, violation), merit(next.error, worse));
            if after < before {
                let gain = before - after;
                (point, slice, constraints, violation) = (next, moved, around, worse);
                damping = (0.2 * damping).max(1e-12);
                if gain < 1e-10 * before && violation < 1e-9 {
                    break;
                }
            } else {
                damping = (8.0 * damping).max(1e-6);
                if damping > 1e9 {
                    break;
                }
            }
        }
        Some(slice)
    }

    /// The slice, raised by what rounding may have left of arbitrage.
    fn lifted(&self, end: &RawSvi, earlier: Option<&RawSvi>) -> Option<RawSvi> {
        [0.0, 1e-8, 1e-7, 1e-6, 1e-5].into_iter().find_map(|by| {
            let a = end.a() + by * self.level;
            let slice = RawSvi::new(a, end.b(), end.rho(), end.m(), end.sigma())?;
            proof(&slice, earlier).map(|_| slice)
        })
    }

    /// The last slice without arbitrage on the way from a safe one to `end`.
    fn towards(&self, safe: &RawSvi, end: &RawSvi, earlier: Option<&RawSvi>) -> Option<RawSvi> {
        let (from, to) = (self.point(safe), self.point(end));
        let mix = |s: f64| {
            let mean = |x: f64, y: f64| x + s * (y - x);
            self.slice(&Point {
                mu: mean(from.mu, to.mu),
                sigma: from.sigma * (to.sigma / from.sigma).powf(s),
                a: mean(from.a, to.a),
                beta: mean(from.beta, to.beta),
                gamma: mean(from.gamma, to.gamma),
                ..from
            })
            .filter(|slice| proof(slice, earlier).is_some())
        };
        let (mut low, mut high, mut found) = (0.0, 1.0, None);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            match mix(middle) {
                Some(slice) => (low, found) = (middle, Some(slice)),
                None => high = middle,
            }
        }
        found
    }
}

/// A step that moves the centre by no more than 1 and the width by no more than a factor e.
fn shortened(step: Vector, point: &Point) -> Vector {
    let longest = (step[3].abs() / (1.0 + point.sigma)).max(step[4].abs());
    if longest > 1.0 { step / longest } else { step }
}
