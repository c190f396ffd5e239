//! Combinatorial purged cross-validation (CPCV) of labels that span time.
//!
//! The `T` distinct start times of the labels are cut into `N` consecutive folds: the first `N − 1`
//! hold `T/N` times rounded down, the last the rest. So rows of one time, of whatever symbol, are
//! always in the same fold. Each choice of `k` folds is the test set of one split, `C(N, k)` in all;
//! the other rows train, except
//!
//! * **purged** ones, whose label interval `[start, end]` shares an instant with a test label's;
//! * **embargoed** ones, which start within the first `embargo` distinct times after the last test
//!   label of a test fold has ended.
//!
//! Each fold is tested in `C(N − 1, k − 1)` splits; taking its j-th test for each fold gives the
//! j-th path through all times: `k/N·C(N, k)` paths.
//!
//! Source: López de Prado (2018), Advances in Financial Machine Learning, §7.4 and ch. 12.

/// Which folds are tested in which split. Splits are in lexicographic order of their test folds;
/// splits, folds and paths count from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Design {
    n_folds: usize,
    splits: Vec<Vec<usize>>,
    paths: Vec<Vec<usize>>,
}

impl Design {
    /// The splits of `n_folds` folds with `n_test` test folds each. `None` unless
    /// `1 ≤ n_test < n_folds`.
    pub fn new(n_folds: usize, n_test: usize) -> Option<Self> {
        if n_test == 0 || n_test >= n_folds {
            return None;
        }
        let mut tested = vec![0; n_folds];
        let mut next_path = |fold: &usize| {
            tested[*fold] += 1;
            tested[*fold] - 1
        };
        let (mut splits, mut paths) = (vec![], vec![]);
        let mut chosen: Vec<usize> = (0..n_test).collect();
        loop {
            paths.push(chosen.iter().map(&mut next_path).collect());
            splits.push(chosen.clone());
            // The next choice moves the last fold that still has room on its right.
            let room = |i: &usize| chosen[*i] < n_folds - n_test + i;
            let Some(i) = (0..n_test).rev().find(room) else { break };
            let from = chosen[i] + 1;
            for (offset, fold) in chosen[i..].iter_mut().enumerate() {
                *fold = from + offset;
            }
        }
        Some(Self { n_folds, splits, paths })
    }

    /// How many splits `new` would make, to refuse absurd sizes first. `None` beyond `usize`.
    pub fn count(n_folds: usize, n_test: usize) -> Option<usize> {
        let factors = (0..n_test.min(n_folds.checked_sub(n_test)?)).map(|i| (n_folds - i, i + 1));
        factors.into_iter().try_fold(1_usize, |c, (up, down)| Some(c.checked_mul(up)? / down))
    }

    /// The number of splits, `C(N, k)`.
    pub fn n_splits(&self) -> usize {
        self.splits.len()
    }

    /// The number of paths, `k/N·C(N, k)`.
    pub fn n_paths(&self) -> usize {
        self.splits.len() * self.splits[0].len() / self.n_folds
    }

    /// The test folds of a split, ascending.
    pub fn test_folds(&self, split: usize) -> &[usize] {
        &self.splits[split]
    }

    /// The path to which a split contributes its test of `fold`; `None` if `fold` trains there.
    pub fn path(&self, split: usize, fold: usize) -> Option<usize> {
        let i = self.splits[split].iter().position(|f| *f == fold)?;
        Some(self.paths[split][i])
    }

    /// A path: for each fold, the split whose model predicts it.
    pub fn splits_of_path(&self, path: usize) -> Vec<usize> {
        let tests = |fold| (0..self.n_splits()).find(|s| self.path(*s, fold) == Some(path));
        (0..self.n_folds).filter_map(tests).collect()
    }
}

/// What a row is in a split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// The model learns from it.
    Train,
    /// The model is judged on it.
    Test,
    /// Left out: its label overlaps a test label.
    Purged,
    /// Left out: it starts too soon after a test fold.
    Embargoed,
}

/// Why labels cannot be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Fewer distinct start times than folds.
    TooFewTimes {
        /// The number of distinct start times.
        times: usize,
    },
    /// A label ends before it starts.
    EndsBeforeStart {
        /// Its row.
        row: usize,
    },
}

/// Labels laid out in folds, ready to be split.
#[derive(Debug, Clone)]
pub struct Cpcv {
    design: Design,
    embargo: usize,
    /// Per row: the index of its start among the distinct times, and of the last time its label
    /// reaches.
    rows: Vec<Span>,
    folds: Vec<Fold>,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    first: usize,
    last: usize,
}

/// A fold's times, as indices `first..=last`, and the first time after all its labels have ended.
#[derive(Debug, Clone, Copy)]
struct Fold {
    first: usize,
    last: usize,
    free: usize,
}

