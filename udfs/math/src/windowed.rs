//! Kernels of the last `n` items of a series, where a row may give an item or none.

use crate::kernel::Kernel;
use crate::rolling::{Frame, Statistic};

/// The statistic of the last `n` items.
#[derive(Debug, Clone)]
pub struct Sliding<S: Statistic> {
    frame: Frame<S>,
    missing: usize,
}

impl<S: Statistic> Sliding<S> {
    /// A window of `n ≥ 1` items.
    pub fn new(n: usize) -> Self {
        Self { frame: Frame::new(Some(n)), missing: n }
    }

    /// Takes an item, which may be NaN; gives the statistic of the last `n` once there are as many.
    pub fn push(&mut self, item: S::Value) -> Option<S> {
        self.missing = self.missing.saturating_sub(1);
        let state = self.frame.push(Some(item));
        (self.missing == 0).then_some(state)
    }

    /// Bytes it holds.
    pub fn size(&self) -> usize {
        self.frame.size()
    }
}

/// Two statistics of one item each.
impl<A: Statistic, B: Statistic> Statistic for (A, B) {
    type Value = (A::Value, B::Value);

    fn empty() -> Self {
        (A::empty(), B::empty())
    }

    fn count(&self) -> f64 {
        self.0.count()
    }

    #[inline]
    fn push(self, (a, b): Self::Value, pivot: Self::Value) -> Self {
        (self.0.push(a, pivot.0), self.1.push(b, pivot.1))
    }

    fn missing(self) -> Self {
        (self.0.missing(), self.1.missing())
    }

    #[inline]
    fn merge(self, later: Self) -> Self {
        (self.0.merge(later.0), self.1.merge(later.1))
    }

    fn pivot(value: Self::Value, before: Self::Value) -> Self::Value {
        (A::pivot(value.0, before.0), B::pivot(value.1, before.1))
    }

    fn origin() -> Self::Value {
        (A::origin(), B::origin())
    }
}

/// The kernel of a rolling window: what a row adds, and the value of a full window.
///
/// A row that adds nothing has no value and is otherwise as if it was not there.
#[derive(Debug)]
pub struct Windowed<S: Statistic, I, V, const K: usize> {
    window: Sliding<S>,
    item: I,
    value: V,
}

impl<S, I, V, const K: usize> Windowed<S, I, V, K>
where
    S: Statistic,
    I: FnMut([f64; K]) -> Option<S::Value>,
    V: Fn(S) -> f64,
{
    /// A window of `n ≥ 1` items; `item` from a row, `value` from a full window.
    pub fn new(n: usize, item: I, value: V) -> Self {
        Self { window: Sliding::new(n), item, value }
    }
}

impl<S, I, V, const K: usize> Kernel for Windowed<S, I, V, K>
where
    S: Statistic,
    I: FnMut([f64; K]) -> Option<S::Value> + Send,
    V: Fn(S) -> f64 + Send,
{
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        for (row, out) in outputs[0].iter_mut().enumerate() {
            let item = (self.item)(std::array::from_fn(|k| inputs[k][row]));
            let full = item.and_then(|item| self.window.push(item));
            *out = full.map_or(f64::NAN, &self.value);
        }
    }

    fn size(&self) -> usize {
        self.window.size()
    }
}

/// A kernel of several inputs and one output, as a function from a row to its value, with a state of
/// fixed size.
#[derive(Debug)]
pub struct Rows<F, const K: usize>(pub F);

impl<F: FnMut([f64; K]) -> f64 + Send, const K: usize> Kernel for Rows<F, K> {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        for (row, out) in outputs[0].iter_mut().enumerate() {
            *out = (self.0)(std::array::from_fn(|k| inputs[k][row]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rolling::{Moments, Sum};

    #[test]
    fn a_value_that_is_not_a_number_leaves_with_its_row() {
        let mut window = Sliding::<(Sum, Moments<2>)>::new(3);
        let states: Vec<(Sum, Moments<2>)> = [1.0, f64::NAN, 1.0, 1.0, 1.0, 2.0]
            .iter()
            .filter_map(|x| window.push((*x, *x)))
            .collect();
        assert_eq!(states.len(), 4);
        assert!(states[..2].iter().all(|s| s.0.sum.is_nan() && s.1.variance(1.0).is_nan()));
        assert_eq!((states[2].0.sum, states[2].1.variance(1.0)), (3.0, 0.0));
        assert_eq!(states[3].0.sum, 4.0);
    }

    #[test]
    fn a_window_that_is_never_filled_costs_its_rows_only() {
        let mut window = Sliding::<Sum>::new(usize::MAX);
        assert!((0..100).all(|_| window.push(1.0).is_none()));
        assert!(window.size() < 10_000);
    }
}
