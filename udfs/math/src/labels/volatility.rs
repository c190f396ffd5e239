//! What becomes of an implied volatility over rows ahead. Definitions.

/// What the volatility of each row changes by over `h ≥ 1` rows; the last `h` rows have none.
pub fn change(volatilities: &[f64], h: usize) -> impl Iterator<Item = f64> {
    volatilities.iter().zip(volatilities.iter().skip(h)).map(|(from, to)| to - from)
}

/// The variance a year that prices have over the `h ≥ 1` rows after each: Σ ln²(pₛ/pₛ₋₁) · periods/h, around
/// 0 as swaps are settled. The last `h` rows have none.
pub fn realized_variance(prices: &[f64], h: usize, periods: f64) -> impl Iterator<Item = f64> {
    let squares: Vec<f64> =
        prices.windows(2).map(|pair| (pair[1] / pair[0]).ln().powi(2)).collect();
    let last = prices.len().saturating_sub(h);
    // Each by itself, so that it does not depend on rows before.
    (0..last).map(move |row| squares[row..row + h].iter().sum::<f64>() * periods / h as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let found: Vec<f64> = change(&[0.2, 0.25, 0.15], 1).collect();
        assert!((found[0] - 0.05).abs() < 1e-15 && (found[1] + 0.1).abs() < 1e-15);
        assert_eq!(found.len(), 2);
        // ln 1.1 = 0.09531…, ln 0.9 = −0.10536…
        let found: Vec<f64> = realized_variance(&[100.0, 110.0, 99.0], 2, 252.0).collect();
        let expected =
            (0.095_310_179_804_324_87_f64.powi(2) + 0.105_360_515_657_826_28_f64.powi(2)) * 126.0;
        assert!((found[0] / expected - 1.0).abs() < 1e-13 && found.len() == 1);
        assert_eq!(realized_variance(&[100.0], 2, 252.0).count(), 0);
        assert_eq!(realized_variance(&[], 2, 252.0).count(), 0);
    }
}