impl Cpcv {
    /// Lays out labels `[start, end]`, both included, in any order and any unit of time. `embargo`
    /// counts distinct start times.
    pub fn new(design: Design, start: &[i64], end: &[i64], embargo: usize) -> Result<Self, Flaw> {
        if let Some(row) = start.iter().zip(end).position(|(s, e)| e < s) {
            return Err(Flaw::EndsBeforeStart { row });
        }
        let mut times = start.to_vec();
        times.sort_unstable();
        times.dedup();
        if times.len() < design.n_folds {
            return Err(Flaw::TooFewTimes { times: times.len() });
        }
        let first_after = |t: i64| times.partition_point(|x| *x <= t);
        let span =
            |(s, e): (&i64, &i64)| Span { first: first_after(*s) - 1, last: first_after(*e) - 1 };
        let rows: Vec<Span> = start.iter().zip(end).map(span).collect();

        let size = times.len() / design.n_folds;
        let mut folds: Vec<Fold> = (0..design.n_folds)
            .map(|f| Fold { first: f * size, last: (f + 1) * size - 1, free: 0 })
            .collect();
        folds[design.n_folds - 1].last = times.len() - 1;
        for row in &rows {
            let fold = &mut folds[(row.first / size).min(design.n_folds - 1)];
            fold.free = fold.free.max(row.last + 1);
        }
        Ok(Self { design, embargo, rows, folds })
    }

    /// The splits and paths.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The fold of a row.
    pub fn fold(&self, row: usize) -> usize {
        self.folds.partition_point(|f| f.last < self.rows[row].first)
    }

    /// What a row is in a split.
    pub fn set(&self, split: usize, row: usize) -> Set {
        let row = self.rows[row];
        let mut set = Set::Train;
        for fold in self.design.test_folds(split).iter().map(|f| self.folds[*f]) {
            // A test fold has labels starting at its first time, so an earlier row overlaps it when
            // it reaches that time; a later row does when it starts before the fold's longest label
            // has ended.
            if row.first < fold.first {
                if row.last >= fold.first {
                    set = Set::Purged;
                }
            } else if row.first <= fold.last {
                return Set::Test;
            } else if row.first < fold.free {
                set = Set::Purged;
            } else if row.first - fold.free < self.embargo && set == Set::Train {
                set = Set::Embargoed;
            }
        }
        set
    }

