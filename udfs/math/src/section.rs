//! A cross-section: the values of many names at one time, all of them finite. Each function gives a value a name, and no
//! bit of it depends on the order in which the names come.

use crate::exact::Sum;

/// Positions in ascending order of value; of equals the first comes first, so that no bit depends on how
/// the sort works.
pub fn order(x: &[f64]) -> Vec<usize> {
    // Numbers that are ordered as the values are are compared faster, and where they are.
    let place = |value: f64| {
        let bits = value.to_bits().cast_signed();
        bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
    };
    let mut places: Vec<(i64, usize)> =
        x.iter().enumerate().map(|(i, value)| (place(*value), i)).collect();
    places.sort_unstable();
    places.into_iter().map(|(_, i)| i).collect()
}

/// What is told of each value's rank: of how many values are below it, and of how many are equal.
fn of_ranks(x: &[f64], told: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let order = order(x);
    let mut all = vec![0.0; x.len()];
    let mut below = 0;
    while below < order.len() {
        let (first, rest) = (order[below], &order[below + 1..]);
        let same = 1 + rest.iter().take_while(|i| x[**i] == x[first]).count();
        let value = told(below, same);
        order[below..below + same].iter().for_each(|i| all[*i] = value);
        below += same;
    }
    all
}

/// Ranks as shares in (0, 1]; equals have their mean rank.
pub fn rank(x: &[f64]) -> Vec<f64> {
    // Ranks below + 1 … below + same, of which the mean.
    of_ranks(x, |below, same| (below as f64 + f64::midpoint(same as f64, 1.0)) / x.len() as f64)
}

/// The quantile `q` in 0 … 1, linear between values (Hyndman & Fan 1996, type 7).
fn quantile(sorted: impl Fn(usize) -> f64, count: usize, q: f64) -> f64 {
    let at = q * (count - 1) as f64;
    let (below, share) = (at.floor() as usize, at - at.floor());
    let low = sorted(below);
    if share == 0.0 {
        return low;
    }
    let (high, distance) = (sorted(below + 1), sorted(below + 1) - low);
    match distance.is_finite() {
        true => low + share * distance,
        false => low * (1.0 - share) + high * share,
    }
}

/// Values beyond the quantiles `lower` and `upper` are set to them.
pub fn winsorize(x: &[f64], lower: f64, upper: f64) -> Vec<f64> {
    if x.is_empty() {
        return vec![];
    }
    let order = order(x);
    let bound = |q: f64| quantile(|i| x[order[i]], x.len(), q);
    let (low, high) = (bound(lower), bound(upper));
    x.iter().map(|value| value.max(low).min(high)).collect()
}

/// The sum divided by a number ≥ 1, rounded once.
fn sum_over(x: &[f64], divisor: usize) -> f64 {
    let mut sum = Sum::default();
    sum.add_all(x);
    sum.over(divisor as u64)
}

/// Less the mean.
pub fn demean(x: &[f64]) -> Vec<f64> {
    let mean = sum_over(x, x.len().max(1));
    x.iter().map(|value| value - mean).collect()
}

/// Divided by the sum of absolute values; NaN where all are zero.
pub fn scale(x: &[f64]) -> Vec<f64> {
    let sizes: Vec<f64> = x.iter().map(|value| value.abs()).collect();
    let sum = sum_over(&sizes, 1);
    if sum.is_infinite() {
        // Of a mean there is none beyond the numbers.
        let mean = sum_over(&sizes, x.len());
        return x.iter().map(|value| value / mean / x.len() as f64).collect();
    }
    let sum = if sum == 0.0 { f64::NAN } else { sum };
    x.iter().map(|value| value / sum).collect()
}

/// Buckets 1 … n by rank, as even as equals allow: these share a bucket.
pub fn bucket(x: &[f64], n: usize) -> Vec<f64> {
    // The share of the ranks below the middle of the equals, in whole numbers: no rounding moves a bound.
    of_ranks(x, |below, same| {
        let share = (2 * below + same) as u128 * n as u128 / (2 * x.len()) as u128;
        (share + 1) as f64
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // pandas 3.1: Series.rank(pct=True), .quantile, .clip.
        assert_eq!(rank(&[3.0, 1.0, 3.0, 2.0]), [0.875, 0.25, 0.875, 0.5]);
        assert_eq!(
            winsorize(&[0.0, 10.0, 20.0, 30.0, 40.0], 0.1, 0.8),
            [4.0, 10.0, 20.0, 30.0, 32.0]
        );
        assert_eq!(winsorize(&[7.0], 0.25, 0.75), [7.0]);
        assert_eq!(demean(&[1.0, 2.0, 6.0]), [-2.0, -1.0, 3.0]);
        assert_eq!(scale(&[1.0, -3.0]), [0.25, -0.75]);
        assert!(scale(&[0.0, 0.0]).iter().all(|v| v.is_nan()));
        assert_eq!(scale(&[1e308, -1.5e308]), [0.4, -0.6]);
        let (wide, half) = (2_f64.powi(1023), 2_f64.powi(1022));
        assert_eq!(winsorize(&[-wide, wide], 0.25, 0.75), [-half, half]);
        assert_eq!(bucket(&[5.0, 1.0, 4.0, 2.0, 3.0, 6.0], 3), [3.0, 1.0, 2.0, 1.0, 2.0, 3.0]);
        assert_eq!(bucket(&[1.0, 1.0, 1.0, 1.0], 2), [2.0; 4]);
        assert_eq!(bucket(&[2.0, 1.0], 10), [8.0, 3.0]);
        // (24 − ½) / 47 is a half: the middle is on the bound, and above it.
        let upper = bucket(&(0..47).map(f64::from).collect::<Vec<_>>(), 2);
        assert_eq!(upper.iter().position(|bucket| *bucket == 2.0), Some(23));
        assert!(rank(&[]).is_empty() && bucket(&[], 3).is_empty());
        assert!(demean(&[]).is_empty() && scale(&[]).is_empty());
    }
}
