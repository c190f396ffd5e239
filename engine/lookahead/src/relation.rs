//! What is known of a relation's rows and columns.

use std::rc::Rc;

use crate::age::Ages;
use crate::instant::{Instant, Order, Time};
use crate::span::Span;

/// What a value was made from, as the latest instants that it can know.
#[derive(Debug, Clone, Default)]
pub(crate) struct Knows(pub Vec<Known>);

/// Something that a value knows.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub until: Until,
    pub why: Rc<Why>,
}

/// How late it became known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Until {
    /// So long after an instant of the row.
    After(Instant, Span),
    /// With the last row there is.
    End,
}

/// Where it came from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Why {
    /// A row of a relation.
    Row { relation: String },
    /// An expression that looks beyond its row.
    Peek { expression: String, sees: String, instead: String },
    /// A label: it looks forward by type.
    Label { expression: String, horizon: String },
}

impl Knows {
    pub fn of(until: Until, why: Why) -> Self {
        Self(vec![Known { until, why: Rc::new(why) }])
    }

    /// Adds what another knows. Of one instant and one reason the latest is kept.
    pub fn add(&mut self, other: &Self) {
        for known in &other.0 {
            let same = self.0.iter_mut().find(|mine| {
                mine.why == known.why
                    && match (mine.until, known.until) {
                        (Until::After(a, _), Until::After(b, _)) => a == b,
                        (a, b) => a == b,
                    }
            });
            match (same, known.until) {
                (None, _) => self.0.push(known.clone()),
                (Some(mine), Until::After(of, span)) => {
                    if let Until::After(_, old) = mine.until {
                        mine.until = Until::After(of, old.max(span));
                    }
                }
                (Some(_), Until::End) => {}
            }
        }
    }

    pub fn with(mut self, other: &Self) -> Self {
        self.add(other);
        self
    }

    /// In terms of some instants that survive, each at most so long after what is known; what
    /// cannot be said so is known at the end, and `lost` says why where nothing said it yet.
    pub fn in_terms_of(&self, survivors: &[(Instant, Span)], order: &Order, lost: &Why) -> Self {
        let mut all = Self::default();
        for known in &self.0 {
            let until = match known.until {
                Until::End => Until::End,
                Until::After(of, span) => {
                    let bounds = survivors.iter().filter_map(|(survivor, more)| {
                        Some((*survivor, order.after(of, *survivor)? + span + *more))
                    });
                    match bounds.reduce(|a, b| if b.1.longest() < a.1.longest() { b } else { a }) {
                        Some((survivor, span)) => Until::After(survivor, span),
                        None => Until::End,
                    }
                }
            };
            let why = match (until, known.why.as_ref()) {
                (Until::End, Why::Row { .. }) => Rc::new(lost.clone()),
                (Until::After(_, after), Why::Row { .. })
                    if after.is_positive()
                        && !matches!(known.until, Until::After(_, span) if span.is_positive()) =>
                {
                    Rc::new(lost.clone())
                }
                _ => Rc::clone(&known.why),
            };
            all.add(&Self(vec![Known { until, why }]));
        }
        all
    }
}

/// A column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Value {
    pub knows: Knows,
    /// How old its data can be.
    pub ages: Ages,
    /// The instant it tells, if it is a time.
    pub time: Option<Time>,
}

impl Value {
    /// Is made from another one, too.
    pub fn add(&mut self, other: &Self) {
        self.knows.add(&other.knows);
        self.ages.add(&other.ages);
    }
}

/// A plan's result.
#[derive(Debug, Clone, Default)]
pub(crate) struct Relation {
    pub columns: Vec<Value>,
    pub order: Order,
    /// What the choice of rows knows.
    pub chosen: Knows,
    /// The instants of its rows, those of the leftmost input first.
    pub rows: Vec<Instant>,
}

impl Relation {
    /// Gives every instant another name.
    pub fn rename(&mut self, name: &mut dyn FnMut(Instant) -> Instant) {
        let mut knows = |knows: &mut Knows| {
            for known in &mut knows.0 {
                if let Until::After(of, _) = &mut known.until {
                    *of = name(*of);
                }
            }
        };
        knows(&mut self.chosen);
        self.columns.iter_mut().for_each(|column| knows(&mut column.knows));
        self.columns.iter_mut().for_each(|column| column.ages.rename(name));
        for time in self.columns.iter_mut().filter_map(|column| column.time.as_mut()) {
            time.of = name(time.of);
        }
        self.rows.iter_mut().for_each(|row| *row = name(*row));
        self.order.rename(name);
    }

    /// Gives the rows the name that the query has for them.
    pub fn call(&mut self, alias: &str) {
        let columns = self.columns.iter_mut().map(|column| &mut column.knows);
        for known in columns.chain([&mut self.chosen]).flat_map(|knows| &mut knows.0) {
            if let Why::Row { relation } = known.why.as_ref()
                && relation != alias
            {
                known.why = Rc::new(Why::Row { relation: alias.to_owned() });
            }
        }
    }

    /// Every column knows more.
    pub fn all_know(&mut self, more: &Knows) {
        self.columns.iter_mut().for_each(|column| column.knows.add(more));
    }
}
