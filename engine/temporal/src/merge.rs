//! The pass: left rows in order, and beside them the right rows that each of them gets.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::row::OwnedRow;
use datafusion::common::{Result, internal_err};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::metrics::BaselineMetrics;
use futures::StreamExt as _;

use crate::output::Output;
use crate::pick::{Comparison, Pick};
use crate::side::{Prepared, Side};
use crate::window::{Cursor, Position, Window};

/// One partition in progress.
pub(crate) struct Merge {
    pub left: SendableRecordBatchStream,
    pub right: SendableRecordBatchStream,
    pub left_side: Side,
    pub right_side: Side,
    pub pick: Arc<Pick>,
    /// Whether a left row without a match leaves with NULLs.
    pub keep_unmatched: bool,
    /// The type of the left time, where each row tells its offset and time.
    pub horizon: Option<DataType>,
    pub batch_size: usize,
    pub output: Output,
    pub reservation: MemoryReservation,
    /// Bytes set aside before the first batch, which are kept to the end.
    pub floor: usize,
    pub metrics: BaselineMetrics,
    pub state: State,
}

/// Where the pass is.
#[derive(Debug, Default)]
pub(crate) struct State {
    current: Option<Current>,
    /// The key whose right rows are in the window.
    key: Option<OwnedRow>,
    window: Window,
    /// Those of each offset, or the two ends of a window.
    cursors: Vec<Cursor>,
    right: Option<Prepared>,
    /// The first run of `right` that no key has taken or passed.
    run: usize,
    right_ended: bool,
}

/// The left batch in work.
#[derive(Debug)]
struct Current {
    batch: Prepared,
    run: usize,
    row: usize,
    /// The offset in work.
    offset: usize,
    /// The next right row of a window that did not fit into the last batch.
    pending: Option<Position>,
}

enum Step {
    NeedLeft,
    NeedRight,
    Flush,
}

