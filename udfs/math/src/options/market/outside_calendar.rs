//! The one thing that a calendar cannot answer.

use std::fmt;

use chrono::NaiveDate;

/// The calendar does not know this date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutsideCalendar(pub NaiveDate);

impl fmt::Display for OutsideCalendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the exchange calendar does not know {}", self.0)
    }
}

impl std::error::Error for OutsideCalendar {}
