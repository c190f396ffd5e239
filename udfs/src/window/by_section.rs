//! The columns of functions over sections: what they are about is brought together by section, a chunk of
//! sections at a time, and what comes out is brought back.

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

    /// How many.
    pub fn rows(&self) -> usize {
        self.rows.len()
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

/// The columns of the calls: each thread takes one chunk after the other.
pub async fn results(
    arguments: Arc<Arguments>,
    pieces: Vec<(usize, Few<ArrayRef>)>,
    placed: Placed,
    threads: usize,
    memory: MemoryReservation,
) -> Result<Results> {
    let shared = Arc::new((arguments, pieces, placed, AtomicUsize::new(0)));
    let mut tasks = JoinSet::new();
    for _ in 0..threads {
        let shared = Arc::clone(&shared);
        tasks.spawn_blocking(move || {
            let (arguments, pieces, placed, next) = shared.as_ref();
            let mut done = vec![];
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(chunk) = placed.chunks.get(number) else { return Ok(done) };
                let sections = &placed.sections[chunk.clone()];
                let results = of_sections(arguments, pieces, &placed.rows, sections);
                // The others need not go on after an error.
                let results = results.inspect_err(|_| {
                    next.store(placed.chunks.len(), Ordering::Relaxed);
                })?;
                done.push((number, results));
            }
        });
    }
    let mut done: Vec<(usize, Few<ArrayRef>)> = vec![];
    while let Some(part) = tasks.join_next().await {
        let part: Result<_> = part.map_err(|e| DataFusionError::External(Box::new(e)))?;
        done.extend(part?);
    }
    done.sort_unstable_by_key(|(number, _)| *number);
    let (.., placed, _) = shared.as_ref();
    let rows_of = |chunk: &Range<usize>| {
        placed.sections[chunk.start].start..placed.sections[chunk.end - 1].end
    };
    let chunks = placed.chunks.iter().map(rows_of).zip(done.into_iter().map(|(_, r)| r));
    let mut places = vec![0; placed.rows.len()];
    (0_u32..).zip(&placed.rows).for_each(|(place, row)| places[*row as usize] = place);
    Ok(Results { places, chunks: chunks.collect(), _memory: memory })
}

/// The columns of the calls over sections that follow on each other.
fn of_sections(
    arguments: &Arguments,
    pieces: &[(usize, Few<ArrayRef>)],
    rows: &[u32],
    sections: &[Range<usize>],
) -> Result<Few<ArrayRef>> {
    let start = sections.first().map_or(0, |range| range.start);
    let end = sections.last().map_or(0, |range| range.end);
    let piece_of = |row: usize| pieces.partition_point(|(from, _)| *from <= row) - 1;
    let ends = |piece: usize| pieces.get(piece + 1).map_or(usize::MAX, |(from, _)| *from);
    let mut piece = 0;
    let from: Vec<(usize, usize)> = rows[start..end]
        .iter()
        .map(|row| {
            let row = *row as usize;
            if !(pieces[piece].0..ends(piece)).contains(&row) {
                piece = piece_of(row);
            }
            (piece, row - pieces[piece].0)
        })
        .collect();
    let columns = (0..arguments.columns.len()).map(|column| {
        let arrays: Vec<_> = pieces.iter().map(|(_, columns)| columns[column].as_ref()).collect();
        Ok(interleave(&arrays, &from)?)
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let ranges = sections.iter().map(|range| range.start - start..range.end - start).collect();
    let segments = Segments { ranges, continues: false };
    let of = |(call, arguments): &(Planned, Vec<Argument>)| {
        let arguments = arguments.iter().map(|argument| match argument {
            Argument::Column(number) => Ok(Arc::clone(&columns[*number])),
            Argument::Constant(value) => value.to_array_of_size(end - start),
        });
        call.work.column().push(&arguments.collect::<Result<Vec<_>>>()?, &segments)
    };
    arguments.calls.iter().map(of).collect()
}
