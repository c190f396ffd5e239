//! States that are worked on by the column.

use super::frame::Statistic;
use super::number::Number;

/// A statistic of `K` series whose state is `C` numbers beside the count.
///
/// Deviations are from the window's last values, so that its arithmetic has no digits to lose.
pub trait Columnar<const K: usize, const C: usize>: Statistic {
    /// Of no values.
    const EMPTY: [f64; C];

    /// Of one row.
    fn row<N: Number>(row: [N; K]) -> [N; C];

    /// Of two parts together, neither of them empty.
    fn merge_columns<N: Number>(older: [N; C], newer: [N; C], parts: Parts<N, K>) -> [N; C];

    /// The state of so many values.
    fn of(columns: [f64; C], count: f64) -> Self;
}

/// Two parts of a window that follow on each other, the older one first.
#[derive(Debug, Clone, Copy)]
pub struct Parts<N, const K: usize> {
    /// The values in each.
    pub counts: [N; 2],
    /// The rows in each.
    pub rows: [N; 2],
    /// What the older one's deviations are from less what the newer one's are from.
    pub by: [N; K],
}

impl<const K: usize> Parts<f64, K> {
    /// Parts without missing rows and with deviations from the same.
    pub(super) fn of(older: f64, newer: f64) -> Self {
        Self { counts: [older, newer], rows: [older, newer], by: [0.0; K] }
    }
}
