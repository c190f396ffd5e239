//! Windows of the last n rows where no row lacks a value.

use super::brief::{self, Brief};
use super::dense::Dense;
use super::reduction::Reduction;
use crate::kernel::Kernel;

/// What a reduction tells of the last `n ≥ 1` rows, all of which must have values; `n − 1` rows of
/// warm-up.
pub fn windows<R, const K: usize, const C: usize, const O: usize>(
    n: usize,
    reduction: R,
) -> Box<dyn Kernel>
where
    R: Reduction<K, C, O> + 'static,
{
    match n < brief::ROWS {
        true => Box::new(Brief::new(n, reduction)),
        false => Box::new(Dense::new(n, reduction)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::columnar::Columnar;
    use super::super::comoments::Comoments;
    use super::super::number::Number;
    use super::super::reduction::{FromLast, PlacedRange};
    use super::*;
    use crate::kernel::run;

    const LENGTHS: [usize; 10] = [1, 2, 5, 7, 8, 9, 30, 63, 64, 100];

    struct Ends;

    impl Reduction<2, 4, 4> for Ends {
        type Join = PlacedRange;

        fn row<N: Number>(&self, [high, low]: [N; 2]) -> [N; 4] {
            let first = high.all(1.0);
            [high, first, low, first]
        }

        fn told<N: Number>(&self, ends: [N; 4], _: [N; 2]) -> [N; 4] {
            ends
        }
    }

    #[test]
    fn ends_are_those_of_a_scan() {
        // Many are equal.
        let high: Vec<f64> = (0..500_u32).map(|i| f64::from(i * 7919 % 23)).collect();
        let low: Vec<f64> = (0..500_u32).map(|i| f64::from(i * 104_729 % 31)).collect();
        let latest = |window: &[f64], best: f64| {
            (best, window.iter().rposition(|x| *x == best).map_or(0.0, |place| place as f64 + 1.0))
        };
        for n in LENGTHS {
            let ends = run(&mut windows(n, Ends), &[&high, &low], 4);
            assert!(ends.iter().all(|end| end[..n - 1].iter().all(|x| x.is_nan())));
            for row in n - 1..high.len() {
                let (high, low) = (&high[row + 1 - n..=row], &low[row + 1 - n..=row]);
                let greatest = latest(high, high.iter().copied().fold(f64::MIN, f64::max));
                let least = latest(low, low.iter().copied().fold(f64::MAX, f64::min));
                assert_eq!((ends[0][row], ends[1][row]), greatest, "{n} at {row}");
                assert_eq!((ends[2][row], ends[3][row]), least, "{n} at {row}");
            }
        }
    }

    struct Spread;

    impl Reduction<2, 7, 3> for Spread {
        type Join = FromLast<Comoments>;

        fn row<N: Number>(&self, [x, y]: [N; 2]) -> [N; 7] {
            let [a, b, c, d, e] = Comoments::row([x, y]);
            [x, y, a, b, c, d, e]
        }

        fn told<N: Number>(&self, [.., xx, yy, xy]: [N; 7], _: [N; 2]) -> [N; 3] {
            [xx, yy, xy]
        }
    }

    #[test]
    fn deviations_keep_their_digits_on_a_high_level() {
        let x: Vec<f64> = (0..500).map(|i| 1e9 + f64::from(i).sin()).collect();
        let y: Vec<f64> = (0..500).map(|i| -1e9 + (f64::from(i) * 0.7).cos()).collect();
        for n in LENGTHS {
            let found = run(&mut windows(n, Spread), &[&x, &y], 3);
            for row in n - 1..x.len() {
                let (x, y) = (&x[row + 1 - n..=row], &y[row + 1 - n..=row]);
                let from_last = |x: &[f64]| x.iter().map(|v| v - x[n - 1]).collect::<Vec<_>>();
                let (x, y) = (from_last(x), from_last(y));
                let [x_mean, y_mean] = [&x, &y].map(|x| x.iter().sum::<f64>() / n as f64);
                let mixed = x.iter().zip(&y).map(|(x, y)| (x - x_mean) * (y - y_mean));
                let xx = x.iter().map(|x| (x - x_mean).powi(2)).sum::<f64>();
                let yy = y.iter().map(|y| (y - y_mean).powi(2)).sum::<f64>();
                for (found, expected) in found.iter().zip([xx, yy, mixed.sum()]) {
                    assert!((found[row] - expected).abs() <= 1e-12 * n as f64, "{n} at {row}");
                }
            }
            let still = run(&mut windows(n, Spread), &[&[0.1; 200], &[-7.3e9; 200]], 3);
            assert!(still.iter().all(|spread| spread[n - 1..].iter().all(|x| *x == 0.0)));
        }
    }
}
