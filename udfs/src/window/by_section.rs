//! The columns of functions over sections: what they are about is brought together by section, a chunk of
//! sections at a time, and what comes out is brought back.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::{Array as _, ArrayRef};
use datafusion::arrow::compute::interleave;
use datafusion::common::runtime::JoinSet;
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Literal;
use datafusion::physical_expr_common::physical_expr::is_volatile;

use super::Few;
use super::column::Segments;
use super::exec::Planned;
use super::groups::Places;

/// What the functions are about: each column once.
pub struct Arguments {
    pub columns: Vec<Arc<dyn PhysicalExpr>>,
    /// Of each call.
    calls: Vec<(Planned, Vec<Argument>)>,
}

enum Argument {
    /// By number.
    Column(usize),
    /// Which takes no memory but where it is used.
    Constant(ScalarValue),
}

impl Arguments {
    pub fn new(calls: &[Planned]) -> Self {
        let mut columns: Vec<Arc<dyn PhysicalExpr>> = vec![];
        let mut argument = |expression: &Arc<dyn PhysicalExpr>| {
            if let Some(literal) = expression.downcast_ref::<Literal>() {
                return Argument::Constant(literal.value().clone());
            }
            // What gives another value each time is not the same column.
            let known =
                columns.iter().position(|column| column == expression && !is_volatile(expression));
            Argument::Column(known.unwrap_or_else(|| {
                columns.push(Arc::clone(expression));
                columns.len() - 1
            }))
        };
        let of =
            |call: &Planned| (call.clone(), call.arguments.iter().map(&mut argument).collect());
        let calls = calls.iter().map(of).collect();
        Self { columns, calls }
    }
}

/// The rows of sections.
pub struct Placed {
    /// The rows by section: their numbers in the order of the input.
    rows: Vec<u32>,
    sections: Vec<Range<usize>>,
    /// Sections that are worked on together.
    chunks: Vec<Range<usize>>,
}

/// Rows of a chunk, at least: enough to be worth a task, few enough to stay near.
const CHUNK: usize = 1 << 15;

impl Placed {
    pub fn new(Places { rows, groups: sections }: Places) -> Self {
        let (mut chunks, mut first) = (vec![], 0);
        for (number, section) in sections.iter().enumerate() {
            let last = number + 1 == sections.len();
            if last || section.end - sections[first].start >= CHUNK {
                chunks.push(first..number + 1);
                first = number + 1;
            }
        }
        Self { rows, sections, chunks }
    }
}

/// The columns of the calls, by section.
pub struct Results {
    /// The place of each row of the input among the rows by section.
    places: Vec<u32>,
    /// The chunks of these, and the columns of each.
    chunks: Vec<(Range<usize>, Few<ArrayRef>)>,
    _memory: MemoryReservation,
}

impl Results {
    /// Adds the columns for some rows of the input.
    pub fn extend(&self, columns: &mut Vec<ArrayRef>, rows: Range<usize>) -> Result<()> {
        let places = &self.places[rows];
        let chunk_of =
            |place: u32| self.chunks.partition_point(|(chunk, _)| chunk.end <= place as usize);
        let Some(first) = places.first() else { return Ok(()) };
        let mut chunk = chunk_of(*first);
        let in_order = places.windows(2).all(|pair| pair[1] == pair[0] + 1);
        let (places_of_chunk, results) = &self.chunks[chunk];
        if in_order && *first as usize + places.len() <= places_of_chunk.end {
            let start = *first as usize - places_of_chunk.start;
            columns.extend(results.iter().map(|result| result.slice(start, places.len())));
            return Ok(());
        }
        let from: Vec<(usize, usize)> = places
            .iter()
            .map(|place| {
                if !self.chunks[chunk].0.contains(&(*place as usize)) {
                    chunk = chunk_of(*place);
                }
                (chunk, *place as usize - self.chunks[chunk].0.start)
            })
            .collect();
        for call in 0..results.len() {
            let arrays: Vec<_> =
                self.chunks.iter().map(|(_, results)| results[call].as_ref()).collect();
            columns.push(interleave(&arrays, &from)?);
        }
        Ok(())
    }
}

