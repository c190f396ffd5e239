//! From the rows of `cpcv_splits` to the stretches of time the fold diagram draws.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::{FoldSet, FoldSpan};

/// Joins rows (split, date, use) into spans of equal use over consecutive dates.
///
/// Dates are consecutive when no row of any split lies between them. Rows of one split and date may
/// differ between symbols, because their labels end on different days; the date then shows the
/// rarest use: test, else purged, else embargoed, else train.
pub fn fold_spans(rows: impl IntoIterator<Item = (u32, NaiveDate, FoldSet)>) -> Vec<FoldSpan> {
    let mut uses: BTreeMap<(u32, NaiveDate), FoldSet> = BTreeMap::new();
    for (split, date, set) in rows {
        let entry = uses.entry((split, date)).or_insert(set);
        *entry = set.max(*entry);
    }
    let dates: BTreeSet<NaiveDate> = uses.keys().map(|(_, date)| *date).collect();
    let place: BTreeMap<NaiveDate, usize> =
        dates.into_iter().enumerate().map(|(place, date)| (date, place)).collect();

    let mut spans: Vec<FoldSpan> = Vec::new();
    let mut last_place = 0;
    for ((split, date), set) in uses {
        let here = place[&date];
        match spans.last_mut() {
            Some(span) if span.split == split && span.set == set && here == last_place + 1 => {
                span.end = date;
            }
            _ => spans.push(FoldSpan { split, set, start: date, end: date }),
        }
        last_place = here;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(of_month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2020, 1, of_month).unwrap()
    }

    fn span(split: u32, set: FoldSet, start: u32, end: u32) -> FoldSpan {
        FoldSpan { split, set, start: day(start), end: day(end) }
    }

    #[test]
    fn equal_neighbours_join_across_weekends() {
        use FoldSet::{Test, Train};
        // 4 and 5 January 2020 are a weekend: 3 and 6 are neighbours among the sessions.
        let rows = [(0, 2, Train), (0, 3, Train), (0, 6, Train), (0, 7, Test), (1, 7, Test)];
        let spans = fold_spans(rows.map(|(split, of_month, set)| (split, day(of_month), set)));
        assert_eq!(spans, [span(0, Train, 2, 6), span(0, Test, 7, 7), span(1, Test, 7, 7)]);
    }

    #[test]
    fn a_gap_splits_a_span() {
        use FoldSet::Train;
        let rows = [(0, 2, Train), (0, 6, Train), (1, 3, Train)];
        let spans = fold_spans(rows.map(|(split, of_month, set)| (split, day(of_month), set)));
        assert_eq!(spans, [span(0, Train, 2, 2), span(0, Train, 6, 6), span(1, Train, 3, 3)]);
    }

    #[test]
    fn the_rarest_use_of_a_date_wins_in_any_row_order() {
        use FoldSet::{Embargoed, Purged, Test, Train};
        let rows = [(0, 2, Train), (0, 2, Purged), (0, 2, Embargoed), (0, 3, Test), (0, 3, Train)];
        let forwards = fold_spans(rows.map(|(split, d, set)| (split, day(d), set)));
        let backwards = fold_spans(rows.into_iter().rev().map(|(s, d, set)| (s, day(d), set)));
        assert_eq!(forwards, [span(0, Purged, 2, 2), span(0, Test, 3, 3)]);
        assert_eq!(forwards, backwards);
    }
}
