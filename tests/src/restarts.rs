//! A rival of `svi_fit`: random starts of Levenberg–Marquardt in all five parameters, unlike the kernel.

use crate::lake::TestLake;

const STARTS: usize = 50;

/// The quotes of one expiry: log-moneyness, total variance and weight.
#[derive(Debug, Default)]
struct Quotes(Vec<[f64; 3]>);

/// Fits each slice of a query that gives `slice, k, w, weight` by `svi_fit` and by the rival: how many
/// there are, and how many times the sum of squares of the best start ours is at worst.
pub async fn against_restarts(lake: &TestLake, quotes: &str) -> (usize, f64) {
    let fits = format!(
        "SELECT slice, f['a'], f['b'], f['rho'], f['m'], f['sigma'] FROM (SELECT slice, svi_fit(k, w, weight, false) AS f \
         FROM ({quotes}) GROUP BY slice HAVING count(DISTINCT k) >= 5)"
    );
    let ordered = format!("SELECT slice, k, w, weight FROM ({quotes}) ORDER BY slice, k, w");
    let ordered = lake.rows(&ordered).await.unwrap();
    let fits = lake.rows(&fits).await.unwrap();
    let mut worst: f64 = 0.0;
    for fit in &fits {
        let rows = ordered.iter().filter(|row| row[0] == fit[0]);
        let quotes = Quotes(rows.map(|row| numbers(&row[1..])).collect());
        let ours = quotes.squares(numbers(&fit[1..]));
        // Five quotes may be met exactly: then both sides are rounding.
        let scale: f64 = quotes.0.iter().map(|[_, w, p]| p * w * w).sum();
        let ratio = (ours - 1e-14 * scale) / quotes.best_of_restarts();
        assert!(ratio <= 1.001, "{}: {ratio} times the best of {STARTS} starts", fit[0]);
        worst = worst.max(ratio);
    }
    assert!(fits.is_empty() || worst > 0.99, "the rival is none: {worst}");
    (fits.len(), worst)
}

fn numbers<const N: usize>(cells: &[String]) -> [f64; N] {
    std::array::from_fn(|i| cells[i].parse().unwrap())
}

impl Quotes {
    /// The weighted sum of squares of the raw parameters.
    fn squares(&self, [a, b, rho, m, sigma]: [f64; 5]) -> f64 {
        let mut sum = 0.0;
        for [k, w, p] in &self.0 {
            let d = k - m;
            let error = w - a - b * (rho * d + (d * d + sigma * sigma).sqrt());
            sum += p * error * error;
        }
        sum
    }

    fn best_of_restarts(&self) -> f64 {
        let ks = self.0.iter().map(|quote| quote[0]);
        let (low, high) = (ks.clone().fold(f64::MAX, f64::min), ks.fold(f64::MIN, f64::max));
        let level = self.0.iter().map(|quote| quote[1]).sum::<f64>() / self.0.len() as f64;
        let mut seed = 20_150_611_u64;
        // Splitmix.
        let mut random = || {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = seed;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        };
        let width = high - low;
        let starts = (0..STARTS).map(|_| {
            let lowest = (level * random()).sqrt();
            let steepness = (random() * 6.0 - 3.0) + (level / width).ln();
            let rho = random() * 4.0 - 2.0;
            let m = low + width * (2.0 * random() - 0.5);
            self.descended([lowest, steepness, rho, m, (width * random()).ln() - 3.0 * random()])
        });
        starts.fold(f64::MAX, f64::min)
    }

    /// The least sum of squares below a start, by Levenberg and Marquardt.
    fn descended(&self, mut x: [f64; 5]) -> f64 {
        let (mut now, mut damping, mut slow) = (self.squares(raw(x)), 1e-2, 0);
        for _ in 0..100 {
            let mut equations = self.equations(x);
            for (i, row) in equations.iter_mut().enumerate() {
                row[i] *= 1.0 + damping;
            }
            let step = solved(equations);
            let to = std::array::from_fn(|i| x[i] + step[i].clamp(-1.0, 1.0));
            let next = self.squares(raw(to));
            if next < now {
                slow = if now - next < 1e-6 * now { slow + 1 } else { 0 };
                (x, now, damping) = (to, next, damping * 0.3);
            } else {
                damping *= 4.0;
            }
            if slow > 5 || damping > 1e9 {
                break;
            }
        }
        now
    }

    /// The normal equations of a step, errors in the last column.
    fn equations(&self, x: [f64; 5]) -> [[f64; 6]; 5] {
        let [a, b, rho, m, sigma] = raw(x);
        let q = (1.0 - rho * rho).sqrt();
        // At Lee's bound the steepness depends on rho alone.
        let bound = 2.0 / (1.0 + rho.abs());
        let (by_b, by_rho) =
            if b < bound { (b, 0.0) } else { (0.0, -bound * rho.signum() / (1.0 + rho.abs())) };
        let mut sums = [[0.0; 6]; 5];
        for [k, w, p] in &self.0 {
            let d = k - m;
            let s = (d * d + sigma * sigma).sqrt();
            let shape = rho * d + s - sigma * q;
            let row = [
                2.0 * x[0],
                by_b * shape,
                q * q * (b * (d + sigma * rho / q) + by_rho * shape),
                -b * (rho + d / s),
                sigma * b * (sigma / s - q),
                w - a - b * (rho * d + s),
            ];
            for i in 0..5 {
                let weighted = p * row[i];
                for j in 0..6 {
                    sums[i][j] += weighted * row[j];
                }
            }
        }
        sums
    }
}

/// Raw parameters of unbounded ones: w ≥ 0 and Lee's bound are built in.
fn raw([lowest, b, rho, m, sigma]: [f64; 5]) -> [f64; 5] {
    // As close to 1 as leaves something below the root.
    let (rho, sigma) = (rho.tanh().clamp(-0.999_999, 0.999_999), sigma.exp());
    let b = b.exp().min(2.0 / (1.0 + rho.abs()));
    [lowest * lowest - b * sigma * (1.0 - rho * rho).sqrt(), b, rho, m, sigma]
}

/// Gauss's elimination with the largest pivot of a column.
fn solved(mut rows: [[f64; 6]; 5]) -> [f64; 5] {
    for column in 0..5 {
        let size = |row: &usize| rows[*row][column].abs();
        let pivot = (column..5).max_by(|a, b| size(a).total_cmp(&size(b))).unwrap_or(column);
        rows.swap(column, pivot);
        let pivot = rows[column];
        for (at, row) in rows.iter_mut().enumerate() {
            let factor = row[column] / pivot[column];
            if at != column && factor.is_finite() {
                (0..6).for_each(|i| row[i] -= factor * pivot[i]);
            }
        }
    }
    std::array::from_fn(|i| {
        let x = rows[i][5] / rows[i][i];
        if x.is_finite() { x } else { 0.0 }
    })
}
