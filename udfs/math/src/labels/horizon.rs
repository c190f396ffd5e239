//! Returns over a fixed number of rows ahead. Definition.

/// How a return is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// pₜ₊ₕ / pₜ − 1.
    Simple,
    /// ln(pₜ₊ₕ / pₜ).
    Log,
}

impl Method {
    /// The return from one price > 0 to another.
    pub fn between(self, from: f64, to: f64) -> f64 {
        match self {
            Self::Simple => (to - from) / from,
            Self::Log => (to / from).ln(),
        }
    }
}

/// The return from each row to the one `h ≥ 1` rows later; the last `h` rows have none.
pub fn forward_return(prices: &[f64], h: usize, method: Method) -> impl Iterator<Item = f64> {
    prices.iter().zip(prices.iter().skip(h)).map(move |(from, to)| method.between(*from, *to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let p = [100.0, 110.0, 99.0, 121.0];
        let simple: Vec<_> = forward_return(&p, 2, Method::Simple).collect();
        assert!((simple[0] + 0.01).abs() < 1e-15 && (simple[1] - 0.1).abs() < 1e-15);
        assert_eq!(simple.len(), 2);
        let log: Vec<_> = forward_return(&p, 1, Method::Log).collect();
        assert!((log[0] - 0.095_310_179_804_324_87).abs() < 1e-16); // ln 1.1
        assert_eq!(forward_return(&p, 4, Method::Log).count(), 0);
    }
}
