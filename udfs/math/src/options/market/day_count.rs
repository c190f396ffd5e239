//! Fractions of a year between two dates.
//!
//! 2006 ISDA Definitions, section 4.16, with the letters there. All change their sign with the order of
//! the dates. Options are best timed to the minute instead: [`super::settlement::years_until`].

use chrono::{Datelike, NaiveDate};

use super::outside_calendar::OutsideCalendar;
use crate::sessions::Calendar;

/// A convention for fractions of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayCount {
    /// Days over 365 (d).
    Actual365Fixed,
    /// Days over 360 (e).
    Actual360,
    /// Days in leap years over 366 and the others over 365 (b).
    ActualActualIsda,
    /// Months of 30 days (f), 30/360 or bond basis: the 31st is the 30th, at the end only if the
    /// beginning is one of both. Ends of February are not moved, as they are in the rules of the SIA.
    Thirty360BondBasis,
    /// Months of 30 days (g), 30E/360 or Eurobond basis: the 31st is the 30th.
    Thirty360Eurobond,
    /// Sessions of an exchange over 252, the first date included, the last one not.
    Business252(Calendar),
}

impl DayCount {
    /// The fraction of a year from one date to another. Only sessions can be outside what is known.
    pub fn year_fraction(self, from: NaiveDate, to: NaiveDate) -> Result<f64, OutsideCalendar> {
        if to < from {
            return self.year_fraction(to, from).map(|years| -years);
        }
        let days = (to - from).num_days() as f64;
        Ok(match self {
            Self::Actual365Fixed => days / 365.0,
            Self::Actual360 => days / 360.0,
            Self::ActualActualIsda => {
                f64::from(to.year() - from.year()) + passed_of_year(to) - passed_of_year(from)
            }
            Self::Thirty360BondBasis => {
                let first = from.day().min(30);
                let last = if first == 30 { to.day().min(30) } else { to.day() };
                thirty_360(from, to, first, last)
            }
            Self::Thirty360Eurobond => thirty_360(from, to, from.day().min(30), to.day().min(30)),
            Self::Business252(calendar) => {
                if let Some(date) = [from, to].into_iter().find(|d| !calendar.covers(*d)) {
                    return Err(OutsideCalendar(date));
                }
                let sessions = calendar.sessions(from, to);
                let on_last = usize::from(sessions.last().is_some_and(|s| s.date == to));
                (sessions.len() - on_last) as f64 / 252.0
            }
        })
    }
}

/// How much of its year has passed before a date.
fn passed_of_year(date: NaiveDate) -> f64 {
    f64::from(date.ordinal0()) / if date.leap_year() { 366.0 } else { 365.0 }
}

