//! The largest or smallest of the last `n` values and its age, in O(1) a row on average.
//!
//! A queue keeps the values that can still become the extreme: each one is beaten by no later one.

use std::collections::VecDeque;

use super::filter::Filter;

/// Which extreme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Max,
    Min,
}

/// The extreme of the last `n` values.
#[derive(Debug, Clone)]
pub struct Extreme {
    side: Side,
    n: u64,
    rows: u64,
    /// Row and value of the candidates, oldest first.
    queue: VecDeque<(u64, f64)>,
}

impl Extreme {
    /// The largest of the last `n ≥ 1` values.
    pub fn max(n: usize) -> Self {
        Self { side: Side::Max, n: n.max(1) as u64, rows: 0, queue: VecDeque::new() }
    }

    /// The smallest of the last `n ≥ 1` values.
    pub fn min(n: usize) -> Self {
        Self { side: Side::Min, ..Self::max(n) }
    }

    /// Takes the next value; gives the extreme of the last `n` and how many rows ago it was, the
    /// latest of equal ones, once there are `n`.
    pub fn aged(&mut self, x: f64) -> Option<(f64, usize)> {
        let row = self.rows;
        self.rows += 1;
        while self.queue.back().is_some_and(|(_, kept)| match self.side {
            Side::Max => *kept <= x,
            Side::Min => *kept >= x,
        }) {
            self.queue.pop_back();
        }
        self.queue.push_back((row, x));
        while self.queue.front().is_some_and(|(first, _)| first + self.n <= row) {
            self.queue.pop_front();
        }
        let (first, extreme) = self.queue.front()?;
        (self.rows >= self.n).then_some((*extreme, (row - first) as usize))
    }
}

impl Filter for Extreme {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.aged(x).map(|(value, _)| value)
    }

    fn bytes(&self) -> usize {
        self.queue.capacity() * size_of::<(u64, f64)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // By definition, a scan over each window.
    #[test]
    fn as_a_scan_of_each_window() {
        let x: Vec<f64> = (0..200_u32).map(|i| f64::from(i * 7919 % 23)).collect();
        for n in [1, 2, 5, 40] {
            let (mut max, mut min) = (Extreme::max(n), Extreme::min(n));
            for row in 0..x.len() {
                let (high, low) = (max.aged(x[row]), min.aged(x[row]));
                if row + 1 < n {
                    assert_eq!((high, low), (None, None));
                    continue;
                }
                let last =
                    |best: f64| (0..n).find(|age| x[row - age] == best).map(|age| (best, age));
                let window = &x[row + 1 - n..=row];
                assert_eq!(high, last(window.iter().copied().fold(f64::MIN, f64::max)));
                assert_eq!(low, last(window.iter().copied().fold(f64::MAX, f64::min)));
            }
        }
    }
}
