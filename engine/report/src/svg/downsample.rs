//! Fewer points for long lines, without losing a peak.

/// Of each stretch of `width` units on the x axis keeps the first, the lowest, the highest and the
/// last point, in their order: what a line drawn at this width shows (M4, Jugel et al. 2014). `points`
/// ascend in x.
pub fn downsample(points: &[(f64, f64)], width: f64) -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    let column = |point: &(f64, f64)| (point.0 / width).floor();
    for stretch in points.chunk_by(|left, right| column(left) == column(right)) {
        let mut kept = [0, 0, 0, stretch.len() - 1];
        for (place, point) in stretch.iter().enumerate() {
            if point.1 < stretch[kept[1]].1 {
                kept[1] = place;
            }
            if point.1 > stretch[kept[2]].1 {
                kept[2] = place;
            }
        }
        kept.sort_unstable();
        let mut last = None;
        for place in kept {
            if last != Some(place) {
                out.push(stretch[place]);
            }
            last = Some(place);
        }
    }
    out
}

/// The points as the data of an SVG path.
pub fn path(points: &[(f64, f64)]) -> String {
    let mut out = String::with_capacity(points.len() * 12);
    for (place, (x, y)) in points.iter().enumerate() {
        out += &format!("{}{x:.1} {y:.1}", if place == 0 { 'M' } else { 'L' });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_and_ends_survive() {
        let points: Vec<(f64, f64)> = (0..10_000)
            .map(|i| (f64::from(i) * 0.01, if i == 5_003 { -9.0 } else { f64::from(i % 7) }))
            .collect();
        let fewer = downsample(&points, 2.0);
        assert!(fewer.len() <= 4 * 50);
        assert!(fewer.contains(&points[5_003]));
        assert_eq!((fewer[0], fewer[fewer.len() - 1]), (points[0], points[9_999]));
        assert!(fewer.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn short_lines_stay_whole() {
        let points = [(0.0, 1.0), (0.5, 1.0), (7.0, 2.0)];
        assert_eq!(downsample(&points, 0.25), points);
        assert!(downsample(&[], 1.0).is_empty());
    }
}
