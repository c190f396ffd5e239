//! Trend scanning: the horizon over which a linear trend is clearest.
//!
//! López de Prado (2019), Machine Learning for Asset Managers (2020), §5.4, and López de Prado & Lewis
//! (2019): for each entry row t and each length L, the least-squares line through the values of rows
//! t … t+L−1 has a slope with a t-statistic; the length with the greatest |t| is taken, and the label
//! is the sign of its slope. Rows of all lengths are looked at, so a label knows rows up to the end of
//! the longest one.

/// The clearest trend from one entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Row of the entry, the first of the trend.
    pub entry: usize,
    /// Last row of the trend.
    pub end: usize,
    /// 1, −1, or 0 where no line has a slope.
    pub label: i16,
    /// Slope a row.
    pub slope: f64,
    /// Its t-statistic with L − 2 degrees of freedom; infinite where the values lie on a line.
    pub t: f64,
}

/// Residuals below this share of the spread are rounding: the values lie on a line.
const LINE: f64 = 1e-13;

/// The trend of each entry whose longest length lies within the series; lengths `least` … `most` rows,
/// the entry included, `3 ≤ least ≤ most`. Of lengths with the same |t| the shortest is taken, of exact
/// lines the longest.
pub fn scan(values: &[f64], least: usize, most: usize) -> impl Iterator<Item = Trend> + '_ {
    let (least, most) = (least.max(3), most.max(3));
    values.windows(most).enumerate().filter_map(move |(entry, window)| {
        let trends = lines(window).skip(least - 1);
        let best = trends.reduce(|best, next| match next.t.abs() {
            t if t > best.t.abs() || (t.is_infinite() && best.t.is_infinite()) => next,
            _ => best,
        })?;
        let label = if best.slope > 0.0 { 1 } else { -i16::from(best.slope < 0.0) };
        Some(Trend { entry, end: entry + best.length - 1, label, slope: best.slope, t: best.t })
    })
}

#[derive(Debug, Clone, Copy)]
struct Line {
    length: usize,
    slope: f64,
    t: f64,
}

/// The lines through the first 1, 2, … values: co-moments updated as by Welford, which lose no digits
/// to the level of the values.
fn lines(values: &[f64]) -> impl Iterator<Item = Line> + '_ {
    let (mut mean, mut spread, mut shared) = (0.0, 0.0, 0.0);
    values.iter().enumerate().map(move |(i, y)| {
        let n = i as f64 + 1.0;
        let before = y - mean;
        mean += before / n;
        spread += before * (y - mean);
        // The mean of 0 … i−1 is (i−1)/2, so the new x = i lies (i+1)/2 above it.
        shared += n / 2.0 * (y - mean);
        let squares = n * (n * n - 1.0) / 12.0;
        let slope = if squares > 0.0 { shared / squares } else { 0.0 };
        let residual = spread - slope * shared;
        let t = if spread <= 0.0 || slope == 0.0 || n <= 2.0 {
            0.0
        } else if residual <= LINE * spread {
            f64::INFINITY.copysign(slope)
        } else {
            slope / (residual / (n - 2.0) / squares).sqrt()
        };
        Line { length: i + 1, slope: if spread <= 0.0 { 0.0 } else { slope }, t }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook two-pass regression.
    fn regression(y: &[f64]) -> (f64, f64) {
        let n = y.len() as f64;
        let (mx, my) = ((n - 1.0) / 2.0, y.iter().sum::<f64>() / n);
        let x = |i: usize| i as f64 - mx;
        let sxx: f64 = (0..y.len()).map(|i| x(i) * x(i)).sum();
        let slope = y.iter().enumerate().map(|(i, v)| x(i) * (v - my)).sum::<f64>() / sxx;
        let rss: f64 = y.iter().enumerate().map(|(i, v)| (v - my - slope * x(i)).powi(2)).sum();
        (slope, slope / (rss / (n - 2.0) / sxx).sqrt())
    }

    fn series() -> Vec<f64> {
        (0..120)
            .map(|i| 1e4 + 10.0 * (0.21 * f64::from(i)).sin() + (1.7 * f64::from(i * i)).sin())
            .collect()
    }

    #[test]
    fn agrees_with_regressions_by_definition() {
        let x = series();
        let trends: Vec<_> = scan(&x, 4, 20).collect();
        assert_eq!(trends.len(), 101);
        for trend in trends {
            let all = (4..=20).map(|l| (l, regression(&x[trend.entry..trend.entry + l])));
            let best = all.reduce(|a, b| if b.1.1.abs() > a.1.1.abs() { b } else { a }).unwrap();
            assert_eq!(trend.end, trend.entry + best.0 - 1);
            assert!(
                (trend.t / best.1.1 - 1.0).abs() < 1e-7
                    && (trend.slope / best.1.0 - 1.0).abs() < 1e-8
            );
            assert_eq!(f64::from(trend.label), best.1.1.signum());
        }
    }

    #[test]
    fn a_regression_of_a_known_sample() {
        // y = 1 2 4 3 on 0 … 3: slope 4/5, RSS 9/5, t = 0.8 / sqrt(0.9/5) = 1.885618…
        let trend = scan(&[1.0, 2.0, 4.0, 3.0], 4, 4).next().unwrap();
        assert!(
            (trend.slope - 0.8).abs() < 1e-15 && (trend.t - 1.885_618_083_164_126_7).abs() < 1e-14
        );
        assert_eq!((trend.entry, trend.end, trend.label), (0, 3, 1));
    }

    #[test]
    fn lines_and_flat_stretches() {
        let line: Vec<f64> = (0..10).map(|i| 5.0 - 0.1 * f64::from(i)).collect();
        let trend = scan(&line, 3, 8).next().unwrap();
        assert_eq!((trend.end, trend.label, trend.t), (7, -1, f64::NEG_INFINITY));
        let flat = scan(&[7.1; 9], 3, 8).next().unwrap();
        assert_eq!((flat.end, flat.label, flat.t), (2, 0, 0.0));
        assert_eq!(scan(&[1.0, 2.0], 3, 8).count(), 0);
    }
}
