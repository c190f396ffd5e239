//! Minimisation without derivatives.

/// Where `f` is lowest near `start`, from a simplex with edges of `size`, and how low. Nelder & Mead
/// (1965), restarted once from where it ends, because a flat simplex may stop short.
pub(super) fn minimise<const N: usize>(
    f: impl Fn([f64; N]) -> f64,
    start: [f64; N],
    size: f64,
    evaluations: usize,
) -> ([f64; N], f64) {
    let first = descend(&f, start, size, evaluations);
    descend(&f, first.0, 0.3 * size, evaluations)
}

fn descend<const N: usize>(
    f: &impl Fn([f64; N]) -> f64,
    start: [f64; N],
    size: f64,
    evaluations: usize,
) -> ([f64; N], f64) {
    let mut corners: Vec<([f64; N], f64)> = vec![(start, f(start))];
    for i in 0..N {
        let mut corner = start;
        corner[i] += size;
        corners.push((corner, f(corner)));
    }
    let mut used = N + 1;
    while used < evaluations {
        corners.sort_by(|p, q| p.1.total_cmp(&q.1));
        let (best, worst) = (corners[0], corners[N]);
        let width = (0..N)
            .map(|i| corners.iter().fold(0.0_f64, |w, c| w.max((c.0[i] - best.0[i]).abs())))
            .fold(0.0, f64::max);
        if worst.1 - best.1 <= 1e-13 * best.1.abs() || width < 1e-10 {
            break;
        }
        let centre: [f64; N] =
            std::array::from_fn(|i| corners[..N].iter().map(|c| c.0[i]).sum::<f64>() / N as f64);
        let along = |t: f64| {
            let to = std::array::from_fn(|i| centre[i] + t * (worst.0[i] - centre[i]));
            (to, f(to))
        };
        let reflected = along(-1.0);
        used += 1;
        if reflected.1 < best.1 {
            let expanded = along(-2.0);
            used += 1;
            corners[N] = if expanded.1 < reflected.1 { expanded } else { reflected };
        } else if reflected.1 < corners[N - 1].1 {
            corners[N] = reflected;
        } else {
            let contracted = along(if reflected.1 < worst.1 { -0.5 } else { 0.5 });
            used += 1;
            if contracted.1 < worst.1.min(reflected.1) {
                corners[N] = contracted;
            } else {
                for corner in &mut corners[1..] {
                    let to = std::array::from_fn(|i| 0.5 * (corner.0[i] + best.0[i]));
                    *corner = (to, f(to));
                }
                used += N;
            }
        }
    }
    corners.sort_by(|p, q| p.1.total_cmp(&q.1));
    corners[0]
}

#[cfg(test)]
mod tests {
    use super::minimise;

    #[test]
    fn rosenbrock() {
        let valley = |[x, y]: [f64; 2]| (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2);
        let ([x, y], _) = minimise(valley, [-1.2, 1.0], 0.5, 1000);
        assert!((x - 1.0).abs() < 1e-5 && (y - 1.0).abs() < 1e-5, "{x} {y}");
    }
}