impl Merge {
    /// The next rows of the result.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            let timer = self.metrics.elapsed_compute().clone();
            let step = {
                let _timer = timer.timer();
                self.step()?
            };
            match step {
                Step::Flush => {
                    let _timer = timer.timer();
                    let batch = self.flush()?;
                    self.metrics.record_output(batch.num_rows());
                    return Ok(Some(batch));
                }
                Step::NeedRight => self.fetch_right().await?,
                Step::NeedLeft => {
                    let Some(batch) = self.left.next().await.transpose()? else {
                        self.reservation.free();
                        return Ok(None);
                    };
                    let batch = self.left_side.prepare(batch)?;
                    let current = Current { batch, run: 0, row: 0, offset: 0, pending: None };
                    self.state.current = Some(current);
                }
            }
        }
    }

    fn flush(&mut self) -> Result<RecordBatch> {
        let Some(current) = &self.state.current else {
            return internal_err!("rows of no left batch");
        };
        self.output.finish(&current.batch.batch, &current.batch.times, self.horizon.as_ref())
    }

    /// Goes on until something is needed or enough rows have gathered.
    fn step(&mut self) -> Result<Step> {
        let state = &mut self.state;
        let Some(current) = &mut state.current else { return Ok(Step::NeedLeft) };
        while let Some(run) = current.batch.runs.get(current.run).cloned() {
            let key = current.batch.key(current.run);
            if let Some(key) = &key
                && state.key.as_ref() != Some(key)
            {
                state.window.reset();
                state.cursors = vec![state.window.start(); self.pick.cursors()];
                match state.right.as_ref().map(|right| seek(right, &mut state.run, key)) {
                    Some(Seek::Found(run)) => {
                        if let Some(right) = &state.right {
                            state.window.push(right, right.runs[run].clone());
                            state.window.complete = state.run < right.runs.len();
                        }
                    }
                    Some(Seek::Absent) => state.window.complete = true,
                    Some(Seek::Exhausted) | None if state.right_ended => {
                        state.window.complete = true;
                    }
                    Some(Seek::Exhausted) | None => {
                        state.key = None;
                        return Ok(Step::NeedRight);
                    }
                }
                state.key = Some(key.clone());
            }
            current.row = current.row.max(run.start);
            while current.row < run.end {
                if self.output.len() >= self.batch_size {
                    return Ok(Step::Flush);
                }
                let time = key.as_ref().and_then(|_| current.batch.time(current.row));
                let mut rows = RowMatch {
                    current,
                    window: &state.window,
                    cursors: &mut state.cursors,
                    output: &mut self.output,
                    keep_unmatched: self.keep_unmatched,
                    tell_offsets: self.horizon.is_some(),
                    batch_size: self.batch_size,
                };
                let done = match self.pick.as_ref() {
                    Pick::AsOf { comparison, tolerance, offsets } => {
                        rows.as_of(time, *comparison, *tolerance, offsets)?
                    }
                    Pick::Window { from, to, prevailing } => {
                        rows.window(time, *from, *to, *prevailing)?
                    }
                };
                match done {
                    Done::Row => current.row += 1,
                    Done::NeedRight => return Ok(Step::NeedRight),
                    Done::Full => return Ok(Step::Flush),
                }
            }
            current.run += 1;
        }
        if self.output.len() > 0 {
            return Ok(Step::Flush);
        }
        state.current = None;
        Ok(Step::NeedLeft)
    }

    /// Reads right rows: more of the window's key, or those of a later one.
    async fn fetch_right(&mut self) -> Result<()> {
        let state = &mut self.state;
        let pending = state.current.as_ref().and_then(|c| c.pending).map(|p| p.chunk);
        let needed = state.cursors.iter().map(Cursor::chunk).chain(pending).min();
        if let Some(needed) = needed {
            state.window.forget_before(needed);
        }
        state.right = None;
        state.run = 0;
        match self.right.next().await.transpose()? {
            None => {
                state.right_ended = true;
                state.window.complete |= state.key.is_some();
            }
            Some(batch) => {
                let batch = self.right_side.prepare(batch)?;
                if let (Some(key), false) = (&state.key, batch.runs.is_empty()) {
                    match batch.compare(0, key) {
                        std::cmp::Ordering::Equal => {
                            state.window.push(&batch, batch.runs[0].clone());
                            state.run = 1;
                            state.window.complete = batch.runs.len() > 1;
                        }
                        _ => state.window.complete = true,
                    }
                }
                state.right = Some(batch);
            }
        }
        if self.take().is_ok() {
            return Ok(());
        }
        // Short of memory: keep the matched rows only, not the batches they came in.
        self.output.condense()?;
        self.take()
    }

    /// Takes room for what is held.
    fn take(&self) -> Result<()> {
        let held = self.state.window.size() + self.output.size();
        self.reservation.try_resize(held.max(self.floor))
    }
}

enum Seek {
    Found(usize),
    /// A later key has begun.
    Absent,
    Exhausted,
}

/// Moves past the runs before `key`, and past its own.
fn seek(right: &Prepared, run: &mut usize, key: &OwnedRow) -> Seek {
    while *run < right.runs.len() {
        match right.compare(*run, key) {
            std::cmp::Ordering::Less => *run += 1,
            std::cmp::Ordering::Equal => {
                *run += 1;
                return Seek::Found(*run - 1);
            }
            std::cmp::Ordering::Greater => return Seek::Absent,
        }
    }
    Seek::Exhausted
}

enum Done {
    Row,
    NeedRight,
    Full,
}

/// The search for one left row.
struct RowMatch<'a> {
    current: &'a mut Current,
    window: &'a Window,
    cursors: &'a mut [Cursor],
    output: &'a mut Output,
    keep_unmatched: bool,
    tell_offsets: bool,
    batch_size: usize,
}

