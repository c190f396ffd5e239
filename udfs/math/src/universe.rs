//! Which names are traded most: mean dollar volume over the last rows of each, ranked on each date.
//!
//! Definition. A value depends on rows up to its date only.

use std::collections::VecDeque;

/// The mean of the last values of one name.
#[derive(Debug, Clone, Default)]
pub struct DollarVolume {
    last: VecDeque<f64>,
}

impl DollarVolume {
    /// Takes the dollar volume of the name's next row; the mean over its last `window` rows, if it
    /// has so many. Summed anew, so that no error of rounding builds up.
    pub fn next(&mut self, value: f64, window: usize) -> Option<f64> {
        self.last.push_back(value);
        if self.last.len() > window {
            self.last.pop_front();
        }
        let full = self.last.len() == window && window > 0;
        full.then(|| self.last.iter().sum::<f64>() / window as f64)
    }
}

/// The places of the `n` largest values, largest first; of equal ones the first.
pub fn largest(values: &[f64], n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    order.truncate(n);
    order
}

/// How many gaps of more than `most` days there have been up to each day.
pub fn gaps(days: &[i32], most: i64) -> Vec<u32> {
    let mut count = 0;
    let mut before: Option<i32> = None;
    let each = days.iter().map(|day| {
        let gap = before.map_or(0, |before| i64::from(*day) - i64::from(before));
        count += u32::from(gap > most);
        before = Some(*day);
        count
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand.
    #[test]
    fn means_are_of_the_last_rows() {
        let mut name = DollarVolume::default();
        let means: Vec<_> = [1.0, 2.0, 6.0, 1.0].map(|v| name.next(v, 3)).to_vec();
        assert_eq!(means, [None, None, Some(3.0), Some(3.0)]);
    }

    #[test]
    fn the_first_of_equals_comes_first() {
        assert_eq!(largest(&[1.0, 3.0, 3.0, 2.0], 3), [1, 2, 3]);
        assert_eq!(largest(&[1.0], 3), [0]);
        assert!(largest(&[], 3).is_empty());
    }

    #[test]
    fn gaps_count_only_so_far() {
        assert_eq!(gaps(&[0, 1, 121, 242, 242, 400], 120), [0, 0, 0, 1, 1, 2]);
        assert_eq!(gaps(&[0, 1, 121, 242], 120), [0, 0, 0, 1]);
        assert_eq!(gaps(&[i32::MIN, i32::MAX], 120), [0, 1]);
    }
}
