//! Chains of sorted rows merged, and of each group the last row.
//!
//! Neighbours in the result mostly come from one chain, so rows are taken in runs: a run ends where
//! another chain's next row comes first, which a galloping search finds. Memory: of each chain the
//! batch in work and the one after it, and the batches of the rows that gather for the next output.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, BooleanBufferBuilder, DynComparator, RecordBatch,
    make_comparator,
};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::compute::kernels::cmp::distinct;
use datafusion::arrow::compute::{SortOptions, filter_record_batch, interleave_record_batch};
use datafusion::common::{Result, internal_err};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::metrics::BaselineMetrics;
use futures::StreamExt as _;
use futures::future::try_join_all;

/// The pass over some chains.
pub(crate) struct Latest {
    chains: Vec<Chain>,
    /// Chains with rows left, by their next rows.
    order: Vec<usize>,
    /// The chain whose batch is used up.
    empty: Option<usize>,
    comparators: Comparators,
    gathered: Gathered,
    batch_size: usize,
    memory: MemoryReservation,
    metrics: BaselineMetrics,
}

impl Latest {
    /// `columns` are those that the streams are sorted by: what names a group, then what orders its
    /// rows.
    pub async fn start(
        streams: Vec<SendableRecordBatchStream>,
        columns: Arc<[Arc<dyn PhysicalExpr>]>,
        batch_size: usize,
        memory: MemoryReservation,
        metrics: BaselineMetrics,
    ) -> Result<Self> {
        let chains = streams.into_iter().map(|stream| Chain::start(stream, Arc::clone(&columns)));
        let chains = try_join_all(chains).await?;
        let mut latest = Self {
            order: vec![],
            empty: None,
            comparators: Comparators::new(chains.len()),
            chains,
            gathered: Gathered::default(),
            batch_size,
            memory,
            metrics,
        };
        (0..latest.chains.len()).try_for_each(|chain| latest.place(chain))?;
        Ok(latest)
    }

    /// The next rows, in order.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>> {
        let elapsed = self.metrics.elapsed_compute().clone();
        loop {
            if let Some(chain) = self.empty.take() {
                self.chains[chain].read().await?;
                self.comparators.forget(chain);
                self.place(chain)?;
            }
            let timer = elapsed.timer();
            let out = match self.reserve() {
                Ok(()) => self.run()?,
                // What has gathered leaves, and takes the batches that it came in with it.
                Err(short) => Some(self.gathered.take()?.ok_or(short)?),
            };
            drop(timer);
            if let Some(batch) = out {
                self.metrics.record_output(batch.num_rows());
                return Ok(Some(batch));
            }
            if self.order.is_empty() && self.empty.is_none() {
                return Ok(None);
            }
        }
    }

    fn reserve(&mut self) -> Result<()> {
        let chains: usize = self.chains.iter().map(Chain::size).sum();
        self.memory.try_resize(chains + self.gathered.size())
    }

    /// Puts a chain into the order, if it has rows left.
    fn place(&mut self, chain: usize) -> Result<()> {
        if self.chains[chain].rows.is_none() {
            return Ok(());
        }
        let (mut low, mut high) = (0, self.order.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let other = self.order[middle];
            let pair = self.comparators.of(&self.chains, chain, other)?;
            match pair.precedes(self.chains[chain].at, self.chains[other].at) {
                true => high = middle,
                false => low = middle + 1,
            }
        }
        self.order.insert(low, chain);
        Ok(())
    }

    /// Takes the next run, or gives what has gathered, if the run would not fit.
    fn run(&mut self) -> Result<Option<RecordBatch>> {
        let Some(&first) = self.order.first() else { return self.gathered.take() };
        let Chain { rows: Some(rows), at, .. } = &self.chains[first] else {
            return internal_err!("a chain without rows in the order");
        };
        let start = *at;
        let (end, superseded) = match self.order.get(1) {
            None => (rows.len(), false),
            Some(&other) => {
                let next = self.chains[other].at;
                let pair = self.comparators.of(&self.chains, first, other)?;
                let end = gallop(start + 1, rows.len(), |row| pair.precedes(row, next));
                (end, pair.same_group(end - 1, next))
            }
        };
        let long = (end - start) * 2 > self.batch_size;
        let full = self.gathered.rows.len() + (end - start) > self.batch_size;
        if (long || full) && !self.gathered.rows.is_empty() {
            return self.gathered.take();
        }
        let out = match long {
            true => rows.latest(start..end, superseded)?,
            false => {
                self.gathered.push(rows, start..end, superseded);
                None
            }
        };
        self.order.remove(0);
        self.chains[first].at = end;
        match end == self.chains[first].len() {
            true => self.empty = Some(first),
            false => self.place(first)?,
        }
        Ok(out)
    }
}