impl RowMatch<'_> {
    fn push(&mut self, offset: i64, right: Option<Position>) -> Result<()> {
        if right.is_none() && !self.keep_unmatched {
            return Ok(());
        }
        let offset = self.tell_offsets.then_some(offset);
        self.output.push(self.current.row, offset, right, self.window)
    }

    fn as_of(
        &mut self,
        time: Option<i64>,
        comparison: Comparison,
        tolerance: Option<i64>,
        offsets: &[i64],
    ) -> Result<Done> {
        while let Some(offset) = offsets.get(self.current.offset) {
            let mut found = None;
            if let Some(target) = time.and_then(|t| t.checked_add(*offset)) {
                let each = self.cursors.len() / offsets.len();
                let cursors = &mut self.cursors[each * self.current.offset..][..each];
                let Search::Ended(at) = find(self.window, cursors, comparison, target) else {
                    return Ok(Done::NeedRight);
                };
                let close = |at: &Position| match (tolerance, self.window.time(*at)) {
                    (Some(tolerance), Some(t)) => t.abs_diff(target) <= tolerance.unsigned_abs(),
                    _ => true,
                };
                found = at.filter(close);
            }
            self.push(*offset, found)?;
            self.current.offset += 1;
        }
        self.current.offset = 0;
        Ok(Done::Row)
    }

    fn window(
        &mut self,
        time: Option<i64>,
        from: Option<i64>,
        to: i64,
        prevailing: bool,
    ) -> Result<Done> {
        let Some(time) = time else {
            self.push(0, None)?;
            return Ok(Done::Row);
        };
        let [low, high] = self.cursors else {
            return internal_err!("a window has two ends, was {} cursors", self.cursors.len());
        };
        let begin = from.map(|from| time.saturating_add(from));
        let end = time.saturating_add(to);
        let mut at = match self.current.pending.take() {
            Some(at) => at,
            None => {
                if !begin.is_none_or(|begin| self.window.advance(low, |t| t < begin))
                    || !self.window.advance(high, |t| t <= end)
                {
                    return Ok(Done::NeedRight);
                }
                // A row at the very beginning is itself the one in force.
                let at_begin = begin.is_some() && self.window.time(low.next) == begin;
                match low.previous {
                    Some(previous) if prevailing && !at_begin => previous,
                    _ => low.next,
                }
            }
        };
        let high = high.next;
        if at == high {
            self.push(0, None)?;
            return Ok(Done::Row);
        }
        while at != high {
            if self.output.len() >= self.batch_size {
                self.current.pending = Some(at);
                return Ok(Done::Full);
            }
            self.push(0, Some(at))?;
            at = self.window.after(at);
        }
        Ok(Done::Row)
    }
}

enum Search {
    /// The answer takes right rows not seen yet.
    NeedRight,
    Ended(Option<Position>),
}

/// The match of a time.
fn find(window: &Window, cursors: &mut [Cursor], comparison: Comparison, target: i64) -> Search {
    let [cursor, last @ ..] = cursors else { return Search::Ended(None) };
    let passed = match comparison {
        Comparison::GtEq | Comparison::Lt | Comparison::Nearest => {
            window.advance(cursor, |t| t <= target)
        }
        Comparison::Gt | Comparison::LtEq => window.advance(cursor, |t| t < target),
    };
    // What lies behind the first cursor is of no use to the second, and may be forgotten.
    if let [last] = last
        && (last.next.chunk, last.next.row) < (cursor.next.chunk, cursor.next.row)
    {
        *last = *cursor;
    }
    if !passed {
        return Search::NeedRight;
    }
    let before = cursor.previous;
    let [last] = last else { return Search::Ended(before) };
    let Some(next) = window.time(cursor.next) else {
        return Search::Ended(before.filter(|_| comparison == Comparison::Nearest));
    };
    if comparison == Comparison::Nearest
        && let Some(previous) = before.and_then(|at| window.time(at))
        && target.abs_diff(previous) <= next.abs_diff(target)
    {
        return Search::Ended(before);
    }
    // Of rows at the same time the last one counts, forward too.
    match window.advance(last, |t| t <= next) {
        true => Search::Ended(last.previous),
        false => Search::NeedRight,
    }
}
