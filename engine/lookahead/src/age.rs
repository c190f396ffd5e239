//! How old the newest data of a value can be.

use std::fmt;

use crate::instant::{Instant, Order};
use crate::span::Span;

/// How much older than an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Age {
    /// At most so much time, and so many rows.
    AtMost(Span, u64),
    /// Nothing bounds it.
    Unbounded,
}

impl Age {
    pub const NONE: Self = Self::AtMost(Span::ZERO, 0);

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::AtMost(a, n), Self::AtMost(b, m)) => Self::AtMost(a + b, n.saturating_add(m)),
            _ => Self::Unbounded,
        }
    }

    fn max(self, other: Self) -> Self {
        match (self, other) {
            (Self::AtMost(a, n), Self::AtMost(b, m)) => Self::AtMost(a.max(b), n.max(m)),
            _ => Self::Unbounded,
        }
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::AtMost(span, rows) = self else { return f.write_str("no bound") };
        let rows = match rows {
            0 => None,
            1 => Some("1 row".to_owned()),
            n => Some(format!("{n} rows")),
        };
        let span = span.is_positive().then(|| format!("up to {span}"));
        match (rows, span) {
            (None, None) => f.write_str("none"),
            (Some(only), None) | (None, Some(only)) => f.write_str(&only),
            (Some(rows), Some(span)) => write!(f, "{rows} and {span}"),
        }
    }
}

/// The events that a value was made from, with their ages.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ages(Vec<(Instant, Age)>);

impl Ages {
    pub fn of(event: Instant) -> Self {
        Self(vec![(event, Age::NONE)])
    }

    /// Adds those of another value; of one event the older counts.
    pub fn add(&mut self, other: &Self) {
        for (event, age) in &other.0 {
            match self.0.iter_mut().find(|(mine, _)| mine == event) {
                Some((_, mine)) => *mine = mine.max(*age),
                None => self.0.push((*event, *age)),
            }
        }
    }

    pub fn older(mut self, by: Age) -> Self {
        self.0.iter_mut().for_each(|(_, age)| *age = age.and(by));
        self
    }

    /// As ages before the instants that survive.
    pub fn in_terms_of(&self, survivors: &[Instant], order: &Order) -> Self {
        let mut all = Self::default();
        let Some(first) = survivors.first() else { return all };
        for (event, age) in &self.0 {
            let bounds = survivors.iter().filter_map(|s| Some((*s, order.after(*s, *event)?)));
            let least = bounds.reduce(|a, b| if b.1.longest() < a.1.longest() { b } else { a });
            all.add(&Self(vec![match least {
                Some((survivor, span)) => (survivor, age.and(Age::AtMost(span, 0))),
                None => (*first, Age::Unbounded),
            }]));
        }
        all
    }

    /// The oldest of them before an instant; `None` of what was made from no event.
    pub fn worst(&self, clock: Instant, order: &Order) -> Option<Age> {
        self.in_terms_of(&[clock], order).0.first().map(|(_, age)| *age)
    }

    pub fn rename(&mut self, name: &mut dyn FnMut(Instant) -> Instant) {
        self.0.iter_mut().for_each(|(event, _)| *event = name(*event));
    }
}