/// The columns of the calls: each thread takes one task after the other.
pub async fn results(
    arguments: Arc<Arguments>,
    pieces: Vec<(usize, Few<ArrayRef>)>,
    placed: Placed,
    threads: usize,
    memory: MemoryReservation,
) -> Result<Results> {
    // A task is a chunk, or where there are few of them, some of the calls over it.
    let shares =
        threads.div_ceil(placed.chunks.len().max(1)).clamp(1, arguments.calls.len().max(1));
    let share = arguments.calls.len().div_ceil(shares).max(1);
    let shared = Arc::new((arguments, pieces, placed, AtomicUsize::new(0)));
    let mut tasks = JoinSet::new();
    for _ in 0..threads {
        let shared = Arc::clone(&shared);
        tasks.spawn_blocking(move || {
            let (arguments, pieces, placed, next) = shared.as_ref();
            let mut done = vec![];
            loop {
                let task = next.fetch_add(1, Ordering::Relaxed);
                let Some(chunk) = placed.chunks.get(task / shares) else { return Ok(done) };
                let calls = arguments.calls.chunks(share).nth(task % shares).unwrap_or_default();
                let sections = &placed.sections[chunk.clone()];
                let results = of_sections(calls, pieces, &placed.rows, sections);
                // The others need not go on after an error.
                let results = results.inspect_err(|_| {
                    next.store(placed.chunks.len() * shares, Ordering::Relaxed);
                })?;
                done.push((task, results));
            }
        });
    }
    let mut done: Vec<(usize, Few<ArrayRef>)> = vec![];
    while let Some(part) = tasks.join_next().await {
        let part: Result<_> = part.map_err(|e| DataFusionError::External(Box::new(e)))?;
        done.extend(part?);
    }
    done.sort_unstable_by_key(|(task, _)| *task);
    let mut done = done.into_iter().map(|(_, results)| results);
    let (.., placed, _) = shared.as_ref();
    let chunks = placed.chunks.iter().map(|chunk| {
        let rows = placed.sections[chunk.start].start..placed.sections[chunk.end - 1].end;
        (rows, done.by_ref().take(shares).flatten().collect())
    });
    let chunks = chunks.collect();
    let mut places = vec![0; placed.rows.len()];
    (0_u32..).zip(&placed.rows).for_each(|(place, row)| places[*row as usize] = place);
    Ok(Results { places, chunks, _memory: memory })
}

/// The columns of some calls over sections that follow on each other.
fn of_sections(
    calls: &[(Planned, Vec<Argument>)],
    pieces: &[(usize, Few<ArrayRef>)],
    rows: &[u32],
    sections: &[Range<usize>],
) -> Result<Few<ArrayRef>> {
    let start = sections.first().map_or(0, |range| range.start);
    let end = sections.last().map_or(0, |range| range.end);
    let (touched, from) = within_pieces(pieces, &rows[start..end]);
    let mut columns: HashMap<usize, ArrayRef> = HashMap::new();
    let ranges = sections.iter().map(|range| range.start - start..range.end - start).collect();
    let segments = Segments { ranges, continues: false };
    let mut results = Few::new();
    for (call, arguments) in calls {
        let mut given = Vec::with_capacity(arguments.len());
        for argument in arguments {
            given.push(match argument {
                Argument::Constant(value) => value.to_array_of_size(end - start)?,
                Argument::Column(number) => match columns.entry(*number) {
                    Entry::Occupied(column) => Arc::clone(column.get()),
                    Entry::Vacant(place) => {
                        let arrays = touched.iter().map(|piece| pieces[*piece].1[*number].as_ref());
                        let column = interleave(&arrays.collect::<Vec<_>>(), &from)?;
                        Arc::clone(place.insert(column))
                    }
                },
            });
        }
        results.push(call.work.column().push(&given, &segments)?);
    }
    Ok(results)
}

/// The pieces that rows are of, and which of these and which row in it each is.
fn within_pieces(
    pieces: &[(usize, Few<ArrayRef>)],
    rows: &[u32],
) -> (Vec<usize>, Vec<(usize, usize)>) {
    let (mut touched, mut from) = (vec![], Vec::with_capacity(rows.len()));
    let mut known: Vec<Option<usize>> = vec![None; pieces.len()];
    // That of the row before, where it begins and ends, and its place among those touched.
    let mut piece = (0..0, 0);
    for row in rows {
        let row = *row as usize;
        if !piece.0.contains(&row) {
            let number = pieces.partition_point(|(from, _)| *from <= row) - 1;
            let end = pieces.get(number + 1).map_or(usize::MAX, |(from, _)| *from);
            let place = *known[number].get_or_insert_with(|| {
                touched.push(number);
                touched.len() - 1
            });
            piece = (pieces[number].0..end, place);
        }
        from.push((piece.1, row - piece.0.start));
    }
    (touched, from)
}
