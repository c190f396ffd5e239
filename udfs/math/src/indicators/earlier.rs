//! A kernel of a column and of its own earlier rows, which are read where they lie.

use crate::kernel::{Kernel, append};
use crate::rolling::LANES;

/// Hands a column to a kernel, and after it the same column so many rows earlier, once a lag; NaN before
/// its first row.
pub struct WithEarlier<const LAGS: usize> {
    kernel: Box<dyn Kernel>,
    lags: [usize; LAGS],
    /// As many of the last rows as the longest lag has, or as many as there were.
    last: Vec<f64>,
}

impl<const LAGS: usize> WithEarlier<LAGS> {
    /// For a kernel of 1 + `LAGS` inputs.
    pub fn new(lags: [usize; LAGS], kernel: Box<dyn Kernel>) -> Self {
        Self { kernel, lags, last: vec![] }
    }
}

impl<const LAGS: usize> Kernel for WithEarlier<LAGS> {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let Self { kernel, lags, last } = self;
        let x = *inputs.first()?;
        let longest = lags.iter().copied().max().unwrap_or(0);
        // Before these rows there are the last ones of the piece before, if any. Whole blocks, so that the
        // later ones begin a line of the cache, too.
        let (known, head) = (last.len(), x.len().min(longest.next_multiple_of(LANES)));
        last.extend_from_slice(&x[..head]);
        let earlier = lags.map(|lag| {
            let none = lag.saturating_sub(known).min(head);
            let rows = &last[(known + none).saturating_sub(lag)..][..head - none];
            [&vec![f64::NAN; none], rows].concat()
        });
        let columns = std::iter::once(&x[..head]).chain(earlier.iter().map(Vec::as_slice));
        let mut finite = append(&mut **kernel, &columns.collect::<Vec<_>>(), outputs);
        if x.len() > head {
            let earlier = lags.iter().map(|lag| &x[head - lag..x.len() - lag]);
            let columns = std::iter::once(&x[head..]).chain(earlier);
            finite &= append(&mut **kernel, &columns.collect::<Vec<_>>(), outputs);
            last.clear();
            last.extend_from_slice(&x[x.len() - longest..]);
        }
        last.drain(..last.len().saturating_sub(longest));
        Some(finite)
    }

    fn size(&self) -> usize {
        self.kernel.size() + self.last.capacity() * size_of::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::dpo::dpo;
    use crate::indicators::er::er;
    use crate::indicators::vhf::vhf;
    use crate::kernel::run;
    use crate::lagged::{Lagged, OfRows};
    use crate::rolling::Number;

    struct Both;

    impl OfRows<3, 2> for Both {
        fn of<N: Number>(&self, [x, one, other]: [N; 3], _: [N; 3]) -> [N; 2] {
            [x - one, x - other]
        }
    }

    #[test]
    fn earlier_rows_are_those_of_the_column_however_it_comes() {
        let x: Vec<f64> = (0..300).map(|i| f64::from(i * i)).collect();
        let less =
            |row: usize, lag: usize| x[row] - row.checked_sub(lag).map_or(f64::NAN, |e| x[e]);
        for lags in [[0, 0], [1, 7], [30, 1], [299, 300], [8, 1000]] {
            for piece in [1, 3, 30, 77, 300] {
                let mut kernel = WithEarlier::new(lags, Box::new(Lagged::new(0, Both)));
                let mut out = [vec![], vec![]];
                for x in x.chunks(piece) {
                    let rows = out[0].len();
                    let finite = kernel.append(&[x], &mut out.each_mut());
                    assert_eq!(finite, Some(rows >= lags[0].max(lags[1])), "{lags:?} {piece}");
                }
                for (row, (one, other)) in out[0].iter().zip(&out[1]).enumerate() {
                    let expected = lags.map(|lag| less(row, lag).to_bits());
                    assert_eq!([one.to_bits(), other.to_bits()], expected, "{lags:?} at {row}");
                }
                let mut whole = WithEarlier::new(lags, Box::new(Lagged::new(0, Both)));
                let whole = run(&mut whole, &[&x], 2).concat();
                let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&whole), bits(&out.concat()));
            }
        }
    }

    #[test]
    fn a_window_with_a_row_that_is_no_number_has_none() {
        let mut x: Vec<f64> = (0..50).map(f64::from).collect();
        x[20] = f64::NAN;
        let mut ratios = vec![];
        assert_eq!(er(5).append(&[&x], &mut [&mut ratios]), Some(false));
        // The changes to and from it are in six windows.
        let none = |row| row < 5 || (20..=25).contains(&row);
        assert!(ratios.iter().enumerate().all(|(row, ratio)| ratio.is_nan() == none(row)));
    }

    #[test]
    fn indicators_of_earlier_rows_are_by_definition() {
        let x: Vec<f64> = (0..400).map(|i| 50.0 + f64::from(i * 7919 % 101)).collect();
        for n in [2, 9, 30, 70] {
            let gone = |row: usize| {
                let changes = x[row - n..=row].array_windows();
                changes.map(|[before, now]| (now - before).abs()).sum::<f64>()
            };
            let efficiency = |row: usize| (x[row] - x[row - n]).abs() / gone(row);
            let detrended = |row: usize| {
                x[row - n / 2 - 1] - x[row + 1 - n..=row].iter().sum::<f64>() / n as f64
            };
            let trend = |row: usize| {
                let last = &x[row + 1 - n..=row];
                let end = |of: fn(f64, f64) -> f64| last.iter().copied().reduce(of).unwrap();
                (end(f64::max) - end(f64::min)) / gone(row)
            };
            let found = |mut kernel: Box<dyn Kernel>| {
                let mut found = vec![];
                for x in x.chunks(61) {
                    assert!(kernel.append(&[x], &mut [&mut found]).is_some());
                }
                found
            };
            let same = |found: Vec<f64>, warm_up, expected: &dyn Fn(usize) -> f64| {
                for (row, found) in found.iter().enumerate() {
                    assert_eq!(found.is_nan(), row < warm_up, "{n} at {row}");
                    assert!(row < warm_up || (found - expected(row)).abs() < 1e-12, "{n} at {row}");
                }
            };
            same(found(Box::new(er(n))), n, &efficiency);
            same(found(Box::new(dpo(n))), (n - 1).max(n / 2 + 1), &detrended);
            same(found(Box::new(vhf(n))), n, &trend);
        }
    }
}
