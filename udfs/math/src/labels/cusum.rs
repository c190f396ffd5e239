//! The symmetric CUSUM filter: a row is an event when moves in one direction add up to a threshold.
//!
//! López de Prado (2018), Advances in Financial Machine Learning, §2.5.2.1:
//! S⁺ₜ = max(0, S⁺ₜ₋₁ + Δₜ), S⁻ₜ = min(0, S⁻ₜ₋₁ + Δₜ); an event where S⁻ₜ ≤ −h or S⁺ₜ ≥ h, and that sum
//! starts again from 0. Reaching the threshold counts, as in the text of the book (its code asks for
//! more). Looks at past rows only.

/// The two running sums.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cusum {
    up: f64,
    down: f64,
}

impl Cusum {
    /// Takes the change into the next row and the threshold > 0 there; gives the sum that reached it.
    ///
    /// Where a falling threshold is reached from both sides in one row, the fall is told and the rise
    /// stays, as in the book's code.
    pub fn update(&mut self, change: f64, threshold: f64) -> Option<f64> {
        self.up = (self.up + change).max(0.0);
        self.down = (self.down + change).min(0.0);
        if self.down <= -threshold {
            Some(std::mem::take(&mut self.down))
        } else if self.up >= threshold {
            Some(std::mem::take(&mut self.up))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(changes: &[f64], h: f64) -> Vec<(usize, f64)> {
        let mut filter = Cusum::default();
        let each = changes.iter().enumerate();
        each.filter_map(|(i, x)| filter.update(*x, h).map(|sum| (i, sum))).collect()
    }

    #[test]
    fn by_hand() {
        // S⁺: 1, 3 event, 0, 0, 2, 0. S⁻: 0, 0, −1, −3 event, 0, −4 event.
        assert_eq!(
            events(&[1.0, 2.0, -1.0, -2.0, 2.0, -4.0], 3.0),
            [(1, 3.0), (3, -3.0), (5, -4.0)]
        );
        assert_eq!(events(&[1.0, -1.0, 1.0, -1.0], 1.5), []);
    }

    #[test]
    fn agrees_with_the_listing_of_the_book() {
        // Snippet 2.4 in Python 3.11 on x[i] = sin(1.7·i²) for i = 0 … 39, h = 1.6; no sum lies on h.
        let changes: Vec<f64> = (0..40).map(|i| (1.7 * f64::from(i * i)).sin()).collect();
        let rows: Vec<_> = events(&changes, 1.6).iter().map(|(i, s)| (*i, *s > 0.0)).collect();
        assert_eq!(rows, LISTING);
    }

    const LISTING: [(usize, bool); 9] = [
        (3, true),
        (6, false),
        (8, true),
        (13, false),
        (17, true),
        (19, false),
        (21, true),
        (28, true),
        (34, false),
    ];
}