/// The first of the rows from `from` on that is not `before`, which is true of none after it.
fn gallop(from: usize, rows: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut step) = (from, 1);
    while low + step <= rows && before(low + step - 1) {
        low += step;
        step *= 2;
    }
    let mut high = rows.min(low + step - 1);
    while low < high {
        let middle = usize::midpoint(low, high);
        match before(middle) {
            true => low = middle + 1,
            false => high = middle,
        }
    }
    low
}

/// A stream of sorted rows.
struct Chain {
    stream: SendableRecordBatchStream,
    columns: Arc<[Arc<dyn PhysicalExpr>]>,
    /// The batch in work, and the first of its rows that is left.
    rows: Option<Arc<Rows>>,
    at: usize,
    /// The batch after it: whether the last row of a batch is the last of its group depends on it.
    ahead: Option<Rows>,
}

impl Chain {
    async fn start(
        stream: SendableRecordBatchStream,
        columns: Arc<[Arc<dyn PhysicalExpr>]>,
    ) -> Result<Self> {
        let mut chain = Self { stream, columns, rows: None, at: 0, ahead: None };
        chain.ahead = chain.fetch().await?;
        chain.read().await?;
        Ok(chain)
    }

    /// Goes on to the next batch.
    async fn read(&mut self) -> Result<()> {
        let following = self.fetch().await?;
        let ahead = std::mem::replace(&mut self.ahead, following);
        self.rows = match ahead {
            Some(rows) => Some(Arc::new(rows.before(self.ahead.as_ref())?)),
            None => None,
        };
        self.at = 0;
        Ok(())
    }

    async fn fetch(&mut self) -> Result<Option<Rows>> {
        while let Some(batch) = self.stream.next().await.transpose()? {
            if batch.num_rows() > 0 {
                return Rows::new(batch, &self.columns).map(Some);
            }
        }
        Ok(None)
    }

    fn len(&self) -> usize {
        self.rows.as_ref().map_or(0, |rows| rows.len())
    }

    fn size(&self) -> usize {
        self.rows.as_ref().map_or(0, |rows| rows.size) + self.ahead.as_ref().map_or(0, |r| r.size)
    }
}

/// A batch of a chain.
struct Rows {
    batch: RecordBatch,
    /// The columns it is sorted by.
    columns: Vec<ArrayRef>,
    /// For each row whether it is the chain's last one of its group.
    last: BooleanBuffer,
    size: usize,
}

impl Rows {
    fn new(batch: RecordBatch, columns: &[Arc<dyn PhysicalExpr>]) -> Result<Self> {
        let column = |e: &Arc<dyn PhysicalExpr>| e.evaluate(&batch)?.into_array(batch.num_rows());
        let columns = columns.iter().map(column).collect::<Result<_>>()?;
        let last = BooleanBuffer::new_set(batch.num_rows());
        let size = batch.get_array_memory_size();
        Ok(Self { batch, columns, last, size })
    }

    fn len(&self) -> usize {
        self.batch.num_rows()
    }

    /// What names a row's group.
    fn identity(&self) -> &[ArrayRef] {
        &self.columns[..self.columns.len() - 1]
    }

    /// Looks where groups end, knowing the batch that follows.
    fn before(mut self, next: Option<&Self>) -> Result<Self> {
        let pairs = self.len() - 1;
        let mut ends = BooleanBuffer::new_unset(pairs);
        let mut goes_on = next.is_some();
        let mut constant = true;
        for (i, column) in self.identity().iter().enumerate() {
            // In sorted rows a leading column with equal ends is equal throughout: the symbols of
            // most batches are compared once.
            constant = constant && !differ(column, 0, column, pairs)?;
            if !constant {
                let changes = distinct(&column.slice(0, pairs), &column.slice(1, pairs))?;
                ends = &ends | changes.values();
            }
            if let (true, Some(next)) = (goes_on, next) {
                goes_on = !differ(column, pairs, &next.columns[i], 0)?;
            }
        }
        let mut last = BooleanBufferBuilder::new(self.len());
        last.append_buffer(&ends);
        last.append(!goes_on);
        self.last = last.finish();
        Ok(self)
    }

