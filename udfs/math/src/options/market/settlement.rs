//! When an option expires: the instant up to which its value is uncertain.
//!
//! Options settled in the afternoon expire with the session's close, at 16:00 New York or 13:00 on a half
//! day. Classes that trade a quarter of an hour longer (SPX, SPY and others) are settled on the prices
//! of the close all the same. Options settled in the morning (SPX, NDX and RUT on the third Friday) are
//! settled on the opening prices of the components, which begin to be known at 09:30.
//!
//! An expiry that is no session goes back to the session before: until January 2015 monthly contracts
//! expired on the Saturday, and when the third Friday is Good Friday, it is the Thursday.

use chrono::{DateTime, NaiveDate, Utc};

use super::outside_calendar::OutsideCalendar;
use crate::sessions::{Calendar, Session};

/// Minutes of a year of 365 days.
pub const MINUTES_A_YEAR: f64 = 525_600.0;

/// Which prices of the day of expiry an option is settled on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Settlement {
    /// The opening ones.
    Morning,
    /// The closing ones.
    Afternoon,
}

impl Settlement {
    /// The instant at which an option with this date of expiry is settled.
    ///
    /// The date is that of the symbol, which is the day of settlement, or the Saturday after it. Where a
    /// source dates options settled in the morning by their last day of trading, the day before, use
    /// [`session_after`] first: the date alone does not tell.
    pub fn instant(
        self,
        expiry: NaiveDate,
        calendar: Calendar,
    ) -> Result<DateTime<Utc>, OutsideCalendar> {
        let session = last_session(expiry, calendar)?;
        Ok(match self {
            Self::Morning => session.open,
            Self::Afternoon => session.close,
        })
    }
}

/// The last session up to a date.
fn last_session(date: NaiveDate, calendar: Calendar) -> Result<Session, OutsideCalendar> {
    let session = calendar.sessions(NaiveDate::MIN, date).last();
    session.copied().filter(|_| calendar.covers(date)).ok_or(OutsideCalendar(date))
}

/// The first session after a date.
pub fn session_after(date: NaiveDate, calendar: Calendar) -> Result<NaiveDate, OutsideCalendar> {
    let next = date.succ_opt().ok_or(OutsideCalendar(date))?;
    let session = calendar.sessions(next, NaiveDate::MAX).first();
    session.filter(|_| calendar.covers(date)).map(|s| s.date).ok_or(OutsideCalendar(date))
}

/// Minutes from now until an instant; below 0 if it has passed.
pub fn minutes_until(instant: DateTime<Utc>, now: DateTime<Utc>) -> f64 {
    (instant - now).as_seconds_f64() / 60.0
}

/// Years of 525 600 minutes from now until an instant, the time in formulas; below 0 if it has passed.
pub fn years_until(instant: DateTime<Utc>, now: DateTime<Utc>) -> f64 {
    minutes_until(instant, now) / MINUTES_A_YEAR
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::New_York;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// The instant in UTC and on the clocks of New York.
    fn settled(how: Settlement, expiry: &str) -> (String, String) {
        let at = how.instant(date(expiry), Calendar::Xnys).unwrap();
        let local = at.with_timezone(&New_York);
        (at.format("%d %H:%M").to_string(), local.format("%F %H:%M").to_string())
    }

    #[test]
    fn as_scheduled() {
        use Settlement::{Afternoon, Morning};
        for (how, expiry, utc, local) in [
            // SPX and SPXW of January 2021, in winter time, and SPXW of June 2023, in summer time.
            (Morning, "2021-01-15", "15 14:30", "2021-01-15 09:30"),
            (Afternoon, "2021-01-04", "04 21:00", "2021-01-04 16:00"),
            (Afternoon, "2023-06-30", "30 20:00", "2023-06-30 16:00"),
            // The Saturday of June 2014.
            (Morning, "2014-06-21", "20 13:30", "2014-06-20 09:30"),
            (Afternoon, "2014-06-21", "20 20:00", "2014-06-20 16:00"),
            // Good Friday on the third Friday: dated by the Saturday in 2014, by the Thursday in 2019.
            (Morning, "2014-04-19", "17 13:30", "2014-04-17 09:30"),
            (Morning, "2019-04-18", "18 13:30", "2019-04-18 09:30"),
            (Afternoon, "2019-04-19", "18 20:00", "2019-04-18 16:00"),
            // Half days: after Thanksgiving, and before Independence Day.
            (Afternoon, "2023-11-24", "24 18:00", "2023-11-24 13:00"),
            (Afternoon, "2014-07-03", "03 17:00", "2014-07-03 13:00"),
            // Either side of the clocks' change on 2024-03-10 and 2024-11-03.
            (Afternoon, "2024-03-08", "08 21:00", "2024-03-08 16:00"),
            (Afternoon, "2024-03-11", "11 20:00", "2024-03-11 16:00"),
            (Morning, "2024-11-01", "01 13:30", "2024-11-01 09:30"),
            (Morning, "2024-11-04", "04 14:30", "2024-11-04 09:30"),
            // Closed for Hurricane Sandy: back over the weekend.
            (Afternoon, "2012-10-30", "26 20:00", "2012-10-26 16:00"),
        ] {
            assert_eq!(settled(how, expiry), (utc.to_string(), local.to_string()), "{expiry}");
        }
    }

    #[test]
    fn dated_by_the_last_day_of_trading() {
        let after = |day| session_after(date(day), Calendar::Xnys).unwrap();
        assert_eq!(after("2021-01-14"), date("2021-01-15"));
        assert_eq!(after("2024-03-28"), date("2024-04-01"));
    }

    #[test]
    fn time_is_counted_on_the_clock_of_the_world() {
        let expiry = Settlement::Afternoon.instant(date("2024-03-11"), Calendar::Xnys).unwrap();
        // Friday's close to Monday's: three days less the hour that New York skips.
        let friday = instant("2024-03-08T21:00:00Z");
        assert_eq!(minutes_until(expiry, friday), 3.0 * 1440.0 - 60.0);
        assert_eq!(years_until(expiry, friday), 4260.0 / 525_600.0);
        assert_eq!(minutes_until(expiry, instant("2024-03-11T20:00:30Z")), -0.5);
        assert_eq!(
            years_until(instant("2023-03-11T20:00:00Z"), instant("2022-03-11T20:00:00Z")),
            1.0
        );
    }

    #[test]
    fn outside_the_calendar() {
        for day in ["1989-12-31", "2031-01-01"] {
            let outside = Err(OutsideCalendar(date(day)));
            assert_eq!(Settlement::Morning.instant(date(day), Calendar::Xnys), outside);
        }
        // The first day known is a holiday: there is no session before it, nor one after the last.
        let first = date("1990-01-01");
        let was = Settlement::Afternoon.instant(first, Calendar::Xnys);
        assert_eq!(was, Err(OutsideCalendar(first)));
        for day in [date("2030-12-31"), date("1989-12-31"), NaiveDate::MAX] {
            assert_eq!(session_after(day, Calendar::Xnys), Err(OutsideCalendar(day)));
        }
    }
}
