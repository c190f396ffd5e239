//! Trading sessions of the New York Stock Exchange, 1990–2030, by rule and by named exception.
//!
//! The hours are the *scheduled* ones, as they were announced before the day began: 09:30–16:00 New
//! York, with early closes at 13:00 (14:00 until 1992). What nobody could plan for does not move them:
//!
//! | day        | what happened                                       | here        |
//! |------------|-----------------------------------------------------|-------------|
//! | 1994-02-11 | snow, closed 14:30, decided that day                | 09:30–16:00 |
//! | 1996-01-08 | snow, 11:00–14:00, decided that day                 | 09:30–16:00 |
//! | 1997-10-27 | circuit breakers, closed 15:30                      | 09:30–16:00 |
//! | 2005-06-01 | communication failure, closed 15:56                 | 09:30–16:00 |
//! | 1999-12-31 | sources disagree (13:00 or 16:00)                   | 09:30–16:00 |
//!
//! Where a source is in doubt the later close is taken: a price said to be known later than it was
//! cannot leak into a decision, one said to be known earlier can. Late openings and moments of
//! silence (2001-09-17, 2002-09-11, funerals of 2004 and 2006 and others) keep 09:30 likewise. Whole
//! days that were cancelled at short notice are not sessions; a backtest sees them closed.
//!
//! Sources: NYSE Rule 7.2 and holiday notices; every day compared with the Python packages
//! `exchange_calendars` and `pandas_market_calendars` (`tests/reference/xnys.csv`).

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Utc, Weekday};
use chrono_tz::America::New_York;

/// First year known.
pub const FIRST_YEAR: i32 = 1990;
/// Last year known; later holidays may still change.
pub const LAST_YEAR: i32 = 2030;

/// One trading session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// The day, in the exchange's time zone.
    pub date: NaiveDate,
    /// First instant of continuous trading.
    pub open: DateTime<Utc>,
    /// Last instant of continuous trading.
    pub close: DateTime<Utc>,
    /// Whether the session is scheduled to end before 16:00 New York.
    pub early_close: bool,
}

/// An exchange calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// New York Stock Exchange.
    Xnys,
}

impl Calendar {
    /// The names accepted by [`Calendar::named`]: the market identifier code (ISO 10383) and the
    /// common name.
    pub const NAMES: [&str; 2] = ["XNYS", "NYSE"];

    /// The calendar of that name, in either letter case.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)).then_some(Self::Xnys)
    }

    /// Whether the calendar knows this date, session or not.
    pub fn covers(self, date: NaiveDate) -> bool {
        (FIRST_YEAR..=LAST_YEAR).contains(&date.year())
    }

    /// The session of a date; `None` if there is none, or outside the years known.
    pub fn session(self, date: NaiveDate) -> Option<Session> {
        let all = self.all();
        all.binary_search_by_key(&date, |s| s.date).ok().map(|at| all[at])
    }

    /// The sessions from one date to another, both included, oldest first.
    pub fn sessions(self, from: NaiveDate, to: NaiveDate) -> &'static [Session] {
        let all = self.all();
        let start = all.partition_point(|s| s.date < from);
        let end = all.partition_point(|s| s.date <= to);
        &all[start..end.max(start)]
    }

    fn all(self) -> &'static [Session] {
        static XNYS: LazyLock<Vec<Session>> = LazyLock::new(|| {
            let first = NaiveDate::from_yo_opt(FIRST_YEAR, 1).unwrap_or_default();
            let days = first.iter_days().take_while(|d| d.year() <= LAST_YEAR);
            days.filter(|d| !is_closed(*d)).filter_map(session_on).collect()
        });
        match self {
            Self::Xnys => &XNYS,
        }
    }
}

/// The hours of a day that is a session.
fn session_on(date: NaiveDate) -> Option<Session> {
    let early = early_close_hour(date);
    let instant = |hour, minute| {
        let local = date.and_hms_opt(hour, minute, 0)?;
        Some(New_York.from_local_datetime(&local).single()?.with_timezone(&Utc))
    };
    Some(Session {
        date,
        open: instant(9, 30)?,
        close: instant(early.unwrap_or(16), 0)?,
        early_close: early.is_some(),
    })
}

/// Closed for a day of mourning, an attack or a storm.
const EXTRAORDINARY: [(i32, u32, u32); 11] = [
    (1994, 4, 27), // funeral of President Nixon
    (2001, 9, 11), // attack on the World Trade Center, closed until the 14th
    (2001, 9, 12),
    (2001, 9, 13),
    (2001, 9, 14),
    (2004, 6, 11),  // funeral of President Reagan
    (2007, 1, 2),   // funeral of President Ford
    (2012, 10, 29), // Hurricane Sandy
    (2012, 10, 30),
    (2018, 12, 5), // funeral of President G. H. W. Bush
    (2025, 1, 9),  // funeral of President Carter
];

fn is_closed(date: NaiveDate) -> bool {
    let (year, month, day, weekday) = (date.year(), date.month(), date.day(), date.weekday());
    if matches!(weekday, Weekday::Sat | Weekday::Sun) {
        return true;
    }
    // The n-th Monday (or other weekday) of a month falls on the days 7n−6 … 7n.
    let nth =
        |m: u32, wanted: Weekday, n: u32| month == m && weekday == wanted && day.div_ceil(7) == n;
    let new_year = month == 1 && (day == 1 || (day == 2 && weekday == Weekday::Mon));
    new_year
        || (year >= 1998 && nth(1, Weekday::Mon, 3)) // Martin Luther King Day
        || nth(2, Weekday::Mon, 3) // Washington's Birthday
        || (weekday == Weekday::Fri && date.succ_opt().and_then(|d| d.succ_opt()) == easter(year))
        || (month == 5 && weekday == Weekday::Mon && day > 24) // Memorial Day
        || (year >= 2022 && observes(date, 6, 19)) // Juneteenth
        || observes(date, 7, 4)
        || nth(9, Weekday::Mon, 1) // Labor Day
        || nth(11, Weekday::Thu, 4) // Thanksgiving
        || observes(date, 12, 25)
        || EXTRAORDINARY.contains(&(year, month, day))
}