    /// Of some rows those that are the last of their groups; of the last of them another chain may
    /// know a later revision.
    fn latest(&self, rows: Range<usize>, superseded: bool) -> Result<Option<RecordBatch>> {
        let rows = rows.start..rows.end - usize::from(superseded);
        let batch = self.batch.slice(rows.start, rows.len());
        let last = BooleanArray::from(self.last.slice(rows.start, rows.len()));
        Ok(match last.true_count() {
            0 => None,
            kept if kept == rows.len() => Some(batch),
            _ => Some(filter_record_batch(&batch, &last)?),
        })
    }
}

fn differ(left: &ArrayRef, i: usize, right: &ArrayRef, j: usize) -> Result<bool> {
    Ok(distinct(&left.slice(i, 1), &right.slice(j, 1))?.value(0))
}

/// Rows of several batches that will leave together.
#[derive(Default)]
struct Gathered {
    batches: Vec<Arc<Rows>>,
    /// The batch of each row, and its place there.
    rows: Vec<(usize, usize)>,
}

impl Gathered {
    /// Takes of some rows the same ones as [`Rows::latest`].
    fn push(&mut self, from: &Arc<Rows>, rows: Range<usize>, superseded: bool) {
        let rows = rows.start..rows.end - usize::from(superseded);
        let last = from.last.slice(rows.start, rows.len());
        let kept = last.count_set_bits();
        if kept == 0 {
            return;
        }
        let batch = self.batches.iter().rposition(|batch| Arc::ptr_eq(batch, from));
        let batch = batch.unwrap_or_else(|| {
            self.batches.push(Arc::clone(from));
            self.batches.len() - 1
        });
        match kept == rows.len() {
            true => self.rows.extend(rows.map(|row| (batch, row))),
            false => self.rows.extend(last.set_indices().map(|row| (batch, rows.start + row))),
        }
    }

    fn take(&mut self) -> Result<Option<RecordBatch>> {
        let Self { batches, rows } = std::mem::take(self);
        if rows.is_empty() {
            return Ok(None);
        }
        let batches: Vec<&RecordBatch> = batches.iter().map(|rows| &rows.batch).collect();
        Ok(Some(interleave_record_batch(&batches, &rows)?))
    }

    fn size(&self) -> usize {
        self.batches.iter().map(|rows| rows.size).sum()
    }
}

/// Compares rows of two chains, of their batches in work.
struct Pair {
    columns: Vec<DynComparator>,
    /// Of equal rows that of the chain behind comes last.
    tied: Ordering,
}

impl Pair {
    fn precedes(&self, row: usize, other: usize) -> bool {
        let decided = self.columns.iter().map(|c| c(row, other)).find(|o| o.is_ne());
        decided.unwrap_or(self.tied).is_lt()
    }

    fn same_group(&self, row: usize, other: usize) -> bool {
        self.columns[..self.columns.len() - 1].iter().all(|c| c(row, other).is_eq())
    }
}

/// The comparators of the batches in work, made when they are first needed.
struct Comparators {
    chains: usize,
    pairs: Vec<Option<Pair>>,
}

impl Comparators {
    fn new(chains: usize) -> Self {
        Self { chains, pairs: (0..chains * chains).map(|_| None).collect() }
    }

    fn of(&mut self, chains: &[Chain], one: usize, other: usize) -> Result<&Pair> {
        let pair = &mut self.pairs[one * self.chains + other];
        if pair.is_none() {
            let columns = |chain: usize| chains[chain].rows.iter().flat_map(|rows| &rows.columns);
            let options = SortOptions::default();
            let compared = columns(one).zip(columns(other));
            let compared = compared.map(|(a, b)| Ok(make_comparator(a, b, options)?));
            *pair = Some(Pair { columns: compared.collect::<Result<_>>()?, tied: one.cmp(&other) });
        }
        match pair {
            Some(pair) => Ok(pair),
            None => internal_err!("no comparator"),
        }
    }

    /// Drops those of a chain's last batch.
    fn forget(&mut self, chain: usize) {
        for other in 0..self.chains {
            self.pairs[chain * self.chains + other] = None;
            self.pairs[other * self.chains + chain] = None;
        }
    }
}
