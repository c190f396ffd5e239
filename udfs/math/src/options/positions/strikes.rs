//! Strikes chosen from those on offer.

use super::super::kind::Kind;

/// Distances closer to each other than this are a tie: deltas are quoted in decimals that floats
/// cannot hold.
const TIE: f64 = 1e-12;

/// The row of (strike, delta) whose delta is nearest to the target, a put's delta and target being
/// below 0. Of equally near ones the strike further out of the money. Rows that are not finite do not
/// count; `None` if none is left or the target is not finite.
pub fn by_delta(kind: Kind, rows: &[(f64, f64)], target: f64) -> Option<usize> {
    nearest(kind, rows.iter().map(|(strike, delta)| (*strike, (delta - target).abs())))
}

/// The row of the strike nearest to `moneyness` · `reference`, as a share of the reference: the spot,
/// or the forward. Of equally near ones the one further out of the money. Strikes that are not finite
/// do not count; `None` if none is left or the point aimed at is not finite and above 0.
pub fn by_moneyness(kind: Kind, strikes: &[f64], reference: f64, moneyness: f64) -> Option<usize> {
    if !(reference > 0.0 && moneyness > 0.0) {
        return None;
    }
    let distance = |strike: &f64| (*strike, (strike / reference - moneyness).abs());
    nearest(kind, strikes.iter().map(distance))
}

fn nearest(kind: Kind, rows: impl Iterator<Item = (f64, f64)> + Clone) -> Option<usize> {
    let finite =
        |(_, (strike, distance)): &(usize, (f64, f64))| strike.is_finite() && distance.is_finite();
    let rows = rows.enumerate().filter(finite);
    let least = rows.clone().map(|(_, (_, distance))| distance).min_by(f64::total_cmp)?;
    let out = |strike: f64| kind.sign() * strike;
    rows.filter(|(_, (_, distance))| *distance <= least + TIE)
        .max_by(|(i, (a, _)), (j, (b, _))| out(*a).total_cmp(&out(*b)).then(j.cmp(i)))
        .map(|(row, _)| row)
}
