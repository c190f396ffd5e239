//! How many labels are open at a bar, and how much of its bars a label has for itself.
//!
//! López de Prado (2018), Advances in Financial Machine Learning, §§4.3–4.4: cₜ is the number of labels
//! whose span from entry to exit, both included, holds bar t; the average uniqueness of a label is the
//! mean of 1 / cₜ over its bars.

/// Spans of labels over the bars 0 … n−1.
#[derive(Debug, Clone)]
pub struct Spans {
    /// First and last bar of each label.
    spans: Vec<(usize, usize)>,
    /// Labels open at each bar.
    open: Vec<u32>,
}

impl Spans {
    /// The labels and the number of bars; `None` if a span ends before it starts or beyond the bars.
    pub fn new(spans: Vec<(usize, usize)>, bars: usize) -> Option<Self> {
        let mut change = vec![0_i64; bars + 1];
        for (first, last) in &spans {
            if first > last || *last >= bars {
                return None;
            }
            change[*first] += 1;
            change[last + 1] -= 1;
        }
        change.truncate(bars);
        let open = change.into_iter().scan(0_i64, |open, change| {
            *open += change;
            u32::try_from(*open).ok()
        });
        let open = open.collect();
        Some(Self { spans, open })
    }

    /// First and last bar of each label.
    pub fn spans(&self) -> &[(usize, usize)] {
        &self.spans
    }

    /// Labels open at each bar.
    pub fn concurrency(&self) -> &[u32] {
        &self.open
    }

    /// The average uniqueness of each label, in (0, 1].
    pub fn uniqueness(&self) -> Vec<f64> {
        let sums = self.sums(|_| 1.0);
        let each = self.spans.iter().zip(sums);
        each.map(|((first, last), sum)| (sum / (last - first + 1) as f64).min(1.0)).collect()
    }

    /// Σ value(t) / cₜ over the bars of each label.
    ///
    /// Differences of running sums, O(labels + bars) however long the spans are; the sums carry their
    /// rounding error along, so that a difference late in the series is as exact as an early one.
    pub fn sums(&self, value: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut total = (0.0, 0.0);
        let mut before = Vec::with_capacity(self.open.len() + 1);
        before.push(total);
        for (bar, open) in self.open.iter().enumerate() {
            let share = if *open == 0 { 0.0 } else { value(bar) / f64::from(*open) };
            let sum: f64 = total.0 + share;
            let larger = f64::abs(total.0) >= share.abs();
            let lost = if larger { (total.0 - sum) + share } else { (share - sum) + total.0 };
            total = (sum, total.1 + lost);
            before.push(total);
        }
        let between = |(first, last): &(usize, usize)| {
            let (from, to) = (before[*first], before[last + 1]);
            (to.0 - from.0) + (to.1 - from.1)
        };
        self.spans.iter().map(between).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_book() {
        // AFML §4.5.3: bars 1–6, labels {1–3}, {3–4}, {5–6}.
        let spans = Spans::new(vec![(0, 2), (2, 3), (4, 5)], 6).unwrap();
        assert_eq!(spans.concurrency(), [1, 1, 2, 1, 1, 1]);
        let expected = [5.0 / 6.0, 0.75, 1.0];
        for (u, e) in spans.uniqueness().iter().zip(expected) {
            assert!((u - e).abs() < 1e-15);
        }
    }

    #[test]
    fn by_definition_on_many_labels() {
        let spans: Vec<_> = (0..500_usize).map(|i| (i * 2, i * 2 + (i * 7919) % 61)).collect();
        let all = Spans::new(spans.clone(), 1100).unwrap();
        let open = |t: usize| spans.iter().filter(|(a, b)| (*a..=*b).contains(&t)).count();
        assert!((0..1100).all(|t| all.concurrency()[t] as usize == open(t)));
        for (u, (a, b)) in all.uniqueness().iter().zip(&spans) {
            let mean = (*a..=*b).map(|t| 1.0 / open(t) as f64).sum::<f64>() / (b - a + 1) as f64;
            assert!((u - mean).abs() < 1e-14);
        }
    }

    #[test]
    fn spans_must_lie_within_the_bars() {
        assert!(Spans::new(vec![(2, 1)], 5).is_none() && Spans::new(vec![(2, 5)], 5).is_none());
        assert!(Spans::new(vec![], 0).unwrap().uniqueness().is_empty());
    }
}
