//! Covariance of returns, shrunk towards its diagonal.
//!
//! Σ = (1 − δ)·S + δ·diag(S), with S the sample covariance of n + 1 observations and the intensity
//! of Ledoit & Wolf, *Improved estimation of the covariance matrix of stock returns with an
//! application to portfolio selection*, J. Empirical Finance 10 (2003), for the diagonal target
//! (their published `covDiag`; the same target is D in Schäfer & Strimmer 2005, table 2):
//!
//! ```text
//! δ = (π − ρ)/(γ·n) in [0, 1],  π = Σ_ij π_ij,  ρ = Σ_i π_ii,  γ = Σ_{i≠j} s_ij²,
//! π_ij = (1/n) Σ_t y_ti² y_tj² − s_ij²
//! ```
//!
//! Neither S nor π is formed, so p names over n days cost O(p·n²) time and O(p·n) memory, also for
//! thousands of names:
//!
//! ```text
//! Σ_ij s_ij² = ‖YYᵀ‖²/n²,   Σ_ij Σ_t y_ti² y_tj² = Σ_t (Σ_i y_ti²)²
//! ```

/// A shrunk covariance matrix, kept as the returns it is made from.
#[derive(Debug, Clone)]
pub struct ShrunkCovariance {
    /// Deviations from the mean, [observations × names], row by row.
    deviations: Vec<f64>,
    freedom: f64,
    variances: Vec<f64>,
    intensity: f64,
}

impl ShrunkCovariance {
    /// Estimates from `deviations`, one row of `names` values per observation, each column with
    /// mean zero. `None` with fewer than two observations or no names.
    pub fn estimate(deviations: Vec<f64>, names: usize) -> Option<Self> {
        let observations = deviations.len().checked_div(names)?;
        if observations < 2 || observations * names != deviations.len() {
            return None;
        }
        let freedom = (observations - 1) as f64;
        let rows: Vec<&[f64]> = deviations.chunks_exact(names).collect();

        let mut variances = vec![0.0; names];
        let mut fourth = vec![0.0; names];
        for row in &rows {
            for ((v, f), y) in variances.iter_mut().zip(&mut fourth).zip(*row) {
                let square = y * y;
                *v += square;
                *f += square * square;
            }
        }
        for v in &mut variances {
            *v /= freedom;
        }

        let mut squared_norm = 0.0; // ‖YYᵀ‖²
        let mut fourth_all = 0.0; // Σ_t (Σ_i y_ti²)²
        for (i, a) in rows.iter().enumerate() {
            let own = dot(a, a);
            squared_norm += own * own;
            fourth_all += own * own;
            for b in &rows[..i] {
                let cross = dot(a, b);
                squared_norm += 2.0 * cross * cross;
            }
        }
        let all = squared_norm / (freedom * freedom);
        let diagonal: f64 = variances.iter().map(|v| v * v).sum();
        let gamma = all - diagonal;
        let pi = fourth_all / freedom - all;
        let rho: f64 = fourth.iter().map(|f| f / freedom).sum::<f64>() - diagonal;
        // Without off-diagonal covariance S is its own target. Below the rounding of the two sums
        // there is none.
        let intensity =
            if gamma > all * 1e-14 { ((pi - rho) / gamma / freedom).clamp(0.0, 1.0) } else { 1.0 };
        Some(Self { deviations, freedom, variances, intensity })
    }

    /// The intensity δ, in [0, 1].
    pub fn intensity(&self) -> f64 {
        self.intensity
    }

    /// The variances of the names, per observation period; shrinkage leaves them as they are.
    pub fn variances(&self) -> &[f64] {
        &self.variances
    }

    /// The variance w'Σw of a portfolio, per observation period.
    pub fn portfolio_variance(&self, weights: &[f64]) -> f64 {
        let rows = self.deviations.chunks_exact(self.variances.len());
        let sample: f64 = rows.map(|row| dot(row, weights).powi(2)).sum::<f64>() / self.freedom;
        let diagonal: f64 = weights.iter().zip(&self.variances).map(|(w, v)| w * w * v).sum();
        (1.0 - self.intensity) * sample + self.intensity * diagonal
    }
}

/// The inner product, in eight interleaved sums: a fixed order that still uses vector registers.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (a_chunks, b_chunks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for i in 0..8 {
            sums[i] += x[i] * y[i];
        }
    }
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // y1 = (1, −1, 0), y2 = (1, 0, −1); n = 2: S = [[1, ½], [½, 1]], γ = ½.
        // Σ_t (Σ_i y²)² = 4 + 1 + 1, so π = 3 − 2.5 = ½; Σ_t y⁴ = 2 each, so ρ = 2 − 2 = 0.
        // δ = (½ − 0)/½/2 = ½, and w'Σw of (1, 1) = 2 + 2·½·½ = 2.5.
        let covariance =
            ShrunkCovariance::estimate(vec![1.0, 1.0, -1.0, 0.0, 0.0, -1.0], 2).unwrap();
        assert!((covariance.intensity() - 0.5).abs() < 1e-15);
        assert_eq!(covariance.variances(), [1.0, 1.0]);
        assert!((covariance.portfolio_variance(&[1.0, 1.0]) - 2.5).abs() < 1e-15);
        assert!((covariance.portfolio_variance(&[1.0, -1.0]) - 1.5).abs() < 1e-15);
    }

    #[test]
    fn a_single_name_is_its_own_target() {
        let covariance = ShrunkCovariance::estimate(vec![0.01, -0.03, 0.02], 1).unwrap();
        assert_eq!(covariance.intensity(), 1.0);
        assert!((covariance.portfolio_variance(&[2.0]) - 4.0 * 0.0007).abs() < 1e-15);
    }

    #[test]
    fn too_little_is_none() {
        assert!(ShrunkCovariance::estimate(vec![], 0).is_none());
        assert!(ShrunkCovariance::estimate(vec![0.0, 0.0], 2).is_none());
    }
}