    /// What each row is in a split, in the order the rows were given.
    pub fn sets(&self, split: usize) -> Vec<Set> {
        (0..self.rows.len()).map(|row| self.set(split, row)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Sixty labels, label `i` spans bars `i … min(i + 5, 59)`.
    fn published(embargo: usize) -> Cpcv {
        let start: Vec<i64> = (0..60).collect();
        let end: Vec<i64> = start.iter().map(|s| (s + 5).min(59)).collect();
        Cpcv::new(Design::new(6, 2).unwrap(), &start, &end, embargo).unwrap()
    }

    fn rows_of(cpcv: &Cpcv, split: usize, wanted: Set) -> Vec<usize> {
        let sets = cpcv.sets(split).into_iter().enumerate();
        sets.filter(|(_, set)| *set == wanted).map(|(row, _)| row).collect()
    }

    #[test]
    fn sizes_as_published() {
        for (n, k, splits, paths) in
            [(6, 2, 15, 5), (8, 2, 28, 7), (10, 2, 45, 9), (12, 3, 220, 55)]
        {
            let design = Design::new(n, k).unwrap();
            assert_eq!((design.n_splits(), design.n_paths()), (splits, paths));
            assert_eq!(Design::count(n, k), Some(splits));
        }
        assert_eq!(Design::new(6, 0), None);
        assert_eq!(Design::new(6, 6), None);
        assert_eq!(Design::count(200, 100), None);
        assert_eq!(Design::count(2, 3), None);
    }

    #[test]
    fn train_sizes_as_published() {
        let cpcv = published(0);
        let sizes: Vec<_> = (0..15).map(|s| rows_of(&cpcv, s, Set::Train).len()).collect();
        assert_eq!(sizes, [35, 25, 25, 25, 30, 30, 20, 20, 25, 30, 20, 25, 30, 25, 35]);
    }

    /// skfolio's `CombinatorialPurgedCV(purged_size=5, embargo_size=2)` agrees.
    #[test]
    fn embargo_as_published() {
        let cpcv = published(2);
        let split = (0..15).find(|s| cpcv.design().test_folds(*s) == [1, 3]).unwrap();
        assert_eq!(rows_of(&cpcv, split, Set::Train), (0..5).chain(47..60).collect::<Vec<_>>());
        assert_eq!(rows_of(&cpcv, split, Set::Embargoed), [45, 46]);
        let test: Vec<_> = (10..20).chain(30..40).collect();
        assert_eq!(rows_of(&cpcv, split, Set::Test), test);
    }

    #[test]
    fn the_last_fold_holds_the_rest() {
        let start: Vec<i64> = (0..20).collect();
        let cpcv = Cpcv::new(Design::new(6, 2).unwrap(), &start, &start, 0).unwrap();
        let sizes: Vec<_> =
            (0..6).map(|f| (0..20).filter(|row| cpcv.fold(*row) == f).count()).collect();
        assert_eq!(sizes, [3, 3, 3, 3, 3, 5]);
    }

    #[test]
    fn a_date_is_never_divided() {
        // Three symbols a date, in an order that mixes dates.
        let start: Vec<i64> = (0..36).map(|i| i % 12).collect();
        let cpcv = Cpcv::new(Design::new(4, 1).unwrap(), &start, &start, 0).unwrap();
        for (row, date) in start.iter().enumerate() {
            assert_eq!(cpcv.fold(row), *date as usize / 3);
        }
    }

    #[test]
    fn paths_pass_each_fold_once() {
        let design = Design::new(6, 2).unwrap();
        let mut used = vec![];
        for path in 0..design.n_paths() {
            let splits = design.splits_of_path(path);
            assert_eq!(splits.len(), 6);
            used.extend(splits.into_iter().enumerate());
        }
        used.sort_unstable();
        used.dedup();
        assert_eq!(used.len(), 15 * 2, "each test of a fold is on exactly one path");
        // AFML fig. 12.2, counted from 0: (G1, S1), (G2, S1), (G3, S2), …, (G6, S5).
        assert_eq!(design.splits_of_path(0), [0, 0, 1, 2, 3, 4]);
    }

    #[test]
    fn flaws_are_named() {
        let design = Design::new(4, 1).unwrap();
        let flaw = |s: &[i64], e: &[i64]| Cpcv::new(design.clone(), s, e, 0).unwrap_err();
        assert_eq!(flaw(&[1, 1, 2, 3], &[4; 4]), Flaw::TooFewTimes { times: 3 });
        assert_eq!(flaw(&[], &[]), Flaw::TooFewTimes { times: 0 });
        assert_eq!(flaw(&[1, 5], &[1, 4]), Flaw::EndsBeforeStart { row: 1 });
    }

    fn labels() -> impl Strategy<Value = (Vec<i64>, Vec<i64>)> {
        prop::collection::vec((0_i64..60, 0_i64..15), 40..120).prop_map(|labels| {
            // Every other time is missing a label, so ends fall between starts.
            labels.into_iter().map(|(start, length)| (2 * start, 2 * start + length)).unzip()
        })
    }

    proptest! {
        #[test]
        fn agrees_with_the_naive_purge(
            (start, end) in labels(), n in 2_usize..8, embargo in 0_usize..6,
        ) {
            let design = Design::new(n, 1 + n / 3).unwrap();
            let Ok(cpcv) = Cpcv::new(design, &start, &end, embargo) else { return Ok(()) };
            for split in 0..cpcv.design().n_splits() {
                let tested = cpcv.design().test_folds(split);
                prop_assert_eq!(cpcv.sets(split), naive(&start, &end, n, tested, embargo));
            }
        }

        #[test]
        fn every_row_is_tested_equally_often((start, end) in labels(), n in 2_usize..8) {
            let k = n / 2;
            let Ok(cpcv) = Cpcv::new(Design::new(n, k).unwrap(), &start, &end, 3) else {
                return Ok(());
            };
            let mut tested = vec![0; start.len()];
            for split in 0..cpcv.design().n_splits() {
                for (count, set) in tested.iter_mut().zip(cpcv.sets(split)) {
                    *count += usize::from(set == Set::Test);
                }
            }
            let expected = Design::count(n - 1, k - 1).unwrap();
            prop_assert!(tested.iter().all(|t| *t == expected));
            prop_assert_eq!(cpcv.design().n_paths(), expected);
        }
    }

    /// The definition, literally: folds by counting earlier times, every row against every test
    /// label, the embargo by listing times.
    fn naive(start: &[i64], end: &[i64], n: usize, tested: &[usize], embargo: usize) -> Vec<Set> {
        let times: std::collections::BTreeSet<i64> = start.iter().copied().collect();
        let fold = |row: usize| {
            let position = times.iter().filter(|t| **t < start[row]).count();
            (position / (times.len() / n)).min(n - 1)
        };
        let folds: Vec<usize> = (0..start.len()).map(fold).collect();
        let mut banned = vec![];
        for f in tested {
            let ends = folds.iter().zip(end).filter(|(fold, _)| *fold == f).map(|(_, e)| *e);
            let over = ends.max().unwrap();
            banned.extend(times.iter().filter(|t| **t > over).take(embargo));
        }
        let is_test = |row: &usize| tested.contains(&folds[*row]);
        let set = |i: usize| {
            let overlaps = |j: usize| start[i] <= end[j] && start[j] <= end[i];
            if is_test(&i) {
                Set::Test
            } else if (0..start.len()).filter(is_test).any(overlaps) {
                Set::Purged
            } else if banned.contains(&&start[i]) {
                Set::Embargoed
            } else {
                Set::Train
            }
        };
        (0..start.len()).map(set).collect()
    }
}
