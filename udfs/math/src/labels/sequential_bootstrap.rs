//! The sequential bootstrap: draws with replacement that avoid labels which overlap those drawn.
//!
//! López de Prado (2018), Advances in Financial Machine Learning, §4.5.1–4.5.3: with the number dₜ of
//! draws so far that hold bar t, label i is drawn next with a probability proportional to its average
//! uniqueness ūᵢ = mean of 1 / (1 + dₜ) over its bars. The first draw is uniform.
//!
//! A draw changes ū only of labels that share a bar with it, and the weights are kept in a tree of
//! sums, so a draw costs the overlap and not the number of labels. Sums of a tree are made anew from
//! its leaves: nothing drifts over many draws.

/// The state between draws.
#[derive(Debug, Clone)]
pub struct SequentialBootstrap {
    /// First and last bar of each label, by first bar.
    spans: Vec<(usize, usize)>,
    /// The longest span, in bars.
    longest: usize,
    /// Draws that hold each bar.
    drawn: Vec<u32>,
    /// A binary tree of sums: leaves from `leaves` on, the root at 1.
    tree: Vec<f64>,
    leaves: usize,
    random: SplitMix,
    last: f64,
}

impl SequentialBootstrap {
    /// Labels as first and last bar, sorted by first bar; the same seed gives the same draws. `None`
    /// without labels, or if they are not sorted or a span ends before it starts.
    pub fn new(spans: Vec<(usize, usize)>, seed: u64) -> Option<Self> {
        if spans.iter().any(|(a, b)| a > b) || !spans.is_sorted_by_key(|(first, _)| *first) {
            return None;
        }
        let bars = spans.iter().map(|(_, last)| last + 1).max()?;
        let longest = spans.iter().map(|(a, b)| b - a + 1).max()?;
        let leaves = spans.len().next_power_of_two();
        let mut tree = vec![0.0; 2 * leaves];
        tree[leaves..leaves + spans.len()].fill(1.0);
        for node in (1..leaves).rev() {
            tree[node] = tree[2 * node] + tree[2 * node + 1];
        }
        let random = SplitMix(seed);
        Some(Self { spans, longest, drawn: vec![0; bars], tree, leaves, random, last: f64::NAN })
    }

    /// The probability of each label in the next draw.
    pub fn probability(&self, label: usize) -> f64 {
        self.tree[self.leaves + label] / self.tree[1]
    }

    /// The probability the label drawn last had; NaN before the first draw.
    pub fn last_probability(&self) -> f64 {
        self.last
    }

    /// Draws a label.
    pub fn draw(&mut self) -> usize {
        let mut left = self.random.uniform() * self.tree[1];
        let mut node = 1;
        while node < self.leaves {
            node *= 2;
            // Rounding may leave a rest beyond the last leaf that has a weight: stay left of it.
            if left >= self.tree[node] && self.tree[node + 1] > 0.0 {
                left -= self.tree[node];
                node += 1;
            }
        }
        let label = node - self.leaves;
        self.last = self.probability(label);
        self.take(label);
        label
    }

    /// Counts a label as drawn.
    pub fn take(&mut self, label: usize) {
        let (first, last) = self.spans[label];
        self.drawn[first..=last].iter_mut().for_each(|d| *d += 1);
        // Labels that share a bar begin no later than its last, and less than the longest before its first.
        let from = self.spans.partition_point(|(a, _)| a + self.longest <= first);
        let to = self.spans.partition_point(|(a, _)| *a <= last);
        for i in from..to {
            let (a, b) = self.spans[i];
            if b >= first {
                let shares = self.drawn[a..=b].iter().map(|d| 1.0 / (f64::from(*d) + 1.0));
                self.set(i, shares.sum::<f64>() / (b - a + 1) as f64);
            }
        }
    }

    fn set(&mut self, label: usize, weight: f64) {
        let mut node = self.leaves + label;
        self.tree[node] = weight;
        while node > 1 {
            node /= 2;
            self.tree[node] = self.tree[2 * node] + self.tree[2 * node + 1];
        }
    }
}

/// Steele, Lea & Flood (2014), Fast Splittable Pseudorandom Number Generators: splitmix64. The same
/// numbers on every machine.
#[derive(Debug, Clone)]
struct SplitMix(u64);

impl SplitMix {
    /// The next number in [0, 1), a multiple of 2⁻⁵³.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_book() {
        // AFML §4.5.3: bars 1–6, labels {1–3}, {3–4}, {5–6}; label 2 drawn first: 5/14, 3/14, 6/14.
        let mut bootstrap = SequentialBootstrap::new(vec![(0, 2), (2, 3), (4, 5)], 1).unwrap();
        assert!((0..3).all(|i| (bootstrap.probability(i) - 1.0 / 3.0).abs() < 1e-15));
        bootstrap.take(1);
        for (i, p) in [5.0, 3.0, 6.0].iter().enumerate() {
            assert!((bootstrap.probability(i) - p / 14.0).abs() < 1e-15);
        }
    }

    #[test]
    fn probabilities_by_definition_after_each_draw() {
        let spans: Vec<_> = (0..77_usize).map(|i| (i / 2, i / 2 + (i * 7919) % 13)).collect();
        let mut bootstrap = SequentialBootstrap::new(spans.clone(), 7).unwrap();
        let mut draws: Vec<usize> = vec![];
        for _ in 0..100 {
            let held = |t: usize| {
                draws.iter().filter(|d| (spans[**d].0..=spans[**d].1).contains(&t)).count()
            };
            let weight = |(a, b): &(usize, usize)| {
                (*a..=*b).map(|t| 1.0 / (1.0 + held(t) as f64)).sum::<f64>() / (b - a + 1) as f64
            };
            let weights: Vec<f64> = spans.iter().map(weight).collect();
            let total: f64 = weights.iter().sum();
            for (i, w) in weights.iter().enumerate() {
                assert!((bootstrap.probability(i) - w / total).abs() < 1e-14);
            }
            draws.push(bootstrap.draw());
            let drawn = weights[draws[draws.len() - 1]] / total;
            assert!((bootstrap.last_probability() - drawn).abs() < 1e-14);
        }
        let mut again = SequentialBootstrap::new(spans, 7).unwrap();
        assert!(draws.iter().all(|d| *d == again.draw()));
    }

    #[test]
    fn draws_follow_their_probabilities() {
        // The second draw after label 2, over many seeds: 5/14, 3/14, 6/14 within 4 deviations.
        let mut counts = [0.0; 3];
        for seed in 0..40_000_u64 {
            let mut b = SequentialBootstrap::new(
                vec![(0, 2), (2, 3), (4, 5)],
                seed.wrapping_mul(0x1234_5678_9ABC_DEF1),
            )
            .unwrap();
            b.take(1);
            counts[b.draw()] += 1.0 / 40_000.0;
        }
        for (share, p) in counts.iter().zip([5.0_f64, 3.0, 6.0]) {
            assert!((share - p / 14.0).abs() < 0.01, "{counts:?}");
        }
    }

    #[test]
    fn bad_spans_are_refused() {
        assert!(SequentialBootstrap::new(vec![], 0).is_none());
        assert!(SequentialBootstrap::new(vec![(3, 2)], 0).is_none());
        assert!(SequentialBootstrap::new(vec![(3, 4), (2, 4)], 0).is_none());
    }
}
