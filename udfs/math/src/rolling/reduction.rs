//! What windows of rows are made into: a state that two windows which follow on each other have
//! together, and what is told of it.

use std::marker::PhantomData;

use super::columnar::{Columnar, Parts};
use super::number::Number;

/// What the states of two windows make together.
pub trait Join<const C: usize> {
    /// The state of both; the older one has so many rows, and the newer one so many.
    #[must_use]
    fn joined<N: Number>(older: [N; C], newer: [N; C], rows: [f64; 2]) -> [N; C];

    /// The state of one row, where some of its numbers are the same for all: those given are not read.
    #[must_use]
    #[inline(always)]
    fn single<N: Number>(row: [N; C]) -> [N; C] {
        row
    }
}

/// A function of the last rows of `K` inputs, with `O` results, by way of a state of `C` numbers.
pub trait Reduction<const K: usize, const C: usize, const O: usize>: Send {
    /// How states are joined.
    type Join: Join<C>;

    /// Which inputs the state of one row is, if it is nothing but inputs.
    const INPUTS: Option<[usize; C]> = None;

    /// The state of one row.
    #[inline(always)]
    fn row<N: Number>(&self, row: [N; K]) -> [N; C] {
        let inputs = const { Self::INPUTS.expect("a row is either inputs or made of them") };
        let mut state = [row[0]; C];
        for c in 0..C {
            state[c] = row[inputs[c]];
        }
        state
    }

    /// The results of a window, from its state and its last row.
    fn told<N: Number>(&self, state: [N; C], last: [N; K]) -> [N; O];
}

/// Sums.
#[derive(Debug, Clone, Copy)]
pub struct Sums;

impl<const C: usize> Join<C> for Sums {
    #[inline(always)]
    fn joined<N: Number>(older: [N; C], newer: [N; C], _: [f64; 2]) -> [N; C] {
        let mut both = older;
        for c in 0..C {
            both[c] = older[c] + newer[c];
        }
        both
    }
}

/// A sum, and one with the weight 1 for the oldest row, 2 for the next, and so on.
#[derive(Debug, Clone, Copy)]
pub struct ByPlace;

impl Join<2> for ByPlace {
    #[inline(always)]
    fn joined<N: Number>(older: [N; 2], newer: [N; 2], rows: [f64; 2]) -> [N; 2] {
        // Each row of the newer one comes so many rows later.
        [older[0] + newer[0], older[1] + newer[0].times_plus(rows[0], newer[1])]
    }
}

/// The greatest value of one column and the least of another.
#[derive(Debug, Clone, Copy)]
pub struct Range;

impl Join<2> for Range {
    #[inline(always)]
    fn joined<N: Number>(older: [N; 2], newer: [N; 2], _: [f64; 2]) -> [N; 2] {
        [older[0].greater(newer[0]), older[1].lesser(newer[1])]
    }
}

/// The greatest value of one column and its place, with 1 for the oldest row, then the least of another
/// and its place; of equals the latest.
#[derive(Debug, Clone, Copy)]
pub struct PlacedRange;

impl Join<4> for PlacedRange {
    #[inline(always)]
    fn joined<N: Number>(older: [N; 4], newer: [N; 4], rows: [f64; 2]) -> [N; 4] {
        let [greatest, high, least, low] = older;
        let later = newer[0].all(rows[0]);
        let (newer_high, newer_low) = (newer[1] + later, newer[3] + later);
        [
            greatest.greater(newer[0]),
            N::less(newer[0], greatest, high, newer_high),
            least.lesser(newer[2]),
            N::less(least, newer[2], low, newer_low),
        ]
    }
}

/// The last row and the numbers of a [`Columnar`], whose deviations are from it.
#[derive(Debug, Clone, Copy)]
pub struct FromLast<S>(PhantomData<S>);

impl<S: Columnar<1, 2>> Join<3> for FromLast<S> {
    #[inline(always)]
    fn joined<N: Number>(older: [N; 3], newer: [N; 3], rows: [f64; 2]) -> [N; 3] {
        let ([x, older @ ..], [last, newer @ ..]) = (older, newer);
        let rows = [x.all(rows[0]), x.all(rows[1])];
        let [a, b] = S::merge_columns(older, newer, Parts { counts: rows, rows, by: [x - last] });
        [last, a, b]
    }

    #[inline(always)]
    fn single<N: Number>([x, ..]: [N; 3]) -> [N; 3] {
        let [a, b] = S::row([x]);
        [x, a, b]
    }
}

impl<S: Columnar<2, 5>> Join<7> for FromLast<S> {
    #[inline(always)]
    fn joined<N: Number>(older: [N; 7], newer: [N; 7], rows: [f64; 2]) -> [N; 7] {
        let ([x, y, older @ ..], [last_x, last_y, newer @ ..]) = (older, newer);
        let rows = [x.all(rows[0]), x.all(rows[1])];
        let parts = Parts { counts: rows, rows, by: [x - last_x, y - last_y] };
        let [a, b, c, d, e] = S::merge_columns(older, newer, parts);
        [last_x, last_y, a, b, c, d, e]
    }

    #[inline(always)]
    fn single<N: Number>([x, y, ..]: [N; 7]) -> [N; 7] {
        let [a, b, c, d, e] = S::row([x, y]);
        [x, y, a, b, c, d, e]
    }
}