fn thirty_360(from: NaiveDate, to: NaiveDate, first: u32, last: u32) -> f64 {
    let months = 12 * (to.year() - from.year()) + to.month0() as i32 - from.month0() as i32;
    f64::from(30 * months + last as i32 - first as i32) / 360.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn years(convention: DayCount, from: &str, to: &str) -> f64 {
        convention.year_fraction(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[track_caller]
    fn close(was: f64, expected: f64) {
        assert!((was - expected).abs() < 1e-12, "{was} is not {expected}");
    }

    /// ISDA (1998), EMU and market conventions: recent developments. The fifth figure is that of
    /// `QuantLib`, whose tests find the paper's at odds with its rule.
    #[test]
    fn actual_actual_as_published() {
        for (from, to, expected) in [
            ("2003-11-01", "2004-05-01", 0.497_724_380_567),
            ("1999-02-01", "1999-07-01", 0.410_958_904_110),
            ("1999-07-01", "2000-07-01", 1.001_377_348_600),
            ("2002-08-15", "2003-07-15", 0.915_068_493_151),
            ("2003-07-15", "2004-01-15", 0.504_004_790_778),
            ("1999-07-30", "2000-01-30", 0.503_892_506_924),
            ("2000-01-30", "2000-06-30", 0.415_300_546_448),
        ] {
            // Ten digits are certain.
            let was = years(DayCount::ActualActualIsda, from, to);
            assert!((was - expected).abs() < 1e-11, "{was} is not {expected}");
        }
        let first = years(DayCount::ActualActualIsda, "2003-11-01", "2004-05-01");
        assert!((first - (61.0 / 365.0 + 121.0 / 366.0)).abs() < 1e-15);
    }

    /// ISDA (2008), 30/360 day count conventions: days by bond basis and by Eurobond basis.
    #[test]
    fn months_of_thirty_days_as_published() {
        for (from, to, bond, euro) in [
            ("2006-08-20", "2007-02-20", 180.0, 180.0),
            ("2006-08-31", "2007-02-28", 178.0, 178.0),
            ("2007-02-28", "2007-08-31", 183.0, 182.0),
            ("2007-08-31", "2008-02-29", 179.0, 179.0),
            ("2008-02-29", "2008-08-31", 182.0, 181.0),
            ("2006-01-31", "2006-02-28", 28.0, 28.0),
            ("2006-02-28", "2006-03-03", 5.0, 5.0),
            ("2006-09-30", "2006-10-31", 30.0, 30.0),
            ("2006-10-31", "2006-11-28", 28.0, 28.0),
            ("2008-02-28", "2008-08-30", 182.0, 182.0),
            ("2008-02-28", "2008-08-31", 183.0, 182.0),
            ("2007-02-26", "2008-02-29", 363.0, 363.0),
            ("2008-02-29", "2009-02-28", 359.0, 359.0),
            ("2008-02-28", "2008-03-31", 33.0, 32.0),
        ] {
            close(360.0 * years(DayCount::Thirty360BondBasis, from, to), bond);
            close(360.0 * years(DayCount::Thirty360Eurobond, from, to), euro);
        }
    }

    #[test]
    fn days_over_a_fixed_year() {
        // A leap day is in between.
        close(years(DayCount::Actual365Fixed, "2024-01-15", "2024-07-15"), 182.0 / 365.0);
        close(years(DayCount::Actual360, "2024-01-15", "2024-07-15"), 182.0 / 360.0);
    }

    #[test]
    fn sessions_of_a_year() {
        let xnys = DayCount::Business252(Calendar::Xnys);
        // NYSE had 251 sessions in 2018, 252 in 2024.
        close(years(xnys, "2018-01-01", "2019-01-01"), 251.0 / 252.0);
        close(years(xnys, "2024-01-01", "2025-01-01"), 1.0);
        // Friday to Monday is the Friday; over Good Friday and Easter only the Thursday.
        close(years(xnys, "2024-03-22", "2024-03-25"), 1.0 / 252.0);
        close(years(xnys, "2024-03-28", "2024-04-01"), 1.0 / 252.0);
        close(years(xnys, "2024-03-30", "2024-03-31"), 0.0);
        close(years(xnys, "2024-03-28", "2024-03-28"), 0.0);
        let (in_time, late) = ("2030-01-01".parse().unwrap(), "2031-01-01".parse().unwrap());
        assert_eq!(xnys.year_fraction(in_time, late), Err(OutsideCalendar(late)));
        assert_eq!(xnys.year_fraction(late, in_time), Err(OutsideCalendar(late)));
        assert!(OutsideCalendar(late).to_string().contains("2031-01-01"));
    }

    #[test]
    fn backwards_is_negative() {
        for convention in [
            DayCount::Actual365Fixed,
            DayCount::Actual360,
            DayCount::ActualActualIsda,
            DayCount::Thirty360BondBasis,
            DayCount::Thirty360Eurobond,
            DayCount::Business252(Calendar::Xnys),
        ] {
            let there = years(convention, "2008-02-28", "2009-08-31");
            assert_eq!(years(convention, "2009-08-31", "2008-02-28"), -there);
            assert!(there > 1.4, "{convention:?}");
            assert_eq!(years(convention, "2009-08-31", "2009-08-31"), 0.0);
        }
    }
}
