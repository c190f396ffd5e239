//! Rows of several relations in one, of recursive queries too.

use datafusion::common::Result;
use datafusion::logical_expr::RecursiveQuery;

use crate::analysis::{Analysis, peek};
use crate::instant::Time;
use crate::relation::{Knows, Relation, Until, Value};
use crate::span::Span;

impl Analysis<'_> {
    /// Rows of several relations with the same columns.
    pub fn union(&mut self, inputs: Vec<Relation>) -> Relation {
        let Some(width) = inputs.iter().map(|input| input.columns.len()).min() else {
            return Relation::default();
        };
        let mut all = Relation { columns: vec![Value::default(); width], ..Relation::default() };
        // A column that tells an instant in all of them tells the instant of the union's rows.
        let mut ends = vec![];
        for i in 0..width {
            let times: Option<Vec<Time>> =
                inputs.iter().map(|input| input.columns[i].time.filter(Time::is_exact)).collect();
            let Some(times) = times.filter(|times| !times.is_empty()) else { continue };
            let low = times.iter().map(|time| time.low).fold(times[0].low, Span::min);
            let grid = times[0].grid.filter(|_| times.iter().all(|t| t.grid == times[0].grid));
            let of = self.instant();
            let moved = times.iter().map(|time| time.moved).fold(times[0].moved, Span::min);
            all.columns[i].time = Some(Time { moved, ..Time::exact(of, low, grid) });
            all.rows.push(of);
            ends.push((of, low, times));
        }
        if all.rows.is_empty() && inputs.iter().any(|input| !input.rows.is_empty()) {
            all.rows.push(self.instant());
        }
        let lost = peek(
            "UNION",
            "rows whose times are in different columns",
            "give each side its event time in the same column",
        );
        for (n, input) in inputs.iter().enumerate() {
            let mut order = input.order.clone();
            for (of, low, times) in &ends {
                let time = times[n];
                // The column is `time.of + time.low` here, and `of + low` above.
                order.note(time.of, *of, *low - time.low);
                order.note(*of, time.of, time.low - *low);
            }
            let outer = self.scopes.iter().flat_map(|(_, relation)| &relation.rows);
            let survivors: Vec<_> =
                all.rows.iter().chain(outer).map(|i| (*i, Span::ZERO)).collect();
            let map = |knows: &Knows| knows.in_terms_of(&survivors, &order, &lost);
            all.chosen.add(&map(&input.chosen));
            for (column, from) in all.columns.iter_mut().zip(&input.columns) {
                column.knows.add(&map(&from.knows));
                column.ages.add(&from.ages.in_terms_of(&all.rows, &order));
            }
        }
        all
    }

    /// The rows of all rounds.
    pub fn recursive(&mut self, query: &RecursiveQuery) -> Result<Relation> {
        let first = self.relation(&query.static_term)?;
        let outer = self.rounds.insert(query.name.clone(), first.clone());
        let next = self.relation(&query.recursive_term);
        match outer {
            Some(outer) => self.rounds.insert(query.name.clone(), outer),
            None => self.rounds.remove(&query.name),
        };
        // The first round must not know more than the rows it started from: then none does.
        let mut both = self.union(vec![first, next?]);
        let late = |knows: &Knows| {
            knows.0.iter().any(|known| match known.until {
                Until::End => true,
                Until::After(_, span) => span.is_positive(),
            })
        };
        if late(&both.chosen) || both.columns.iter().any(|column| late(&column.knows)) {
            let end = Knows::of(
                Until::End,
                peek(
                    &format!("the recursive query {}", query.name),
                    "what it reaches over all its rounds",
                    "keep each round at or before the rows it starts from",
                ),
            );
            both.all_know(&end);
            both.chosen.add(&end);
        }
        Ok(both)
    }
}
