//! Instants of a row that the analysis has names for, and what is known of their order.

use crate::span::Span;

/// The instant at which the rows of one relation are complete, in whatever row stands for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Instant(pub usize);

/// An expression that tells an instant: between `low` and `high` after it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Time {
    pub of: Instant,
    pub low: Span,
    pub high: Span,
    /// All values are multiples of it: what `date_trunc` leaves, or a date.
    pub grid: Option<Span>,
    /// How far the query has moved it.
    pub moved: Span,
}

impl Time {
    /// The instant itself, or one a fixed time away.
    pub fn exact(of: Instant, shift: Span, grid: Option<Span>) -> Self {
        Self { of, low: shift, high: shift, grid, moved: Span::ZERO }
    }

    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }

    pub fn shifted(self, by: Span) -> Self {
        // A shift by a multiple of the grid keeps it; others are not worth a case.
        let grid = self.grid.filter(|grid| *grid == by || *grid == -by || by == Span::ZERO);
        let moved = self.moved + by;
        Self { low: self.low + by, high: self.high + by, grid, moved, ..self }
    }

    /// Rounded down to a multiple of `unit`.
    pub fn truncated(self, unit: Span) -> Self {
        // A month is whole days, and a day whole minutes: nothing is left to round.
        if self.grid.is_some_and(|grid| grid.is_multiple_of(unit)) {
            return self;
        }
        Self { low: self.low - unit, grid: Some(unit), ..self }
    }
}

/// Upper bounds of differences between instants of a row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Order(Vec<(Instant, Instant, Span)>);

impl Order {
    /// `a` is at most `by` after `b`.
    pub fn note(&mut self, a: Instant, b: Instant, by: Span) {
        if a != b {
            self.0.push((a, b, by));
        }
    }

    pub fn extend(&mut self, other: &Self) {
        for difference in &other.0 {
            if !self.0.contains(difference) {
                self.0.push(*difference);
            }
        }
    }

    pub fn rename(&mut self, name: &mut dyn FnMut(Instant) -> Instant) {
        for (a, b, _) in &mut self.0 {
            (*a, *b) = (name(*a), name(*b));
        }
    }

    /// How far `a` can be after `b`; `None` if nothing is known.
    pub fn after(&self, a: Instant, b: Instant) -> Option<Span> {
        let mut known = vec![(b, Span::ZERO)];
        // As many rounds as a path can have steps; more would only go round in circles.
        for _ in 0..=self.0.len() {
            let mut better = false;
            for (x, y, by) in &self.0 {
                let Some(to) = known.iter().find(|(i, _)| i == y).map(|(_, s)| *s + *by) else {
                    continue;
                };
                match known.iter_mut().find(|(i, _)| i == x) {
                    None => known.push((*x, to)),
                    Some((_, old)) if to.longest() < old.longest() => *old = to,
                    Some(_) => continue,
                }
                better = true;
            }
            if !better {
                break;
            }
        }
        known.iter().find(|(i, _)| *i == a).map(|(_, span)| *span)
    }

    /// What `a <= b`, or `a < b`, says.
    pub fn compare(&mut self, a: &Time, b: &Time, strict: bool) {
        let mut by = b.high - a.low;
        // Of two multiples of a grid, the smaller one is a whole step before the other.
        if let (true, Some(grid), true) = (strict, a.grid, a.grid == b.grid) {
            by = by - grid;
        }
        self.note(a.of, b.of, by);
    }
}
