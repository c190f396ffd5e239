//! Where partitions begin and end among rows that come by partition.

use std::ops::Range;

use datafusion::arrow::array::{ArrayRef, make_comparator};
use datafusion::arrow::compute::SortOptions;
use datafusion::common::Result;

use super::Few;

/// The partitions of rows in which each partition's follow on each other: found by searching for the
/// end of each, without a look at every row.
pub(super) fn ranges(keys: &[ArrayRef], rows: usize) -> Result<Few<Range<usize>>> {
    let compare = keys.iter().map(|key| make_comparator(key, key, SortOptions::default()));
    let compare = compare.collect::<std::result::Result<Vec<_>, _>>()?;
    let same = |a: usize, b: usize| compare.iter().all(|compare| compare(a, b).is_eq());
    let mut all = Few::new();
    let mut start = 0;
    while start < rows {
        // The last row known to be of the partition, and one that may not be.
        let (mut last, mut step) = (start, 1);
        while last + step < rows && same(start, last + step) {
            last += step;
            step *= 2;
        }
        let (mut low, mut high) = (last + 1, rows.min(last + step));
        while low < high {
            let middle = low + (high - low) / 2;
            match same(start, middle) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        all.push(start..low);
        start = low;
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::Int64Array;

    use super::*;

    #[test]
    fn partitions_are_found() {
        let found = |values: &[i64]| {
            let keys: Vec<ArrayRef> = vec![Arc::new(Int64Array::from(values.to_vec()))];
            ranges(&keys, values.len()).unwrap()
        };
        assert!(found(&[]).is_empty());
        assert_eq!(found(&[1, 2, 2, 9, 9, 9, 9, 9, 9, 3])[..], [0..1, 1..3, 3..9, 9..10]);
        for lengths in [[7, 1, 1, 1], [1, 2, 3, 4], [8, 1, 1, 16], [15, 17, 31, 33], [4, 4, 4, 4]] {
            let values: Vec<i64> =
                (0..4).flat_map(|i| std::iter::repeat_n(i as i64, lengths[i])).collect();
            let expected = found(&values).iter().map(Range::len).collect::<Vec<_>>();
            assert_eq!(expected, lengths);
        }
        assert_eq!(ranges(&[], 3).unwrap().len(), 1);
    }
}
