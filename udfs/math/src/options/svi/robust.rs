//! The SVI slice of quotes with outliers.

use super::fit::SviFit;
use super::quotes::Quotes;

const ROUNDS: usize = 30;
/// Where Huber's loss turns linear, in robust deviations: 95 % efficiency for normal errors.
const TUNING: f64 = 1.345;
/// The median absolute deviation of a normal variable times this is its deviation.
const NORMAL: f64 = 1.482_602_218_505_602;

impl Quotes {
    /// The slice by Huber's loss: [`Quotes::fit`] with the weight of every quote whose error exceeds
    /// 1.345 robust deviations reduced to that share of its error, repeated until weights settle. Huber
    /// (1964), Annals of Mathematical Statistics 35(1). Errors are those of total variance times √weight;
    /// their deviation is 1.4826 times their median size. The errors reported are those of plain least
    /// squares.
    pub fn fit_robustly(&self) -> SviFit {
        let mut fit = self.fit();
        for _ in 0..ROUNDS {
            let limit = TUNING * NORMAL * self.median_error(&fit);
            if limit <= 0.0 {
                break;
            }
            let slice = fit.slice;
            let share = |k: f64, w: f64, p: f64| {
                let error = (w - slice.total_variance(k)).abs() * p.sqrt();
                if error <= limit { 1.0 } else { limit / error }
            };
            let next = self.judge(self.reweighted(share).fit().slice);
            let moved = self.rows().iter().fold(0.0_f64, |most, (k, ..)| {
                most.max((next.slice.total_variance(*k) - slice.total_variance(*k)).abs())
            });
            fit = next;
            if moved <= 1e-3 * limit {
                break;
            }
        }
        fit
    }

    fn median_error(&self, fit: &SviFit) -> f64 {
        let error =
            |(k, w, p): &(f64, f64, f64)| (w - fit.slice.total_variance(*k)).abs() * p.sqrt();
        let mut errors: Vec<f64> = self.rows().iter().map(error).collect();
        errors.sort_by(f64::total_cmp);
        let n = errors.len();
        0.5 * (errors[(n - 1) / 2] + errors[n / 2])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::svi::raw::tests::vogt;

    #[test]
    fn outliers_do_not_move_the_slice() {
        let k: Vec<f64> = (0..41).map(|i| -1.0 + 0.05 * f64::from(i)).collect();
        let noise = |i: usize| 1e-5 * (((i * 7919) % 17) as f64 / 8.0 - 1.0);
        let mut w: Vec<f64> =
            k.iter().enumerate().map(|(i, k)| vogt().total_variance(*k) + noise(i)).collect();
        w[7] *= 2.0;
        w[30] *= 0.3;
        let quotes = Quotes::new(&k, &w, None).unwrap();
        let worst = |fit: SviFit| {
            let off = |k: &f64| (fit.slice.total_variance(*k) - vogt().total_variance(*k)).abs();
            k.iter().map(off).fold(0.0, f64::max)
        };
        assert!(worst(quotes.fit()) > 1e-3, "{}", worst(quotes.fit()));
        assert!(worst(quotes.fit_robustly()) < 2e-5, "{}", worst(quotes.fit_robustly()));
    }
}
