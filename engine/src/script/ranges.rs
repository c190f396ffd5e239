//! Tables that are made a range of time at a time: which ranges are missing, and making them side by
//! side.
//!
//! The query of a `pit table by month` gives the rows of `$start` up to, without, `$end`. Ranges that are
//! over stay done until the query changes; the one that the cut lies in is made anew by each run.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};
use futures::StreamExt;

use super::runner::{Bench, Run};
use super::state::{Made, content};
use super::steps::Step;
use super::work::{Done, in_place};
use crate::engine::Planned;
use crate::error::{Error, Result};
use crate::meaning::Source;

/// The length of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// From midnight to midnight, UTC.
    Day,
    /// From Monday.
    Week,
    /// From the first.
    Month,
    /// From the first of January, April, July or October.
    Quarter,
    /// From the first of January.
    Year,
}

impl Unit {
    pub(super) const NAMES: [(&'static str, Self); 5] = [
        ("day", Self::Day),
        ("week", Self::Week),
        ("month", Self::Month),
        ("quarter", Self::Quarter),
        ("year", Self::Year),
    ];

    /// The first day of the range that a day lies in.
    fn begin(self, day: NaiveDate) -> NaiveDate {
        let first = |month| NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day);
        match self {
            Self::Day => day,
            Self::Week => day - Days::new(day.weekday().num_days_from_monday().into()),
            Self::Month => first(day.month()),
            Self::Quarter => first((day.month() - 1) / 3 * 3 + 1),
            Self::Year => first(1),
        }
    }

    fn next(self, begin: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => begin + Days::new(1),
            Self::Week => begin + Days::new(7),
            Self::Month => begin + Months::new(1),
            Self::Quarter => begin + Months::new(3),
            Self::Year => begin + Months::new(12),
        }
    }
}

/// From the first day up to, without, the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Range {
    start: NaiveDate,
    end: NaiveDate,
}

impl Range {
    /// Stands for any range where a query is looked at and not run.
    pub const ANY: Self = Self { start: NaiveDate::MIN, end: NaiveDate::MIN };

    /// A text with the range in the place of `$start` and `$end`.
    pub fn within(self, text: &str) -> String {
        // Years of five digits are none of SQL's.
        let shown = |day: NaiveDate| match self == Self::ANY {
            true => "DATE '1970-01-01'".to_owned(),
            false => format!("DATE '{day}'"),
        };
        text.replace("$start", &shown(self.start)).replace("$end", &shown(self.end))
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.start, self.end)
    }
}

impl Run<'_> {
    /// The ranges that are to be made, those of `--start` and `--end`, else all since the sources begin.
    pub fn missing(
        &self,
        step: &Step<'_>,
        unit: Unit,
        planned: &Planned,
        before: Option<&Made>,
    ) -> Result<Vec<Range>> {
        let name = &step.script.header.name;
        let begins = planned.meaning.reads.iter().filter_map(|(of, source)| match source {
            Source::Table(table) => Some((of, table.first_event()?)),
            _ => None,
        });
        let begins = begins.min_by_key(|(_, day)| *day);
        let start = match (self.options.start, begins) {
            (Some(start), Some((of, begins))) if start < begins => {
                return Err(Error::usage(format!(
                    "{name}: --start {start} is before its sources begin ({of}: {begins}); start there"
                )));
            }
            (Some(start), _) => start,
            (None, Some((_, begins))) => begins,
            (None, None) => {
                return Err(Error::usage(format!(
                    "{name}: reads no point-in-time table with rows that would tell where to begin; \
                     give --start"
                )));
            }
        };
        let today = self.as_of.date_naive();
        let end = self.options.end.unwrap_or(today + Days::new(1)).min(today + Days::new(1));
        let done = before.map(|made| &made.ranges);
        let mut missing = vec![];
        let mut begin = unit.begin(start);
        while begin < end {
            let range = Range { start: begin, end: unit.next(begin) };
            if self.options.all || !done.is_some_and(|done| done.contains(&range.to_string())) {
                missing.push(range);
            }
            begin = range.end;
        }
        Ok(missing)
    }

    /// Makes missing ranges, as many at a time as there are threads, each a part of the step.
    pub async fn make_ranges(
        &self,
        step: &Step<'_>,
        missing: Vec<Range>,
        mut made: Made,
        columns: &str,
        bench: &mut Bench,
    ) -> Result<Done> {
        let insert = format!("INSERT INTO {} ({columns})", step.id);
        let lake = bench.stage.lake().clone();
        let today = self.as_of.date_naive();
        let mut total = Done::default();
        let session = bench.session.clone();
        let (session, insert) = (&session, &insert);
        let mut work = futures::stream::iter(missing.into_iter().map(|range| async move {
            let text = range.within(&in_place(step.statement, insert));
            let clock = std::time::Instant::now();
            let done = self.statement(session, &text, step).await?;
            let statement = range.within(&format!("{insert}\n{}", step.statement.text));
            let part = Done { statement: Some(statement), ..done };
            Ok::<_, Error>((range, part, clock.elapsed().as_secs_f64()))
        }))
        .buffer_unordered(self.engine.threads());
        while let Some(part) = work.next().await {
            let (range, part, seconds) = part?;
            total.rows += part.rows;
            total.skipped += part.skipped;
            total.version = total.version.max(part.version);
            // The range of the cut is not over.
            if range.end <= today {
                made.ranges.insert(range.to_string());
            }
            made.rows += part.rows;
            total.parts.push((range.to_string(), seconds, part));
            made.output = content(&lake, &step.id).await?.0;
            bench.state.0.insert(step.id.clone(), made.clone());
            // A run that dies goes on behind the last range that was made.
            bench.state.save(&lake, &self.pipeline).await?;
        }
        total.parts.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(total)
    }
}

/// How many ranges of which time are missing.
pub(super) fn shown(missing: &[Range]) -> String {
    match missing {
        [] => String::new(),
        [one] => format!("range {one} is missing"),
        [first, .., last] => {
            format!("{} ranges are missing, {} to {}", missing.len(), first.start, last.end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_begin_where_calendars_do() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let of = |unit: Unit| {
            let begin = unit.begin(day("2024-05-15"));
            Range { start: begin, end: unit.next(begin) }.to_string()
        };
        assert_eq!(of(Unit::Day), "2024-05-15 to 2024-05-16");
        assert_eq!(of(Unit::Week), "2024-05-13 to 2024-05-20");
        assert_eq!(of(Unit::Month), "2024-05-01 to 2024-06-01");
        assert_eq!(of(Unit::Quarter), "2024-04-01 to 2024-07-01");
        assert_eq!(of(Unit::Year), "2024-01-01 to 2025-01-01");
    }
}