/// Whether a weekday observes a fixed holiday: on the day, on Friday for a Saturday, on Monday for a
/// Sunday. (A New Year on a Saturday is not moved: the Friday closes the year's books.)
fn observes(date: NaiveDate, month: u32, day: u32) -> bool {
    date.month() == month
        && match date.weekday() {
            Weekday::Fri => date.day() == day || date.day() + 1 == day,
            Weekday::Mon => date.day() == day || date.day() == day + 1,
            _ => date.day() == day,
        }
}

/// The New York hour of an early close, for a date that is a session.
fn early_close_hour(date: NaiveDate) -> Option<u32> {
    let (year, month, day, weekday) = (date.year(), date.month(), date.day(), date.weekday());
    let early = match (month, day) {
        // Friday after Thanksgiving, since 1992.
        (11, 23..=29) => weekday == Weekday::Fri && year >= 1992,
        // Christmas Eve; its Friday is the holiday observed, and 1994 and 1995 have none.
        (12, 24) => true,
        // The day before Independence Day, since 1995.
        (7, 3) => year >= 1995 && (weekday != Weekday::Wed || year >= 2013),
        // With the holiday on a Thursday it used to be the Friday after.
        (7, 5) => weekday == Weekday::Fri && (1995..2013).contains(&year),
        // The Friday after a Thursday Christmas, twice.
        (12, 26) => year == 1997 || year == 2003,
        _ => false,
    };
    early.then_some(if year <= 1992 { 14 } else { 13 })
}

/// Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, ch. 8).
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - b / 4 - g + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn hours(text: &str) -> (String, String) {
        let s = Calendar::Xnys.session(date(text)).unwrap();
        (s.open.format("%H:%M").to_string(), s.close.format("%H:%M").to_string())
    }

    fn count(year: i32) -> usize {
        let of = |m, d| NaiveDate::from_ymd_opt(year, m, d).unwrap();
        Calendar::Xnys.sessions(of(1, 1), of(12, 31)).len()
    }

    // Figures: shared reference "NYSE" (re-derived there from several sources).
    #[test]
    fn published_counts() {
        assert_eq!(Calendar::Xnys.sessions(date("1990-01-01"), date("2026-12-31")).len(), 9318);
        assert_eq!([count(2001), count(2012), count(2018), count(2025)], [248, 250, 251, 250]);
        let half = Calendar::Xnys.sessions(date("2000-01-01"), date("2025-12-31"));
        let half: Vec<_> = half.iter().filter(|s| s.early_close).collect();
        assert_eq!(half.len(), 58);
        for s in half {
            assert_eq!(s.close.with_timezone(&New_York).format("%H:%M").to_string(), "13:00");
        }
    }

    #[test]
    fn hours_follow_daylight_saving_time() {
        let h = |open: &str, close: &str| (open.to_string(), close.to_string());
        assert_eq!(hours("2024-03-08"), h("14:30", "21:00"));
        assert_eq!(hours("2024-03-11"), h("13:30", "20:00"));
        assert_eq!(hours("2024-11-29"), h("14:30", "18:00"));
        assert_eq!(hours("2006-03-31"), h("14:30", "21:00")); // old rule: first Sunday of April
        assert_eq!(hours("2006-04-03"), h("13:30", "20:00"));
        assert_eq!(hours("2007-03-12"), h("13:30", "20:00")); // new rule: second Sunday of March
        assert_eq!(hours("1992-12-24"), h("14:30", "19:00"));
    }

    #[test]
    fn extraordinary_closures() {
        for day in ["1994-04-27", "2001-09-11", "2001-09-14", "2004-06-11", "2007-01-02"] {
            assert_eq!(Calendar::Xnys.session(date(day)), None, "{day}");
        }
        for day in ["2012-10-29", "2012-10-30", "2018-12-05", "2025-01-09", "2024-03-29"] {
            assert_eq!(Calendar::Xnys.session(date(day)), None, "{day}");
        }
        assert!(Calendar::Xnys.session(date("2001-09-17")).is_some());
    }

    #[test]
    fn disputed_days_keep_the_scheduled_close() {
        for day in ["1994-02-11", "1996-01-08", "1997-10-27", "1999-12-31", "2005-06-01"] {
            let s = Calendar::Xnys.session(date(day)).unwrap();
            assert_eq!(s.close.with_timezone(&New_York).format("%H:%M").to_string(), "16:00");
        }
    }

    #[test]
    fn edges() {
        assert_eq!(Calendar::named("xnys"), Some(Calendar::Xnys));
        assert_eq!(Calendar::named("NYSE"), Some(Calendar::Xnys));
        assert_eq!(Calendar::named("XLON"), None);
        assert!(!Calendar::Xnys.covers(date("1989-12-31")));
        assert!(Calendar::Xnys.covers(date("2030-12-31")));
        assert_eq!(Calendar::Xnys.sessions(date("2024-01-05"), date("2024-01-02")), &[]);
        assert_eq!(Calendar::Xnys.sessions(date("2024-01-06"), date("2024-01-07")), &[]);
        assert_eq!(Calendar::Xnys.sessions(date("2024-01-02"), date("2024-01-02")).len(), 1);
    }
}
