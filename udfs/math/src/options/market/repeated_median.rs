//! A line that nearly half of the points cannot move.
//!
//! Siegel (1982), Robust regression using repeated medians, Biometrika 69(1).

/// level + slope · x.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) level: f64,
    pub(super) slope: f64,
}

impl Line {
    pub(super) fn at(&self, x: f64) -> f64 {
        self.level + self.slope * x
    }
}

/// The median of each point's median slope to the others, and the median level with it. `None` unless
/// two x differ.
pub(super) fn repeated_median(points: &[(f64, f64)]) -> Option<Line> {
    let slope_from = |&(x, y): &(f64, f64)| {
        let others = points.iter().filter(|p| p.0 != x);
        median(others.map(|p| (p.1 - y) / (p.0 - x)).collect())
    };
    let slope = median(points.iter().map(slope_from).collect());
    let level = median(points.iter().map(|(x, y)| y - slope * x).collect());
    level.is_finite().then_some(Line { level, slope })
}

/// The median; NaN of nothing.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    let n = values.len();
    if n == 0 {
        return f64::NAN;
    }
    let (below, &mut upper, _) = values.select_nth_unstable_by(n / 2, f64::total_cmp);
    match n % 2 {
        1 => upper,
        _ => 0.5 * (below.iter().copied().fold(f64::NEG_INFINITY, f64::max) + upper),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert!(median(vec![]).is_nan());
        assert_eq!(median(vec![3.0]), 3.0);
        assert_eq!(median(vec![5.0, 1.0, 2.0, 4.0]), 3.0);
        assert_eq!(median(vec![5.0, 1.0, 4.0]), 4.0);
    }

    #[test]
    fn a_minority_does_not_move_it() {
        let mut points: Vec<(f64, f64)> =
            (0..11).map(|i| (f64::from(i), 3.0 - 0.5 * f64::from(i))).collect();
        for (i, point) in points.iter_mut().rev().take(4).enumerate() {
            point.1 = 100.0 * i as f64;
        }
        assert_eq!(repeated_median(&points), Some(Line { level: 3.0, slope: -0.5 }));
        assert_eq!(repeated_median(&[(1.0, 2.0), (1.0, 3.0)]), None);
        assert_eq!(repeated_median(&[]), None);
    }
}
