//! A cross-section: the values of many names at one time. Each function gives a value a name, and no
//! bit of it depends on the order in which the names come.

/// Positions in ascending order of value.
fn order(x: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    // Of equals the first comes first, so that no bit depends on how the sort works.
    order.sort_unstable_by(|a, b| x[*a].total_cmp(&x[*b]).then(a.cmp(b)));
    order
}

/// Ranks as shares in (0, 1]; equals have their mean rank.
pub fn rank(x: &[f64]) -> Vec<f64> {
    let order = order(x);
    let mut ranks = vec![0.0; x.len()];
    let mut from = 0;
    while from < order.len() {
        let same = order[from..].iter().take_while(|i| x[**i] == x[order[from]]).count();
        // Ranks from + 1 … from + same, of which the mean.
        let mean = from as f64 + f64::midpoint(same as f64, 1.0);
        for i in &order[from..from + same] {
            ranks[*i] = mean / x.len() as f64;
        }
        from += same;
    }
    ranks
}

/// The quantile `q` in 0 … 1, linear between values (Hyndman & Fan 1996, type 7).
fn quantile(sorted: impl Fn(usize) -> f64, count: usize, q: f64) -> f64 {
    let at = q * (count - 1) as f64;
    let (below, share) = (at.floor() as usize, at - at.floor());
    let low = sorted(below);
    if share == 0.0 { low } else { low + share * (sorted(below + 1) - low) }
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

/// The sum in ascending order.
fn sum(mut x: Vec<f64>) -> f64 {
    x.sort_unstable_by(f64::total_cmp);
    x.iter().sum()
}

/// Less the mean.
pub fn demean(x: &[f64]) -> Vec<f64> {
    let mean = sum(x.to_vec()) / x.len() as f64;
    x.iter().map(|value| value - mean).collect()
}

/// Divided by the sum of absolute values; NaN where all are zero.
pub fn scale(x: &[f64]) -> Vec<f64> {
    let sum = sum(x.iter().map(|value| value.abs()).collect());
    let sum = if sum == 0.0 { f64::NAN } else { sum };
    x.iter().map(|value| value / sum).collect()
}

/// Buckets 1 … n by rank, as even as equals allow: these share a bucket.
pub fn bucket(x: &[f64], n: usize) -> Vec<f64> {
    let count = x.len() as f64;
    let of = |rank: f64| {
        // The mean rank from 0, as a share of all ranks.
        let below = (rank * count - 0.5) / count;
        (below * n as f64).floor().min(n as f64 - 1.0) + 1.0
    };
    rank(x).into_iter().map(of).collect()
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
        assert_eq!(bucket(&[5.0, 1.0, 4.0, 2.0, 3.0, 6.0], 3), [3.0, 1.0, 2.0, 1.0, 2.0, 3.0]);
        assert_eq!(bucket(&[1.0, 1.0, 1.0, 1.0], 2), [2.0; 4]);
        assert_eq!(bucket(&[2.0, 1.0], 10), [8.0, 3.0]);
        assert!(rank(&[]).is_empty() && bucket(&[], 3).is_empty());
    }
}
