//! Nodes and weights of the Gauss–Legendre quadrature.

/// Nodes and weights for an integral from 0 to 1 by so many points: the roots of Legendre's polynomial
/// by Newton's iteration. Abramowitz & Stegun (1964), 25.4.30.
pub(super) fn gauss_legendre(points: usize) -> Vec<[f64; 2]> {
    let n = points as f64;
    let mut rule = Vec::with_capacity(points);
    for i in 0..points {
        let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (n + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..8 {
            let (mut before, mut value) = (1.0, x);
            for k in 1..points {
                let k = k as f64;
                (before, value) = (value, ((2.0 * k + 1.0) * x * value - k * before) / (k + 1.0));
            }
            slope = n * (x * value - before) / (x * x - 1.0);
            x -= value / slope;
        }
        rule.push([0.5 * (1.0 + x), 1.0 / ((1.0 - x * x) * slope * slope)]);
    }
    rule
}

#[cfg(test)]
mod tests {
    use super::gauss_legendre;

    #[test]
    fn exact_for_polynomials() {
        for (points, degree) in [(2, 3), (5, 9), (32, 63), (64, 100)] {
            let sum: f64 = gauss_legendre(points).iter().map(|[x, w]| w * x.powi(degree)).sum();
            assert!((sum * f64::from(degree + 1) - 1.0).abs() < 1e-13, "{points}: {sum}");
        }
    }
}
